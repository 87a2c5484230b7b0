"""The dose of a drug in use, from the chart's dosage instructions: how much in 24 h, and how far apart."""

from functools import lru_cache
from typing import Final

import msgspec

from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.domain.quantity import Quantity, commensurable, convert, is_unit
from openward.domain.spelling import ucum
from openward.language.orders import MAX_TEXT, parse_order
from openward.record.chart import Dose, Measure
from openward.services.prescription_review.drugs import DoseInUse, DrugInUse

_DAY: Final = 24.0
_COUNTED: Final = frozenset(
    {"tablet", "tablets", "tab", "tabs", "tbl", "capsule", "capsules", "cap", "caps", "caplet", "caplets", "片", "粒"}
)


def milligrams(measure: Measure | None) -> float | None:
    """A mass in milligrams; None when it is none, or is not stated exactly."""
    if measure is None or measure.comparator is not None or measure.unit is None:
        return None
    factor = _milligrams_in(measure.unit)
    return measure.value * factor if factor is not None and 0 <= measure.value < float("inf") else None


def milligrams_per_kilogram(measure: Measure) -> float | None:
    """A mass for each kilogram of body weight in mg/kg; None when it is none."""
    unit, _, weight = (measure.unit or "").removesuffix("/d").rpartition("/")
    return milligrams(Measure(measure.value, unit, measure.comparator)) if weight == "kg" else None


@lru_cache(maxsize=1024)
def _milligrams_in(spelled: str) -> float | None:
    """How many milligrams one of a unit is, as UCUM or as people spell it; None for what is no mass."""
    short = spelled.strip().removesuffix("/d")
    code = short if is_unit(short) else ucum(short)
    if code is None or not commensurable(code, "mg"):
        return None
    return convert(Quantity(1.0, code), "mg").value


@lru_cache(maxsize=8192)
def unit_strength(product: str) -> Measure | None:
    """The mass in one tablet or capsule, from the name of a product of one strength ("Metformin 500 MG Tablet")."""
    if len(product) > MAX_TEXT:
        return None
    read = parse_order(product)
    held = (read.amount, *read.strength) if read.amount else read.strength
    if read.form is None or len(held) != 1:
        return None
    found = Measure(held[0].value, held[0].unit)
    return found if milligrams(found) is not None else None


def dose_in_use(doses: tuple[Dose, ...], strength: Measure | None = None) -> DoseInUse:
    """What several dosage instructions amount to; anything that is not stated stays None.

    `strength` is the mass in one tablet or capsule, for doses that are stated as a number of them.
    """
    if not doses:
        return DoseInUse()
    if strength is not None:
        doses = tuple(_weighed(dose, strength) for dose in doses)
    first = doses[0]
    often = [d.per_day_high or d.per_day for d in doses]
    per_day = sum(x for x in often if x) if all(often) else None
    return DoseInUse(
        amount=first.amount_high or first.amount if len(doses) == 1 else None,
        per_day=per_day,
        daily=_daily(doses),
        interval_h=_DAY / per_day if per_day else None,
        as_needed=_as_needed(doses),
        text=first.text,
    )


def _weighed(dose: Dose, strength: Measure) -> Dose:
    """A dose in tablets or capsules as a mass; any other dose as it is."""
    amount, high = _mass(dose.amount, strength), _mass(dose.amount_high, strength)
    if amount is dose.amount and high is dose.amount_high:
        return dose
    return msgspec.structs.replace(dose, amount=amount, amount_high=high)


def counted(unit: str | None) -> bool:
    """Whether a unit is a number of tablets or capsules."""
    return (unit or "").strip("{}").lower() in _COUNTED


def _mass(amount: Measure | None, strength: Measure) -> Measure | None:
    if amount is None or not counted(amount.unit):
        return amount
    return Measure(amount.value * strength.value, strength.unit, amount.comparator)


def _daily(doses: tuple[Dose, ...]) -> Measure | None:
    """The most in 24 h: amount times number, summed over instructions of one unit, or the recorded limit."""
    total = 0.0
    units: set[str | None] = set()
    for dose in doses:
        part = _of_one(dose)
        if part is None or part.comparator is not None:
            return None
        total += part.value
        units.add(part.unit)
    return Measure(round(total, 6), units.pop()) if len(units) == 1 and None not in units else None


def _of_one(dose: Dose) -> Measure | None:
    if dose.max_per_day is not None and dose.as_needed is not False:
        return dose.max_per_day
    amount, often = dose.amount_high or dose.amount, dose.per_day_high or dose.per_day
    if amount is None or not often:
        return None
    return Measure(amount.value * often, amount.unit, amount.comparator)


def _as_needed(doses: tuple[Dose, ...]) -> bool | None:
    stated = {d.as_needed for d in doses}
    return stated.pop() if len(stated) == 1 else None


def shown(drug: DrugInUse, language: Language) -> str | None:
    """The dose in words: `500 mg × 3/d = 1500 mg/d`."""
    dose = drug.dose
    if dose.amount is None and dose.daily is None:
        return None
    parts = []
    if dose.amount is not None:
        parts.append(f"{dose.amount.value:g} {written(dose.amount.unit, language)}".strip())
    if dose.per_day:
        parts.append(f"× {times_a_day(dose.per_day, language)}")
    if dose.daily is not None and not (dose.amount and dose.per_day == 1):
        parts.append(f"= {in_a_day(dose.daily, language)}")
    return " ".join(parts)


def times_a_day(per_day: float, language: Language) -> str:
    """How often a day: `3/d`."""
    return f"{per_day:g} 次/日" if language == "zh" else f"{per_day:g}/d"


def in_a_day(daily: Measure, language: Language) -> str:
    """How much a day: `1500 mg/d`."""
    unit = written(daily.unit, language)
    return f"{daily.value:g}{f' {unit}' if unit else ''}/{'日' if language == 'zh' else 'd'}"
