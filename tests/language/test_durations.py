"""Lengths of time: what is one, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.language.durations import MONTH, YEAR, days


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("for 3 days", 3),
        ("two weeks ago", 14),
        ("a 2-day history of", 2),
        ("2-3 days", 2.5),
        ("3 to 4 days", 3.5),
        ("3~5天", 4),
        ("1 year and 2 months", YEAR + 2 * MONTH),
        ("1年3个月", YEAR + 3 * MONTH),
        ("a month and a half", 1.5 * MONTH),
        ("half a year", YEAR / 2),
        ("since yesterday", 1),
        ("last night", 1),
        ("over the last month", MONTH),
        ("a few hours", 0.125),
        ("a couple of weeks", 14),
        ("several days", 4),
        ("3天", 3),
        ("半年", YEAR / 2),
        ("一年半", 1.5 * YEAR),
        ("十五天", 15),
        ("二十五年", 25 * YEAR),
        ("10余天", 10),
        ("3月前", 3 * MONTH),
        ("近半月", 15),
        ("2小时前", 1 / 12),
    ],
)
def test_a_length_of_time_is_read_in_days(text, said):
    assert days(text) == pytest.approx(said)


@pytest.mark.parametrize(
    "text",
    [
        "", "66 year old male", "3-week-old", "at 28 weeks of gestation", "32 weeks pregnant", "every 4 hours",
        "lasting 10 minutes", "lasted approximately 30 seconds", "in 2 weeks", "4 times a day", "10 mg a day",
        "2019年5月", "5月3日入院", "12岁", "每8小时", "200 years ago",
    ],
)  # fmt: skip
def test_an_age_a_date_an_interval_and_an_attack_are_none(text):
    assert days(text) is None


@given(st.integers(2, 90), st.sampled_from([("days", 1), ("weeks", 7), ("天", 1), ("周", 7)]))
def test_any_number_with_a_unit_is_read(number, unit):
    assert days(f"for {number} {unit[0]}") == pytest.approx(number * unit[1])


@given(st.text(alphabet="0123456789.,-~/ 天周月年前半个几十余dayswekmonthyrsago", max_size=40))
def test_any_text_is_read_or_not(text):
    said = days(text)
    assert said is None or 0 <= said <= 120 * YEAR + 50 * YEAR
