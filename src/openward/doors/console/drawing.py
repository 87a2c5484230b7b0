"""Small pictures as plain geometry, in the units of their own view box; templates draw them as SVG."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import accumulate, pairwise
from math import isfinite
from typing import Final

import msgspec

from openward.record.chart import Chart, Reading
from openward.record.intended import Intended
from openward.record.judging import at_a_glance

_SPARK: Final = (132, 30)
_POINTS: Final = 24
# A silence is drawn as long as so many of the shorter steps (the lower quartile) at most.
_SILENCE: Final = 4


class Spark(msgspec.Struct, frozen=True, kw_only=True):
    """The course of one value: a line, its points, and the band of its reference interval if there is one."""

    line: str
    dots: tuple[tuple[float, float, bool], ...]
    band: tuple[float, float] | None = None


def spark(readings: Sequence[Reading], out: Callable[[Reading], bool] | None = None) -> Spark | None:
    """The course of readings of one kind, oldest first, in the unit of the newest.

    None for fewer than two, or where they lie too far apart for any picture.
    """
    held = [(r.at, measure.value, r, measure.unit) for r in readings if r.at and (measure := r.measure)]
    held = [one for one in held if one[3] == held[-1][3]][-_POINTS:]
    if len(held) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    newest, unit = held[-1][2:]
    bounds = [m.value for m in (newest.low, newest.high) if m and m.unit in {unit, None}]
    values = [value for _, value, *_ in held]
    least, most = min(values + bounds), max(values + bounds)
    span = (most - least) or 1.0
    if not isfinite(span):
        return None
    width, height = _SPARK

    def y(value: float) -> float:
        return round(height - 3 - (value - least) / span * (height - 6), 1)

    shares = _shares([at for at, *_ in held])
    lies = out or outside
    points = [(round(3 + x * (width - 6), 1), y(v), lies(r)) for x, (_, v, r, _) in zip(shares, held, strict=True)]
    low, high = newest.low, newest.high
    band = (y(high.value), y(low.value)) if low and high else None
    return Spark(line=" ".join(f"{a:g},{b:g}" for a, b, _ in points), dots=tuple(points), band=band)


def _shares(moments: Sequence[datetime]) -> list[float]:
    """Where moments stand from 0 to 1; a long silence is drawn shortened, so that a stay is no tick at the end."""
    gaps = [(after - before).total_seconds() for before, after in pairwise(moments)]
    some = sorted(gap for gap in gaps if gap > 0)
    most = _SILENCE * some[(len(some) - 1) // 4] if some else 0.0
    ends = list(accumulate((min(gap, most) for gap in gaps), initial=0.0))
    return [end / (ends[-1] or 1.0) for end in ends]


def outside_but(chart: Chart, meant: Intended, reading: Reading) -> bool:
    """Whether a value lies outside; what a drug raises by intent, only where it stands out nevertheless."""
    return bool(at_a_glance(reading, chart, intended=True)) if meant.of(reading) else outside(reading)


def outside(reading: Reading) -> bool:
    """Whether a value lies outside of its reference interval."""
    measure, low, high = reading.measure, reading.low, reading.high
    return measure is not None and bool((low and measure.value < low.value) or (high and measure.value > high.value))
