"""Looking into the trail from its newest entry back."""

from datetime import timedelta

import msgspec
import pytest

from openward.adapters.memory import FixedClock, MemorySigner, MemoryTrailStore
from openward.domain.actor import Actor
from openward.trail.looking import last_seq
from openward.trail.trail import Trail

ANNA, BEN = (Actor(id=id, kind="person", role="nurse") for id in ("anna", "ben"))


@pytest.fixture
def clock():
    return FixedClock(step=timedelta(minutes=1))


@pytest.fixture
def store():
    return MemoryTrailStore()


@pytest.fixture
def trail(store, clock):
    return Trail(store, MemorySigner(), clock)


def seqs(looked):
    return [entry.seq for entry, _ in looked.entries]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7, 8, 9, 300])
def test_the_newest_place_is_found_in_a_trail_of_any_length(store, trail, count):
    for _ in range(count):
        trail.write(ANNA, "chart.read", "read")
    assert last_seq(store) == count


def test_the_newest_come_first_and_the_next_page_goes_on_behind_them(trail):
    for _ in range(7):
        trail.write(ANNA, "chart.read", "read")
    first = trail.look(limit=3)
    assert (seqs(first), first.before, first.last) == ([7, 6, 5], 5, 7)
    second = trail.look(limit=3, before=first.before)
    assert (seqs(second), second.before) == ([4, 3, 2], 2)
    assert (seqs(trail.look(limit=3, before=2)), trail.look(limit=3, before=2).before) == ([1], None)


def test_a_page_that_ends_with_the_first_entry_is_the_last(trail):
    for _ in range(3):
        trail.write(ANNA, "chart.read", "read")
    assert trail.look(limit=3).before is None


def test_entries_are_told_by_person_patient_word_and_outcome(trail):
    trail.write(ANNA, "chart.read", "read", patient="p1")
    trail.write(BEN, "chart.read", "read", patient="p1")
    trail.write(BEN, "decision.accept", "execute", patient="p2")
    trail.write(BEN, "decision.refused", "execute", outcome="refused", patient="p1")
    assert seqs(trail.look(actor="ben")) == [4, 3, 2]
    assert seqs(trail.look(patient="p1")) == [4, 2, 1]
    pseudonym = trail.look(patient="p2").entries[0][1].patient
    assert pseudonym != "p2"
    assert seqs(trail.look(patient=pseudonym)) == [3]
    assert seqs(trail.look(what="decision")) == [4, 3]
    assert seqs(trail.look(what="decision.accept")) == [3]
    assert seqs(trail.look(what="dec")) == []
    assert seqs(trail.look(outcome="refused", actor="ben", patient="p1")) == [4]


def test_days_are_bounds(trail, clock):
    begun = clock.at
    for _ in range(10):
        trail.write(ANNA, "chart.read", "read")
    third, sixth = begun + timedelta(minutes=2), begun + timedelta(minutes=5)
    assert seqs(trail.look(since=third, until=sixth)) == [5, 4, 3]
    assert seqs(trail.look(since=begun + timedelta(days=1))) == []
    assert seqs(trail.look(until=begun)) == []


def test_one_look_is_bounded_and_says_where_to_go_on(trail, monkeypatch):
    monkeypatch.setattr("openward.trail.looking._LOOKED", 5)
    trail.write(BEN, "chart.read", "read")
    for _ in range(9):
        trail.write(ANNA, "chart.read", "read")
    looked = trail.look(actor="ben")
    assert (seqs(looked), looked.before) == ([], 6)
    assert seqs(trail.look(actor="ben", before=looked.before)) == [1]


def test_an_entry_that_cannot_be_read_is_left_to_the_verification(trail, store):
    for _ in range(3):
        trail.write(ANNA, "chart.read", "read")
    second = store._entries[1]
    store._entries[1] = msgspec.structs.replace(second, event=msgspec.Raw(b'{"at": 1}'))
    assert seqs(trail.look()) == [3, 1]
