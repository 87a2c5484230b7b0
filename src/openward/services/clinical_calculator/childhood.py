"""What is reckoned by a child's age or weight: expected weight, tube, lower limit of pressure, dose, z-score."""

from collections.abc import Callable
from math import floor, log
from typing import Final

_YEAR: Final = 12
_TWO_YEARS: Final = 24
_SIX_YEARS: Final = 72
_TEN_YEARS: Final = 120
_TUBE_UNTIL: Final = 144
_APLS_UNTIL: Final = 156
_NEWBORN_MONTHS: Final = 28 / 30.4375


def apls_weight(*, age_months: float) -> float:
    """Expected weight, kg, by months in the first year, then by completed years to 12 (APLS, 5th edition).

    Raises:
        ValueError: 13 years or older.
    """
    if age_months >= _APLS_UNTIL:
        raise ValueError("the equations end at 12 years")
    if age_months < _YEAR:
        return 0.5 * age_months + 4
    years = floor(age_months / _YEAR)
    return 2 * years + 8 if age_months < _SIX_YEARS else 3 * years + 7


def tube_uncuffed(*, age_months: float) -> float:
    """Internal diameter of an uncuffed tracheal tube, mm: 4 and a quarter of the years (AHA 2010).

    Raises:
        ValueError: younger than 2 or older than 11 years.
    """
    return 4 + _tube_years(age_months) / 4


def tube_cuffed(*, age_months: float) -> float:
    """Internal diameter of a cuffed tracheal tube, mm: 3.5 and a quarter of the years (AHA 2010).

    Raises:
        ValueError: younger than 2 or older than 11 years.
    """
    return 3.5 + _tube_years(age_months) / 4


def pals_pressure(*, age_months: float) -> float:
    """The systolic pressure below which a child is hypotensive, mmHg (PALS)."""
    if age_months <= _NEWBORN_MONTHS:
        return 60
    if age_months < _YEAR:
        return 70
    return 70 + 2 * floor(min(age_months, _TEN_YEARS) / _YEAR)


def weighed_dose(*, weight: float, dose_per_kg: float, dose_maximum: float) -> float:
    """A dose by weight, never above its maximum, mg."""
    return min(weight * dose_per_kg, dose_maximum)


def lms_z(*, growth_value: float, growth_l: float, growth_m: float, growth_s: float) -> float:
    """How many standard deviations a value lies from the median of its reference (Cole and Green 1992)."""
    if growth_l == 0:
        return log(growth_value / growth_m) / growth_s
    return float(((growth_value / growth_m) ** growth_l - 1) / (growth_l * growth_s))


def _tube_years(age_months: float) -> int:
    if not _TWO_YEARS <= age_months < _TUBE_UNTIL:
        raise ValueError("the rule is for 2 to 11 years")
    return floor(age_months / _YEAR)


FORMULAS: Final[dict[str, Callable[..., float]]] = {
    "apls_weight": apls_weight,
    "tube_uncuffed": tube_uncuffed,
    "tube_cuffed": tube_cuffed,
    "pals_pressure": pals_pressure,
    "weighed_dose": weighed_dose,
    "lms_z": lms_z,
}
