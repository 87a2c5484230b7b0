"""What a guard says when it stops something, and where a text comes from."""

from typing import Final, Literal

import msgspec

# alert: go on, and show `says` to the person; hold: these words, or this call, wait and are shown as held;
# refuse: it does not happen; answer: `says` is answered in its place.
Outcome = Literal["alert", "hold", "refuse", "answer"]
# house: written by this house (persona, engines, knowledge); user: the person who asks; the others are strangers.
Origin = Literal["house", "user", "record", "document", "tool", "remote", "skill"]
TRUSTED: Final[frozenset[Origin]] = frozenset({"house"})


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a guard stopped: the guard's name, what becomes of it, and why, without a patient's words.

    `start` and `end` are its place in the text that was looked at, None when it is the whole; `says` is shown instead
    of it or beside it.
    """

    guard: str
    outcome: Outcome
    reason: str
    start: int | None = None
    end: int | None = None
    says: str = ""


def refused(guard: str, reason: str) -> Stop:
    """The whole does not happen."""
    return Stop(guard=guard, outcome="refuse", reason=reason)


def held(guard: str, reason: str, start: int | None = None, end: int | None = None) -> Stop:
    """A place of the text, or the whole, is held back."""
    return Stop(guard=guard, outcome="hold", reason=reason, start=start, end=end)
