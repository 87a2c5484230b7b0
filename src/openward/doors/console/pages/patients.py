"""The patients, found by the beginning of a name, an identifier or the id."""

from typing import Any, Final

from starlette.responses import Response

from openward.domain.resource import SearchQuery, Stored, Token, Wanted
from openward.doors.console.visit import PageRoute, Visit, draw
from openward.record.folding import folded
from openward.record.views import decode

_A_PAGE: Final = 40
_WORDS: Final = 6


def patients(visit: Visit) -> Response:
    """The patients, page by page."""
    wanted = visit.query.get("q", "").strip()[:200]
    query = SearchQuery(type="Patient", count=_A_PAGE, after=visit.query.get("after"), **wanted_patients(visit, wanted))
    page = visit.ward.patients(query, actor=visit.actor, door="console")
    rows = [_row(stored) for stored in page.items]
    return draw(visit, "patients.html", rows=rows, total=page.total, next=page.next, wanted=wanted)


def wanted_patients(visit: Visit, wanted: str) -> dict[str, Any]:
    """What is searched: this id if there is one, else names that begin with each word, or such an identifier."""
    if not folded(wanted):
        return {}
    if visit.ward.stores.record.read("Patient", wanted) is not None:
        return {"ids": (wanted,)}
    words = wanted.split()[:_WORDS]
    return {
        "tokens": tuple((Wanted("name", "", folded(word), "starts"), Token("identifier", "", word)) for word in words)
    }


def _row(stored: Stored) -> dict[str, str]:
    view: Any = decode("Patient", stored.body)
    name = next((n.text or " ".join([*(n.given or ()), n.family or ""]).strip() for n in view.name or ()), "")
    return {"id": stored.id, "name": name, "gender": view.gender or "", "born": view.birth_date or ""}


ROUTES: Final = (PageRoute("/console/patients", patients),)
