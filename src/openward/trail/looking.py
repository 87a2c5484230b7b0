"""Looking into the trail from its newest entry back: who, whose, what, how it ended, and when."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

from openward.domain.errors import TrailError
from openward.domain.trail import Entry, Event, EventOutcome
from openward.ports.store import TrailStore
from openward.trail.chain import read_event

_PAGE: Final = 1000
_LOOKED: Final = 20_000


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry must be, each as far as it is given.

    `patients` and `actors` are the names under which one stands in the trail; `what` is a word or its beginning up to
    a dot; `since` and `until` are the first moment and the one right behind the last.
    """

    patients: frozenset[str] = frozenset()
    actors: frozenset[str] = frozenset()
    what: str = ""
    outcome: EventOutcome | None = None
    since: datetime | None = None
    until: datetime | None = None


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What was found, newest first: `before` is where to look further back (None: all was looked at)."""

    entries: tuple[tuple[Entry, Event], ...]
    before: int | None = None
    last: int = 0


def look(store: TrailStore, wanted: Wanted, *, before: int | None = None, limit: int = 50) -> Looked:
    """The newest entries that fit, ahead of a place; one look goes over 20,000 entries at most."""
    last = last_seq(store)
    top = last + 1 if before is None else min(before, last + 1)
    if wanted.until is not None:
        top = min(top, _first_at(store, last, wanted.until))
    found: list[tuple[Entry, Event]] = []
    for entry, event in _back(store, top):
        if wanted.since is not None and event.at < wanted.since:
            return Looked(entries=tuple(found), last=last)
        if _fits(event, wanted):
            found.append((entry, event))
        if len(found) == limit or top - entry.seq >= _LOOKED:
            return Looked(entries=tuple(found), before=entry.seq if entry.seq > 1 else None, last=last)
    return Looked(entries=tuple(found), last=last)


def last_seq(store: TrailStore) -> int:
    """The place of the newest entry, 0 when there is none."""
    top = 1
    while store.entries(top - 1, 1):
        top *= 2
    return bisect_left(range(top), x=True, key=lambda seq: not store.entries(seq, 1))


def _first_at(store: TrailStore, last: int, moment: datetime) -> int:
    """The place of the first entry that is not older than a moment: times rise along the chain."""
    return 1 + bisect_left(range(1, last + 1), moment, key=lambda seq: _at(store, seq))


def _at(store: TrailStore, seq: int) -> datetime:
    return read_event(store.entries(seq - 1, 1)[0]).at


def _back(store: TrailStore, top: int) -> Iterator[tuple[Entry, Event]]:
    """Entries ahead of a place, newest first; one that cannot be read is left to the verification, which names it."""
    while top > 1:
        low = max(0, top - 1 - _PAGE)
        for entry in reversed(store.entries(low, top - 1 - low)):
            try:
                yield entry, read_event(entry)
            except TrailError:
                continue
        top = low + 1


def _fits(event: Event, wanted: Wanted) -> bool:
    return (
        (not wanted.patients or event.patient in wanted.patients)
        and (not wanted.actors or event.actor in wanted.actors)
        and (not wanted.what or event.what == wanted.what or event.what.startswith(f"{wanted.what}."))
        and (wanted.outcome is None or event.outcome == wanted.outcome)
    )
