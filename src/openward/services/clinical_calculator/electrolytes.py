"""Salt, water, acid and base: electrolytes in mmol/L, glucose and urea in mg/dL, albumin in g/dL, weight in kg."""

from collections.abc import Callable
from typing import Final

from openward.knowledge.kidney import Sex

_WATER: Final = {"male": (0.6, 0.5), "female": (0.5, 0.45)}
_OLD: Final = 65
_CHILD: Final = 18


def corrected_calcium(*, calcium: float, albumin: float) -> float:
    """Total calcium as at an albumin of 4 g/dL, mg/dL (K/DOQI 2003)."""
    return calcium + 0.8 * (4 - albumin)


def corrected_sodium(*, sodium: float, glucose: float) -> float:
    """Sodium as at a glucose of 100 mg/dL, by 2.4 mmol/L for each 100 mg/dL (Hillier 1999)."""
    return sodium + 0.024 * (glucose - 100)


def corrected_sodium_katz(*, sodium: float, glucose: float) -> float:
    """Sodium as at a glucose of 100 mg/dL, by 1.6 mmol/L for each 100 mg/dL (Katz 1973)."""
    return sodium + 0.016 * (glucose - 100)


def osmolality(*, sodium: float, glucose: float, bun: float) -> float:
    """Calculated serum osmolality, mosm/kg."""
    return 2 * sodium + glucose / 18 + bun / 2.8


def osmolal_gap(*, osmolality: float, sodium: float, glucose: float, bun: float) -> float:
    """Measured less calculated osmolality, mosm/kg."""
    return osmolality - (2 * sodium + glucose / 18 + bun / 2.8)


def anion_gap(*, sodium: float, chloride: float, bicarbonate: float) -> float:
    """Anion gap without potassium, mmol/L."""
    return sodium - chloride - bicarbonate


def anion_gap_albumin(*, sodium: float, chloride: float, bicarbonate: float, albumin: float) -> float:
    """Anion gap as at an albumin of 4 g/dL, mmol/L."""
    return anion_gap(sodium=sodium, chloride=chloride, bicarbonate=bicarbonate) + 2.5 * (4 - albumin)


def delta_gap(*, sodium: float, chloride: float, bicarbonate: float) -> float:
    """Anion gap less 12, mmol/L."""
    return anion_gap(sodium=sodium, chloride=chloride, bicarbonate=bicarbonate) - 12


def delta_gap_albumin(*, sodium: float, chloride: float, bicarbonate: float, albumin: float) -> float:
    """Albumin-corrected anion gap less 12, mmol/L."""
    return anion_gap_albumin(sodium=sodium, chloride=chloride, bicarbonate=bicarbonate, albumin=albumin) - 12


def delta_ratio(*, sodium: float, chloride: float, bicarbonate: float) -> float:
    """Rise of the anion gap above 12 over the fall of bicarbonate below 24.

    Raises:
        ValueError: the bicarbonate is 24, so that there is no fall.
    """
    return delta_gap(sodium=sodium, chloride=chloride, bicarbonate=bicarbonate) / _fall(bicarbonate)


def delta_ratio_albumin(*, sodium: float, chloride: float, bicarbonate: float, albumin: float) -> float:
    """The same with the albumin-corrected anion gap.

    Raises:
        ValueError: the bicarbonate is 24.
    """
    gap = delta_gap_albumin(sodium=sodium, chloride=chloride, bicarbonate=bicarbonate, albumin=albumin)
    return gap / _fall(bicarbonate)


def _fall(bicarbonate: float) -> float:
    if bicarbonate == 24:  # noqa: PLR2004 - the normal that both equations use
        raise ValueError("the bicarbonate must differ from 24 mmol/L")
    return 24 - bicarbonate


def winters(*, bicarbonate: float) -> float:
    """Expected PaCO2 in metabolic acidosis, mmHg; the range is 2 above and below (Albert 1967)."""
    return 1.5 * bicarbonate + 8


def urine_anion_gap(*, urine_sodium: float, urine_potassium: float, urine_chloride: float) -> float:
    """Urine anion gap, mmol/L."""
    return urine_sodium + urine_potassium - urine_chloride


def stool_osmotic_gap(*, stool_sodium: float, stool_potassium: float) -> float:
    """Stool osmotic gap with 290 mosm/kg as the osmolality of stool, mosm/kg."""
    return 290 - 2 * (stool_sodium + stool_potassium)


def total_body_water(*, age: float, sex: Sex, weight: float) -> float:
    """Water of the body, L: 0.6 of the weight (0.5 for women and old men, 0.45 for old women)."""
    if age < _CHILD:
        return 0.6 * weight
    young, old = _WATER[sex]
    return (old if age >= _OLD else young) * weight


def free_water_deficit(*, age: float, sex: Sex, weight: float, sodium: float) -> float:
    """Water that is lacking to a sodium of 140 mmol/L, L."""
    return total_body_water(age=age, sex=sex, weight=weight) * (sodium / 140 - 1)


def sodium_deficit(*, age: float, sex: Sex, weight: float, sodium: float, target_sodium: float) -> float:
    """Sodium that is lacking to a target, mmol."""
    return total_body_water(age=age, sex=sex, weight=weight) * (target_sodium - sodium)


FORMULAS: Final[dict[str, Callable[..., float]]] = {
    "corrected_calcium": corrected_calcium,
    "corrected_sodium": corrected_sodium,
    "corrected_sodium_katz": corrected_sodium_katz,
    "osmolality": osmolality,
    "osmolal_gap": osmolal_gap,
    "anion_gap": anion_gap,
    "anion_gap_albumin": anion_gap_albumin,
    "delta_gap": delta_gap,
    "delta_gap_albumin": delta_gap_albumin,
    "delta_ratio": delta_ratio,
    "delta_ratio_albumin": delta_ratio_albumin,
    "winters": winters,
    "urine_anion_gap": urine_anion_gap,
    "stool_osmotic_gap": stool_osmotic_gap,
    "free_water_deficit": free_water_deficit,
    "sodium_deficit": sodium_deficit,
    "total_body_water": total_body_water,
}
