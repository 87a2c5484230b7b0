"""Tampering with the store, whatever its shape, is found and placed."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from openward.adapters.memory import FixedClock, MemorySigner, MemoryTrailStore
from openward.domain.actor import Actor
from openward.domain.errors import TrailError
from openward.domain.trail import checkpoint_of
from openward.trail.chain import seal
from openward.trail.checkpoint import sign, statement
from openward.trail.trail import Trail
from openward.trail.walk import Walk

ACTOR = Actor(id="ada", kind="person", role="pharmacist")


def written(count, *, every=8, signer=None):
    store = MemoryTrailStore()
    trail = Trail(store, signer or MemorySigner(), FixedClock(), every=every)
    for number in range(count):
        trail.write(ACTOR, "chart.read", "read", detail={"n": number})
    return trail, store


def rewrite(store, index, **changes):
    store._entries[index] = msgspec.structs.replace(store._entries[index], **changes)


def forge(store, start):
    """Rewrites the chain from an index on as somebody would who can compute hashes but has no key."""
    entries = store._entries
    for index in range(start, len(entries)):
        last = entries[index - 1] if index else None
        entries[index] = seal(bytes(entries[index].event), last)


def test_an_empty_trail_verifies():
    assert written(0)[0].verify().ok


def test_a_trail_that_nobody_touched_verifies_and_tells_what_is_not_proven_yet():
    found = written(19)[0].verify()
    assert (found.ok, found.entries, found.checkpoints, found.unproven, found.first_bad, found.reason) == (
        True, 19, 2, 3, None, "",
    )  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 19), st.integers(0, 10_000), st.integers(1, 255))
def test_any_flipped_byte_of_any_event_is_found_at_its_entry(index, place, mask):
    trail, store = written(20)
    content = bytearray(store._entries[index].event)
    content[place % len(content)] ^= mask
    rewrite(store, index, event=msgspec.Raw(bytes(content)))
    found = trail.verify()
    assert (found.ok, found.first_bad) == (False, index + 1)
    assert "was changed" in found.reason


@pytest.mark.parametrize("field", ["hash", "previous"])
@pytest.mark.parametrize("index", [0, 7, 19])
def test_a_changed_link_is_found_at_its_entry(field, index):
    trail, store = written(20)
    value = getattr(store._entries[index], field)
    rewrite(store, index, **{field: ("1" if value[0] == "0" else "0") + value[1:]})
    assert trail.verify().first_bad == index + 1


def test_a_hash_that_is_no_hash_is_found():
    trail, store = written(3)
    rewrite(store, 1, hash="no hex")
    assert trail.verify().first_bad == 2


@pytest.mark.parametrize("index", [0, 5, 12])
def test_a_removed_entry_is_found(index):
    trail, store = written(20)
    del store._entries[index]
    found = trail.verify()
    assert found.first_bad == index + 1
    assert f"entry {index + 1} is missing" in found.reason


def test_an_inserted_entry_is_found():
    trail, store = written(20)
    store._entries.insert(5, seal(b"{}", store._entries[4]))
    assert trail.verify().first_bad == 7


def test_reordered_entries_are_found():
    trail, store = written(20)
    store._entries[4], store._entries[5] = store._entries[5], store._entries[4]
    assert trail.verify().first_bad == 5


def test_reordered_entries_that_were_renumbered_are_found():
    trail, store = written(20)
    four, five = store._entries[4], store._entries[5]
    store._entries[4] = msgspec.structs.replace(five, seq=four.seq)
    store._entries[5] = msgspec.structs.replace(four, seq=five.seq)
    found = trail.verify()
    assert (found.first_bad, found.reason) == (5, "entry 5 does not follow entry 4")


def test_a_chain_rewritten_with_fresh_hashes_does_not_fit_the_signed_root():
    trail, store = written(20)
    rewrite(store, 10, event=msgspec.Raw(b'{"n":"forged"}'))
    forge(store, 10)
    found = trail.verify()
    assert (found.ok, found.first_bad) == (False, 9)
    assert found.reason == "entries 9 to 16 are not those that were signed: the chain was rewritten"


def test_a_rewritten_end_that_nobody_signed_yet_is_counted_as_unproven():
    trail, store = written(20)
    rewrite(store, 18, event=msgspec.Raw(b'{"n":"forged"}'))
    forge(store, 18)
    found = trail.verify()
    assert (found.ok, found.unproven) == (True, 4)


def test_entries_cut_off_behind_the_last_checkpoint_are_unproven_not_hidden():
    trail, store = written(20)
    del store._entries[18:]
    found = trail.verify()
    assert (found.ok, found.entries, found.unproven) == (True, 18, 2)


@pytest.mark.parametrize("left", [15, 8, 3, 0])
def test_entries_cut_off_before_the_last_checkpoint_are_tampered_with(left):
    trail, store = written(20)
    del store._entries[left:]
    found = trail.verify()
    assert (found.ok, found.first_bad) == (False, left + 1)
    assert found.reason == f"entries {left + 1} to 16 were cut off: a signed checkpoint covers them"


def test_entries_and_checkpoints_cut_off_together_are_found_by_who_kept_a_checkpoint():
    trail, store = written(20)
    kept = store._checkpoints[-1]
    del store._entries[12:], store._checkpoints[1:]
    assert trail.verify().ok
    found = trail.verify(kept=[kept])
    assert (found.ok, found.first_bad) == (False, 13)


def test_a_kept_checkpoint_that_the_store_still_has_changes_nothing():
    trail, store = written(20)
    assert trail.verify(kept=[store._checkpoints[0]]) == trail.verify()


def test_checkpoints_that_were_taken_away_are_missed():
    trail, store = written(40)
    store._checkpoints.clear()
    found = trail.verify()
    assert (found.ok, found.first_bad) == (False, 1)
    assert "40 entries have no signed checkpoint" in found.reason


@pytest.mark.parametrize("change", [{"size": 15}, {"size": 0}, {"root": "00" * 32}, {"key": "x"}, {"signature": "zz"}])
@pytest.mark.parametrize("index", [0, 1])
def test_a_changed_checkpoint_is_found(change, index):
    trail, store = written(20)
    store._checkpoints[index] = msgspec.structs.replace(store._checkpoints[index], **change)
    found = trail.verify()
    assert not found.ok
    assert "not signed by the trusted key" in found.reason


def test_a_changed_checkpoint_beyond_the_end_is_found():
    trail, store = written(20)
    store._checkpoints[1] = msgspec.structs.replace(store._checkpoints[1], size=999)
    found = trail.verify()
    assert (found.ok, found.first_bad) == (False, 9)
    assert "over 999 entries is not signed" in found.reason


def test_a_checkpoint_signed_with_another_key_is_found():
    trail, store = written(20)
    walk = Walk()
    for entry in store._entries:
        walk.step(entry)
    store._checkpoints.append(sign(walk, FixedClock().now(), MemorySigner(9)))
    found = trail.verify()
    assert (found.ok, found.first_bad) == (False, 17)


def test_a_trail_forged_whole_with_another_key_does_not_convince_who_trusts_the_right_key():
    signer, thief = MemorySigner(1), MemorySigner(9)
    forged, _ = written(20, signer=thief)
    assert forged.verify().ok
    found = forged.verify(trusted_key=signer.public_key())
    assert (found.ok, found.first_bad) == (False, 1)
    assert written(20, signer=signer)[0].verify(trusted_key=signer.public_key()).ok


def test_a_trusted_key_that_is_no_key_is_said_to_be_none():
    with pytest.raises(TrailError, match="32 raw bytes"):
        written(1)[0].verify(trusted_key=b"short")


def test_entries_written_while_the_trail_is_walked_count_as_well():
    class Busy(MemoryTrailStore):
        """A store into which others write and sign while it is read."""

        busy = True

        def entries(self, after=0, limit=1000):
            page = super().entries(after, min(limit, 5))
            if self.busy and len(self._entries) < 60:
                self.busy = False
                for _ in range(9):
                    trail.write(ACTOR, "chart.read", "read")
                self.busy = True
            return page

    store = Busy()
    store.busy = False
    trail = Trail(store, MemorySigner(), FixedClock(), every=8)
    for _ in range(10):
        trail.write(ACTOR, "chart.read", "read")
    store.busy = True
    found = trail.verify()
    assert found.ok
    assert found.entries >= 60


def test_a_checkpoint_of_former_days_without_a_head_verifies():
    trail, store = written(20)
    for place, point in enumerate(store._checkpoints):
        old = msgspec.structs.replace(point, head=msgspec.UNSET, peaks=msgspec.UNSET, signature="")
        signature = MemorySigner().sign(statement(old)).hex()
        store._checkpoints[place] = msgspec.structs.replace(old, signature=signature)
        body = msgspec.json.encode(store._checkpoints[place])
        assert b"head" not in body
        assert checkpoint_of(body) == store._checkpoints[place]
    assert trail.verify().ok


def test_a_checkpoint_that_says_more_than_this_version_reads_is_not_called_tampering():
    trail, store = written(20)
    says = msgspec.json.decode(msgspec.json.encode(store._checkpoints[-1]))
    newer = checkpoint_of(msgspec.json.encode(says | {"witness": "ab", "signature": "00" * 64}))
    store._checkpoints[-1] = newer
    found = trail.verify()
    assert not found.ok
    assert "written by a newer version of OpenWard" in found.reason
    assert "verify with that version" in found.reason


@pytest.mark.parametrize("body", [b"{}", b"no json", b'"text"', b"\xff", b'{"size":"many"}'])
def test_what_is_no_checkpoint_is_told(body):
    with pytest.raises(TrailError, match="a checkpoint of the trail cannot be read"):
        checkpoint_of(body)


def test_a_checkpoint_that_was_taken_away_proves_what_the_store_lost_since():
    trail, store = written(19)
    trail.checkpoint()
    taken = trail.checkpoints()
    del store._entries[16:], store._checkpoints[2:]
    assert trail.verify().ok
    assert "were cut off" in trail.attest(kept=taken).reason
