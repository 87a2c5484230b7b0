"""Small pictures as plain geometry, in the units of their own view box; templates draw them as SVG."""

from collections.abc import Sequence
from typing import Final

import msgspec

from openward.record.chart import Reading

_SPARK: Final = (132, 30)
_POINTS: Final = 24


class Spark(msgspec.Struct, frozen=True, kw_only=True):
    """The course of one value: a line, its points, and the band of its reference interval if there is one."""

    line: str
    dots: tuple[tuple[float, float, bool], ...]
    band: tuple[float, float] | None = None


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
