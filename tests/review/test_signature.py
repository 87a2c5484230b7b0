from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from openward.adapters.memory import MemorySigner
from openward.domain.run import Change, Cost, Decision, Run, digest_of
from openward.review.signature import genuine, seal_of, sign, statement

AT = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
BARE = Decision(
    id="decision-1", run="run-1", showing="showing-1", digest="ab" * 32, choice="amend", reason="kidney", person="ada",
    role="pharmacist", decided=AT, amended=msgspec.Raw(b'{"dose":2.5}'),
    changes=(Change(op="replace", path="/dose", value=2.5), Change(op="remove", path="/x")),
)  # fmt: skip


def test_the_signed_bytes_say_what_they_are_for_and_hold_the_whole_decision():
    assert statement(BARE) == (
        b'openward decision 1\n{"amended":{"dose":2.5},"changes":[{"op":"replace","path":"/dose","value":2.5},'
        b'{"op":"remove","path":"/x"}],"choice":"amend","decided":"2026-01-15T09:00:00Z","digest":"%s",'
        b'"id":"decision-1","key":"","person":"ada","reason":"kidney","role":"pharmacist","run":"run-1",'
        b'"showing":"showing-1","signature":""}' % (b"ab" * 32)
    )


def test_a_signed_decision_is_genuine_also_when_it_comes_back_from_json_in_another_zone():
    signed = sign(BARE, MemorySigner())
    assert signed.key == MemorySigner().key_id
    # Stores keep the amended bytes beside the rest, as bytes.
    rest = msgspec.json.encode(msgspec.structs.replace(signed, amended=None))
    back = msgspec.json.decode(rest, type=Decision)
    moved = msgspec.structs.replace(back, amended=signed.amended, decided=AT.astimezone(timezone(timedelta(hours=8))))
    assert genuine(moved, MemorySigner().verify)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x"}, {"run": "x"}, {"showing": "x"}, {"digest": "x"}, {"choice": "accept"}, {"reason": "x"},
        {"person": "x"}, {"role": "nurse"}, {"decided": AT + timedelta(seconds=1)}, {"amended": None}, {"changes": ()},
        {"key": "x"}, {"signature": ""}, {"signature": "no hex"}, {"signature": "00" * 64},
    ],
    ids=str,
)  # fmt: skip
def test_a_decision_in_which_anything_changed_is_not_genuine(change):
    assert not genuine(msgspec.structs.replace(sign(BARE, MemorySigner()), **change), MemorySigner().verify)


def test_another_key_does_not_make_it_genuine():
    assert not genuine(sign(BARE, MemorySigner()), MemorySigner(7).verify)


def test_signing_again_gives_the_same_signature():
    assert sign(sign(BARE, MemorySigner()), MemorySigner()) == sign(BARE, MemorySigner())


MADE = b'{"body":{"dose":5}}'
RUN = Run(
    id="run-1", site="s", service="review", service_version="1.0.0", status="proposed", door="http", actor="ada",
    started=AT, cost=Cost(seconds=0.1, unit="review"), input_digest="ab" * 32, proposal=msgspec.Raw(MADE),
    proposal_digest=digest_of(MADE),
)  # fmt: skip
SIGNED = sign(msgspec.structs.replace(BARE, digest=digest_of(MADE)), MemorySigner())


def test_a_seal_holds_the_decision_to_what_is_kept_now():
    assert seal_of(RUN, [SIGNED], MemorySigner()) == "valid"
    assert seal_of(RUN, [SIGNED], MemorySigner(7)) == "other_key"
    assert seal_of(RUN, [msgspec.structs.replace(SIGNED, reason="none")], MemorySigner()) == "invalid"
    assert seal_of(RUN, [msgspec.structs.replace(SIGNED, amended=msgspec.Raw(b"{}"))], MemorySigner()) == "invalid"
    other = msgspec.structs.replace(RUN, proposal=msgspec.Raw(b'{"body":{"dose":50}}'))
    assert seal_of(other, [SIGNED], MemorySigner()) == "changed"
    both = msgspec.structs.replace(other, proposal_digest=digest_of(bytes(other.proposal)))
    assert seal_of(both, [SIGNED], MemorySigner(7)) == "changed"
