"""eGFR by the CKD-EPI 2021 creatinine equation and back, so that a story may say either.

Source: Inker LA et al., N Engl J Med 2021;385:1737-1749, Table S10 of its appendix; creatinine in µmol/L.
"""

from typing import Final

MICROMOL_PER_MG_DL: Final = 88.42
_FEMALE: Final = (0.7, -0.241, 1.012)  # kappa in mg/dL, alpha, factor
_MALE: Final = (0.9, -0.302, 1.0)
_BETA: Final = -1.2


def egfr(creatinine: float, *, age: int, sex: str) -> float:
    """mL/min/1.73 m² from serum creatinine in µmol/L; for adults."""
    kappa, alpha, factor = _FEMALE if sex == "female" else _MALE
    ratio = creatinine / MICROMOL_PER_MG_DL / kappa
    return float(142 * min(ratio, 1.0) ** alpha * max(ratio, 1.0) ** _BETA * 0.9938**age * factor)


def creatinine_for(target: float, *, age: int, sex: str) -> float:
    """The creatinine in µmol/L that gives an eGFR."""
    kappa, alpha, factor = _FEMALE if sex == "female" else _MALE
    share = target / (142 * 0.9938**age * factor)
    ratio = share ** (1 / (_BETA if share < 1 else alpha))
    return float(ratio * kappa * MICROMOL_PER_MG_DL)
