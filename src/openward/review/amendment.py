"""What a person made of a proposal: the amended body, checked, and how it differs from the proposed one."""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from openward.domain.errors import OpenWardError
from openward.domain.run import Change, Run
from openward.review.difference import difference
from openward.review.rules import Refusal, RefusedError

# Decodes bytes as the body of a service's proposals (id of the service, JSON); raises what msgspec or the house raises.
BodyReader = Callable[[str, bytes], object]

_NOT_READABLE: Final = (msgspec.MsgspecError, OpenWardError, ValueError, OverflowError, RecursionError)


class Amendment(msgspec.Struct, frozen=True):
    """The amended body as JSON with each member once, and its difference from the proposed body."""

    body: msgspec.Raw
    changes: tuple[Change, ...]


class _Proposed(msgspec.Struct, frozen=True):
    """The part of a proposal that may be amended."""

    body: Any


def amendment(run: Run, amended: bytes, read: BodyReader | None, *, most_bytes: int) -> Amendment:
    """Reads an amended body and compares it with the run's proposal.

    Raises:
        RefusedError: it is too large, no JSON, not of the service's type, or changes nothing.
    """
    if len(amended) > most_bytes:
        raise RefusedError(Refusal("amendment-size", f"the amended body is larger than {most_bytes} bytes"))
    try:
        after = msgspec.json.decode(amended)
        typed = read(run.service, amended) if read else after
        body = msgspec.Raw(msgspec.json.encode(after))
        lost = [change for change in difference(after, msgspec.to_builtins(typed)) if change.op == "remove"]
        changes = difference(msgspec.json.decode(run.proposal or b"", type=_Proposed).body, after)
    except _NOT_READABLE:
        # The reader's own message may quote the body.
        msg = "the amended body is not of the type that this service proposes: change values, keep the form"
        raise RefusedError(Refusal("amendment-type", msg)) from None
    if lost:
        msg = f"the amended body has {len(lost)} parts that this service's proposals do not have: take them out"
        raise RefusedError(Refusal("amendment-unknown-part", msg))
    if not changes:
        raise RefusedError(Refusal("amendment-empty", "the amended body is the proposed one: accept it instead"))
    return Amendment(body, changes)
