"""How a value lies to the usual and the dangerous values of a person."""

from typing import Final, Literal

import msgspec

from openward.knowledge.analytes.analyte import Analyte
from openward.knowledge.analytes.limits import Critical, Interval, Sex, critical, either_sex, interval

Beside = Literal["low", "high", "normal", "unknown"]
_ABOVE: Final = frozenset({">", ">="})
_BELOW: Final = frozenset({"<", "<="})


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a value is judged for; None is not known."""

    age_days: float | None = None
    sex: Sex | None = None
    pregnant: bool | None = None
    weeks: float | None = None


def beside(value: float | None, low: float | None, high: float | None, comparator: str | None) -> Beside:
    """On which side of an interval a value lies; unknown where only a limit is given that leaves it open."""
    if value is None:
        return "unknown"
    if low is not None and (value < low or (value == low and comparator == "<")):
        return "low" if comparator not in _ABOVE else "unknown"
    if high is not None and (value > high or (value == high and comparator == ">")):
        return "high" if comparator not in _BELOW else "unknown"
    if comparator in _BELOW and low is not None and value > low:
        return "unknown"
    if comparator in _ABOVE and high is not None and value < high:
        return "unknown"
    return "normal"


def usual(analyte: Analyte, value: float, comparator: str | None, person: Person) -> Interval | None:
    """The seed interval that judges a value in the analyte's unit.

    Where age or sex is not known, the hull of all adult intervals, and only for a value that lies outside of it.
    """
    found = interval(analyte, person.age_days, person.sex, person.pregnant, person.weeks)
    if found is not None or person.pregnant or (person.age_days is not None and person.sex is not None):
        return found
    hull = either_sex(analyte, person.age_days, person.sex)
    if hull is None or beside(value, hull.low, hull.high, comparator) not in {"low", "high"}:
        return None
    return hull


def reached(analyte: Analyte, value: float, comparator: str | None, age_days: float | None) -> Critical | None:
    """The critical limits, when a value in the analyte's unit is at or beyond one of them."""
    limits = critical(analyte, age_days)
    if limits is None:
        return None
    low = limits.low is not None and value <= limits.low and comparator not in _ABOVE
    high = limits.high is not None and value >= limits.high and comparator not in _BELOW
    return limits if low or high else None
