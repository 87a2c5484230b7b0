from datetime import UTC, datetime, timedelta, timezone

import msgspec

from openward.adapters.memory import MemorySigner
from openward.domain.trail import Checkpoint
from openward.trail.chain import seal
from openward.trail.checkpoint import genuine, sign, statement, verifier_of
from openward.trail.walk import Walk

AT = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)


def made_over(entries):
    walk, last = Walk(), None
    for _ in range(entries):
        last = seal(b"{}", last)
        assert walk.step(last) is None
    return sign(walk, AT, MemorySigner())


def test_the_signed_bytes_say_what_they_are_for_and_hold_all_but_the_signature():
    made = made_over(3)
    assert statement(made) == (
        b'openward trail checkpoint 1\n{"at":"2026-01-15T09:00:00Z","head":"%s","key":"%s","peaks":["%s","%s"],'
        b'"root":"%s","signature":"","size":3}'
        % tuple(x.encode() for x in (made.head, MemorySigner().key_id, *made.peaks, made.root))
    )


def test_a_checkpoint_of_former_days_signs_what_it_signed_then():
    old = Checkpoint(size=3, root="ab" * 32, at=AT, key="k", signature="")
    assert statement(old) == (
        b'openward trail checkpoint 1\n{"at":"2026-01-15T09:00:00Z","key":"k","root":"%s","signature":"","size":3}'
        % (b"ab" * 32)
    )


def test_a_walk_goes_on_from_what_was_signed_as_if_it_had_walked_everything():
    for size in range(1, 20):
        signed, whole = made_over(size), made_over(size + 1)
        walk = Walk.signed(signed)
        entry = seal(b"{}", msgspec.structs.replace(seal(b"{}", None), seq=size, hash=signed.head))
        assert walk.step(entry) is None
        assert (walk.size, walk.head, walk.root(), walk.peaks) == (size + 1, whole.head, whole.root, whole.peaks)


def test_a_checkpoint_holds_in_whatever_zone_the_store_gives_its_time_back():
    made = made_over(3)
    moved = msgspec.structs.replace(made, at=AT.astimezone(timezone(timedelta(hours=8))))
    assert genuine(moved, MemorySigner().verify)


def test_anybody_can_check_with_the_public_key_alone():
    made = made_over(3)
    assert genuine(made, verifier_of(MemorySigner().public_key()))
    assert not genuine(made, verifier_of(MemorySigner(4).public_key()))
