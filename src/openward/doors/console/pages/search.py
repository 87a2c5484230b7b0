"""The search at the top of every page: patients, services and pages by some letters."""

from typing import Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from openward.domain.resource import SearchQuery
from openward.doors.console.pages.patients import wanted_patients
from openward.doors.console.people import Somebody, somebody
from openward.doors.console.visit import ROOMS, PageRoute, Visit, draw
from openward.record.folding import folded

_PATIENTS: Final = 6
_SERVICES: Final = 6
# Rooms with a search of their own, and what they call the words.
_LOOKS_UP: Final = {"knowledge": "q", "literature": "question", "calculators": "q"}


class Place(msgspec.Struct, frozen=True):
    """A page that was found: where it is, its name, and what kind of page it is."""

    path: str
    name: str
    kind: str


def search(visit: Visit) -> Response:
    """What was found: a part of a page while somebody types, a page of its own when they press Enter."""
    wanted = visit.query.get("find", "").strip()[:200]
    found, total = _people(visit, wanted) if _enough(wanted) else ([], 0)
    return draw(
        visit, "found.html" if visit.part else "search.html", wanted=wanted, people=found, total=total,
        places=_places(visit, folded(wanted)) if wanted else [], elsewhere=_elsewhere(visit, wanted) if wanted else [],
    )  # fmt: skip


def _enough(wanted: str) -> bool:
    """Whether names are worth looking up: one character of Chinese says as much as two letters."""
    return len(wanted) > 1 or not wanted.isascii()


def _people(visit: Visit, wanted: str) -> tuple[list[Somebody], int]:
    if not visit.may("system/Patient.rs"):
        return [], 0
    query = SearchQuery(type="Patient", count=_PATIENTS, **wanted_patients(visit, wanted))
    page = visit.ward.patients(query, actor=visit.actor, door="console")
    today = visit.ward.clock.now().date()
    return [somebody(stored, today) for stored in page.items], page.total


def _places(visit: Visit, wanted: str) -> list[Place]:
    """Services and rooms in whose name a word begins so, or whose id it is."""
    titles = [(s.card.title.in_(visit.language), s.card.title.en, s.id) for s in visit.ward.services.values()]
    services = [Place(f"/console/services/{id}", title, "service") for title, *names, id in titles
                if _fits(wanted, title, *names, id)]  # fmt: skip
    open = [(room, visit.t(f"room_{room.name}")) for room in ROOMS if not room.scope or visit.may(room.scope)]
    rooms = [Place(room.path, name, "room") for room, name in open if _fits(wanted, name, room.name)]
    return [*rooms, *services[:_SERVICES]]


def _elsewhere(visit: Visit, wanted: str) -> list[Place]:
    """The rooms that look for something by its words, with these words."""
    named = {room.name: room for room in ROOMS if not room.scope or visit.may(room.scope)}
    return [
        Place(f"{named[name].path}?{urlencode({field: wanted})}", visit.t(f"room_{name}"), "room")
        for name, field in _LOOKS_UP.items() if name in named
    ]  # fmt: skip


def _fits(wanted: str, *names: str) -> bool:
    """Whether a word of a name begins with what is wanted; anywhere in one that is not Latin."""
    return any(
        wanted in name if not name.isascii() else f" {wanted}" in f" {name.replace('-', ' ')}"
        for name in map(folded, names)
    )


ROUTES: Final = (PageRoute("/console/search", search),)
