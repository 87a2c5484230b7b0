"""Who a text is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.language.durations import MONTH, YEAR
from openward.language.person import Person, person


@pytest.mark.parametrize(
    ("text", "age", "sex"),
    [
        ("66 year old Male", 66 * YEAR, "male"),
        ("45-yo F with fever", 45 * YEAR, "female"),
        ("56M", 56 * YEAR, "male"),
        ("a 3-month-old boy", 3 * MONTH, "male"),
        ("A 2-week-old infant girl", 14, "female"),
        ("5 day old male", 5, "male"),
        ("sixty-two-year-old man", 62 * YEAR, "male"),
        ("Age 34, sex M", 34 * YEAR, "male"),
        ("age: 7 months", 7 * MONTH, None),
        ("男，56岁", 56 * YEAR, "male"),
        ("患儿，女，3岁6个月", 3 * YEAR + 6 * MONTH, "female"),
        ("性别：女 年龄：45岁", 45 * YEAR, "female"),
        ("七十五岁男性", 75 * YEAR, "male"),
        ("3月龄男婴", 3 * MONTH, "male"),
        ("Her 50-year-old mother has diabetes", None, "female"),
        ("69 year old Female, menopause at age 53", 69 * YEAR, "female"),
        ("quit smoking at age 40, 65 year old man", 65 * YEAR, "male"),
        ("12岁时患阑尾炎", None, None),
        ("有吸烟史，其他院就诊", None, None),
        ("50mg daily", None, None),
        ("teenager", None, None),
    ],
)
def test_age_and_sex_are_those_of_the_patient(text, age, sex):
    found = person(text)
    assert found.age_days == (pytest.approx(age) if age is not None else None)
    assert found.sex == sex


@pytest.mark.parametrize(
    ("text", "pregnant", "weeks"),
    [
        ("36周孕", True, 36),
        ("G2P1 at 28 weeks", True, 28),
        ("She is 32-weeks pregnant", True, 32),
        ("G1P0 30-year-old woman at 38+2 weeks", True, 38 + 2 / 7),
        ("女性，28岁，停经32+4周", True, 32 + 4 / 7),
        ("primigravida at 30 weeks gestation", True, 30),
        ("a pregnant woman", True, None),
        ("孕妇，30岁", True, None),
        ("not pregnant", False, None),
        ("postmenopausal woman", False, None),
        ("否认怀孕", False, None),
        ("Recently pregnant woman, gave birth 5 weeks ago", False, None),
        ("She could be pregnant", None, None),
        ("His wife is pregnant; 30 year old man", None, None),
        ("abdominal pain for 3 weeks", None, None),
    ],
)
def test_pregnancy_is_stated_denied_or_unknown(text, pregnant, weeks):
    found = person(text)
    assert found.pregnant is pregnant
    assert found.weeks == (pytest.approx(weeks) if weeks is not None else None)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("I'm 42 and my back hurts", 42),
        ("My nose itches every spring. I am 24.", 24),
        ("My husband is 71. His speech is slurred.", 71),
        ("My daughter, 16, swallowed tablets.", 16),
        ("My mother is 80 and I have a lump", None),
        ("I am 8 weeks pregnant", None),
        ("宝宝3个月，发烧39度", 0.25),
        ("When she is 12, the vaccine is due", None),
    ],
)
def test_people_tell_their_age_in_plain_words(text, years):
    age = person(text).age_days
    assert age == (None if years is None else pytest.approx(years * YEAR))


def test_who_cannot_be_pregnant_is_not():
    assert person("She can't be pregnant").pregnant is False
    assert person("I could not possibly be pregnant").pregnant is False


def test_nothing_stated_is_nothing_known():
    assert person("fever and cough") == Person()


@given(st.integers(1, 110), st.sampled_from([("year-old man", "male"), ("岁女性", "female")]))
def test_any_age_is_read(age, form):
    found = person(f"{age}{'-' if form[0].isascii() else ''}{form[0]}")
    assert found.age_days == pytest.approx(age * YEAR)
    assert found.sex == form[1]


@given(st.text(alphabet="0123456789 -yoearsdmf男女岁月天周孕G2P1+,", max_size=60))
def test_any_text_gives_a_person(text):
    found = person(text)
    assert found.age_days is None or 0 <= found.age_days <= 140 * YEAR
    assert found.weeks is None or found.pregnant


def test_broken_waters_say_that_somebody_is_pregnant():
    found = person("My waters broke at 30 weeks")
    assert (found.pregnant, found.weeks) == (True, 30)


@pytest.mark.parametrize(
    ("text", "days"),
    [("出生5天，不吃奶", 5), ("生后3天，黄疸", 3), ("新生儿，5天", 5), ("newborn, 5 days, not feeding", 5),
     ("宝宝，10天前发热", None), ("产妇，产后5天", None), ("baby 3 days ago fell", None)],
)  # fmt: skip
def test_the_age_of_a_newborn_is_no_length_of_illness(text, days):
    assert person(text).age_days == days
