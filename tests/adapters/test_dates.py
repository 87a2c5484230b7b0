"""Dates of a search: intervals, and the texts that sort like them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.adapters.dates import coarser_texts, interval, is_older, least_text, micros, moment
from openward.domain.errors import InputError


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2024", "2024-01-01T00:00:00", "2025-01-01T00:00:00"),
        ("2024-12", "2024-12-01T00:00:00", "2025-01-01T00:00:00"),
        ("2024-02", "2024-02-01T00:00:00", "2024-03-01T00:00:00"),
        ("2024-02-29", "2024-02-29T00:00:00", "2024-03-01T00:00:00"),
        ("2024-02-29T23:59Z", "2024-02-29T23:59:00", "2024-03-01T00:00:00"),
        ("2024-02-29T23:59:59.999Z", "2024-02-29T23:59:59", "2024-03-01T00:00:00"),
        ("2024-02-29T23:59:60Z", "2024-02-29T23:59:59", "2024-03-01T00:00:00"),
        ("2024-03-01T07:30:00+08:00", "2024-02-29T23:30:00", "2024-02-29T23:30:01"),
        ("2024-03-01T00:00:00-03:30", "2024-03-01T03:30:00", "2024-03-01T03:30:01"),
    ],
)
def test_a_text_stands_for_the_interval_of_its_precision(text: str, start: str, end: str):
    found = interval(text)
    assert (found.start, found.end) == (datetime.fromisoformat(f"{start}Z"), datetime.fromisoformat(f"{end}Z"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "24",
        "2024-1",
        "2024-00",
        "2024-13",
        "2023-02-29",
        "2024-01-01T10",
        "2024-01-01T24:00",
        "2024-01-01 10:00",
        "２０２４",
        "2024-01-01T00:00:00+99:00",
        "0000",
        "0001-01-01T00:00:00+01:00",
        "2024\n",
        "x" * 100000,
    ],
)
def test_what_is_no_fhir_date_is_an_error_of_the_caller(text: str):
    with pytest.raises(InputError, match="no FHIR date"):
        interval(text)


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-12-31", "9999-12-31T23:59:59Z", "0001"])
def test_the_ends_of_time_are_dates(text: str):
    assert interval(text).start < interval(text).end


TEXTS = st.builds(
    lambda seconds, length: (datetime(2020, 2, 1, tzinfo=UTC) + timedelta(seconds=seconds)).strftime(
        "%Y-%m-%dT%H:%M:%SZ"
    )[:length],
    st.integers(0, 4 * 366 * 86_400) | st.integers(0, 1500).map(lambda day: day * 86_400),
    st.sampled_from([4, 7, 10, 20]),
)


@given(TEXTS, TEXTS)
def test_least_texts_sort_stored_texts_by_their_beginning(stored: str, wanted: str):
    for bound in (interval(wanted).start, interval(wanted).end):
        assert (stored < least_text(bound)) == (interval(stored).start < bound)


@given(TEXTS)
def test_coarser_texts_hold_the_whole_interval(text: str):
    inner = interval(text)
    for coarser in coarser_texts(text):
        outer = interval(coarser)
        assert len(coarser) < len(text)
        assert outer.start <= inner.start
        assert inner.end <= outer.end


@given(st.datetimes(timezones=st.just(UTC)))
def test_moments_survive_as_microseconds(at: datetime):
    assert moment(micros(at)) == at


def test_what_is_not_given_is_never_older():
    assert not is_older(None, "2024-01-01T00:00:00Z")
    assert not is_older("2024-01-01T00:00:00Z", None)
    assert not is_older("nonsense", "2024-01-01T00:00:00Z")
    assert is_older("2023-12-31T23:59:59Z", "2024-01-01T00:00:00Z")
