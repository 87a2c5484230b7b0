"""Kidney function from creatinine: three published equations, each with its units and the people it is valid for.

Every equation takes creatinine in mg/dL; `creatinine_mg_dl` brings a recorded value there. The row ids are those of the
table `formulas`, which carries the source, the inputs and the valid population beside the words of each equation.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

Sex = Literal["female", "male"]

FORMULAS: Final = "formulas"
COCKCROFT_GAULT: Final = "cockcroft-gault"
CKD_EPI_2021: Final = "ckd-epi-2021-creatinine"
SCHWARTZ: Final = "schwartz-bedside"
CONVERSION: Final = "creatinine-molar-mass"
UNSTABLE: Final = "creatinine-unstable"

CRCL_UNIT: Final = "mL/min"
EGFR_UNIT: Final = "mL/min/{1.73_m2}"
ADULT: Final = 18

MOLAR_MASS: Final = 113.12
# KDIGO 2012, section 2.1.1: 26.5 µmol/L (0.3 mg/dL) within 48 h, or 1.5 times within 7 d (row "creatinine-unstable").
TWO_DAYS: Final = timedelta(hours=48)
WEEK: Final = timedelta(days=7)
CHANGE_MG_DL: Final = 26.5 * MOLAR_MASS / 10_000
CHANGE_RATIO: Final = 1.5
COMPARED: Final = 6
_TO_MG_DL: Final[dict[str, float]] = {
    "mg/dl": 1.0,
    "mg/100ml": 1.0,
    "mg/l": 0.1,
    "umol/l": MOLAR_MASS / 10_000,
    "mmol/l": MOLAR_MASS / 10,
}
_MICRO: Final = str.maketrans({"µ": "u", "μ": "u", "[": None, "]": None, " ": None})


def creatinine_mg_dl(value: float, unit: str | None) -> float | None:
    """A creatinine concentration in mg/dL; None when the unit is missing or is not one of creatinine's.

    Mole-based units are converted with the molar mass 113.12 g/mol (1 mg/dL = 88.4 µmol/L).
    """
    if unit is None or not 0 < value < float("inf"):
        return None
    factor = _TO_MG_DL.get(unit.translate(_MICRO).lower())
    return None if factor is None else value * factor


def is_unstable(series: Sequence[tuple[datetime, float]]) -> bool:
    """Whether creatinine (mg/dL, newest first) lately changed as much as in acute kidney injury, in either direction.

    The newest value is compared with the few before it: an injury that is over no longer counts.
    """
    if not series:
        return False
    newest, value = series[0]
    return any(_differ(newest - at, value, other) for at, other in series[1:COMPARED])


def _differ(apart: timedelta, value: float, other: float) -> bool:
    # Rounded, so that 1.2 over 0.8 is 1.5 and not just below it.
    ratio = round(max(value, other) / min(value, other), 6)
    return (apart <= TWO_DAYS and abs(value - other) >= CHANGE_MG_DL) or (apart <= WEEK and ratio >= CHANGE_RATIO)


def cockcroft_gault(*, age: int, weight_kg: float, creatinine: float, sex: Sex) -> float:
    """Creatinine clearance in mL/min of an adult with stable creatinine, by the weight that is given.

    Raises:
        ValueError: an input lies outside of what the equation is for.
    """
    _demand(age >= ADULT, "age of 18 years or more")
    _demand(weight_kg > 0 and creatinine > 0, "positive weight and creatinine")
    clearance = max(0, 140 - age) * weight_kg / (72 * creatinine)
    return clearance * 0.85 if sex == "female" else clearance


def ckd_epi_2021(*, age: int, creatinine: float, sex: Sex) -> float:
    """Estimated filtration rate in mL/min per 1.73 m² of an adult (2021 creatinine equation, without race).

    Raises:
        ValueError: an input lies outside of what the equation is for.
    """
    _demand(age >= ADULT, "age of 18 years or more")
    _demand(creatinine > 0, "positive creatinine")
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)
    ratio = creatinine / kappa
    return float(142 * min(ratio, 1.0) ** alpha * max(ratio, 1.0) ** -1.2 * 0.9938**age * factor)


def schwartz_bedside(*, age: int, height_cm: float, creatinine: float) -> float:
    """Estimated filtration rate in mL/min per 1.73 m² of a child of 1 to 17 years (IDMS-traceable creatinine).

    Raises:
        ValueError: an input lies outside of what the equation is for.
    """
    _demand(1 <= age < ADULT, "age of 1 to 17 years")
    _demand(height_cm > 0 and creatinine > 0, "positive height and creatinine")
    return 0.413 * height_cm / creatinine


def _demand(holds: bool, what: str) -> None:  # noqa: FBT001 - a guard reads best with the condition first
    if not holds:
        raise ValueError(f"the equation needs {what}")
