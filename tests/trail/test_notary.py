"""Whoever signs the chain goes on from what was signed, reads nothing twice, and signs no chain that lost its end."""

import msgspec
import pytest

from openward.adapters.memory import MemorySigner, MemoryTrailStore
from openward.domain.errors import TrailError
from openward.trail.checkpoint import statement
from openward.trail.trail import Trail


class Counting(MemoryTrailStore):
    """A store that counts the entries it gives out."""

    read = 0

    def entries(self, after=0, limit=1000):
        found = super().entries(after, limit)
        self.read += len(found)
        return found


@pytest.fixture
def store():
    return Counting()


@pytest.fixture
def write(pharmacist):
    def written(trail, count):
        for _ in range(count):
            trail.write(pharmacist, "chart.read", "read")

    return written


def old(checkpoint, signer):
    """A checkpoint as it was signed when none said yet where to go on."""
    bare = msgspec.structs.replace(checkpoint, head=msgspec.UNSET, peaks=msgspec.UNSET)
    return msgspec.structs.replace(bare, signature=signer.sign(statement(bare)).hex())


def test_a_ward_that_starts_reads_only_what_is_behind_the_last_checkpoint(store, signer, clock, write):
    write(Trail(store, signer, clock), 600)
    fresh = Trail(store, signer, clock)
    store.read = 0
    assert fresh.checkpoint().size == 600
    assert store.read == 600 - 512 + 1
    assert fresh.verify().unproven == 0


def test_two_processes_on_one_store_sign_in_turn_and_each_reads_only_what_is_new(store, signer, clock, write):
    one, two = Trail(store, signer, clock), Trail(store, signer, clock)
    for _ in range(20):
        for trail in (one, two):
            write(trail, 3)
            store.read = 0
            trail.checkpoint()
            assert store.read <= 4
    assert [c.size for c in store.checkpoints()] == list(range(3, 121, 3))
    found = one.verify()
    assert (found.ok, found.checkpoints, found.unproven) == (True, 40, 0)


def test_what_two_processes_sign_out_of_order_still_verifies(store, signer, clock, write):
    one, two = Trail(store, signer, clock), Trail(store, signer, clock)
    write(one, 5)
    first = one.checkpoint()
    write(two, 2)
    two.checkpoint()
    store._checkpoints.append(store._checkpoints.pop(store._checkpoints.index(first)))
    assert two.checkpoint().size == 7
    assert two.verify().ok


def test_after_a_checkpoint_of_former_days_the_chain_is_walked_once(store, signer, clock, write):
    write(Trail(store, signer, clock, every=4), 5)
    store._checkpoints[:] = [old(c, signer) for c in store._checkpoints]
    assert Trail(store, signer, clock).checkpoint().size == 5
    store.read = 0
    Trail(store, signer, clock).checkpoint()
    assert store.read == 1


def test_behind_a_checkpoint_of_former_days_a_lost_end_is_found_too(store, signer, clock, write):
    write(Trail(store, signer, clock, every=4), 4)
    store._checkpoints[:] = [old(c, signer) for c in store._checkpoints]
    del store._entries[2:]
    with pytest.raises(TrailError, match="shorter than its last checkpoint"):
        Trail(store, signer, clock).checkpoint()


def test_what_another_key_signed_is_not_gone_on_from(store, signer, clock, write):
    write(Trail(store, MemorySigner(9), clock, every=4), 5)
    store.read = 0
    assert Trail(store, signer, clock).checkpoint().size == 5
    assert store.read == 5


def test_a_chain_that_lost_entries_after_they_were_read_gets_no_fresh_signature(trail, store, write):
    write(trail, 5)
    trail.checkpoint()
    store._checkpoints.clear()
    del store._entries[3:]
    with pytest.raises(TrailError, match="shorter than its last checkpoint"):
        trail.checkpoint()


def test_a_last_entry_that_is_another_one_gets_no_fresh_signature(trail, store, write):
    write(trail, 5)
    trail.checkpoint()
    store._entries[-1] = msgspec.structs.replace(store._entries[-1], hash="00" * 32)
    with pytest.raises(TrailError, match="entries up to 5 are not those that were signed"):
        trail.checkpoint()


def test_a_checkpoint_that_says_another_root_than_was_walked_gets_no_successor(trail, store, write):
    write(trail, 5)
    made = trail.checkpoint()
    store._checkpoints.append(msgspec.structs.replace(made, root="00" * 32))
    with pytest.raises(TrailError, match="entries up to 5 are not those that were signed"):
        trail.checkpoint()


def test_attesting_says_what_was_found_and_then_signs_the_rest(trail, store, write):
    write(trail, 3)
    assert trail.attest().unproven == 3
    assert trail.attest().unproven == 0
    store._entries[1] = msgspec.structs.replace(store._entries[1], event=msgspec.Raw(b"{}"))
    write(trail, 1)
    assert not trail.attest().ok
    assert [c.size for c in store.checkpoints()] == [3]
