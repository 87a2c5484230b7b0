"""From Dosage to Dose: how much, how often, how long.

Timing codes: HL7 v3 GTSAbbreviation; event codes: FHIR R4 event-timing and v3 TimingEvent; lengths of month and year:
UCUM 2.1 table 3 (mo = 30.4375 d, a = 365.25 d).
"""

import re
from math import isfinite
from typing import Final, NamedTuple

from openward.domain.code import Concept
from openward.record.chart import Dose, Measure, Source
from openward.record.charting.frame import Bounds, Frame, code_of, measure, span
from openward.record.views.datatypes import Dosage, DoseAndRate, Quantity, Ratio, Timing, TimingRepeat
from openward.record.views.medication import AdministrationDosage

_HOURS: Final[dict[str | None, float]] = {
    "s": 1 / 3600,
    "min": 1 / 60,
    "h": 1.0,
    "d": 24.0,
    "wk": 168.0,
    "mo": 730.5,
    "a": 8766.0,
}
_WORDS: Final = {
    "second": "s", "seconds": "s", "minute": "min", "minutes": "min", "hour": "h", "hours": "h", "day": "d",
    "days": "d", "week": "wk", "weeks": "wk", "month": "mo", "months": "mo", "year": "a", "years": "a",
}  # fmt: skip
_DAY: Final = 24.0
_WEEK: Final = 7


class Cycle(NamedTuple):
    """So many administrations every so long; the unit is UCUM."""

    frequency: float
    period: float
    unit: str


class Frequency(NamedTuple):
    """How often: as recorded, and as administrations in 24 h (lower and upper end)."""

    cycle: Cycle | None = None
    low: float | None = None
    high: float | None = None


_CODES: Final[dict[str, Cycle]] = {
    "QD": Cycle(1, 1, "d"),
    "BID": Cycle(2, 1, "d"),
    "TID": Cycle(3, 1, "d"),
    "QID": Cycle(4, 1, "d"),
    "AM": Cycle(1, 1, "d"),
    "PM": Cycle(1, 1, "d"),
    "BED": Cycle(1, 1, "d"),
    "QOD": Cycle(1, 2, "d"),
    "WK": Cycle(1, 1, "wk"),
    "MO": Cycle(1, 1, "mo"),
}
_EVERY: Final = re.compile(r"Q(1|2|3|4|6|8|12|24|36|48|72)H")
# Meals without a name (AC, PC, C) do not say how many; every other event happens once a day.
_MEALS: Final = frozenset({"AC", "PC", "C"})


def dose(dosage: Dosage, source: Source, element: str, frame: Frame) -> tuple[Dose, Bounds]:
    """One dosage instruction, and the period that it sets itself."""
    given = _ordered(dosage.dose_and_rate)
    repeat = dosage.timing.repeat if dosage.timing else None
    often = _frequency(dosage.timing)
    bounds = _bounds(dosage.timing, source, f"{element}.timing", frame)
    lasting = _lasting(repeat)
    limit = _limit(dosage.max_dose_per_period)
    return Dose(
        text=dosage.text or dosage.patient_instruction,
        amount=_low(given.dose_quantity, given.dose_range),
        amount_high=measure(given.dose_range.high) if given.dose_range else None,
        rate=_rate(given.rate_ratio) or _low(given.rate_quantity, given.rate_range),
        rate_high=measure(given.rate_range.high) if given.rate_range else None,
        max_per_day=limit.amount if limit.hours == _DAY else None,
        max_amount=limit.amount,
        max_hours=limit.hours,
        max_each=measure(dosage.max_dose_per_administration),
        route=dosage.route,
        frequency=often.cycle.frequency if often.cycle else None,
        period=often.cycle.period if often.cycle else None,
        period_unit=often.cycle.unit if often.cycle else None,
        per_day=often.low,
        per_day_high=often.high,
        count=repeat.count if repeat else None,
        as_needed=_as_needed(dosage),
        as_needed_for=dosage.as_needed_codeable_concept,
        bounds=span(bounds) if bounds != Bounds() else None,
        duration_days=lasting.low,
        duration_days_high=lasting.high,
    ), bounds


def _bounds(timing: Timing | None, source: Source, element: str, frame: Frame) -> Bounds:
    """The period that a timing names, or from the first to the last of its moments where it says nothing else."""
    if timing is None:
        return Bounds()
    if timing.repeat is not None:
        return frame.bounds(source, f"{element}.repeat.boundsPeriod", timing.repeat.bounds_period)
    found = [frame.when(source, f"{element}.event", text) for text in timing.event]
    events = [event for event in found if event]
    if timing.code is not None or not events or len(events) < sum(text is not None for text in timing.event):
        return Bounds()
    return Bounds(min(events, key=lambda w: w.earliest), max(events, key=lambda w: w.latest))


class _Lasting(NamedTuple):
    low: float | None = None
    high: float | None = None


