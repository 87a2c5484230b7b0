"""A value of the chart in words, the same at every door that speaks to a person."""

from openward.domain.code import Concept
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
    return "" if measure is None else f"{measure.comparator or ''}{measure.value:g} {measure.unit or ''}".strip()
