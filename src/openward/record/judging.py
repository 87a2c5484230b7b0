"""How a reading lies: by the laboratory's interval or mark, else by the house's interval, always by critical limits."""

from datetime import timedelta
from typing import Final, Literal

import msgspec

from openward.domain.code import LOINC
from openward.knowledge.analytes import (
    Analyte,
    Critical,
    Interval,
    Person,
    Sex,
    analytes,
    beside,
    canonical,
    reached,
    usual,
)
from openward.record.chart import Chart, Measure, Reading

Side = Literal["high", "low", "abnormal", ""]
Whose = Literal["laboratory", "house", ""]
# HL7 v3 ObservationInterpretation, as laboratories send it beside a value.
_MARKS: Final[dict[str, Side]] = {
    "H": "high", "HH": "high", "HU": "high", "HX": "high", "L": "low", "LL": "low", "LU": "low", "LX": "low",
    "A": "abnormal", "AA": "abnormal", "POS": "abnormal", "DET": "abnormal", "N": "", "NEG": "",
}  # fmt: skip
_AT_ONCE: Final = frozenset({"HH", "AA"})
_GRAVEST: Final[tuple[Side, ...]] = ("high", "low", "abnormal", "")
_SIDES: Final[dict[str, Side]] = {"high": "high", "low": "low", "normal": ""}
_SEXES: Final[dict[str, Sex]] = {"female": "female", "male": "male"}
# What the record says of a pregnancy now is said of no value from before it.
_PREGNANCY: Final = timedelta(days=280)


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """The ends of the interval in the unit of the series, whose judgement it is (empty: nobody's), and the outcome.

    `house` is the house's interval where that one judges; `critical` the house's critical limits that are reached.
    """

    low: float | None = None
    high: float | None = None
    side: Side = ""
    whose: Whose = ""
    house: Interval | None = None
    critical: Critical | None = None


def judged(reading: Reading, unit: str | None, analyte: Analyte | None, person: Person) -> Judgement:
    """Judges one reading in the unit of its series."""
    held = _by_laboratory(reading, unit, analyte)
    measure = reading.measure
    value = canonical(analyte, measure.value, measure.unit) if analyte and measure else None
    if analyte is None or measure is None or value is None:
        return held
    held = msgspec.structs.replace(held, critical=reached(analyte, value, measure.comparator, person.age_days))
    if held.whose or held.low is not None or held.high is not None:
        return held
    house = usual(analyte, value, measure.comparator, person)
    said = beside(value, house.low, house.high, measure.comparator) if house else "unknown"
    if house is None or said == "unknown":
        return held
    low, high = (_back(end, unit, analyte) for end in (house.low, house.high))
    return msgspec.structs.replace(held, low=low, high=high, side=_SIDES[said], whose="house", house=house)


def _by_laboratory(reading: Reading, unit: str | None, analyte: Analyte | None) -> Judgement:
    """By the interval that came with the reading, or else by what the laboratory marked."""
    measure = reading.measure
    low, high = (in_unit(end, measure, unit, analyte) for end in (reading.low, reading.high))
    value = in_unit(measure, measure, unit, analyte)
    if value is not None and (low is not None or high is not None):
        said = beside(value, low, high, measure.comparator if measure else None)
        if said in _SIDES:
            return Judgement(low=low, high=high, side=_SIDES[said], whose="laboratory")
    held, mark = Judgement(low=low, high=high), _marked(reading)
    return held if mark is None else msgspec.structs.replace(held, side=mark, whose="laboratory")


def _marked(reading: Reading) -> Side | None:
    """The gravest of the laboratory's marks; None where it made none that is known."""
    made = {_MARKS[code] for mark in reading.interpretation if (code := mark.upper()) in _MARKS}
    return next((side for side in _GRAVEST if side in made), None)


def at_a_glance(reading: Reading, chart: Chart, *, intended: bool = False) -> Side:
    """On which side a value stands out: of its own interval, else by the laboratory's mark or a critical limit.

    The ends of the interval count as they are written beside the value; vital signs have no critical limits. What a
    drug raises by intent (`intended`) stands out above only where it is critical, or is marked so.
    """
    measure, low, high = reading.measure, reading.low, reading.high
    if measure and (low or high):
        side = _SIDES[beside(measure.value, low.value if low else None, high.value if high else None, None)]
    else:
        side = _marked(reading) or _critical(reading, person_at(chart, reading).age_days)
    if not intended or side == "low" or _AT_ONCE & {mark.upper() for mark in reading.interpretation}:
        return side
    return _critical(reading, person_at(chart, reading).age_days)


def _critical(reading: Reading, age_days: float | None) -> Side:
    """Which of the house's critical limits for an age a value reaches."""
    measure = reading.measure
    found = next((a for code in reading.concept.codes(LOINC) if (a := analytes().find(loinc=code))), None)
    value = canonical(found, measure.value, measure.unit) if found and measure else None
    if found is None or measure is None or value is None:
        return ""
    limits = reached(found, value, measure.comparator, age_days)
    return "" if limits is None else "low" if limits.low is not None and value <= limits.low else "high"


def in_unit(measure: Measure | None, own: Measure | None, unit: str | None, analyte: Analyte | None) -> float | None:
    """A value, or an end of its interval, in the unit of the series; an end without a unit has that of the value."""
    if measure is None or own is None:
        return None
    code = measure.unit or own.unit
    if code == unit:
        return measure.value
    return canonical(analyte, measure.value, code) if analyte else None


def _back(end: float | None, unit: str | None, analyte: Analyte) -> float | None:
    """An end from the analyte's unit in the unit of the series, to four figures; conversions are straight lines."""
    if end is None or unit == analyte.unit:
        return end
    zero, one = canonical(analyte, 0.0, unit), canonical(analyte, 1.0, unit)
    return float(f"{(end - zero) / (one - zero):.4g}") if zero is not None and one is not None else None


def person_at(chart: Chart, reading: Reading) -> Person:
    """The patient as known for the day of a reading."""
    who, at = chart.demographics, reading.at or chart.as_of
    born = who.birth_date if who else None
    known = {"present": True, "absent": False} if chart.as_of - at < _PREGNANCY else {}
    return Person(
        age_days=float((at.date() - born).days) if born and born <= at.date() else None,
        sex=_SEXES.get(who.gender or "") if who else None, pregnant=known.get(chart.pregnancy.state),
    )  # fmt: skip
