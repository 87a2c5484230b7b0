"""Malnutrition by the consensus of GLIM: a criterion of the body and a cause, graded by the body."""

from collections.abc import Callable
from typing import Final

from openward.services.clinical_calculator.bands import band_of

_OLD: Final = 70
_STAGES: Final = (2, 1, 0)
_STEPS: Final = {"none": 0, "moderate": 1, "severe": 2}


def glim(*, glim_weight_loss: str, bmi: float, age: float, asian: bool, muscle_loss: str, glim_cause: bool) -> float:
    """0 without malnutrition, 1 moderate, 2 severe (Cederholm 2019); for Asians no index is defined as severe."""
    if not glim_cause:
        return 0
    return max(_STEPS[glim_weight_loss], _STEPS[muscle_loss], _by_index(bmi, age >= _OLD, asian))


def _by_index(bmi: float, old: bool, asian: bool) -> int:  # noqa: FBT001 - two sides of one table
    if asian:
        return 1 - band_of((">=20",) if old else (">=18.5",), bmi)
    return _STAGES[band_of((">=20", ">=22") if old else (">=18.5", ">=20"), bmi)]


FORMULAS: Final[dict[str, Callable[..., float]]] = {"glim": glim}
