"""The calculators: found by a word, filled from the chart, with the result while one types."""

import contextlib
import re
from collections import defaultdict
from functools import partial
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

import msgspec
from starlette.responses import Response

from openward.domain.errors import InputError
from openward.domain.evidence import ChartEvidence
from openward.domain.proposal import NotChecked, Proposal
from openward.domain.resource import SearchQuery
from openward.domain.run import Run, RunRequest
from openward.doors.console.pages.patients import wanted_patients
from openward.doors.console.people import Somebody, names_of, somebody
from openward.doors.console.visit import PageRoute, Visit, draw, go
from openward.doors.evidence import cite
from openward.doors.proposals import body_of, proposal_of

SERVICE: Final = "clinical-calculator"
_FIELD: Final = "in."
_FOUND: Final = 8
_PATH: Final = re.compile(r" \(inputs\.\w+\)")
_LOOKED_AT, _RECENT = 40, 6


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """An input that is not known: why, and the points that it may still give; `why` is empty when nobody said it."""

    id: str
    name: str
    why: str = ""
    low: float | None = None
    high: float | None = None


def calculators(visit: Visit) -> Response:
    """The instruments, those that fit a search if there is one."""
    wanted = visit.query.get("q", "").strip()[:200]
    patient = visit.query.get("patient", "")
    found = _listed(visit, {"search": wanted} if wanted else {})
    if wanted:
        names = {one["id"] for one in found}
        found += [one for one in _of_speciality(visit, wanted) if one["id"] not in names]
    fields: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in sorted(found, key=lambda one: str(one["name"])):
        fields[one["field"]].append(one)
    largest = sorted(fields.items(), key=lambda one: -len(one[1]))
    named = [(_speciality(visit, field), field, some) for field, some in largest]
    return draw(
        visit, "calculators.html", fields=[] if wanted else named, wanted=wanted, patient=patient, count=len(found),
        found=[(one, _speciality(visit, one["field"])) for one in found] if wanted else [],
        person=names_of(visit, [patient]).get(patient), recent=[] if wanted else _recent(visit),
    )  # fmt: skip


def _listed(visit: Visit, given: dict[str, Any]) -> list[dict[str, Any]]:
    return list(body_of(_thought(visit, given, None)).get("found", ()))


def _is_listed(visit: Visit, id: str) -> bool:
    return any(one["id"] == id for one in _listed(visit, {}))


def _of_speciality(visit: Visit, wanted: str) -> list[dict[str, Any]]:
    """The instruments of a speciality that is called so in the language of the visit."""
    return [one for one in _listed(visit, {}) if wanted.casefold() in _speciality(visit, one["field"]).casefold()]


def _speciality(visit: Visit, field: str) -> str:
    return visit.t(f"field_{field}") if visit.has(f"field_{field}") else field


def _recent(visit: Visit) -> list[tuple[str, str]]:
    """What the visitor computed lately and kept: id and name."""
    if not visit.may("run.read"):
        return []
    runs = visit.ward.stores.runs.list(service=SERVICE, limit=_LOOKED_AT)
    kept = (body_of(run).get("calculation") for run in runs if run.actor == visit.actor.id)
    found = {one["calculator"]: str(one["name"]) for one in kept if one}
    return list(found.items())[:_RECENT]


def calculator(visit: Visit) -> Response:
    """One instrument: its form, filled from the chart where the chart says, and what comes of it."""
    patient = visit.query.get("patient") or None
    if patient:
        visit.ward.chart(patient, actor=visit.actor, door="console")  # that somebody looked is in the trail
    run = _thought(visit, {"calculator": visit.path["calculator"]}, patient)
    known = body_of(run).get("calculation") is not None or _is_listed(visit, visit.path["calculator"])
    status = HTTPStatus.OK if known else HTTPStatus.NOT_FOUND
    asked = visit.query.get("who", "")
    return _page(visit, "calculator.html", run, patient, people=_people(visit), asked=asked, status=status)


def _people(visit: Visit) -> list[tuple[Somebody, str]]:
    """The patients that are asked for, with the address of this calculator for each."""
    asked = visit.query.get("who", "").strip()[:200]
    if not asked or not visit.may("system/Patient.rs"):
        return []
    query = SearchQuery(type="Patient", count=_FOUND, **wanted_patients(visit, asked))
    page = visit.ward.patients(query, actor=visit.actor, door="console")
    path = f"/console/calculators/{quote(visit.path['calculator'], safe='')}"
    today = visit.ward.clock.now().date()
    return [(somebody(stored, today), f"{path}?{urlencode({'patient': stored.id})}") for stored in page.items]


