"""A patient's chart: a timeline, problems, drugs, results, documents; beside it findings, assistant and services."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
from starlette.responses import Response

from openward.domain.card import Card
from openward.domain.errors import InputError, NotFoundError
from openward.domain.run import Run, RunRequest
from openward.doors.console import sections
from openward.doors.console.axis import current_stay
from openward.doors.console.concerns import OPEN, Heard, heard
from openward.doors.console.filling import faults_of, filled
from openward.doors.console.forms import Field, fields_of
from openward.doors.console.pages.assistant import offered
from openward.doors.console.pages.medication import SERVICE as REVIEW
from openward.doors.console.places import Places
from openward.doors.console.sections import paged
from openward.doors.console.standing import standing
from openward.doors.console.timeline import FEW, MANY, timeline
from openward.doors.console.visit import PageRoute, Visit, draw, go, words
from openward.harness.interviews import asks
from openward.harness.service import Service
from openward.record.chart import Chart

_PANELS: Final = ("findings", "assistant", "services")
_PARTS: Final = ("problems", "drugs", "results", "papers", "done", "shots", "stays")
_FACTS: Final = ("weight", "egfr")


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong with a form: its service, why, what was typed, and the run that failed if there is one.

    `faults` are what is wrong by the path of its field.
    """

    service: str
    why: str
    typed: Mapping[str, str]
    run: str = ""
    faults: Mapping[str, str] = {}


def chart_page(visit: Visit) -> Response:
    """One patient's chart."""
    return _drawn(visit, None)


def _chart(visit: Visit) -> Chart:
    return visit.ward.chart(visit.path["patient"], actor=visit.actor, door="console")


def _drawn(visit: Visit, told: Told | None) -> Response:
    chart = _chart(visit)
    found = _heard(visit, chart)
    panel = "services" if told else visit.query.get("panel", "")
    titles = {service.id: service.card.title.in_(visit.language) for service in visit.ward.services.values()}
    return draw(
        visit, "chart.html", status=HTTPStatus.BAD_REQUEST if told else HTTPStatus.OK, chart=chart,
        age=chart.demographics.age_at(chart.as_of) if chart.demographics else None, stay=current_stay(chart),
        facts=[(name, chart.measures[name]) for name in _FACTS if name in chart.measures], panels=_PANELS,
        panel=panel if panel in _PANELS else _PANELS[0], heard=found, open=OPEN, told=told, titles=titles,
        services=_services(visit, told), said=_said(visit), unreviewed=_unreviewed(visit, chart, found), review=REVIEW,
        **_time(visit, chart), **offered(visit, chart.patient),
        **_shown(chart, found.references | {visit.query.get("entry", "")}),
    )  # fmt: skip


def _time(visit: Visit, chart: Chart) -> dict[str, Any]:
    """The timeline over the span that was asked for, with few rows or many."""
    whole = visit.query.get("rows") == "all"
    drawn = timeline(chart, visit.t, span=visit.query.get("span", ""), most=MANY if whole else FEW)
    return {"drawn": drawn, "whole": whole}


def _said(visit: Visit) -> Any:
    """Words for a code of the record; the code itself where there are none."""
    known = words()[visit.language]
    return lambda kind, code: known.get(f"{kind}{code}", code)


def _shown(chart: Chart, keep: frozenset[str], after: int = 0) -> dict[str, Any]:
    """The sections of a chart from a place on; entries that something speaks of are always among the first."""

    def kept(entry: Any) -> bool:
        return _source(entry) in keep

    tested, left = sections.results(chart, keep, after)
    there = sections.papers(chart)
    done = sorted(chart.procedures.entries, key=lambda p: p.performed.start or sections.BEGINNING, reverse=True)
    shots = sorted(chart.immunizations.entries, key=lambda i: i.occurred or sections.BEGINNING, reverse=True)
    stayed = sorted(chart.encounters.entries, key=lambda e: e.period.start or sections.BEGINNING, reverse=True)
    return {
        "problems": paged(*sections.problems(chart), kept, after),
        "drugs": paged(*sections.drugs(chart), kept, after),
        "tested": tested,
        "left": left,
        "papers": paged(there[: sections.FEW], there[sections.FEW :], kept, after),
        "done": paged(done, [], kept, after),
        "shots": paged(shots, [], kept, after),
        "stayed": paged(stayed, [], kept, after),
        "next_result": after + sections.RESULTS,
    }


def _source(entry: Any) -> str:
    held = getattr(entry, "entry", None) or getattr(entry, "document", None) or entry
    reference: str = held.source.reference
    return reference


