"""The parts of which claims are read: numbers, dates, sides, turns, denials."""

import pytest

from openward.checks.claims import Ground, claims, talk
from openward.checks.claims.agree import Saying
from openward.checks.claims.amounts import amounts
from openward.checks.claims.claim import Claim
from openward.checks.claims.compare_findings import phrase
from openward.checks.claims.dates import dates, is_same
from openward.checks.claims.polarity import Polarity
from openward.checks.claims.sides import sides
from openward.checks.claims.source import Source
from openward.checks.claims.words import like
from openward.language.passages import sentences
from openward.language.prose import Prose


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("a .5 centimeter stone", 0.5, "cm"), ("two and a half years", 2.0, None), ("3 and a half pounds", 3.5,
        "[lb_av]"),
        ("5 thousand steps", 5000.0, None), ("3千克", 3000.0, "g"), ("5百次", 500.0, "{times}"),
        ("a couple of weeks", 2.0, "wk"),
        ("once a day", 1.0, "/d"), ("three times daily", 3.0, "/d"), ("two times over", 2.0, None),
        ("one hundred and twenty", 120.0, None),
        ("one forty", 140.0, None), ("twenty plus years", 20.0, "a"), ("two plus edema", 2.0, "{plus}"),
        ("2+ edema", 2.0, "{plus}"),
        ("hundreds of them", 100.0, None), ("a thousand units", 1000.0, "U"), ("two thousand", 2000.0, None),
        ("forty-five", 45.0, None),
        ("thirteen point two", 13.2, None), ("point five", 0.5, None), ("he is 64 years old", 64.0, "{age}"),
        ("75 y.o. female", 75.0, "{age}"),
        ("her 2nd visit", 2.0, None), ("心率88次/分", 88.0, "/min"), ("每周测3次", 3.0, "/wk"), ("吐了两次", 2.0,
        "{times}"), ("三十五天", 35.0, "d"),
        ("每天吃", 1.0, "/d"), ("pain is a one", 1.0, None), ("seven sixteen", 716.0, None), ("half a tablet", 0.5,
        None), ("daily", 1.0, "/d"),
        ("every week", 1.0, "wk"), ("two hundred thousand", 200000.0, None), ("one oh five", 105.0, None),
    ],
)  # fmt: skip
def test_a_spoken_number_is_read_with_its_unit(text: str, value: float, unit: str | None) -> None:
    first = amounts(text, Prose(text), spoken=True)[0]
    assert value in (first.value, *first.also)
    assert first.unit == unit


@pytest.mark.parametrize(
    "text",
    ["COVID-19", "C5-6", "one of them", "the other one", "oh no", "half of it", "1. Gout", "vitamin B12", "7" * 20],
)
def test_what_only_looks_like_a_number_is_none_in_writing(text: str) -> None:
    assert amounts(text, Prose(text), spoken=False) == ()


def test_a_pronoun_counts_nothing() -> None:
    assert amounts("oh this one hurts", Prose("oh this one hurts"), spoken=True) == ()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("97 . 7 degrees", [97.0, 97.7]), ("three to four hundreds", [3.0, 300.0]), ("one twenty seven", [127.0,
        1.0, 27.0]),
        ("98 point six", [98.0, 98.6]), (". five", [5.0, 0.5]),
    ],
)  # fmt: skip
def test_spoken_numbers_may_mean_several(text: str, values: list[float]) -> None:
    first = amounts(text, Prose(text), spoken=True)[0]
    assert set(values) <= {first.value, *first.also}


