"""The cockpit: what waits for me, what happened, what went wrong, and the services as a wall of cards."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from http import HTTPStatus
from statistics import median
from typing import Final

import msgspec
from starlette.responses import Response

from openward.access.scopes import DECIDE, allows
from openward.domain.card import Card
from openward.domain.run import Mark, Run
from openward.doors.console.proposals import summary_of
from openward.doors.console.visit import PageRoute, Visit, draw

_WAITING: Final = 6
_RECENT: Final = 6
_COUNTED: Final = 1000
_SECOND: Final = 1.0
# What is looked at every half minute: counts of the newest runs, nobody's record.
_WATCHED: Final = 200
_WRONG: Final = 8
_LATELY: Final = timedelta(hours=24)
_NONE: Final = "-"


class Tile(msgspec.Struct, frozen=True, kw_only=True):
    """One service on the wall, with what became of its last runs; `median` is a time in words."""

    card: Card
    today: int
    decided: int
    accepted: int
    waiting: int
    failed: int
    median: str


class Wall(msgspec.Struct, frozen=True):
    """Services of one kind."""

    name: str
    tiles: tuple[Tile, ...]


def cockpit(visit: Visit) -> Response:
    """The services, what waits for this person, the last runs."""
    ward, actor = visit.ward, visit.actor
    waiting = ward.desk.queue(actor, limit=_WAITING) if visit.may("run.decide") else ()
    recent = ward.runs(limit=_RECENT, actor=actor, door="console") if allows(actor.scopes, "run.read") else ()
    marks = ward.stores.runs.marks(_COUNTED)
    cards = [service.card for service in ward.services.values()]
    walls = [_wall(kind, [card for card in cards if card.kind == kind], marks, visit) for kind in ("engine", "agent")]
    titles = {card.id: card.title.in_(visit.language) for card in cards}
    return draw(
        visit, "cockpit.html", walls=[wall for wall in walls if wall.tiles], waiting=waiting, recent=recent,
        counts=ward.stores.record.counts(), summary_of=summary_of, counted=len(marks), wrong=_wrong(visit),
        title_of=lambda id: titles.get(id, id), newest=_name(marks), mine=_mine(visit, marks[:_WATCHED]), why=_why,
    )  # fmt: skip


def news(visit: Visit) -> Response:
    """How much came since the page was drawn, in numbers; nothing (204) when that was told already.

    No run and no patient is read, so the trail has nothing to hold; who wants to see them presses the button.
    """
    marks = visit.ward.stores.runs.marks(_WATCHED)
    names = [_name(marks[n:]) for n in range(len(marks))]
    newest = visit.query.get("newest", _NONE)
    new = names.index(newest) if newest in names else len(marks)
    mine = _mine(visit, marks)
    told = f"{new} {mine}"
    if told == visit.query.get("told", f"0 {visit.query.get('mine', '')}"):
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return draw(visit, "news.html", new=new, more=new == _WATCHED, mine=mine, told=told)


def _name(marks: Sequence[Mark]) -> str:
    """What tells the newest mark from the others."""
    return f"{marks[0].service} {marks[0].started.isoformat()}" if marks else _NONE


def _mine(visit: Visit, marks: Iterable[Mark]) -> int:
    """How many of these wait for the visitor's role."""
    if not visit.may(DECIDE):
        return 0
    services = visit.ward.services
    mine = {id for id, service in services.items() if service.card.signs == visit.actor.role}
    return sum(mark.service in mine and mark.choice is None and mark.status != "failed" for mark in marks)


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


def _why(run: Run) -> str:
    """Why a run failed or is held, in the words of the check."""
    if run.failure:
        return run.failure.message
    return "; ".join(dict.fromkeys(v.reason or v.check for v in run.verdicts if v.outcome != "pass"))


def _wall(kind: str, cards: Iterable[Card], marks: Iterable[Mark], visit: Visit) -> Wall:
    today = visit.ward.clock.now().date()
    held: dict[str, list[Mark]] = {}
    for mark in marks:
        held.setdefault(mark.service, []).append(mark)
    return Wall(kind, tuple(_tile(card, held.get(card.id, []), today.isoformat()) for card in cards))


def _tile(card: Card, marks: list[Mark], today: str) -> Tile:
    return Tile(
        card=card,
        today=sum(mark.started.date().isoformat() == today for mark in marks),
        decided=sum(mark.choice is not None for mark in marks),
        accepted=sum(mark.choice == "accept" for mark in marks),
        waiting=sum(mark.choice is None and mark.status != "failed" for mark in marks),
        failed=sum(mark.status == "failed" for mark in marks),
        median=_time(median(mark.seconds for mark in marks)) if marks else "",
    )


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= _SECOND else f"{seconds * 1000:.0f} ms"


ROUTES: Final = (PageRoute("/console", cockpit), PageRoute("/console/news", news))
