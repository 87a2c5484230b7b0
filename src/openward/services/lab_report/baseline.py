"""The creatinine that an acute injury is measured by: known before it, or the lowest of the week (KDIGO 2012)."""

from statistics import median
from typing import Final, Literal

import msgspec

from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.services.lab_report.lines import Line, shown

WEEK: Final = 7.0
RISE: Final = 26.5
RATIO: Final = 1.5
How = Literal["before", "week", "falling"]


class Baseline(msgspec.Struct, frozen=True):
    """A value with how it is known; `falling`, the lowest of a week after a higher one, may be of the episode."""

    line: Line
    value: float
    how: How

    def said(self, language: Language) -> str:
        """The baseline in words, with its date and how it is known."""
        taken = self.line.taken
        return (
            _SAID[self.how]
            .in_(language)
            .format(value=shown(self.line, language), day=f"{taken:%Y-%m-%d}" if taken else "?")
        )


def baseline(earlier: list[tuple[float, Line]]) -> Baseline | None:
    """The lower of two: the lowest value of the week, and what was usual before these days of close measurements.

    `earlier` are the values of the year with their days before the one in question, newest first. Values of one
    episode follow each other within a week, so what was usual is looked for before them where there is such a value.
    """
    week = [(days, line) for days, line in earlier if days <= WEEK and line.value]
    lowest = min(week, key=lambda held: held[1].value or 0.0, default=None)
    usual = _usual(earlier)
    if usual is not None and (lowest is None or (usual.value or 0.0) <= (lowest[1].value or 0.0)):
        return Baseline(usual, usual.value or 0.0, "before")
    if lowest is None:
        return None
    days, line = lowest
    value = line.value or 0.0
    fell = any(before > days and _is_raised(held.value or 0.0, value) for before, held in week)
    return Baseline(line, value, "falling" if fell else "week")


def _is_raised(value: float, lowest: float) -> bool:
    return value >= RATIO * lowest or value - lowest >= RISE


def _episode(earlier: list[tuple[float, Line]]) -> frozenset[int]:
    """The values that follow each other within a week, back from the one in question."""
    found: list[Line] = []
    last = 0.0
    for days, line in earlier:
        if days - last > WEEK:
            break
        found.append(line)
        last = days
    return frozenset(id(line) for line in found)


def _usual(earlier: list[tuple[float, Line]]) -> Line | None:
    """The value nearest to the median of those before the episode, else of those before the week."""
    recent = _episode(earlier)
    older = [line for days, line in earlier if days > WEEK and line.value]
    values = [line for line in older if id(line) not in recent] or older
    if not values:
        return None
    middle = median(line.value or 0.0 for line in values)
    return min(values, key=lambda line: abs((line.value or 0.0) - middle))


_SAID: Final[dict[How, Text]] = {
    "before": Text(
        "Baseline: {value} on {day}, the usual value before this episode.",
        "基线：{day} 的 {value}（本次病程前的常见值）。",
    ),
    "week": Text(
        "Baseline: {value} on {day}, the lowest of the week before.",
        "基线：{day} 的 {value}（前一周内最低值）。",
    ),
    "falling": Text(
        "Baseline: {value} on {day}, the lowest of the week, itself after a higher one: the stage is at least this.",
        "基线：{day} 的 {value}（一周内最低值，但在更高值之后，可能仍属本次病程，分期至少如此）。",
    ),
}