def test_ranges_and_scores_share_their_unit() -> None:
    text = "for 2 to 3 weeks, pain 4 out of 10, or 3/10, 三四天"
    read = [(one.value, one.unit) for one in amounts(text, Prose(text), spoken=False)]
    assert read == [(2, "wk"), (3, "wk"), (4, "/10"), (10, None), (3, "/10"), (10, None), (3, "d"), (4, "d")]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("2026-11-20", ("date", "26", "11", "20")), ("11/20/2026", ("date", "26", "11", "20")), ("11/20/26",
        ("date", "26", "11", "20")),
        ("01/2021", ("date", "21", "1", "")), ("3 October 4", ("date", "", "10", "3")), ("Oct. 3, 2026", ("date",
        "26", "10", "3")),
        ("2026年11月20日", ("date", "26", "11", "20")), ("11月20日", ("date", "", "11", "20")), ("2026年11月",
        ("date", "26", "11", "")),
        ("14:30", ("clock",)),
    ],
)  # fmt: skip
def test_dates_are_read_however_they_are_written(text: str, terms: tuple[str, ...]) -> None:
    assert [one.terms for one in dates(text)] == [terms]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2026-11-20", "20 November 2026", True), ("2026-11-20", "November 20", True), ("11/20/2026", "11/20/2025",
        False),
        ("2026-11-20", "11/2026", True), ("11/2026", "2026-11-20", False), ("14:30", "14:30", True), ("14:30",
        "2026-11-20", False),
    ],
)  # fmt: skip
def test_dates_are_compared_by_what_they_say(one: str, other: str, same: bool) -> None:
    assert is_same(dates(one)[0], dates(other)[0]) is same


def test_a_time_of_day_and_a_date_may_be_said_in_words() -> None:
    ground = Ground("[doctor] come on march third at two thirty .\n[patient] okay .")
    assert not ground.judge("Follow up on 3/3/2026 at 2:30.").held
    assert ground.judge("Follow up on 3/4/2026.").held


@pytest.mark.parametrize(
    ("text", "spoken", "found"),
    [
        ("she left early", True, []), ("all right now", True, []), ("it hurts on the right", True, [("right", ())]),
        ("knee pain on the left", True, [("left", ("knee",))]), ("both of them", True, []), ("look at both", True,
        []), ("on both", True, []), ("the right lateral", True, [("right", ("lateral",))]), ("i left my knee brace",
        True, []),
        ("right upper quadrant", False, [("right", ("quadrant",))]), ("a right adnexal mass", False, [("right",
        ("adnexal", "mass"))]),
        ("左", False, []), ("左侧疼痛", False, [("left", ("侧",))]), ("on the right-hand side", True, [("right",
        ("hand",))]),
        ("the right thing", True, [("right", ())]), ("my right now", True, []), ("right hand it over", True,
        [("right", ("hand",))]),
        ("pain. The left 5 cm", True, [("left", ())]), ("left", False, []), ("both knees", False, [("both",
        ("knee",))]),
    ],
)  # fmt: skip
def test_sides_are_read_with_their_part_of_the_body(text: str, spoken: bool, found: list[object]) -> None:
    assert [(one.side, one.terms) for one in sides(text, Prose(text), spoken=spoken)] == found


@pytest.mark.parametrize(
    ("source", "sentence", "held"),
    [
        ("Pain in the left leg and the right leg.", "Pain in both legs.", False),
        ("Swelling of the left leg.", "Bilateral leg swelling.", True), ("Swelling of the legs.",
        "Bilateral leg swelling.", False),
        ("Headache.", "Bilateral knee pain.", True), ("Ankles are swollen.", "Bilateral swelling of the ankles.",
        False),
        ("Right thigh bruise.", "Right leg bruise.", False), ("My leg hurts on the right.", "Right leg pain.", False),
        ("Left knee pain. Left knee is swollen. Left knee is red. Left knee is warm. Right knee.",
        "Right knee is fine.", True),
        ("Swelling.", "Bilateral swelling.", False), ("Right-sided pain.", "Left-sided pain.", True), ("Pain.",
        "Pain of the left side.", True),
    ],
)  # fmt: skip
def test_sides_are_compared_for_the_same_part(source: str, sentence: str, held: bool) -> None:
    assert Ground(source).judge(sentence).held is held


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("no, i don't", "no"),
        ("um , yeah", "yes"),
        ("i'm not really", "no"),
        ("just a little", "yes"),
        ("tuesday", None),
        ("都没有", "no"),
    ],
)
def test_answers_are_read(text: str, said: str | None) -> None:
    assert talk.answer(text) == said


