"""eGFR in the units of the synthetic hospital (creatinine in µmol/L), and back, so that a story may say either."""

from openward.knowledge.kidney import MOLAR_MASS, Sex, ckd_epi_2021

_MG_DL = MOLAR_MASS / 10_000


def egfr(creatinine: float, *, age: int, sex: Sex) -> float:
    """mL/min/1.73 m² of an adult from serum creatinine in µmol/L (CKD-EPI 2021)."""
    return ckd_epi_2021(age=age, creatinine=creatinine * _MG_DL, sex=sex)


def creatinine_for(target: float, *, age: int, sex: Sex) -> float:
    """The creatinine in µmol/L that gives an eGFR: the same equation solved for creatinine."""
    kappa, alpha, factor = (0.7, -0.241, 1.012) if sex == "female" else (0.9, -0.302, 1.0)
    share = target / (142 * 0.9938**age * factor)
    return float(kappa * share ** (1 / (-1.2 if share < 1 else alpha)) / _MG_DL)
