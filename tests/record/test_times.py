"""FHIR dates and times."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.record.times import day, when


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", datetime(2019, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)),
        ("2019-05", datetime(2019, 5, 1, tzinfo=UTC), datetime(2019, 6, 1, tzinfo=UTC)),
        ("2020-12", datetime(2020, 12, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)),
        ("2020-02", datetime(2020, 2, 1, tzinfo=UTC), datetime(2020, 3, 1, tzinfo=UTC)),
    ],
)
def test_a_partial_date_is_an_interval_and_never_a_moment(text, first, last):
    found = when(text)
    assert found.at is None
    assert (found.earliest, found.latest) == (first, last - timedelta(microseconds=1))


def test_a_day_is_its_midnight_and_lasts_to_its_end():
    found = when("2019-05-03")
    assert found.at == datetime(2019, 5, 3, tzinfo=UTC)
    assert found.latest == datetime(2019, 5, 3, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2019-05-03T10:20:30Z", datetime(2019, 5, 3, 10, 20, 30, tzinfo=UTC)),
        ("2019-05-03T10:20:30-05:00", datetime(2019, 5, 3, 15, 20, 30, tzinfo=UTC)),
        ("2019-05-03T00:20:30.5+02:00", datetime(2019, 5, 2, 22, 20, 30, 500_000, tzinfo=UTC)),
        ("2019-05-03T10:20:30.123456789Z", datetime(2019, 5, 3, 10, 20, 30, 123_456, tzinfo=UTC)),
        ("2019-05-03T10:20", datetime(2019, 5, 3, 10, 20, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_time_is_a_moment_in_utc(text, moment):
    assert when(text).at == moment


@pytest.mark.parametrize(
    "text", ["9999-12-31", "9999-12", "9999", "9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00"]
)
def test_the_ends_of_the_calendar_can_be_read(text):
    assert when(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "0000", "19", "2019-13", "2019-00", "2019-02-30", "2019-5-3", "05/03/2019", "2019-05-03T25:00:00Z",
        "٢٠١٩", "2019-05-03T10:20:30+25:00", "2019-05-03 10:20:30", "2019-W10", "2019-05-03T10",
        "2019-05-03T10:20:30Z ",
    ],
)  # fmt: skip
def test_what_is_no_fhir_date_is_not_guessed_at(text):
    assert when(text) is None


def test_only_a_full_date_is_a_calendar_day():
    assert day("2019-05-03") == date(2019, 5, 3)
    assert day("2019-05") is None
    assert day("2019-05-03T10:00:00Z") is None


@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)),  # noqa: DTZ001 - the zone is drawn apart
    st.integers(-14 * 60, 14 * 60),
)
def test_every_written_time_is_read_as_the_same_moment(naive, minutes):
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert when(moment.isoformat()).at == moment


@given(st.dates())
def test_every_written_day_is_read_as_the_same_day(written):
    assert day(written.isoformat()) == written


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    found = when(text)
    assert found is None or found.earliest <= found.latest