def _heard(visit: Visit, chart: Chart) -> Heard:
    if not visit.may("run.read"):
        return Heard()
    runs = visit.ward.stores.runs
    stands = standing(runs.outlines(chart.patient), visit.ward.clock.now())
    return heard(stands, runs.several([voice.run.id for voice in stands.voices]), Places(chart, visit.language))


def _unreviewed(visit: Visit, chart: Chart, found: Heard) -> list[str]:
    """The names of drafted orders that no review that is shown has looked at; none where nobody could review them."""
    if not visit.may("run.read") or REVIEW not in visit.ward.services:
        return []
    drafts = [entry for entry in chart.medications if entry.draft and entry.kind == "request"]
    return [e.concept.name() or visit.t("not_recorded") for e in drafts if e.source.reference not in found.reviewed]


def _services(visit: Visit, told: Told | None) -> list[tuple[Card, list[Field], bool]]:
    """The services that this visitor may run on a patient, with their forms, and whether they can be answered alone."""
    found = [s for s in visit.ward.services.values() if _offered(visit, s.card)]
    return [(s.card, _fields(visit, s, told), asks(s)) for s in found]


def _offered(visit: Visit, card: Card) -> bool:
    return card.subject != "none" and card.kind == "engine" and visit.may(f"service/{card.id}.run")


def _fields(visit: Visit, service: Service, told: Told | None) -> list[Field]:
    """The fields of a service; what was typed into them stays when the form could not be read."""
    if told is None or told.service != service.id:
        return fields_of(service, visit.language)
    return fields_of(service, visit.language, told.typed, told.faults)


def timeline_part(visit: Visit) -> Response:
    """The timeline of another span, without the page around it."""
    chart = _chart(visit)
    return draw(visit, "chart_timeline.html", chart=chart, **_time(visit, chart))


def section_part(visit: Visit) -> Response:
    """More of one section."""
    name, after = visit.path["section"], visit.query.get("after", "0")
    if name not in _PARTS or not after.isascii() or not after.isdigit():
        raise NotFoundError("there is no such part of a chart; go back to the chart and open it there")
    chart = _chart(visit)
    values = _shown(chart, frozenset(), int(after[:9]))
    return draw(
        visit, "chart_more.html", chart=chart, name=name, part="part" in visit.query, said=_said(visit), **values
    )


def document(visit: Visit) -> Response:
    """The text of one document, a part at a time when it is long."""
    chart, reference = _chart(visit), f"{visit.path['type']}/{visit.path['id']}"
    found = next((d for d in chart.documents if d.source.reference == reference), None)
    if found is None:
        raise NotFoundError("there is no such document in this chart; go back to the chart and choose one there")
    given = visit.query.get("from", "0")
    start = int(given[:9]) if given.isascii() and given.isdigit() else 0
    text = found.text or ""
    return draw(
        visit, "chart_document.html", chart=chart, document=found, part="part" in visit.query,
        text=text[start : start + sections.A_PART], next=start + sections.A_PART, length=len(text),
    )  # fmt: skip


def run_service(visit: Visit) -> Response:
    """Runs a service on a patient and goes to the run's page; a form that cannot be read comes back as it was."""
    service = visit.ward.service(visit.path["service"])
    read = filled(service, visit.form, visit.t, visit.language)
    if read.faults:
        return _refused(visit, service, visit.t("form_faults"), read.faults)
    try:
        run = _run(visit, service, read.input)
    except InputError as error:
        faults = faults_of(service, visit.form, str(error), visit.t)
        return _refused(visit, service, visit.t("form_faults") if faults else str(error), faults)
    if run.failure:
        return _drawn(visit, Told(service=service.id, why=run.failure.message, typed=visit.form, run=run.id))
    return go(f"/console/runs/{run.id}")


def _refused(visit: Visit, service: Service, why: str, faults: Mapping[str, str]) -> Response:
    return _drawn(visit, Told(service=service.id, why=why, typed=visit.form, faults=faults))


def _run(visit: Visit, service: Service, given: Mapping[str, Any]) -> Run:
    raw = msgspec.Raw(msgspec.json.encode(given))
    request = RunRequest(patient=visit.path["patient"], input=raw, language=visit.language)
    return visit.ward.execute(service.id, request, actor=visit.actor, door="console")


ROUTES: Final = (
    PageRoute("/console/patients/{patient}", chart_page),
    PageRoute("/console/patients/{patient}/timeline", timeline_part),
    PageRoute("/console/patients/{patient}/section/{section}", section_part),
    PageRoute("/console/patients/{patient}/documents/{type}/{id}", document),
    PageRoute("/console/patients/{patient}/run/{service}", run_service, method="POST"),
)
