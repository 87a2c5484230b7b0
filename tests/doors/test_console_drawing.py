"""Pictures of a chart: every mark lies within its picture, and nothing is drawn of what has no date or no number."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from openward.domain.code import Concept
from openward.doors.console.drawing import spark
from openward.record.chart import Measure, Reading, Source

START = datetime(2026, 1, 1, tzinfo=UTC)


def reading(value, day=0.0, unit="mmol/L", low=None, high=None):
    ends = [None if end is None else Measure(end, unit) for end in (low, high)]
    return Reading(
        source=Source(f"Observation/{day}"), concept=Concept(text="Potassium"), value=Measure(value, unit),
        at=START + timedelta(days=day), low=ends[0], high=ends[1],
    )  # fmt: skip


values = st.lists(
    st.tuples(st.floats(-1e6, 1e6, allow_nan=False), st.floats(0, 4000, allow_nan=False)), min_size=2, max_size=40
)


@given(values)
def test_every_point_of_a_course_lies_within_its_picture(pairs):
    course = [reading(value, day, low=3.5, high=5.1) for value, day in sorted(pairs, key=lambda pair: pair[1])]
    small = spark(course)
    assert all(0 <= x <= 132 and 0 <= y <= 30 for x, y, _ in small.dots)


def test_a_course_keeps_to_the_unit_of_its_newest_value():
    mixed = [reading(180, 0, "mg/dL"), reading(5.0, 1), reading(6.8, 2, high=5.1)]
    assert len(spark(mixed).dots) == 2
    assert [out for _, _, out in spark(mixed).dots] == [False, True]


def test_a_silence_of_months_does_not_press_a_stay_into_a_tick():
    course = spark([reading(109, 0), reading(323, 150), reading(208, 152)])
    first, second, last = (x for x, *_ in course.dots)
    assert (first, last) == (3, 129)
    assert 20 < last - second < second - first


def test_equal_steps_are_drawn_equal():
    assert [x for x, *_ in spark([reading(1, day) for day in range(4)]).dots] == [3, 45, 87, 129]


def test_one_value_is_no_course():
    assert spark([reading(5.0)]) is None


def test_values_too_far_apart_for_any_picture_are_no_course():
    assert spark([reading(-1.7e308, 0), reading(1.7e308, 1)]) is None
