"""Equations of the heart: QT in ms, rates per minute, pressures in mmHg, cholesterol in mg/dL."""

from collections.abc import Callable
from math import exp, log
from typing import Final

from openward.knowledge.kidney import Sex


def mean_pressure(*, sbp: float, dbp: float) -> float:
    """Mean arterial pressure, mmHg."""
    return (sbp + 2 * dbp) / 3


def pulse_pressure(*, sbp: float, dbp: float) -> float:
    """Pulse pressure, mmHg."""
    return sbp - dbp


def shock_index(*, heart_rate: float, sbp: float) -> float:
    """Heart rate over systolic pressure."""
    return heart_rate / sbp


def modified_shock_index(*, heart_rate: float, mean_arterial_pressure: float) -> float:
    """Heart rate over mean pressure."""
    return heart_rate / mean_arterial_pressure


def rate_pressure_product(*, heart_rate: float, sbp: float) -> float:
    """Heart rate times systolic pressure."""
    return heart_rate * sbp


def qtc_bazett(*, qt: float, heart_rate: float) -> float:
    """QT over the square root of RR in seconds, ms."""
    return float(qt / (60 / heart_rate) ** 0.5)


def qtc_fridericia(*, qt: float, heart_rate: float) -> float:
    """QT over the cube root of RR in seconds, ms."""
    return float(qt / (60 / heart_rate) ** (1 / 3))


def qtc_framingham(*, qt: float, heart_rate: float) -> float:
    """QT + 154 (1 - RR), ms."""
    return qt + 154 * (1 - 60 / heart_rate)


def qtc_hodges(*, qt: float, heart_rate: float) -> float:
    """QT + 1.75 (rate - 60), ms."""
    return qt + 1.75 * (heart_rate - 60)


def qtc_rautaharju(*, qt: float, heart_rate: float) -> float:
    """QT (120 + rate) / 180, ms."""
    return qt * (120 + heart_rate) / 180


def ldl_friedewald(*, total_cholesterol: float, hdl: float, triglycerides: float) -> float:
    """LDL cholesterol, mg/dL; holds to triglycerides of 400 mg/dL.

    Raises:
        ValueError: the triglycerides are above 400 mg/dL.
    """
    if triglycerides > 400:  # noqa: PLR2004 - the limit of the equation
        raise ValueError("the triglycerides must not be above 400 mg/dL")
    return total_cholesterol - hdl - triglycerides / 5


def ldl_sampson(*, total_cholesterol: float, hdl: float, triglycerides: float) -> float:
    """LDL cholesterol, mg/dL; holds to triglycerides of 800 mg/dL.

    Raises:
        ValueError: the triglycerides are above 800 mg/dL.
    """
    if triglycerides > 800:  # noqa: PLR2004 - the limit of the equation
        raise ValueError("the triglycerides must not be above 800 mg/dL")
    rest = total_cholesterol - hdl
    return (
        total_cholesterol / 0.948 - hdl / 0.971
        - (triglycerides / 8.56 + triglycerides * rest / 2140 - triglycerides**2 / 16100) - 9.44
    )  # fmt: skip


def non_hdl(*, total_cholesterol: float, hdl: float) -> float:
    """Cholesterol that is not HDL, mg/dL."""
    return total_cholesterol - hdl


_HARD_CHD: Final[dict[str, tuple[float, ...]]] = {
    "male": (52.00961, 20.014077, -0.905964, 1.305784, 0.241549, 12.096316, -4.605038, -2.84367, -2.93323),
    "female": (31.764001, 22.465206, -1.187731, 2.552905, 0.420251, 13.07543, -5.060998, -2.996945, 0),
}
_BASELINE: Final = {"male": (172.300168, 0.9402), "female": (146.5933061, 0.98767)}
_SMOKER_AGE: Final = {"male": 70.0, "female": 78.0}


def framingham_hard_chd(  # noqa: PLR0913 - seven published inputs
    *, age: float, sex: Sex, sbp: float, total_cholesterol: float, hdl: float, smoker: bool, treated_bp: bool
) -> float:
    """Risk of myocardial infarction or coronary death in ten years, per cent (ATP III, Framingham)."""
    by_age, by_total, by_hdl, by_sbp, treated, smoking, age_total, age_smoking, age_age = _HARD_CHD[sex]
    years, total = log(age), log(total_cholesterol)
    smoked = log(min(age, _SMOKER_AGE[sex]))
    score = (
        by_age * years + by_total * total + by_hdl * log(hdl) + by_sbp * log(sbp) + treated * treated_bp
        + smoking * smoker + age_total * years * total + age_smoking * smoked * smoker + age_age * years * years
    )  # fmt: skip
    offset, survival = _BASELINE[sex]
    return float(100 * (1 - survival ** exp(score - offset)))


def risk_count(**factors: bool) -> float:
    """How many of the named risk factors are present."""
    return float(sum(factors.values()))


FORMULAS: Final[dict[str, Callable[..., float]]] = {
    "risk_count": risk_count,
    "mean_pressure": mean_pressure,
    "pulse_pressure": pulse_pressure,
    "shock_index": shock_index,
    "modified_shock_index": modified_shock_index,
    "rate_pressure_product": rate_pressure_product,
    "qtc_bazett": qtc_bazett,
    "qtc_fridericia": qtc_fridericia,
    "qtc_framingham": qtc_framingham,
    "qtc_hodges": qtc_hodges,
    "qtc_rautaharju": qtc_rautaharju,
    "ldl_friedewald": ldl_friedewald,
    "ldl_sampson": ldl_sampson,
    "non_hdl": non_hdl,
    "framingham_hard_chd": framingham_hard_chd,
}
