"""A patient's chart: a timeline, problems, allergies, drugs, results, notes; at the side what services found."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Final

import msgspec
from starlette.responses import Response

from openward.domain.card import Card
from openward.domain.run import Run, RunRequest
from openward.doors.console.drawing import WIDTH, Spark, outside, spark, timeline
from openward.doors.console.forms import fields_of, input_of
from openward.doors.console.pages.assistant import offered
from openward.doors.console.proposals import proposal_of
from openward.doors.console.visit import PageRoute, Visit, draw, go
from openward.doors.evidence import cite, for_a_person
from openward.doors.values import newest, value_of
from openward.harness.interviews import asks
from openward.record.chart import Chart, Reading

_RESULTS: Final = 60
_RUNS: Final = 12
_BEGINNING: Final = datetime.min.replace(tzinfo=UTC)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """The newest result of one kind, how it came to be, and whether it lies outside of its interval."""

    reading: Reading
    name: str
    value: str
    interval: str
    out: bool
    course: Spark | None


def chart_page(visit: Visit) -> Response:
    """One patient's chart."""
    ward = visit.ward
    chart = ward.chart(visit.path["patient"], actor=visit.actor, door="console")
    services = [(s.card, fields_of(s, visit.language)) for s in ward.services.values() if _offered(visit, s.card)]
    age = chart.demographics.age_at(chart.as_of) if chart.demographics else None
    return draw(
        visit, "chart.html", chart=chart, age=age, rows=_rows(chart), services=services, found=_found(visit, chart),
        drawn=timeline(chart, stays=visit.t("stays"), documents=visit.t("documents")), width=WIDTH, cite=cite,
        for_a_person=for_a_person, **offered(visit, chart.patient),
        interviews={service.id for service in ward.services.values() if asks(service)},
        papers=sorted(chart.documents.entries, key=lambda d: d.at or _BEGINNING, reverse=True),
    )  # fmt: skip


def _offered(visit: Visit, card: Card) -> bool:
    return card.subject != "none" and card.kind == "engine" and visit.may(f"service/{card.id}.run")


def _rows(chart: Chart) -> list[Row]:
    held: defaultdict[str, list[Reading]] = defaultdict(list)
    for reading in sorted((r for r in chart.observations if r.at), key=lambda r: r.at or chart.as_of):
        held[reading.concept.name() or ""].append(reading)
    return [_row(reading, held[reading.concept.name() or ""]) for reading in newest(chart.observations)[:_RESULTS]]


def _row(reading: Reading, course: list[Reading]) -> Row:
    low, high = reading.low, reading.high
    ends = f"{low.value:g}" if low else "", f"{high.value:g}" if high else ""
    return Row(
        reading=reading, name=reading.concept.name() or "", value=value_of(reading), out=outside(reading),
        course=spark(course),
        interval=f"{ends[0]}–{ends[1]}" if low or high else reading.range_text or "",
    )  # fmt: skip


def _found(visit: Visit, chart: Chart) -> list[tuple[Run, object]]:
    """The newest run of each service on this patient, with its proposal."""
    if not visit.may("run.read"):
        return []
    kept = visit.ward.stores.runs.list(patient=chart.patient, limit=_RUNS)
    seen: dict[str, Run] = {}
    for run in kept:
        if run.parent is None:
            seen.setdefault(run.service, run)
    return [(run, proposal) for run in seen.values() if (proposal := proposal_of(run)) is not None]


def run_service(visit: Visit) -> Response:
    """Runs a service on a patient and goes to the run's page."""
    service = visit.ward.service(visit.path["service"])
    request = RunRequest(
        patient=visit.path["patient"], input=msgspec.Raw(msgspec.json.encode(input_of(service, visit.form))),
        language="zh" if visit.language == "zh" else "en",
    )  # fmt: skip
    run = visit.ward.execute(service.id, request, actor=visit.actor, door="console")
    return go(f"/console/runs/{run.id}")


ROUTES: Final = (
    PageRoute("/console/patients/{patient}", chart_page),
    PageRoute("/console/patients/{patient}/run/{service}", run_service, method="POST"),
)
