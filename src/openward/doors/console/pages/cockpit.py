"""The cockpit: what waits for me, what happened, and the services as a wall of cards."""

from collections.abc import Iterable
from statistics import median
from typing import Final

import msgspec
from starlette.responses import Response

from openward.access.scopes import allows
from openward.domain.card import Card
from openward.domain.run import Mark
from openward.doors.console.proposals import summary_of
from openward.doors.console.visit import PageRoute, Visit, draw

_WAITING: Final = 6
_RECENT: Final = 6
_COUNTED: Final = 1000
_SECOND: Final = 1.0


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
        counts=ward.stores.record.counts(), summary_of=summary_of, counted=len(marks),
        title_of=lambda id: titles.get(id, id),
    )  # fmt: skip


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


ROUTES: Final = (PageRoute("/console", cockpit),)
