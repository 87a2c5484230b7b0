"""Pictures of a chart as plain geometry, in the units of their own view box; templates draw them as SVG."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import cos, pi, sin
from typing import Final

import msgspec

from openward.record.chart import Chart, Encounter, MedicationEntry, Reading

WIDTH: Final = 960
_LABEL: Final = 230
_ROW: Final = 24
_TOP: Final = 26
_LEAST: Final = 3.0
_MOST_DRUGS: Final = 14
_SHORTEST: Final = timedelta(days=30)
_YEAR: Final = 365
_TICKS: Final = 8
_STEPS: Final = (7, 14, 30, 61, 91, 182, 365, 730, 1826, 3652, 7305)
_SPARK: Final = (132, 30)
_POINTS: Final = 24


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """Something that lasted, or was, at its place; `reference` is the resource that says so."""

    x: float
    y: float
    width: float
    kind: str
    title: str
    reference: str


class Label(msgspec.Struct, frozen=True):
    """Words at a place."""

    x: float
    y: float
    text: str


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """Stays, drugs and documents of one patient along one axis of time; `more` drugs are left out."""

    height: float
    bars: tuple[Bar, ...]
    names: tuple[Label, ...]
    ticks: tuple[Label, ...]
    more: int = 0


class Spark(msgspec.Struct, frozen=True, kw_only=True):
    """The course of one value: a line, its points, and the band of its reference interval if there is one."""

    line: str
    dots: tuple[tuple[float, float, bool], ...]
    band: tuple[float, float] | None = None


class _Axis(msgspec.Struct, frozen=True):
    start: datetime
    end: datetime

    def x(self, at: datetime) -> float:
        share = (min(max(at, self.start), self.end) - self.start) / (self.end - self.start)
        return round(_LABEL + share * (WIDTH - _LABEL - 12), 1)


def timeline(chart: Chart, *, stays: str, documents: str, most: int = _MOST_DRUGS) -> Timeline | None:
    """The timeline of a chart; None when nothing in it has a date. The words name the first and the last row."""
    drugs = _drugs(chart)
    begun = [at for _, at, _ in drugs] + [e.period.start for e in chart.encounters if e.period.start]
    begun += [d.at for d in chart.documents if d.at]
    if not begun:
        return None
    axis = _Axis(min(*begun, chart.as_of - _SHORTEST), chart.as_of + timedelta(days=1))
    rows: list[tuple[str, list[Bar]]] = [(stays, [_stay(e, axis) for e in chart.encounters if e.period.start])]
    rows += [(_name(entry), [_drug(entry, start, end, axis)]) for entry, start, end in drugs[:most]]
    papers = ((d, d.at) for d in chart.documents if d.at)
    rows.append(
        (documents, [_point(d.source.reference, d.title or d.concept.name() or "", at, axis) for d, at in papers])
    )
    rows = [row for row in rows if row[1]]
    placed = [msgspec.structs.replace(bar, y=_TOP + n * _ROW) for n, (_, bars) in enumerate(rows) for bar in bars]
    return Timeline(
        height=_TOP + len(rows) * _ROW + 6, bars=tuple(placed), ticks=tuple(_ticks(axis)),
        names=tuple(Label(0, _TOP + n * _ROW + 12, name) for n, (name, _) in enumerate(rows)),
        more=max(0, len(drugs) - most),
    )  # fmt: skip


def _drugs(chart: Chart) -> list[tuple[MedicationEntry, datetime, datetime]]:
    """Drugs with the moment they began, those in use first, the newest first."""
    found = []
    for entry in chart.medications:
        start = entry.period.start or entry.authored
        if start is None or entry.do_not_perform or entry.not_done or entry.kind in {"administration", "dispense"}:
            continue
        end = entry.period.end or (chart.as_of if entry.current else start)
        found.append((entry, start, max(start, end)))
    return sorted(found, key=lambda one: (bool(one[0].current), one[1]), reverse=True)


def _name(entry: MedicationEntry) -> str:
    name = entry.concept.name() or "?"
    return name if len(name) <= 28 else f"{name[:27]}…"  # noqa: PLR2004 - what fits beside the axis


def _stay(encounter: Encounter, axis: _Axis) -> Bar:
    start = encounter.period.start or axis.start
    end = encounter.period.end or (axis.end if encounter.status == "in-progress" else start)
    reasons = ", ".join(name for r in encounter.reasons if (name := r.name()))
    title = f"{start:%Y-%m-%d} {encounter.class_code or ''} {reasons}".strip()
    return _bar("bar-stay", encounter.source.reference, title, axis.x(start), axis.x(end))


def _drug(entry: MedicationEntry, start: datetime, end: datetime, axis: _Axis) -> Bar:
    dose = entry.doses[0].text if entry.doses and entry.doses[0].text else ""
    kind = "bar-drug" if entry.current else "bar-drug over"
    title = f"{entry.concept.name() or ''} {dose} {start:%Y-%m-%d}"
    return _bar(kind, entry.source.reference, title, axis.x(start), axis.x(end))


def _point(reference: str, title: str, at: datetime, axis: _Axis) -> Bar:
    return _bar("mark", reference, f"{at:%Y-%m-%d} {title}", axis.x(at), axis.x(at))


def _bar(kind: str, reference: str, title: str, start: float, end: float) -> Bar:
    return Bar(x=start, y=0, width=max(_LEAST, round(end - start, 1)), kind=kind, title=title, reference=reference)


def _ticks(axis: _Axis) -> Iterable[Label]:
    days = (axis.end - axis.start).days
    step = next((s for s in _STEPS if days / s <= _TICKS), _STEPS[-1])
    form = "%Y" if step >= _YEAR else "%Y-%m-%d" if step < _STEPS[3] else "%Y-%m"
    at = axis.end
    while at > axis.start:
        if (x := axis.x(at)) > _LABEL + 30:
            yield Label(x, 12, at.strftime(form))
        at -= timedelta(days=step)


def spark(readings: Sequence[Reading]) -> Spark | None:
    """The course of readings of one kind, oldest first, in the unit of the newest; None for fewer than two."""
    held = [(r.at, measure.value, r, measure.unit) for r in readings if r.at and (measure := r.measure)]
    held = [one for one in held if one[3] == held[-1][3]][-_POINTS:]
    if len(held) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    newest, unit = held[-1][2:]
    bounds = [m.value for m in (newest.low, newest.high) if m and m.unit in {unit, None}]
    values = [value for _, value, *_ in held]
    least, most = min(values + bounds), max(values + bounds)
    span, first = (most - least) or 1.0, held[0][0]
    time = (held[-1][0] - first).total_seconds() or 1.0
    width, height = _SPARK

    def y(value: float) -> float:
        return round(height - 3 - (value - least) / span * (height - 6), 1)

    points = [
        (round(3 + (at - first).total_seconds() / time * (width - 6), 1), y(v), outside(r)) for at, v, r, _ in held
    ]
    low, high = newest.low, newest.high
    band = (y(high.value), y(low.value)) if low and high else None
    return Spark(line=" ".join(f"{a:g},{b:g}" for a, b, _ in points), dots=tuple(points), band=band)


def outside(reading: Reading) -> bool:
    """Whether a value lies outside of its reference interval."""
    measure, low, high = reading.measure, reading.low, reading.high
    return measure is not None and bool((low and measure.value < low.value) or (high and measure.value > high.value))


def on_circle(number: int, count: int, x: float, y: float, radius: float) -> tuple[float, float]:
    """The place of one of `count` things that stand evenly on a circle, the first at the top."""
    turn = 2 * pi * number / max(count, 1)
    return round(x + radius * sin(turn), 1), round(y - radius * cos(turn), 1)
