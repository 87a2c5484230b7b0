"""What the trail says was decided on a run, held against what the store kept."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, get_args

from openward.domain.errors import TrailError
from openward.domain.run import Choice, Decision
from openward.domain.trail import Entry, Event
from openward.trail.chain import read_event

# How long the store may take to keep what the trail holds already; it waits this long for a lock.
KEEPING: Final = timedelta(seconds=10)
_CHOSEN: Final = frozenset(f"decision.{choice}" for choice in get_args(Choice))
_MARK: Final = b'"what":"decision.'


def choice_in(event: Event) -> bool:
    """Whether an event says that somebody decided."""
    return event.what in _CHOSEN


def lost(entries: Iterable[Entry], kept: Iterable[Decision | None]) -> tuple[Event, ...]:
    """The decisions of one run that stand in the trail, of which the store has none, or one that says otherwise.

    One that was taken back (`decision.refused` names it) does not stand.

    Raises:
        TrailError: an entry cannot be read.
    """
    standing: dict[str | int, Event] = {}
    for event in map(read_event, entries):
        name = event.detail.get("decision", "")
        if choice_in(event):
            standing[name] = event
        elif event.what == "decision.refused":
            standing.pop(name, None)
    held = {(one.id, f"decision.{one.choice}", one.digest) for one in kept if one is not None}
    return tuple(
        event for name, event in standing.items() if (name, event.what, event.detail.get("digest")) not in held
    )


def being_kept(event: Event, now: datetime) -> bool:
    """Whether a decision was written so lately that the store may be about to keep it."""
    return now - event.at < KEEPING


def decided_in(page: Iterable[Entry], now: datetime) -> Iterable[tuple[Entry, Event]]:
    """The entries of a page that say that somebody decided on a run, and not only just now.

    One that cannot be read is left out: whoever walks the chain names it.
    """
    for entry in page:
        if _MARK in bytes(entry.event):
            with suppress(TrailError):
                event = read_event(entry)
                if choice_in(event) and event.run and not being_kept(event, now):
                    yield entry, event
