import threading
from datetime import timedelta

import pytest

from openward.adapters.memory import MemorySigner, MemoryTrailStore
from openward.domain.actor import Actor
from openward.domain.errors import StoreError, TrailError
from openward.trail.chain import read_event
from openward.trail.checkpoint import genuine
from openward.trail.merkle import root_of
from openward.trail.trail import Trail


class BrokenStore(MemoryTrailStore):
    """A store that fails where it is told to."""

    broken: str = ""

    def append(self, seal):
        if self.broken == "append":
            raise StoreError("sqlite: the disk is full")
        return super().append(seal)

    def add_checkpoint(self, checkpoint):
        if self.broken == "checkpoint":
            raise OSError(28, "No space left on device")
        super().add_checkpoint(checkpoint)


def events(trail, **filters):
    return [read_event(entry) for entry in trail.entries(**filters)]


def test_what_happened_is_kept_with_who_when_and_where(trail, clock, pharmacist):
    entry = trail.write(
        pharmacist, "service.run", "execute", run="run-1", subject="s", door="http", detail={"findings": 3}
    )
    event = read_event(entry)
    assert (event.at, event.actor, event.role, event.what, event.action) == (
        clock.now(), "ada", "pharmacist", "service.run", "execute",
    )  # fmt: skip
    assert (event.outcome, event.run, event.subject, event.door, event.detail) == (
        "success", "run-1", "s", "http", {"findings": 3},
    )  # fmt: skip


def test_a_patient_stands_in_the_trail_by_pseudonym_only(trail, store, signer, pharmacist):
    trail.write(pharmacist, "chart.read", "read", patient="patient-zhang-1")
    assert b"zhang" not in bytes(store.entries()[0].event)
    assert events(trail)[0].patient == signer.pseudonym("patient-zhang-1")


def test_a_patient_who_acts_stands_there_by_pseudonym_too(trail, store, signer):
    trail.write(Actor(id="zhang", kind="person", role="patient"), "chart.read", "read", patient="zhang")
    assert b"zhang" not in bytes(store.entries()[0].event)
    assert events(trail, actor="zhang")[0].actor == signer.pseudonym("zhang")


def test_a_store_that_cannot_write_is_a_trail_error_that_tells_no_content(signer, clock, pharmacist):
    store = BrokenStore()
    store.broken = "append"
    with pytest.raises(TrailError, match="cannot be written, so the action is refused") as caught:
        Trail(store, signer, clock).write(pharmacist, "chart.read", "read", patient="zhang")
    assert "zhang" not in str(caught.value)


def test_a_checkpoint_that_cannot_be_kept_fails_the_action(signer, clock, pharmacist):
    store = BrokenStore()
    store.broken = "checkpoint"
    trail = Trail(store, signer, clock, every=2)
    trail.write(pharmacist, "chart.read", "read")
    with pytest.raises(TrailError, match="checkpoint cannot be kept"):
        trail.write(pharmacist, "chart.read", "read")
    store.broken = ""
    assert trail.checkpoint().size == 2
    assert trail.verify().ok


def test_an_event_that_holds_a_document_is_refused(trail, pharmacist):
    with pytest.raises(TrailError, match="larger than 8192 bytes"):
        trail.write(pharmacist, "chart.read", "read", detail={"text": "x" * 9000})


def test_text_that_is_no_unicode_is_refused(trail, pharmacist):
    with pytest.raises(TrailError, match="UTF-8"):
        trail.write(pharmacist, "chart.read", "read", patient="\udcff")
    with pytest.raises(TrailError, match="UTF-8"):
        trail.write(pharmacist, "chart.read", "read", subject="\udcff")


def test_a_signed_root_follows_every_so_many_entries(trail, store, signer, pharmacist):
    for _ in range(17):
        trail.write(pharmacist, "chart.read", "read")
    leaves = [bytes.fromhex(entry.hash) for entry in store.entries()]
    assert [(c.size, c.root) for c in store.checkpoints()] == [
        (8, root_of(leaves[:8]).hex()),
        (16, root_of(leaves[:16]).hex()),
    ]
    assert all(genuine(c, signer.verify) and c.key == signer.key_id for c in store.checkpoints())


def test_a_checkpoint_can_be_asked_for_and_is_not_made_twice(trail, store, pharmacist):
    assert trail.checkpoint() is None
    trail.write(pharmacist, "chart.read", "read")
    made = trail.checkpoint()
    assert made.size == 1
    assert trail.checkpoint() == made
    assert store.checkpoints() == (made,)


def test_a_ward_that_starts_again_goes_on_where_it_was(store, signer, clock, pharmacist):
    for _ in range(3):
        trail = Trail(store, signer, clock, every=4)
        for _ in range(5):
            trail.write(pharmacist, "chart.read", "read")
    assert [c.size for c in store.checkpoints()] == [4, 8, 12]
    assert trail.verify() == Trail(store, signer, clock, every=4).verify()
    assert trail.verify().ok


