"""The cockpit: what waits for me, what went wrong, what happened, and the services as a wall of cards."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Final

import msgspec
from starlette.responses import Response

from openward.access.scopes import ADMIN, DECIDE
from openward.domain.proposal import SEVERITIES, Severity
from openward.domain.run import Mark, Run
from openward.doors.console.duty import WATCHED, waiting
from openward.doors.console.failing import why_failed
from openward.doors.console.knowledge_rows import named
from openward.doors.console.pages.unfinished import cut_off
from openward.doors.console.people import names_of
from openward.doors.console.tiles import Tile, initials, tile, use
from openward.doors.console.visit import PageRoute, Visit, draw
from openward.doors.proposals import proposal_of, summary_of
from openward.harness.interviews import asks
from openward.knowledge import tables

_LOOKED: Final = 12
_SHOWN: Final = 3
_RECENT: Final = 3
_COUNTED: Final = 2000
_DAYS: Final = 14
_WRONG: Final = 8
_LATELY: Final = timedelta(hours=24)
_NONE: Final = "-"
_MORNING, _NOON, _EVENING = 5, 12, 18


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal that waits for the visitor's signature, and its worst finding."""

    run: Run
    says: str
    severity: Severity | None = None


class Duty(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for the visitor: how many (`more`: at least so many), the oldest, the worst of the newest."""

    shown: tuple[Waiting, ...]
    count: int
    more: bool = False
    oldest: datetime | None = None
    worst: Severity | None = None


class Wall(msgspec.Struct, frozen=True):
    """Services of one kind."""

    name: str
    tiles: tuple[Tile, ...]


def cockpit(visit: Visit) -> Response:
    """What waits for this person, what went wrong, the last runs, and the services."""
    ward, now = visit.ward, visit.ward.clock.now()
    marks = ward.stores.runs.marks(_COUNTED)
    duty = _duty(visit, marks) if visit.may(DECIDE) else None
    recent = ward.runs(limit=_RECENT, actor=visit.actor, door="console") if visit.may("run.read") else ()
    wrong = _wrong(visit)
    titles = {id: service.card.title.in_(visit.language) for id, service in ward.services.items()}
    people = names_of(visit, [one.run.patient for one in duty.shown] if duty else [])
    people |= names_of(visit, (run.patient for run in (*recent, *wrong)))
    return draw(
        visit, "cockpit.html", duty=duty, recent=recent, wrong=wrong, faults=_faults(visit, titles),
        why=partial(_why, visit), cut=cut_off(visit),
        greeting=_greeting(now), walls=_walls(visit, marks, now), initials=initials, summary_of=summary_of,
        title_of=lambda id: titles.get(id, id), name_of=lambda id: people[id].name if id in people else "",
        counts=ward.stores.record.counts(), counted=len(marks), all=len(marks) < _COUNTED, newest=_name(marks),
        mine=len(waiting(ward, visit.actor, marks[:WATCHED])),
        invites=_invites(visit), troubles_first=visit.may(ADMIN), ago=lambda at: ago(at, now), days=_DAYS,
    )  # fmt: skip


def news(visit: Visit) -> Response:
    """How much came since the page was drawn, in numbers; nothing (204) when that was told already.

    No run and no patient is read, so the trail has nothing to hold; who wants to see them presses the button.
    """
    marks = visit.ward.stores.runs.marks(WATCHED)
    names = [_name([mark]) for mark in marks]
    newest = visit.query.get("newest", _NONE)
    new = names.index(newest) if newest in names else len(marks)
    mine = len(waiting(visit.ward, visit.actor, marks))
    told = f"{new} {mine}"
    if told == visit.query.get("told", f"0 {visit.query.get('mine', '')}"):
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return draw(visit, "news.html", new=new, more=new == WATCHED, mine=mine, told=told)


def ago(at: datetime, now: datetime) -> tuple[str, int]:
    """How long ago a moment was: the key of its words, and their number."""
    minutes = max(0, int((now - at).total_seconds() // 60))
    if minutes < 60:  # noqa: PLR2004 - an hour
        return "minutes_ago", minutes
    return ("hours_ago", minutes // 60) if minutes < 48 * 60 else ("days_ago", minutes // 1440)


def _invites(visit: Visit) -> tuple[str, ...]:
    """The services that somebody without a record here may be asked by, over a link that the visitor hands on."""
    found = (one for one in visit.ward.services.values() if asks(one) and one.card.subject != "patient")
    return tuple(one.card.id for one in found if visit.may(f"service/{one.card.id}.run"))


def _greeting(now: datetime) -> str:
    """The key of the words for the hour that it is at this machine."""
    hour = now.astimezone().hour
    if _MORNING <= hour < _NOON:
        return "good_morning"
    return "good_afternoon" if _NOON <= hour < _EVENING else "good_evening"


def _name(marks: Sequence[Mark]) -> str:
    """What tells the newest mark from the others."""
    return f"{marks[0].service} {marks[0].started.isoformat()}" if marks else _NONE


def _duty(visit: Visit, marks: Sequence[Mark]) -> Duty:
    """What waits for a person who may decide: the worst of the newest come first, of the same the oldest."""
    runs = visit.ward.desk.queue(visit.actor, limit=_LOOKED, door="console")
    found = [_weighed(run) for run in runs]
    found.sort(key=lambda one: (_rank(one.severity), one.run.started))
    counted = waiting(visit.ward, visit.actor, marks)
    oldest = min((mark.started for mark in counted), default=None)
    return Duty(
        shown=tuple(found[:_SHOWN]), count=max(len(counted), len(runs)), oldest=oldest,
        more=len(marks) == _COUNTED and len(runs) == _LOOKED, worst=found[0].severity if found else None,
    )  # fmt: skip


def _weighed(run: Run) -> Waiting:
    """A run with its worst finding."""
    proposal = proposal_of(run)
    if proposal is None:
        return Waiting(run=run, says="")
    worst = min((finding.severity for finding in proposal.findings), key=_rank, default=None)
    return Waiting(run=run, severity=worst, says=proposal.summary)


def _rank(severity: Severity | None) -> int:
    """0 for the worst; what has no finding comes last."""
    return len(SEVERITIES) if severity is None else SEVERITIES.index(severity)


def _wrong(visit: Visit) -> list[Run]:
    """Runs of the last day that failed or are held; that these were shown is in the trail."""
    if not visit.may("run.read"):
        return []
    since, runs = visit.ward.clock.now() - _LATELY, visit.ward.stores.runs
    held = [run for status in ("failed", "held") for run in runs.list(status=status, limit=_WRONG)]
    found = sorted((run for run in held if run.started >= since), key=lambda run: run.started, reverse=True)[:_WRONG]
    shown = Counter(run.patient for run in found)
    if shown:
        patients: dict[str | None, dict[str, str | int]] = {patient: {"shown": n} for patient, n in shown.items()}
        visit.ward.trail.write_each(visit.actor, "run.list", "read", patients=patients, door="console")
    return found


def _faults(visit: Visit, titles: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with services and tables that are out of order, by what they are called."""
    services = {titles.get(id, id): what for id, what in visit.ward.services.faults.items()}
    unread = {named(name, visit) or name: tables.without_folders(what) for name, what in tables.faults().items()}
    return services | {visit.t("table_named", name=name): what for name, what in unread.items()}


def _why(visit: Visit, run: Run) -> str:
    """Why a run failed or is held, in the words of the check."""
    if run.failure:
        return why_failed(run.failure, visit.t)
    return "; ".join(dict.fromkeys(v.reason or v.check for v in run.verdicts if v.outcome != "pass"))


def _walls(visit: Visit, marks: Sequence[Mark], now: datetime) -> list[Wall]:
    """The services that compute, then the agents; first those that the visitor's role signs, about patients, in use."""
    held: dict[str, list[Mark]] = {}
    for mark in marks:
        held.setdefault(mark.service, []).append(mark)
    since = marks[-1].started if len(marks) == _COUNTED else None
    tiles = [
        tile(
            s.card, use(held.get(s.id, ()), now, _DAYS, signed=s.card.signs != "nobody", since=since), visit.actor.role
        )
        for s in visit.ward.services.values()
    ]  # fmt: skip
    tiles.sort(
        key=lambda one: (one.rank, one.card.subject == "none", -one.use.runs, one.card.title.in_(visit.language))
    )
    kinds = [Wall(kind, tuple(one for one in tiles if one.card.kind == kind)) for kind in ("engine", "agent")]
    return [wall for wall in kinds if wall.tiles]


ROUTES: Final = (PageRoute("/console", cockpit), PageRoute("/console/news", news))
