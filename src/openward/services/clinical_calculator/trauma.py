"""Physiology after injury and in shock, in one number."""

from collections.abc import Callable
from typing import Final

from openward.services.clinical_calculator.bands import band_of

# Lower ends of the coded values 1 to 4 (Champion 1989, table 1); a rate above 29 is coded 3.
_GCS: Final = (">=4", ">=6", ">=9", ">=13")
_PRESSURE: Final = (">=1", ">=50", ">=76", ">89")
_BREATHS: Final = (">=1", ">=6", ">=10")
_FAST: Final = 29


def revised_trauma(*, gcs: float, rts_pressure: float, rts_breaths: float) -> float:
    """Revised Trauma Score: coded values of coma scale, pressure and breathing with their weights (Champion 1989)."""
    breaths = 3 if rts_breaths > _FAST else (0, 1, 2, 4)[band_of(_BREATHS, rts_breaths)]
    return 0.9368 * band_of(_GCS, gcs) + 0.7326 * band_of(_PRESSURE, rts_pressure) + 0.2908 * breaths


def vasoactive_inotropic(
    *,
    dopamine: float,
    dobutamine: float,
    epinephrine: float,
    norepinephrine: float,
    milrinone: float,
    vasopressin: float,
) -> float:
    """Vasoactive-inotropic score: rates in ug/kg/min, vasopressin in units/kg/min (Gaies 2010)."""
    weak = dopamine + dobutamine + 10 * milrinone
    return weak + 100 * (epinephrine + norepinephrine) + 10_000 * vasopressin


FORMULAS: Final[dict[str, Callable[..., float]]] = {
    "revised_trauma": revised_trauma,
    "vasoactive_inotropic": vasoactive_inotropic,
}
