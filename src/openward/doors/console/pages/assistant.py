"""The assistant: any agent of the ward, alone or beside a chart."""

from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec
from starlette.responses import Response

from openward.domain.card import Card
from openward.domain.errors import NotFoundError
from openward.domain.resource import SearchQuery, Stored, Wanted
from openward.doors.agents import agents_for
from openward.doors.console.visit import PageRoute, Visit, draw
from openward.record.folding import folded
from openward.record.views import decode

_FIRST: Final = "ward-assistant"
_EXAMPLES: Final = 6
_FOUND: Final = 8
_WORDS: Final = 6


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A patient as somebody chooses one: name, sex and birth as they are recorded."""

    id: str
    name: str
    gender: str = ""
    born: str = ""


def assistant(visit: Visit) -> Response:
    """A conversation with an agent that one chooses, about a patient whom one chooses, or about nobody."""
    person = chosen(visit)
    told = offered(visit, person.id if person else None)
    cards = [service.card for service in agents_for(visit.ward, visit.actor)]
    cards.sort(key=lambda card: card.id != _FIRST)
    fit = {card.id for card in told["agents"]}
    wanted = next((card for card in cards if card.id == told["wanted"]), None)
    return draw(
        visit, "assistant.html", **told, cards=cards, fit=fit, person=person,
        lacking=wanted if wanted and wanted.id not in fit and wanted.subject == "patient" else None,
    )  # fmt: skip


def patients(visit: Visit) -> Response:
    """The first patients whose name begins so, to choose one; that they were shown is in the trail."""
    words = visit.query.get("q", "").split()[:_WORDS]
    tokens = tuple((Wanted("name", "", folded(word), "starts"),) for word in words if folded(word))
    found = [p] if (p := _by_id(visit, " ".join(words))) else _by_name(visit, tokens) if tokens else []
    agent, studied = visit.query.get("agent", ""), quote(visit.query.get("studied", ""), safe="")
    path = f"/console/studio/{studied}" if studied else "/console/assistant"
    more = {"agent": agent} if agent and not studied else {}
    people = [(person, f"{path}?{urlencode({**more, 'patient': person.id})}") for person in found]
    chooses = "compared" in visit.query
    return draw(visit, "assistant_patients.html", people=people, asked=bool(words), chooses=chooses)


def _by_name(visit: Visit, tokens: tuple[Any, ...]) -> list[Person]:
    page = visit.ward.patients(
        SearchQuery(type="Patient", count=_FOUND, tokens=tokens), actor=visit.actor, door="console"
    )
    return [_of(stored) for stored in page.items]


def _by_id(visit: Visit, id: str) -> Person | None:
    if not id or visit.ward.stores.record.read("Patient", id) is None:
        return None
    page = visit.ward.patients(SearchQuery(type="Patient", ids=(id,)), actor=visit.actor, door="console")
    return next((_of(stored) for stored in page.items), None)


def chosen(visit: Visit) -> Person | None:
    """The patient whom the page is about.

    Raises:
        NotFoundError: there is none.
    """
    id = visit.query.get("patient", "") or visit.form.get("patient", "")
    if not id:
        return None
    if found := _by_id(visit, id):
        return found
    raise NotFoundError("there is no such patient in this ward; find one by name")


def _of(stored: Stored) -> Person:
    view: Any = decode("Patient", stored.body)
    name = next((n.text or " ".join([*(n.given or ()), n.family or ""]).strip() for n in view.name or ()), "")
    return Person(id=stored.id, name=name or stored.id, gender=view.gender or "", born=view.birth_date or "")


def offered(visit: Visit, patient: str | None) -> dict[str, Any]:
    """The agents that this visitor may ask, beside this patient or without one; the ward's assistant comes first."""
    unfit = {"none"} if patient else {"patient"}
    found = [s for s in agents_for(visit.ward, visit.actor) if s.card.subject not in unfit]
    found.sort(key=lambda service: service.id != _FIRST)
    wanted = visit.query.get("agent")
    examples = {s.id: _examples(s.card, visit.language) for s in found}
    return {"agents": [s.card for s in found], "beside": patient, "wanted": wanted, "examples": examples}


def _examples(card: Card, language: str) -> tuple[str, ...]:
    return (card.talk.zh if language == "zh" else card.talk.en)[:_EXAMPLES] if card.talk else ()


ROUTES: Final = (PageRoute("/console/assistant", assistant), PageRoute("/console/assistant/patients", patients))