def _lasting(repeat: TimingRepeat | None) -> _Lasting:
    """How many days it lasts: a length, or the ends of a range of lengths."""
    if repeat is None:
        return _Lasting()
    if repeat.bounds_range is not None:
        return _Lasting(days(repeat.bounds_range.low), days(repeat.bounds_range.high))
    return _Lasting(days(repeat.bounds_duration))


def administered(dosage: AdministrationDosage) -> Dose:
    """What was given in one administration."""
    return Dose(
        text=dosage.text,
        amount=measure(dosage.dose),
        rate=_rate(dosage.rate_ratio) or measure(dosage.rate_quantity),
        route=dosage.route,
    )


def days(quantity: Quantity | None) -> float | None:
    """A duration in days, None when there is none or its unit is not known."""
    found = measure(quantity)
    hours = _hours(found.unit) if found else None
    return found.value * hours / _DAY if found and hours else None


def _ordered(given: tuple[DoseAndRate, ...]) -> DoseAndRate:
    """The dose as ordered; a calculated one stands beside it only to say how it came about."""
    if not given:
        return DoseAndRate()
    return next((g for g in given if code_of(g.type) == "ordered"), given[0])


def _low(quantity: Quantity | None, range_: object) -> Measure | None:
    return measure(quantity) or measure(getattr(range_, "low", None))


def _rate(ratio: Ratio | None) -> Measure | None:
    """A rate as one quantity (`100 mL` per `2 h` is `50 mL/h`)."""
    above, below = (measure(ratio.numerator), measure(ratio.denominator)) if ratio else (None, None)
    if above is None or below is None or not below.value or below.unit is None:
        return None
    unit = f"({below.unit})" if re.search(r"[./]", below.unit) else below.unit
    return Measure(above.value / below.value, f"{above.unit or '1'}/{unit}", above.comparator)


class _Limit(NamedTuple):
    amount: Measure | None = None
    hours: float | None = None


def _limit(ratio: Ratio | None) -> _Limit:
    above, below = (measure(ratio.numerator), measure(ratio.denominator)) if ratio else (None, None)
    hours = _hours(below.unit) if below else None
    return _Limit(above, below.value * hours) if above and below and hours else _Limit()


def _hours(unit: str | None) -> float | None:
    return _HOURS.get(_WORDS.get((unit or "").lower(), unit))


def _as_needed(dosage: Dosage) -> bool | None:
    return True if dosage.as_needed_codeable_concept is not None else dosage.as_needed_boolean


def _frequency(timing: Timing | None) -> Frequency:
    """How often; what the repeat rule says goes before the code, which is its short form (FHIR R4 Timing, tim-…)."""
    if timing is None:
        return Frequency()
    found = _repeated(timing.repeat) if timing.repeat else Frequency()
    return found if found.cycle else _coded(timing.code)


def _coded(code: Concept | None) -> Frequency:
    for word in [*(c.code for c in code.coding), code.text] if code else []:
        key = (word or "").strip().upper()
        every = _EVERY.fullmatch(key)
        cycle = Cycle(1, float(every.group(1)), "h") if every else _CODES.get(key)
        if cycle:
            return Frequency(cycle, _per_day(cycle))
    return Frequency()


def _repeated(repeat: TimingRepeat) -> Frequency:
    cycle = _cycle(repeat)
    low = _per_day(cycle) if cycle else None
    if cycle is None or low is None:
        return Frequency(cycle)
    share = len(set(repeat.day_of_week)) / _WEEK if repeat.day_of_week and cycle.unit == "d" else 1.0
    most = max(repeat.frequency_max or 0.0, _events(repeat) or 0.0, cycle.frequency) / cycle.frequency
    least = cycle.period / repeat.period_max if repeat.period_max else 1.0
    return Frequency(cycle, low * share * least, low * share * most if most != 1 or least != 1 else None)


def _cycle(repeat: TimingRepeat) -> Cycle | None:
    """Frequency and period as recorded; without them the named events or times of the day are counted."""
    if repeat.period and repeat.period > 0 and repeat.period_unit in _HOURS:
        if repeat.frequency is None and _at_meals(repeat):
            return None
        return Cycle(repeat.frequency or _events(repeat) or 1.0, repeat.period, repeat.period_unit or "")
    if repeat.period or repeat.frequency:
        return None
    if events := _events(repeat):
        return Cycle(events, 1.0, "d")
    return Cycle(float(len(set(repeat.day_of_week))), 1.0, "wk") if repeat.day_of_week else None


def _events(repeat: TimingRepeat) -> float | None:
    if _at_meals(repeat):
        return None
    return float(len(set(repeat.time_of_day)) or len(set(repeat.when))) or None


def _at_meals(repeat: TimingRepeat) -> bool:
    return any(event in _MEALS for event in repeat.when)


def _per_day(cycle: Cycle) -> float | None:
    found = cycle.frequency * _DAY / (cycle.period * _HOURS[cycle.unit])
    return found if isfinite(found) and found > 0 else None
