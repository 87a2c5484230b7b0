"""The course of results as plain geometry and as data: drawn as SVG by templates, zoomed by `laboratory.js`."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil, floor, isfinite, log10
from typing import Any, Final

import msgspec

from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.doors.console.axis import widened
from openward.doors.console.series import Point, Series
from openward.record.chart import Chart, MedicationEntry

WIDTH: Final = 960
LEFT: Final = 64
_RIGHT: Final = 12
_HEAD: Final = 14.0
_TALL, _FLAT = 250.0, 150.0
_BELOW: Final = 26.0
_TICKS: Final = 7
_MOST_POINTS: Final = 1000
_MOST_DRUGS: Final = 8
_GAUGE: Final = 160
_EDGE: Final = timedelta(hours=6)
_DAY, _MONTH, _YEAR = timedelta(days=1), timedelta(days=28), timedelta(days=365)
_STEPS: Final = tuple(timedelta(hours=h) for h in (1, 2, 3, 6, 12)) + tuple(
    timedelta(days=d) for d in (1, 2, 3, 7, 14, 30, 61, 91, 182, 365, 730, 1826, 3652, 7305)
)

Window = tuple[datetime, datetime]


class Label(msgspec.Struct, frozen=True):
    """Words at a place."""

    x: float
    y: float
    text: str


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """The course of one series within a window; `dots` are (x, y, point), `band` top and bottom of the interval."""

    line: str
    dots: tuple[tuple[float, float, Point], ...]
    days: tuple[Label, ...]
    values: tuple[Label, ...]
    band: tuple[float, float] | None
    height: float
    foot: float


class Gauge(msgspec.Struct, frozen=True):
    """Where a value stands beside its interval, along a bar of 160; `beyond` when it lies off the bar."""

    x: float
    start: float
    end: float
    beyond: bool


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """When a drug was in use: from and to, and single moments at which it was given."""

    name: str
    reference: str
    current: bool
    spans: tuple[Window, ...]
    given: tuple[datetime, ...] = ()


def whole(shown: Sequence[Series]) -> Window | None:
    """From the first to the last value of some series; None when nothing has a date."""
    moments = [at for series in shown for at, *_ in series.dated]
    return _wide(min(moments), max(moments)) if moments else None


def recent(shown: Sequence[Series]) -> Window | None:
    """The busy end of a course: what follows the last long silence, if at least three moments do; else all of it."""
    moments = sorted({at for series in shown for at, *_ in series.dated})
    if not moments:
        return None
    span = moments[-1] - moments[0]
    gaps = [n for n in range(1, len(moments) - 2) if moments[n] - moments[n - 1] > span / 3]
    return _wide(moments[gaps[-1]] if gaps else moments[0], moments[-1])


def _wide(start: datetime, end: datetime) -> Window:
    found = widened(start, end, max((end - start) * 0.03, _EDGE))
    return found.start, found.end


def trend(series: Series, window: Window, *, flat: bool = False) -> Trend | None:
    """The course of a series within a window; None when nothing of it lies there, or no picture can hold it."""
    held = [one for one in series.dated if window[0] <= one[0] <= window[1]]
    if not held:
        return None
    newest = held[-1][2]
    least, most = _ends([v for _, v, _ in held] + [e for e in (newest.low, newest.high) if e is not None])
    if not isfinite(most - least):
        return None
    foot = _FLAT if flat else _TALL

    def y(value: float) -> float:
        return round(foot - (value - least) / (most - least) * (foot - _HEAD), 1)

    dots = tuple((_x(at, window), y(value), point) for at, value, point in held)
    top = y(newest.high) if newest.high is not None else _HEAD
    bottom = y(newest.low) if newest.low is not None else foot
    return Trend(
        line=" ".join(f"{x:g},{height:g}" for x, height, _ in dots), dots=dots, days=tuple(_days(window, foot)),
        values=tuple(Label(LEFT - 8, y(v), f"{v:.4g}") for v in _round_steps(least, most)),
        band=None if newest.low is None and newest.high is None else (top, bottom), height=foot + _BELOW, foot=foot,
    )  # fmt: skip


def _ends(values: list[float]) -> tuple[float, float]:
    margin = (max(values) - min(values) or abs(values[0]) or 1.0) * 0.08
    return min(values) - margin, max(values) + margin


def _x(at: datetime, window: Window) -> float:
    return round(LEFT + (at - window[0]) / (window[1] - window[0]) * (WIDTH - LEFT - _RIGHT), 1)


def _days(window: Window, foot: float) -> list[Label]:
    span = window[1] - window[0]
    step = next((s for s in _STEPS if span / s <= _TICKS), _STEPS[-1])
    form = "%m-%d %H:%M" if step < _DAY else "%Y-%m-%d" if step < _MONTH else "%Y-%m" if step < _YEAR else "%Y"
    midnight = window[0].replace(hour=0, minute=0, second=0, microsecond=0)
    first = ceil((window[0] - midnight) / step)
    moments = [midnight + n * step for n in range(first, floor((window[1] - midnight) / step) + 1)]
    places = [(x, at) for at in moments if LEFT + 20 < (x := _x(at, window)) < WIDTH - 40]
    return [Label(x, foot + 18, at.strftime(form)) for x, at in places]


def _round_steps(least: float, most: float) -> list[float]:
    """About five round numbers between two values."""
    rough = (most - least) / 5
    size = 10 ** floor(log10(rough))
    step = next(size * n for n in (1, 2, 5, 10) if size * n >= rough)
    first = ceil(least / step)
    return [n * step for n in range(first, floor(most / step) + 1)]


def gauge(value: float | None, low: float | None, high: float | None) -> Gauge | None:
    """A bar with the interval on it; None where there is no interval, or none that a bar can show."""
    if value is None:
        return None
    if low is not None and high is not None and high > low:
        start, end = _GAUGE * 0.25, _GAUGE * 0.75
        x = start + (value - low) / (high - low) * (end - start)
    elif low is None and high is not None and high > 0:
        start, end = 0.0, _GAUGE * 0.6
        x = value / high * end
    elif high is None and low is not None and low > 0:
        start, end = _GAUGE * 0.4, float(_GAUGE)
        x = value / low * start
    else:
        return None
    held = min(max(x, 6.0), _GAUGE - 6.0)
    return Gauge(round(held, 1), start, end, held != x)


def interval(low: float | None, high: float | None) -> str:
    """An interval as people write it; empty for none."""
    if low is not None and high is not None:
        return f"{low:.10g}–{high:.10g}"
    return f"≤ {high:.10g}" if high is not None else f"≥ {low:.10g}" if low is not None else ""


def uses(chart: Chart, window: Window) -> list[Use]:
    """The drugs that were in use within a window: first those that began or ended in it, for they may explain it."""
    held: defaultdict[str, list[tuple[MedicationEntry, Window]]] = defaultdict(list)
    for entry in chart.medications:
        span = _span(chart, entry)
        if span is not None and span[0] <= window[1] and span[1] >= window[0]:
            held[(entry.concept.name() or "?")].append((entry, span))
    found = [_use(name, entries) for name, entries in held.items()]
    return sorted(found, key=lambda use: (not _turned(use, window), use.spans[0] if use.spans else window))


def _span(chart: Chart, entry: MedicationEntry) -> Window | None:
    start = entry.period.start or entry.authored
    if start is None or entry.draft or entry.do_not_perform or entry.not_done or entry.kind == "dispense":
        return None
    end = entry.period.end or (chart.as_of if entry.current and entry.kind != "administration" else start)
    return start, max(start, end)


def _use(name: str, entries: list[tuple[MedicationEntry, Window]]) -> Use:
    lasting = sorted(span for entry, span in entries if span[1] > span[0])
    given = sorted(span[0] for _, span in entries if span[1] == span[0])
    first = entries[0][0]
    return Use(
        name=name, reference=first.source.reference, current=any(e.current for e, _ in entries), spans=tuple(lasting),
        given=tuple(given),
    )  # fmt: skip


def _turned(use: Use, window: Window) -> bool:
    """Whether a drug began or ended within a window."""
    ends = [*use.given, *(moment for span in use.spans for moment in span)]
    return any(window[0] < moment < window[1] for moment in ends)


def plotted(shown: Sequence[Series], drugs: Sequence[Use], window: Window, language: Language) -> dict[str, Any]:
    """What the script draws: each series as columns, the drugs below, and the windows that can be asked for."""
    return {
        "plots": [_columns(series, language) for series in shown],
        "drugs": [
            {"name": use.name, "spans": use.spans, "given": use.given, "current": use.current}
            for use in drugs[:_MOST_DRUGS]
        ],
        "window": window,
        "full": whole(shown),
        "busy": recent(shown),
    }


def _columns(series: Series, language: Language) -> dict[str, Any]:
    held = series.dated[-_MOST_POINTS:]
    return {
        "key": series.key,
        "name": series.name,
        "unit": written(series.unit, language),
        "left": len(series.dated) - len(held),
        "at": [at.timestamp() for at, *_ in held],
        "value": [value for _, value, _ in held],
        "low": [p.low for *_, p in held],
        "high": [p.high for *_, p in held],
        "side": [p.side for *_, p in held],
        "shown": [p.shown for *_, p in held],
        "house": [p.whose == "house" for *_, p in held],
        "critical": [p.alarming for *_, p in held],
        "interval": [interval(p.low, p.high) for *_, p in held],
        "source": [p.reading.source.reference for *_, p in held],
    }
