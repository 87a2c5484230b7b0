"""Handlers about the trail."""

import msgspec

from openward.domain.errors import InputError
from openward.domain.trail import Entry
from openward.doors.http.call import Answer, Call
from openward.trail.verification import Verification

__all__ = ["Entries", "Verification", "attest", "list_entries", "verify"]


class Entries(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the trail; `next` is the `after` of the following page, null at the end."""

    items: tuple[Entry, ...]
    next: int | None = None


def list_entries(call: Call) -> Answer:
    """One page of entries, in order."""
    call.ward.access.require(call.actor, "trail.read")
    limit, after = call.number("limit", 100), call.query.get("after", "0")
    if not (after.isascii() and after.isdigit() and len(after) < 16):  # noqa: PLR2004 - fits 64 bits
        msg = "the query parameter 'after' must be the number of an entry"
        raise InputError(msg)
    found = call.ward.trail.entries(after=int(after), limit=limit, patient=call.query.get("patient"))
    return Answer(Entries(items=found, next=found[-1].seq if len(found) == limit else None))


def verify(call: Call) -> Answer:
    """Recomputes the chain and changes nothing."""
    call.ward.access.require(call.actor, "trail.read")
    return Answer(call.ward.trail.verify())


def attest(call: Call) -> Answer:
    """Recomputes the chain, and signs what no checkpoint covered."""
    call.ward.access.require(call.actor, "trail.read")
    return Answer(call.ward.trail.attest())
