"""What a batch of reservations and settlements does to the tallies, decided before anything is written."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from openward.domain.errors import StoreError
from openward.domain.usage import Hold, Refusal, Reservation, Settlement, Tally

Place = tuple[str, str]


class Changes(msgspec.Struct):
    """What to write, and what to say of each item of the batch."""

    reservations: list[Reservation] = msgspec.field(default_factory=list)
    settlements: list[Settlement] = msgspec.field(default_factory=list)
    tallies: dict[Place, Tally] = msgspec.field(default_factory=dict)
    refusals: list[Refusal | None] = msgspec.field(default_factory=list)


class Teller:
    """Works through one batch over what is known of it: tallies by place, reservations by id, ids that are settled."""

    def __init__(
        self, tallies: Mapping[Place, Tally], reserved: Mapping[str, Reservation], settled: Iterable[str], where: str
    ) -> None:
        self.changes = Changes()
        self._tallies = dict(tallies)
        self._reserved = dict(reserved)
        self._settled = set(settled)
        self._where = where

    def work(self, batch: Sequence[Reservation | Settlement]) -> Changes:
        """The changes that the batch makes.

        Raises:
            StoreError: a settlement names no reservation, or asks for more than was held.
        """
        for item in batch:
            if isinstance(item, Reservation):
                self.changes.refusals.append(self._reserve(item))
            else:
                self._settle(item)
                self.changes.refusals.append(None)
        return self.changes

    def _reserve(self, wanted: Reservation) -> Refusal | None:
        if wanted.id in self._reserved:
            raise StoreError(f"{self._where}: this reservation is kept already; a reservation is written once")
        for hold in wanted.holds:
            refusal = _refusal(hold, self._at((hold.key, hold.window)), wanted)
            if refusal is not None:
                return refusal
        for place in _places(wanted):
            self._move(place, held=(wanted.money, wanted.tokens), spent=(0, 0))
        self._reserved[wanted.id] = wanted
        self.changes.reservations.append(wanted)
        return None

    def _settle(self, done: Settlement) -> None:
        reserved = self._reserved.get(done.reservation)
        if reserved is None:
            raise StoreError(f"{self._where}: there is no such reservation; reserve before the call, settle after it")
        if done.reservation in self._settled:
            return
        if not 0 <= done.money <= reserved.money or not 0 <= done.tokens <= reserved.tokens:
            raise StoreError(f"{self._where}: a settlement may not be more than what was held; nothing was written")
        for place in _places(reserved):
            self._move(place, held=(-reserved.money, -reserved.tokens), spent=(done.money, done.tokens))
        self._settled.add(done.reservation)
        self.changes.settlements.append(done)

    def _at(self, place: Place) -> Tally:
        return self._tallies.get(place, Tally())

    def _move(self, place: Place, held: tuple[int, int], spent: tuple[int, int]) -> None:
        now = self._at(place)
        moved = Tally(
            spent_money=now.spent_money + spent[0], held_money=now.held_money + held[0],
            spent_tokens=now.spent_tokens + spent[1], held_tokens=now.held_tokens + held[1],
        )  # fmt: skip
        self._tallies[place] = self.changes.tallies[place] = moved


def _refusal(hold: Hold, now: Tally, wanted: Reservation) -> Refusal | None:
    if hold.money is not None and now.spent_money + now.held_money + wanted.money > hold.money:
        return _short(hold, "money", hold.money - now.spent_money - now.held_money, wanted.money)
    if hold.tokens is not None and now.spent_tokens + now.held_tokens + wanted.tokens > hold.tokens:
        return _short(hold, "tokens", hold.tokens - now.spent_tokens - now.held_tokens, wanted.tokens)
    return None


def _short(hold: Hold, what: Literal["money", "tokens"], left: int, asked: int) -> Refusal:
    return Refusal(key=hold.key, window=hold.window, what=what, left=max(0, left), asked=asked)


def places(batch: Iterable[Reservation | Settlement], reserved: Mapping[str, Reservation]) -> set[Place]:
    """The tallies that a batch touches; `reserved` holds the reservations that its settlements name."""
    found = [item if isinstance(item, Reservation) else reserved.get(item.reservation) for item in batch]
    return {place for item in found if item is not None for place in _places(item)}


def _places(reservation: Reservation) -> set[Place]:
    """Where a reservation counts: once, even where several limits hold for one budget."""
    return {(hold.key, hold.window) for hold in reservation.holds}
