"""The signature of a decision: the exact bytes that are signed, and how they are checked."""

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Final, Literal

import msgspec

from openward.domain.run import Decision, Run, unaltered
from openward.ports.signer import Signer

Seal = Literal["valid", "invalid", "other_key", "changed"]
# A signature made here must mean nothing elsewhere, and the other way round.
PURPOSE: Final = b"openward decision 1\n"


def statement(decision: Decision) -> bytes:
    """The bytes that are signed: all of the decision but the signature, as JSON with sorted keys, time in UTC."""
    bare = msgspec.structs.replace(decision, decided=decision.decided.astimezone(UTC), signature="")
    return PURPOSE + msgspec.json.encode(bare, order="sorted")


def sign(decision: Decision, signer: Signer) -> Decision:
    """The decision with the ward's key and its Ed25519 signature (hex)."""
    keyed = msgspec.structs.replace(decision, key=signer.key_id, signature="")
    return msgspec.structs.replace(keyed, signature=signer.sign(statement(keyed)).hex())


def genuine(decision: Decision, verify: Callable[[bytes, bytes], bool]) -> bool:
    """Whether the signature is the key's over this decision; `verify` takes a message and a signature."""
    try:
        signature = bytes.fromhex(decision.signature)
    except ValueError:
        return False
    return verify(statement(decision), signature)


def seal_of(run: Run, signed: Sequence[Decision], signer: Signer) -> Seal:
    """What the last of those who signed a run can be held to.

    Content that is not what they were shown is worse than any signature is good; another key cannot be judged here.
    """
    decision = signed[-1]
    if not unaltered(run, *signed):
        return "changed"
    if decision.key != signer.key_id:
        return "other_key"
    return "valid" if genuine(decision, signer.verify) else "invalid"
