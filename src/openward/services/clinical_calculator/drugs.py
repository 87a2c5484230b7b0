"""Doses made comparable: opioids by morphine, glucocorticoids by hydrocortisone."""

from collections.abc import Callable
from typing import Final

# CDC Clinical Practice Guideline for Prescribing Opioids, MMWR Recomm Rep 2022;71(RR-3):1, table of conversion factors;
# buccal fentanyl (per microgram) after the CDC file of oral MME conversion factors of 2018.
MORPHINE_FACTORS: Final[dict[str, float]] = {
    "codeine": 0.15,
    "fentanyl_patch": 2.4,
    "fentanyl_buccal": 0.13,
    "hydrocodone": 1.0,
    "hydromorphone": 5.0,
    "methadone": 4.7,
    "morphine": 1.0,
    "oxycodone": 1.5,
    "oxymorphone": 3.0,
    "tapentadol": 0.4,
    "tramadol": 0.2,
}
# Doses of equal glucocorticoid effect, mg.
STEROID_DOSES: Final[dict[str, float]] = {
    "betamethasone": 0.75,
    "cortisone": 25,
    "dexamethasone": 0.75,
    "hydrocortisone": 20,
    "methylprednisolone": 4,
    "prednisolone": 5,
    "prednisone": 5,
    "triamcinolone": 4,
}


def morphine_equivalents(**doses: float | None) -> float:
    """Morphine milligram equivalents of a day; `doses` in mg/d by opioid (buccal fentanyl ug/d, patch ug/h).

    Raises:
        ValueError: no dose is given.
    """
    given = {name: dose for name, dose in doses.items() if dose is not None}
    if not given:
        raise ValueError("at least one opioid with its dose must be given")
    return sum(MORPHINE_FACTORS[name] * dose for name, dose in given.items())


def steroid_equivalent(*, from_steroid: str, steroid_dose: float, to_steroid: str) -> float:
    """The dose of another glucocorticoid with the same effect, mg."""
    return steroid_dose * STEROID_DOSES[to_steroid] / STEROID_DOSES[from_steroid]


FORMULAS: Final[dict[str, Callable[..., float]]] = {
    "morphine_equivalents": morphine_equivalents,
    "steroid_equivalent": steroid_equivalent,
}
