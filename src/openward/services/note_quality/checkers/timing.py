"""When notes were written: deadlines, and times that cannot be."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from openward.domain.evidence import Evidence
from openward.domain.text import Text
from openward.services.note_quality.case import MOOT, Asked, Gap, Happened, Hit, Note
from openward.services.note_quality.marking import moments

_STATED: Final = {"admitted": "admitted", "discharged": "discharged", "died": "death_time"}
_WRITTEN: Final = ("recorded", "visited", "consult_time")
_TELLS_OF: Final = {"operation": "operation_started", "postop_first": "operation_started", "death": "died"}
_SLACK: Final = timedelta(minutes=10)


def written_within(asked: Asked) -> Iterator[Hit | Gap]:
    """The note was written later than its deadline after an event."""
    rule, note = asked.rule, asked.written
    if rule.params.get("first") == "yes" and _earlier(asked):
        yield MOOT
        return
    pair = _pair(asked, rule.params["event"])
    if isinstance(pair, Gap):
        yield pair
        return
    event, at, evidence = pair
    due = event + timedelta(hours=rule.hours or 0.0)
    if at > due:
        late = (at - event).total_seconds() / 3600
        yield Hit(
            evidence=(evidence, note.whole()),
            detail=Text(
                f"It was written {late:.1f} h after; the limit is {rule.deadline}.",
                f"实际为{late:.1f}小时，时限{rule.hours:g}小时。",
            ),
            due=due if due.tzinfo else None,
        )


def written_before(asked: Asked) -> Iterator[Hit | Gap]:
    """The note was to be written before an event and was written after it."""
    note = asked.written
    event = asked.case.events.get(asked.rule.params["event"])
    if event is None:
        yield Gap(f"event-{asked.rule.params['event']}")
    elif note.written is None:
        yield Gap("time-of-writing")
    elif note.written > event.at:
        yield Hit(evidence=(event.evidence, note.whole()), due=event.at)


def _earlier(asked: Asked) -> bool:
    """Whether an earlier note of the same kind is there."""
    note = asked.written
    others = [n for n in asked.case.notes if n.kind == note.kind and n is not note and n.written is not None]
    return note.written is not None and any(n.written < note.written for n in others if n.written is not None)


def _pair(asked: Asked, name: str) -> tuple[datetime, datetime, Evidence] | Gap:
    """The moment of an event and of the writing, from the record or else both from the note itself."""
    note = asked.written
    event = asked.case.events.get(name)
    if event is not None and note.written is not None:
        return event.at, note.written, event.evidence
    told = _stated(note, _STATED.get(name, ""))
    wrote = _stated(note, *_WRITTEN)
    if told is not None and wrote is not None:
        return told.at, wrote.at, told.evidence
    return Gap("time-of-writing" if event is not None else f"event-{name}")


def _stated(note: Note, *sections: str) -> Happened | None:
    """The exact moment that a section of the note gives."""
    for part in note.of(*sections):
        for moment in moments(note.text, part.start, part.end)[:1]:
            if moment.exact:
                return Happened(moment.at, note.cite(moment.start, moment.end))
    return None


def date_order(asked: Asked) -> Iterator[Hit | Gap]:
    """Two dates of one note stand in an order that cannot be."""
    note = asked.written
    first, second = (_day(note, asked.rule.params[name]) for name in ("before", "after"))
    if first is None or second is None:
        yield MOOT
    elif second.at.date() < first.at.date():
        yield Hit(evidence=(first.evidence, second.evidence))


def _day(note: Note, section: str) -> Happened | None:
    for part in note.of(section):
        for moment in moments(note.text, part.start, part.end)[:1]:
            return Happened(moment.at, note.cite(moment.start, moment.end))
    return None


def in_future(asked: Asked) -> Iterator[Hit | Gap]:
    """The note is dated after now."""
    note = asked.written
    if note.written is None:
        yield MOOT
    elif note.written > asked.case.now + timedelta(days=1):
        yield Hit(evidence=(note.whole(),))


def written_too_early(asked: Asked) -> Iterator[Hit | Gap]:
    """The note is dated before the event that it tells of."""
    note = asked.written
    event = asked.case.events.get(_TELLS_OF.get(note.kind or "", ""))
    if event is None or note.written is None:
        yield MOOT
    elif note.written < event.at - _SLACK:
        yield Hit(evidence=(event.evidence, note.whole()))


def signed_early(asked: Asked) -> Iterator[Hit | Gap]:
    """The note was signed before it was written."""
    note = asked.written
    if note.signed is None or note.written is None:
        yield MOOT
    elif note.signed < note.written - _SLACK:
        yield Hit(evidence=(note.whole(),))