def result(visit: Visit) -> Response:
    """What comes of the values in the form, while one types; nothing is kept."""
    patient = visit.form.get("patient") or None
    try:
        return _page(visit, "calculated.html", _thought(visit, _given(visit), patient), patient)
    except InputError as error:
        return draw(visit, "calculated.html", it=None, why=_PATH.sub("", str(error)))


def keep(visit: Visit) -> Response:
    """Runs the calculation, keeps the run, and goes to its page."""
    request = _request(visit, _given(visit), visit.form.get("patient") or None)
    run = visit.ward.execute(SERVICE, request, actor=visit.actor, door="console")
    return go(f"/console/runs/{run.id}")


def _page(visit: Visit, template: str, run: Run, patient: str | None, **more: Any) -> Response:
    proposal, it = proposal_of(run), body_of(run).get("calculation")
    gaps = proposal.not_checked if proposal else ()
    return draw(
        visit, template, run=run, proposal=proposal, it=it, patient=patient,
        cite=partial(cite, language=visit.language), why=run.failure.message if run.failure else "",
        missing=_missing(it, gaps) if it else [], notes=_notes(it, proposal),
        person=names_of(visit, [patient]).get(patient or ""), **more,
    )  # fmt: skip


def _missing(it: dict[str, Any], gaps: tuple[NotChecked, ...]) -> list[Missing]:
    """What is still missing, with the points that hang on it where it has an item of its own."""
    names = {one["id"]: one["name"] for one in it["inputs"]}
    whys = {_of_input(gap): gap.why for gap in gaps if gap.code != "input-missing"}
    points = {one["name"]: one for one in it["parts"] if one["low"] != one["high"]}
    return [
        Missing(
            id=id, name=names.get(id, id), why=whys.get(id, ""), low=points.get(names.get(id, id), {}).get("low"),
            high=points.get(names.get(id, id), {}).get("high"),
        )
        for id in it["missing"]
    ]  # fmt: skip


def _notes(it: dict[str, Any] | None, proposal: Proposal[Any] | None) -> list[tuple[NotChecked, list[ChartEvidence]]]:
    """What is not checked besides what is missing, each with the readings of the chart that say so."""
    if proposal is None:
        return []
    missing = it["missing"] if it else ()
    cited = [e for finding in proposal.findings for e in finding.evidence if isinstance(e, ChartEvidence)]
    return [
        (gap, [e for e in cited if e.reference in gap.about])
        for gap in proposal.not_checked
        if _of_input(gap) not in missing
    ]


def _of_input(gap: NotChecked) -> str:
    """The input that a gap is about, empty when it is about something else."""
    return next((about.removeprefix("inputs.") for about in gap.about if about.startswith("inputs.")), "")


def _thought(visit: Visit, given: dict[str, Any], patient: str | None) -> Run:
    return visit.ward.think(SERVICE, _request(visit, given, patient), actor=visit.actor, door="console")


def _request(visit: Visit, given: dict[str, Any], patient: str | None) -> RunRequest:
    return RunRequest(input=msgspec.Raw(msgspec.json.encode(given)), patient=patient, language=visit.language)


def _given(visit: Visit) -> dict[str, Any]:
    """The values that were typed, None for one of the chart that was emptied; its others are left to the chart."""
    typed = {name.removeprefix(_FIELD): value.strip() for name, value in visit.form.items() if name.startswith(_FIELD)}
    changed = {id: value for id, value in typed.items() if _changed(visit, id, value)}
    inputs = {id: _stated(value, visit.form.get(f"unit.{id}", "")) if value else None for id, value in changed.items()}
    return {"calculator": visit.path["calculator"], "inputs": inputs}


def _changed(visit: Visit, id: str, value: str) -> bool:
    """Whether a field says something else than the chart: another value, or the same number in another unit."""
    unit = visit.form.get(f"unit.{id}", "")
    in_another = bool(value) and unit != visit.form.get(f"was-unit.{id}", unit)
    return value != visit.form.get(f"was.{id}", "") or in_another


def _stated(text: str, unit: str) -> bool | float | str | dict[str, Any]:
    """A value as typed, a number with its unit where one is chosen."""
    value = _value(text)
    return {"value": value, "unit": unit} if unit and isinstance(value, float) else value


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
