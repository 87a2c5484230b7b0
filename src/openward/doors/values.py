"""Values of the chart in words, the same at every door that speaks to a person."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

from openward.domain.code import Concept
from openward.domain.notation import written
from openward.record.chart import Interval, Measure, Proportion, Reading, Span


def value_of(reading: Reading) -> str:
    """A reading's value with its unit; why there is none, when the record says so."""
    match reading.value:
        case Concept() as concept:
            return concept.name() or ""
        case Interval(first, second) | Proportion(first, second):
            between = "–" if isinstance(reading.value, Interval) else ":"
            return f"{_measure(first)}{between}{_measure(second)}"
        case Span() as span:
            return span.text or "–".join(m.isoformat()[:16] for m in (span.start, span.end) if m)
        case None:
            return f"no value ({reading.absent_reason or 'not recorded'})"
        case Measure() as measure:
            return _measure(measure)
        case other:
            return str(other)


def _measure(measure: Measure | None) -> str:
    return "" if measure is None else f"{measure.comparator or ''}{measure.value:g} {written(measure.unit)}".strip()


def newest(readings: Iterable[Reading]) -> list[Reading]:
    """The newest reading of each name, newest first; a panel that only holds its components is left out."""
    held = list(readings)
    parts = Counter(r.source.reference for r in held)
    beginning = datetime.min.replace(tzinfo=UTC)
    found: dict[str, Reading] = {}
    for reading in sorted(held, key=lambda r: r.at or beginning, reverse=True):
        if reading.value is not None or reading.absent_reason or parts[reading.source.reference] == 1:
            found.setdefault(reading.concept.name() or "", reading)
    return list(found.values())
