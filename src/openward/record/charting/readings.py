"""From Observation to readings: one for the observation itself, one for each component."""

from typing import Final, NamedTuple

from openward.domain.code import Concept
from openward.record import views
from openward.record.chart import Interval, Measure, Proportion, Reading, Source, Span
from openward.record.charting.frame import (
    NOTHING,
    Frame,
    at,
    code_of,
    codes_of,
    literal_path,
    measure,
    negated,
    partial_text,
    span,
)
from openward.record.times import When
from openward.record.views.clinical import ReferenceRange, Valued

Value = Measure | Concept | Interval | Proportion | Span | str | bool
_ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_NORMAL: Final = frozenset({None, "normal"})


class _Held(NamedTuple):
    value: Value
    path: str


class _Limits(NamedTuple):
    low: Measure | None = None
    high: Measure | None = None
    text: str | None = None


def readings(view: views.Observation, source: Source, frame: Frame) -> list[Reading]:
    """The readings of one Observation, its components after itself."""
    moment = _measured(view, source, frame)
    whole = _reading(view, "", source, frame, view=view, moment=moment)
    if not view.component:
        return [whole]
    parts = [
        _reading(part, f"component[{place}].", source, frame, view=view, moment=moment)
        for place, part in enumerate(view.component)
    ]
    return [whole, *parts]


def _reading(
    part: Valued, prefix: str, source: Source, frame: Frame, *, view: views.Observation, moment: When | None
) -> Reading:
    held = _held(part, prefix, source, frame)
    limits = _limits(part.reference_range) if part.reference_range else _Limits()
    return Reading(
        source=source,
        concept=part.code or NOTHING,
        value=held.value if held else None,
        path=held.path if held else f"{prefix}valueQuantity.value",
        at=at(moment),
        at_text=partial_text(moment),
        status=view.status,
        category=codes_of(view.category),
        low=limits.low,
        high=limits.high,
        range_text=limits.text,
        interpretation=codes_of(part.interpretation),
        absent_reason=code_of(part.data_absent_reason) or (None if held else _absent_beside(part)),
        not_done=bool(view.extension or view.modifier_extension) and negated(*view.extension, *view.modifier_extension),
    )


def _measured(view: views.Observation, source: Source, frame: Frame) -> When | None:
    """When it was measured: the moment, the end of the period (its start while it lasts), or the last of the events."""
    if text := view.effective_date_time or view.effective_instant:
        return frame.when(source, "effectiveDateTime", text)
    if view.effective_period:
        start, end = frame.bounds(source, "effectivePeriod", view.effective_period)
        return end if end and end.earliest <= frame.as_of else start or end
    if view.effective_timing:
        found = [frame.when(source, "effectiveTiming.event", text) for text in view.effective_timing.event]
        return max((w for w in found if w), key=lambda w: w.latest, default=None)
    return None


def _held(part: Valued, prefix: str, source: Source, frame: Frame) -> _Held | None:
    """The value with its path; the kinds that are met most come first."""
    quantity = part.value_quantity
    if quantity is not None:
        found = measure(quantity)
        return _Held(found, f"{prefix}valueQuantity.value") if found else None
    if part.value_codeable_concept is not None:
        concept = part.value_codeable_concept
        return _Held(concept, literal_path(concept, f"{prefix}valueCodeableConcept")) if concept != NOTHING else None
    return _plain(part, prefix) or _compound(part, prefix, source, frame)


def _plain(part: Valued, prefix: str) -> _Held | None:
    if part.value_boolean is not None:
        return _Held(part.value_boolean, f"{prefix}valueBoolean")
    if part.value_integer is not None:
        return _Held(Measure(part.value_integer), f"{prefix}valueInteger")
    for name, text in (
        ("valueString", part.value_string),
        ("valueTime", part.value_time),
        ("valueDateTime", part.value_date_time),
    ):
        if text is not None:
            return _Held(text, f"{prefix}{name}")
    return None


def _compound(part: Valued, prefix: str, source: Source, frame: Frame) -> _Held | None:
    if part.value_range is not None:
        return _Held(Interval(measure(part.value_range.low), measure(part.value_range.high)), f"{prefix}valueRange")
    if part.value_ratio is not None:
        ratio = part.value_ratio
        return _Held(Proportion(measure(ratio.numerator), measure(ratio.denominator)), f"{prefix}valueRatio")
    if part.value_period is not None:
        path = f"{prefix}valuePeriod"
        return _Held(span(frame.bounds(source, path, part.value_period)), path)
    if part.value_sampled_data is not None and part.value_sampled_data.data is not None:
        return _Held(part.value_sampled_data.data, f"{prefix}valueSampledData.data")
    return None


def _absent_beside(part: Valued) -> str | None:
    """Why there is no value, where that stands beside the primitive that would be the value."""
    quantity = part.value_quantity
    places = (
        quantity.beside_value if quantity else None,
        part.beside_string,
        part.beside_boolean,
        part.beside_integer,
        part.beside_time,
        part.beside_date_time,
    )
    found = (e.value_code for place in places if place for e in place.extension if e.url == _ABSENT)
    return next((code for code in found if code), None)


def _limits(ranges: tuple[ReferenceRange, ...]) -> _Limits:
    """The normal range when there is exactly one; which of several holds for this patient is not ours to guess."""
    normal = [r for r in ranges if code_of(r.type) in _NORMAL]
    if len(normal) != 1:
        return _Limits()
    return _Limits(measure(normal[0].low), measure(normal[0].high), normal[0].text)
