"""SCORE2: ten-year risk of fatal and non-fatal cardiovascular disease of Europeans without diabetes."""

from collections.abc import Callable
from math import exp, log
from typing import Final

from openward.knowledge.kidney import Sex

# SCORE2 working group 2021, supplement: log hazard ratios of age, smoking, pressure, total and HDL cholesterol, then of
# their products with age; baseline survival at ten years; recalibration (intercept, slope) by region of risk.
_MAIN: Final[dict[str, tuple[float, ...]]] = {
    "male": (0.3742, 0.6012, 0.2777, 0.1458, -0.2698),
    "female": (0.4648, 0.7744, 0.3131, 0.1002, -0.2606),
}
_WITH_AGE: Final[dict[str, tuple[float, ...]]] = {
    "male": (-0.0755, -0.0255, -0.0281, 0.0426),
    "female": (-0.1088, -0.0277, -0.0226, 0.0613),
}
_SURVIVAL: Final = {"male": 0.9605, "female": 0.9776}
_REGIONS: Final[dict[str, dict[str, tuple[float, float]]]] = {
    "male": {
        "low": (-0.5699, 0.7476),
        "moderate": (-0.1565, 0.8009),
        "high": (0.3207, 0.9360),
        "very_high": (0.5836, 0.8294),
    },
    "female": {
        "low": (-0.7380, 0.7019),
        "moderate": (-0.3143, 0.7701),
        "high": (0.5710, 0.9369),
        "very_high": (0.9412, 0.8329),
    },
}
_MG_PER_MMOL: Final = 38.665


def score2(  # noqa: PLR0913 - the predictors of the model
    *, age: float, sex: Sex, smoker: bool, sbp: float, total_cholesterol: float, hdl: float, score2_region: str
) -> float:
    """Ten-year risk, per cent; cholesterol in mg/dL."""
    years = (age - 60) / 5
    rest = (
        float(smoker),
        (sbp - 120) / 20,
        total_cholesterol / _MG_PER_MMOL - 6,
        (hdl / _MG_PER_MMOL - 1.3) / 0.5,
    )
    first, *others = _MAIN[sex]
    sum_of = first * years
    sum_of += sum((main + joint * years) * x for main, joint, x in zip(others, _WITH_AGE[sex], rest, strict=True))
    intercept, slope = _REGIONS[sex][score2_region]
    hazard = -log(_SURVIVAL[sex]) * exp(sum_of)
    return 100 * (1 - exp(-exp(intercept + slope * log(hazard))))


FORMULAS: Final[dict[str, Callable[..., float]]] = {"score2": score2}
