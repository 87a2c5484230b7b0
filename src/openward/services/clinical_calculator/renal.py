"""Equations of the kidney: creatinine in mg/dL, urea nitrogen in mg/dL, electrolytes in mmol/L, ages in years."""

from collections.abc import Callable
from typing import Final

from openward.knowledge import kidney
from openward.knowledge.kidney import Sex
from openward.services.clinical_calculator import body

_UNDERWEIGHT: Final = 18.5
_OVERWEIGHT: Final = 25
_REDUCED: Final = 60
_MDRD: Final = (175, -1.154, -0.203, 0.742, 1.212)


def cockcroft_gault(*, age: float, weight: float, creatinine: float, sex: Sex) -> float:
    """Creatinine clearance, mL/min, by the weight that is given (Cockcroft 1976)."""
    return kidney.cockcroft_gault(age=int(age), weight_kg=weight, creatinine=creatinine, sex=sex)


def cockcroft_gault_by_bmi(*, age: float, weight: float, height: float, creatinine: float, sex: Sex) -> float:
    """Creatinine clearance, mL/min, by the weight that suits the body mass index (Winter 2012)."""
    index = body.bmi(weight=weight, height=height)
    if index >= _OVERWEIGHT:
        used = body.adjusted_weight(weight=weight, height=height, sex=sex)
    elif index >= _UNDERWEIGHT:
        used = min(body.ideal_weight(height=height, sex=sex), weight)
    else:
        used = weight
    return cockcroft_gault(age=age, weight=used, creatinine=creatinine, sex=sex)


def ckd_epi_2021(*, age: float, creatinine: float, sex: Sex) -> float:
    """Filtration rate, mL/min/1.73 m² (Inker 2021)."""
    return kidney.ckd_epi_2021(age=int(age), creatinine=creatinine, sex=sex)


def egfr_below_60(*, age: float, creatinine: float, sex: Sex) -> bool:
    """Whether the filtration rate by creatinine lies below 60 mL/min/1.73 m²."""
    return ckd_epi_2021(age=age, creatinine=creatinine, sex=sex) < _REDUCED


def ckd_epi_2021_cystatin(*, age: float, creatinine: float, cystatin_c: float, sex: Sex) -> float:
    """Filtration rate by creatinine and cystatin C (mg/L), mL/min/1.73 m² (Inker 2021)."""
    kappa, alpha, factor = (0.7, -0.219, 0.963) if sex == "female" else (0.9, -0.144, 1.0)
    ratio, cystatin = creatinine / kappa, cystatin_c / 0.8
    by_creatinine = min(ratio, 1.0) ** alpha * max(ratio, 1.0) ** -0.544
    by_cystatin = min(cystatin, 1.0) ** -0.323 * max(cystatin, 1.0) ** -0.778
    return float(135 * by_creatinine * by_cystatin * 0.9961**age * factor)


def ckd_epi_2012_cystatin(*, age: float, cystatin_c: float, sex: Sex) -> float:
    """Filtration rate by cystatin C (mg/L), mL/min/1.73 m² (Inker 2012)."""
    ratio = cystatin_c / 0.8
    value = 133 * min(ratio, 1.0) ** -0.499 * max(ratio, 1.0) ** -1.328 * 0.996**age
    return float(value * (0.932 if sex == "female" else 1.0))


def mdrd(*, age: float, creatinine: float, sex: Sex, black: bool) -> float:
    """Filtration rate by the four-variable equation for standardised creatinine, mL/min/1.73 m² (Levey 2006)."""
    factor, power, by_age, female, race = _MDRD
    value = factor * creatinine**power * age**by_age
    return float(value * (female if sex == "female" else 1.0) * (race if black else 1.0))


def schwartz(*, height: float, creatinine: float) -> float:
    """Filtration rate of a child by height in cm, mL/min/1.73 m² (Schwartz 2009)."""
    return 0.413 * height / creatinine


def creatinine_ratio(*, creatinine: float, baseline_creatinine: float) -> float:
    """Creatinine over its baseline; rounded, so that 1.2 over 0.8 is 1.5 and not just below it."""
    return round(creatinine / baseline_creatinine, 6)


def fractional_excretion_sodium(
    *, sodium: float, creatinine: float, urine_sodium: float, urine_creatinine: float
) -> float:
    """FENa in per cent."""
    return 100 * (urine_sodium * creatinine) / (sodium * urine_creatinine)


def fractional_excretion_urea(*, bun: float, creatinine: float, urine_urea_n: float, urine_creatinine: float) -> float:
    """FEUrea in per cent."""
    return 100 * (urine_urea_n * creatinine) / (bun * urine_creatinine)


def transtubular_potassium_gradient(
    *, potassium: float, urine_potassium: float, osmolality: float, urine_osmolality: float
) -> float:
    """TTKG, a ratio; holds only where the urine is not more dilute than plasma.

    Raises:
        ValueError: the urine is more dilute than plasma.
    """
    if urine_osmolality < osmolality:
        raise ValueError("the urine must not be more dilute than plasma")
    return (urine_potassium / potassium) / (urine_osmolality / osmolality)


FORMULAS: Final[dict[str, Callable[..., float]]] = {
    "creatinine_ratio": creatinine_ratio,
    "cockcroft_gault": cockcroft_gault,
    "cockcroft_gault_by_bmi": cockcroft_gault_by_bmi,
    "ckd_epi_2021": ckd_epi_2021,
    "egfr_below_60": egfr_below_60,
    "ckd_epi_2021_cystatin": ckd_epi_2021_cystatin,
    "ckd_epi_2012_cystatin": ckd_epi_2012_cystatin,
    "mdrd": mdrd,
    "schwartz": schwartz,
    "fractional_excretion_sodium": fractional_excretion_sodium,
    "fractional_excretion_urea": fractional_excretion_urea,
    "transtubular_potassium_gradient": transtubular_potassium_gradient,
}
