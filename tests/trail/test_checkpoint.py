from datetime import UTC, datetime, timedelta, timezone

import msgspec

from openward.adapters.memory import MemorySigner
from openward.trail.checkpoint import genuine, sign, statement, verifier_of

AT = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)


def test_the_signed_bytes_say_what_they_are_for_and_hold_all_but_the_signature():
    made = sign(3, "ab" * 32, AT, MemorySigner())
    assert statement(made) == (
        b'openward trail checkpoint 1\n{"at":"2026-01-15T09:00:00Z","key":"%s","root":"%s","signature":"","size":3}'
        % (MemorySigner().key_id.encode(), b"ab" * 32)
    )


def test_a_checkpoint_holds_in_whatever_zone_the_store_gives_its_time_back():
    made = sign(3, "ab" * 32, AT, MemorySigner())
    moved = msgspec.structs.replace(made, at=AT.astimezone(timezone(timedelta(hours=8))))
    assert genuine(moved, MemorySigner().verify)


def test_anybody_can_check_with_the_public_key_alone():
    made = sign(3, "ab" * 32, AT, MemorySigner())
    assert genuine(made, verifier_of(MemorySigner().public_key()))
    assert not genuine(made, verifier_of(MemorySigner(4).public_key()))
