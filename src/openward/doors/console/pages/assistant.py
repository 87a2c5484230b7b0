"""The assistant: any agent of the ward, alone or beside a chart."""

from typing import Any, Final

from starlette.responses import Response

from openward.domain.card import Card
from openward.doors.agents import agents_for
from openward.doors.console.visit import PageRoute, Visit, draw

_FIRST: Final = "ward-assistant"


def assistant(visit: Visit) -> Response:
    """A conversation with an agent, without a patient."""
    return draw(visit, "assistant.html", **offered(visit, None))


def offered(visit: Visit, patient: str | None) -> dict[str, Any]:
    """The agents that this visitor may ask, beside this patient or without one; the ward's assistant comes first."""
    unfit = {"none"} if patient else {"patient"}
    found = [s for s in agents_for(visit.ward, visit.actor) if s.card.subject not in unfit]
    found.sort(key=lambda service: service.id != _FIRST)
    wanted = visit.query.get("agent")
    examples = {s.id: _examples(s.card, visit.language) for s in found}
    return {"agents": [s.card for s in found], "beside": patient, "wanted": wanted, "examples": examples}


def _examples(card: Card, language: str) -> tuple[str, ...]:
    return (card.talk.zh if language == "zh" else card.talk.en)[:3] if card.talk else ()


ROUTES: Final = (PageRoute("/console/assistant", assistant),)