def test_a_broken_chain_gets_no_fresh_signature(trail, store, pharmacist):
    for _ in range(3):
        trail.write(pharmacist, "chart.read", "read")
    del store._entries[1]
    with pytest.raises(TrailError, match="not signed: entry 2 is missing"):
        trail.checkpoint()
    assert store.checkpoints() == ()


def test_a_chain_that_lost_its_signed_end_gets_no_fresh_signature(store, signer, clock, pharmacist):
    trail = Trail(store, signer, clock, every=4)
    for _ in range(4):
        trail.write(pharmacist, "chart.read", "read")
    del store._entries[2:]
    with pytest.raises(TrailError, match="shorter than its last checkpoint"):
        Trail(store, signer, clock).checkpoint()


def test_a_chain_rewritten_up_to_its_checkpoint_gets_no_fresh_signature(store, signer, clock, pharmacist):
    for _ in range(4):
        Trail(store, signer, clock, every=4).write(pharmacist, "chart.read", "read")
    other = MemoryTrailStore()
    for _ in range(5):
        Trail(other, signer, clock).write(pharmacist, "chart.delete", "delete")
    store._entries[:] = other._entries
    with pytest.raises(TrailError, match="entries up to 4 are not those that were signed"):
        Trail(store, signer, clock).checkpoint()


def test_many_threads_write_one_chain(trail, store, pharmacist):
    def work():
        for _ in range(20):
            trail.write(pharmacist, "chart.read", "read")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.entries()) == 80
    assert trail.verify().ok


def test_entries_are_found_by_patient_actor_and_word(trail, signer, pharmacist):
    trail.write(pharmacist, "chart.read", "read", patient="p1")
    trail.write(Actor(id="bo", kind="person", role="nurse"), "decision.accept", "execute", patient="p2")
    trail.write(pharmacist, "decision.refused", "execute", patient="p1")
    trail.write(pharmacist, "decisions", "execute")
    assert [e.what for e in events(trail, patient="p1")] == ["chart.read", "decision.refused"]
    assert events(trail, patient=signer.pseudonym("p1")) == events(trail, patient="p1")
    assert [e.what for e in events(trail, actor="bo")] == ["decision.accept"]
    assert [e.what for e in events(trail, what="decision")] == ["decision.accept", "decision.refused"]
    assert [e.what for e in events(trail, what="decision", patient="p1", actor="ada")] == ["decision.refused"]


def test_entries_come_in_pages(trail, pharmacist):
    for _ in range(5):
        trail.write(pharmacist, "chart.read", "read")
    first = trail.entries(limit=2)
    assert [e.seq for e in first] == [1, 2]
    assert [e.seq for e in trail.entries(after=first[-1].seq, limit=2)] == [3, 4]
    assert trail.entries(after=5) == ()
    assert trail.entries(limit=0) == ()


def test_a_long_trail_is_read_in_pages_of_the_store(store, signer, clock, pharmacist):
    trail = Trail(store, signer, clock)
    for _ in range(2100):
        trail.write(pharmacist, "chart.read", "read")
    assert len(trail.entries(limit=5000)) == 2100
    found = trail.verify()
    assert (found.ok, found.entries, found.checkpoints, found.unproven) == (True, 2100, 8, 2100 - 8 * 256)


def test_the_time_of_an_entry_is_the_clocks(trail, clock, pharmacist):
    clock.advance(timedelta(hours=3))
    assert read_event(trail.write(pharmacist, "chart.read", "read")).at == clock.now()


def test_two_wards_with_other_keys_have_other_pseudonyms(store, clock, pharmacist):
    one, two = (Trail(store, MemorySigner(seed), clock) for seed in (1, 5))
    told = {read_event(t.write(pharmacist, "chart.read", "read", patient="p1")).patient for t in (one, two)}
    assert len(told) == 2


def test_of_several_patients_at_once_each_has_an_entry_of_its_own(trail, store, signer, pharmacist):
    seen = {f"p{n}": {"resources": n} for n in range(20)} | {None: {"resources": 1}}
    entries = trail.write_each(pharmacist, "fhir.search", "read", patients=seen, door="fhir")
    written = [read_event(entry) for entry in entries]
    assert [e.patient for e in written] == [*(signer.pseudonym(f"p{n}") for n in range(20)), None]
    assert [e.detail["resources"] for e in written] == [*range(20), 1]
    assert {(e.what, e.action, e.door, e.actor) for e in written} == {("fhir.search", "read", "fhir", "ada")}
    assert [c.size for c in store.checkpoints()] == [21]
    assert trail.verify().ok
    assert trail.write_each(pharmacist, "fhir.search", "read", patients={}) == ()


def test_of_several_patients_nothing_is_kept_when_one_entry_is_refused(trail, store, pharmacist):
    with pytest.raises(TrailError):
        trail.write_each(pharmacist, "x", "read", patients={"a": {}, "b": {"text": "x" * 10_000}})
    assert store.entries() == ()
