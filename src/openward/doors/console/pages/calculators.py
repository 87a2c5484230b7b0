"""The calculators: found by a word, filled from the chart, with the result while one types."""

import contextlib
from typing import Any, Final

import msgspec
from starlette.responses import Response

from openward.domain.errors import InputError
from openward.domain.run import Run, RunRequest
from openward.doors.console.proposals import body_of, proposal_of
from openward.doors.console.visit import PageRoute, Visit, draw, go
from openward.doors.evidence import cite, for_a_person

SERVICE: Final = "clinical-calculator"
_FIELD: Final = "in."


def calculators(visit: Visit) -> Response:
    """The instruments, those that fit a search if there is one."""
    wanted = visit.query.get("q", "").strip()
    given = {"search": wanted[:200]} if wanted else {}
    body = body_of(_thought(visit, given, None))
    fields: dict[str, list[dict[str, Any]]] = {}
    for found in body.get("found", ()):
        fields.setdefault(found["field"], []).append(found)
    return draw(visit, "calculators.html", fields=fields, wanted=wanted, patient=visit.query.get("patient", ""))


def calculator(visit: Visit) -> Response:
    """One instrument: its form, filled from the chart where the chart says, and what comes of it."""
    patient = visit.query.get("patient") or None
    if patient:
        visit.ward.chart(patient, actor=visit.actor, door="console")  # that somebody looked is in the trail
    return _page(visit, "calculator.html", _thought(visit, {"calculator": visit.path["calculator"]}, patient), patient)


def result(visit: Visit) -> Response:
    """What comes of the values in the form, while one types; nothing is kept."""
    patient = visit.form.get("patient") or None
    try:
        return _page(visit, "calculated.html", _thought(visit, _given(visit), patient), patient)
    except InputError as error:
        return draw(visit, "calculated.html", it=None, why=str(error))


def keep(visit: Visit) -> Response:
    """Runs the calculation, keeps the run, and goes to its page."""
    request = _request(visit, _given(visit), visit.form.get("patient") or None)
    run = visit.ward.execute(SERVICE, request, actor=visit.actor, door="console")
    return go(f"/console/runs/{run.id}")


def _page(visit: Visit, template: str, run: Run, patient: str | None) -> Response:
    return draw(
        visit, template, run=run, proposal=proposal_of(run), it=body_of(run).get("calculation"), patient=patient,
        cite=cite, for_a_person=for_a_person, why=run.failure.message if run.failure else "",
    )  # fmt: skip


def _thought(visit: Visit, given: dict[str, Any], patient: str | None) -> Run:
    return visit.ward.think(SERVICE, _request(visit, given, patient), actor=visit.actor, door="console")


def _request(visit: Visit, given: dict[str, Any], patient: str | None) -> RunRequest:
    return RunRequest(input=msgspec.Raw(msgspec.json.encode(given)), patient=patient, language=visit.language)


def _given(visit: Visit) -> dict[str, Any]:
    """The values that were typed: what stood there from the chart already is left to the chart."""
    typed = {name.removeprefix(_FIELD): value.strip() for name, value in visit.form.items() if name.startswith(_FIELD)}
    inputs = {id: _value(value) for id, value in typed.items() if value and value != visit.form.get(f"was.{id}")}
    return {"calculator": visit.path["calculator"], "inputs": inputs}


def _value(text: str) -> bool | float | str:
    if text in {"yes", "no"}:
        return text == "yes"
    with contextlib.suppress(ValueError):
        return float(text)
    return text


ROUTES: Final = (
    PageRoute("/console/calculators", calculators),
    PageRoute("/console/calculators/{calculator}", calculator),
    PageRoute("/console/calculators/{calculator}/result", result, method="POST"),
    PageRoute("/console/calculators/{calculator}", keep, method="POST"),
)
