"""The laboratory of a patient: the course of a result over time."""

from datetime import timedelta
from typing import Final

from starlette.responses import Response

from openward.doors.console.drawing import WIDTH, outside, trend
from openward.doors.console.visit import PageRoute, Visit, draw
from openward.doors.values import value_of
from openward.record.chart import Reading

_SPANS: Final = ("7", "30", "90", "365")


def results(visit: Visit) -> Response:
    """The course of one result, over all time or the last days of it."""
    chart = visit.ward.chart(visit.path["patient"], actor=visit.actor, door="console")
    name, days = visit.query.get("name", ""), visit.query.get("days", "")
    dated = sorted((r for r in chart.observations if r.at), key=lambda r: r.at or chart.as_of)
    course = [r for r in dated if r.concept.name() == name]
    since = chart.as_of - timedelta(days=int(days)) if days in _SPANS else None
    return draw(
        visit, "results.html", chart=chart, name=name, days=days if days in _SPANS else "", spans=_SPANS, width=WIDTH,
        drawn=trend(course, since) if course else None, rows=[_row(r) for r in reversed(course)],
        names=sorted({r.concept.name() or "" for r in dated if r.measure} - {""}),
    )  # fmt: skip


def _row(reading: Reading) -> dict[str, object]:
    low, high = reading.low, reading.high
    interval = f"{f'{low.value:g}' if low else ''}–{f'{high.value:g}' if high else ''}"
    shown = interval if low or high else reading.range_text or ""
    return {"reading": reading, "value": value_of(reading), "interval": shown, "out": outside(reading)}


ROUTES: Final = (PageRoute("/console/patients/{patient}/results", results),)
