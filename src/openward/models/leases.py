"""What is set aside for several calls at once, so that most calls need not wait for the disk.

A lease is an ordinary reservation, on disk before the first call draws on it. It is never more than a small share of
what is left of any budget, and it ends within a second: then what its calls used is spent, and those that are still
under way get reservations of their own in the same transaction. Before it is used up the next one is taken, so that no
call waits for it. If the process dies, all of the lease counts.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import msgspec

from openward.domain.usage import Hold, Reservation, Settlement, Tally

_CALLS: Final = 512
_SHARE: Final = 16
_SECONDS: Final = 1.0
_GRACE: Final = timedelta(seconds=60)

Key = tuple[str, tuple[Hold, ...]]
Item = Reservation | Settlement


def key_of(wanted: Reservation) -> Key:
    """Which calls can share a lease: those of one model that draw on the same budgets."""
    return wanted.model, wanted.holds


def lease_for(wanted: Reservation, tally: Callable[[Hold], Tally]) -> Reservation | None:
    """A reservation for several calls like this one; None when too little is left to set more aside than is needed."""
    calls = min((_fitting(hold, tally(hold), wanted) for hold in wanted.holds), default=_CALLS)
    if calls <= 1:
        return None
    return msgspec.structs.replace(
        wanted, id=f"{wanted.id}-lease", money=wanted.money * calls, tokens=wanted.tokens * calls,
        expires=wanted.at + _GRACE, account=msgspec.structs.replace(wanted.account, run=""),
    )  # fmt: skip


def _fitting(hold: Hold, now: Tally, wanted: Reservation) -> int:
    calls = _CALLS
    if hold.money is not None and wanted.money:
        calls = min(calls, (hold.money - now.spent_money - now.held_money) // (_SHARE * wanted.money))
    if hold.tokens is not None and wanted.tokens:
        calls = min(calls, (hold.tokens - now.spent_tokens - now.held_tokens) // (_SHARE * wanted.tokens))
    return calls


class Lease:
    """One lease and the calls that draw on it; not safe with threads by itself."""

    def __init__(self, held: Reservation) -> None:
        self._held = held
        self._ends = time.monotonic() + _SECONDS
        self._worn = False
        self._money, self._tokens = held.money, held.tokens
        self._spent_money = self._spent_tokens = 0
        self._calls: dict[str, Reservation] = {}

    @property
    def ended(self) -> bool:
        """Whether its time is over."""
        return time.monotonic() >= self._ends

    @property
    def calls(self) -> tuple[str, ...]:
        """The calls that draw on it and are under way."""
        return tuple(self._calls)

    def wears(self) -> bool:
        """Whether the next lease must be taken, because half of this one or of its time is used; said once."""
        if self._worn:
            return False
        used = self._money * 2 < self._held.money or self._tokens * 2 < self._held.tokens
        self._worn = used or time.monotonic() >= self._ends - _SECONDS / 2
        return self._worn

    def draw(self, wanted: Reservation) -> bool:
        """Takes what a call needs; False when too little is left."""
        if wanted.money > self._money or wanted.tokens > self._tokens:
            return False
        self._money -= wanted.money
        self._tokens -= wanted.tokens
        self._calls[wanted.id] = wanted
        return True

    def settle(self, done: Settlement) -> tuple[Item, ...]:
        """What to write when one of its calls has ended."""
        wanted = self._calls.pop(done.reservation)
        self._spent_money += done.money
        self._spent_tokens += done.tokens
        return msgspec.structs.replace(wanted, holds=(), lease=self._held.id), done

    def close(self, now: datetime) -> tuple[Item, ...]:
        """What to write when it ends, all in one transaction."""
        done = Settlement(
            reservation=self._held.id, at=now, outcome="shared", money=self._spent_money, tokens=self._spent_tokens
        )
        return done, *(_kept(wanted) for wanted in self._calls.values())


def _kept(wanted: Reservation) -> Reservation:
    """A reservation of what the lease had set aside already: no limit stands in its way any more."""
    return msgspec.structs.replace(wanted, holds=tuple(Hold(key=h.key, window=h.window) for h in wanted.holds))
