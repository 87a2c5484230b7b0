from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import TrailError
from openward.domain.trail import Entry, Event
from openward.trail.chain import GENESIS, canonical, link, read_event, seal

AT = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
events = st.builds(
    Event,
    at=st.datetimes(timezones=st.just(UTC)),
    actor=words,
    role=words,
    what=words,
    action=st.sampled_from(["create", "read", "update", "delete", "execute"]),
    patient=st.none() | words,
    detail=st.dictionaries(words, words | st.integers(-(2**53), 2**53), max_size=4),
)


def event(**changes):
    return Event(**{"at": AT, "actor": "ada", "role": "pharmacist", "what": "chart.read", "action": "read"} | changes)


def test_the_bytes_of_an_event_are_json_with_sorted_keys():
    assert canonical(event(detail={"b": 1, "a": "x"})) == (
        b'{"action":"read","actor":"ada","at":"2026-01-15T09:00:00Z","detail":{"a":"x","b":1},"door":null,'
        b'"outcome":"success","patient":null,"role":"pharmacist","run":null,"subject":null,"what":"chart.read"}'
    )


def test_the_same_moment_in_another_zone_gives_the_same_bytes():
    shanghai = AT.astimezone(timezone(timedelta(hours=8)))
    assert canonical(event(at=shanghai)) == canonical(event())


@given(events)
def test_an_event_comes_back_as_it_was_written(written):
    entry = seal(canonical(written), None)
    assert read_event(entry) == written


def test_the_first_entry_follows_the_genesis_and_the_next_one_the_first():
    first = seal(b"{}", None)
    second = seal(b"[]", first)
    assert (first.seq, first.previous, first.hash) == (1, GENESIS, link(GENESIS, b"{}"))
    assert (second.seq, second.previous, second.hash) == (2, first.hash, link(first.hash, b"[]"))


@pytest.mark.parametrize("content", [b"{}", b"", b"\xff\xfe", b'{"at": 1}', b'"\xff"'])
def test_an_entry_that_holds_no_event_is_an_error_without_its_content(content):
    with pytest.raises(TrailError, match=r"entry 1 of the trail cannot be read: run `openward trail verify`$"):
        read_event(Entry(seq=1, event=msgspec.Raw(content), previous=GENESIS, hash=""))
