"""The trail: who looked at what and what was done, in words; whether it is whole; and the whole of it as a file."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Final, get_args
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response, StreamingResponse

from openward.domain.errors import InputError
from openward.domain.trail import Entry, Event, EventOutcome
from openward.doors.console.people import names_of
from openward.doors.console.visit import PageRoute, Visit, draw

_A_PAGE: Final = 40
_DIGITS: Final = 15
_LONGEST: Final = 200
_FIRST, _LAST = 1970, 9998
READ: Final = "trail.read"
# The first words of all events, in the order in which a person looks for them.
KINDS: Final = (
    "chart", "patient", "run", "service", "queue", "showing", "decision", "feedback", "interview", "agent", "record",
    "fhir", "batch", "literature", "model", "skill", "guards", "trail", "session", "access", "person", "token",
)  # fmt: skip


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as a person reads it."""

    seq: int
    hash: str
    event: Event
    at: datetime
    who: str
    did: str
    about: str = ""


def trail(visit: Visit) -> Response:
    """The newest entries that fit what was asked, page by page."""
    ward, asked = visit.ward, _asked(visit)
    ward.access.require(visit.actor, READ)
    looked = ward.trail.look(
        patient=asked["patient"], actor=asked["who"], what=asked["what"], outcome=_outcome(asked["outcome"]),
        since=_day(asked["since"], 0), until=_day(asked["until"], 1), before=_before(visit), limit=_A_PAGE,
    )  # fmt: skip
    persons = {person.id: person.name for person in ward.stores.access.persons()}
    titles = {id: service.card.title.in_(visit.language) for id, service in ward.services.items()}
    kept = urlencode({key: value for key, value in asked.items() if value})
    return draw(
        visit, "trail.html", lines=[_line(visit, *one, persons, titles) for one in looked.entries], asked=asked,
        filtered=bool(kept), older=looked.before, last=looked.last, kinds=KINDS, outcomes=get_args(EventOutcome),
        path=f"/console/trail?{kept}&" if kept else "/console/trail?", persons=persons, later="before" in visit.query,
        patient=names_of(visit, [asked["patient"]]).get(asked["patient"]),
    )  # fmt: skip


def verify(visit: Visit) -> Response:
    """Recomputes the chain and every signed checkpoint, then signs what is not covered by one yet."""
    visit.ward.access.require(visit.actor, READ)
    template = "verdict.html" if visit.part else "verified.html"
    return draw(visit, template, result=visit.ward.trail.attest())


def export(visit: Visit) -> Response:
    """The whole trail as FHIR R4 AuditEvent and Provenance, one a line; that it was taken is in the trail."""
    ward = visit.ward
    ward.access.require(visit.actor, READ)
    ward.trail.write(visit.actor, "trail.export", "read", door="console")
    name = f"openward-trail-{ward.clock.now():%Y-%m-%d}.ndjson"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_lines(chain(ward.trail.audit_events(), ward.provenance())), 200, headers,
                             "application/fhir+ndjson")  # fmt: skip


def _lines(resources: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    for resource in resources:
        yield msgspec.json.encode(resource) + b"\n"


def _asked(visit: Visit) -> dict[str, str]:
    return {key: visit.query.get(key, "").strip()[:_LONGEST]
            for key in ("who", "patient", "what", "outcome", "since", "until")}  # fmt: skip


def _outcome(text: str) -> EventOutcome | None:
    return next((outcome for outcome in get_args(EventOutcome) if outcome == text), None)


def _day(text: str, later: int) -> datetime | None:
    """The beginning of a day of this machine's calendar, or of one some days later."""
    if not text:
        return None
    try:
        day = datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - years that no zone knows are refused first
    except ValueError as error:
        raise InputError("a day is written as 2026-11-21") from error
    if not _FIRST <= day.year <= _LAST:
        raise InputError(f"give a day of the years {_FIRST} to {_LAST}")
    return day.astimezone() + timedelta(days=later)


def _before(visit: Visit) -> int | None:
    text = visit.query.get("before")
    if text is not None and not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise InputError("'before' must be the number of an entry of the trail")
    return None if text is None else int(text)


def _line(visit: Visit, entry: Entry, event: Event, persons: dict[str, str], titles: dict[str, str]) -> Line:
    key = "did_" + event.what.replace(".", "_").replace("-", "_")
    return Line(
        seq=entry.seq, hash=entry.hash[:12], event=event, at=event.at.astimezone(),
        who=persons.get(event.actor, event.actor), did=visit.t(key) if visit.has(key) else event.what,
        about=titles.get(event.subject or "", ""),
    )  # fmt: skip


ROUTES: Final = (
    PageRoute("/console/trail", trail),
    PageRoute("/console/trail/verification", verify, method="POST"),
    PageRoute("/console/trail/export", export),
)