def test_turns_get_the_marks_that_a_transcript_leaves_out() -> None:
    text = (
        "[doctor] okay so do you have any pain how is it when you walk\n[patient] no no pain and then i fell i was fine"
    )
    marked = talk.punctuated(text, talk.turns(text))
    assert len(marked) == len(text)
    assert "any pain？how is it when you walk" in marked
    assert "then。i fell。i was fine" in marked
    talked = "[doctor] hi\n[patient] yeah i do have it when i walk"
    assert "yeah。i do have it when i walk" in talk.punctuated(talked, talk.turns(talked))
    assert talk.turns("[doctor] alone") == ()


def test_what_is_only_a_condition_is_not_compared() -> None:
    claim = Claim(kind="phrase", text="joint laxity", start=0, end=12, assertion="hypothetical")
    assert phrase(claim, Source("note", "No joint laxity."), Saying("joint laxity")) is None


def test_what_is_no_word_of_a_sentence_is_not_denied() -> None:
    text = "No pain.   "
    polarity = Polarity(Prose(text), sentences(text))
    assert (polarity.at(3, 7), polarity.at(10, 11)) == ("absent", "present")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("radiculopathy", "radicularopathy", True),
        ("etoposide", "etoside", True),
        ("knee", "knees", False),
        ("warfarin", "tarfarin", False),
    ],
)
def test_long_words_may_be_misheard(one: str, other: str, same: bool) -> None:
    assert like(one, other) is same


@pytest.mark.parametrize(
    ("text", "assertions"),
    [
        ("He has not had any weight loss, headaches, bone pain, or fever.", ["absent"] * 4),
        ("No fever, headaches.", ["absent"] * 2),
        ("No fever or headache.", ["absent"] * 2), ("We check for gout.", ["hypothetical"]),
        ("Risks include pneumonia.", ["hypothetical"]),
        ("No medication for pain.", ["uncertain"]), ("No other injuries.", ["uncertain"]), ("Tobacco use: never",
        ["absent"]),
        ("Chest pain: none", ["absent"]), ("Non-tender abdomen", ["absent"] * 2),
        ("He denies that he ever had gout.", ["absent"]),
        ("Since the COVID-19 pandemic.", []), ("Grillitis of the elbow.", ["present"]),
        ("She is allergic to penicillin.", []),
        ("You have not had any weight loss or gain, headaches, bone pain, or cough.", ["absent"] * 4),
    ],
)  # fmt: skip
def test_findings_are_read_as_they_are_meant(text: str, assertions: list[str]) -> None:
    assert [one.assertion for one in claims(text) if one.kind == "finding"] == assertions


@pytest.mark.parametrize(
    ("source", "sentence", "held"),
    [
        ("Knee pain. Knee pain. My knee hurts. The knee is painful. No knee pain.", "He denies knee pain.", True),
        ("[doctor] any fever ?\n[patient] tuesday .\n[doctor] any cough ?", "He has fever and cough.", False),
        ("No joint laxity.", "Come back if there is joint laxity.", False), ("No joint laxity.",
        "There is joint laxity.", True),
        ("He had contact with birds at work.", "He reports contact with birds.", False),
        ("Mother: my son has a cough.\nDoctor: since when?", "His mother reports a cough.", False),
        ("Mother: my son has a cough.\nDoctor: since when?", "Cough.", False),
        ("Doctor: is your son eating?\nPatient: yes, he coughs.", "His mother reports a cough.", True),
        ("Doctor: hi mom, is your son eating?\nPatient: yes, he coughs.", "His mother reports a cough.", False),
        ("He has grillopathy.", "Grillopathy is known.", False), ("He has gout.", "Grillopathy is known.", True),
    ],
)  # fmt: skip
def test_findings_are_compared_by_what_the_source_says_most(source: str, sentence: str, held: bool) -> None:
    assert Ground(source).judge(sentence).held is held
