"""Equations of glucose, iron, blood cells and energy: glucose in mg/dL, insulin in mU/L, haemoglobin in g/dL."""

from collections.abc import Callable
from math import log10
from typing import Final

from openward.knowledge.kidney import Sex

_ANAEMIA: Final = {"male": 13.0, "female": 12.0}


def homa_ir(*, glucose: float, insulin: float) -> float:
    """Insulin resistance from fasting glucose and insulin (Matthews 1985)."""
    return insulin * glucose / 405


def quicki(*, glucose: float, insulin: float) -> float:
    """Insulin sensitivity check index (Katz 2000)."""
    return float(1 / (log10(insulin) + log10(glucose)))


def average_glucose(*, hba1c: float) -> float:
    """Estimated average glucose from HbA1c in per cent, mg/dL (Nathan 2008)."""
    return 28.7 * hba1c - 46.7


def transferrin_saturation(*, iron: float, tibc: float) -> float:
    """Iron over binding capacity, both ug/dL, per cent."""
    return 100 * iron / tibc


def ganzoni(*, weight: float, haemoglobin: float, target_haemoglobin: float) -> float:
    """Iron deficit with 500 mg of stores, mg (Ganzoni 1970).

    Raises:
        ValueError: the weight is below 35 kg, where the stores are taken by weight.
    """
    if weight < 35:  # noqa: PLR2004 - the limit of the equation
        raise ValueError("the weight must be 35 kg or more")
    return weight * (target_haemoglobin - haemoglobin) * 2.4 + 500


def anaemic(*, haemoglobin: float, sex: Sex) -> bool:
    """Whether the haemoglobin lies below 13 g/dL in a man or 12 g/dL in a woman."""
    return haemoglobin < _ANAEMIA[sex]


def mentzer(*, mcv: float, red_cells: float) -> float:
    """Mean cell volume over red cells in 10¹²/L (Mentzer 1973)."""
    return mcv / red_cells


def absolute_neutrophils(*, wbc: float, neutrophils_percent: float) -> float:
    """Neutrophils, 10⁹/L."""
    return wbc * neutrophils_percent / 100


def mifflin(*, weight: float, height: float, age: float, sex: Sex) -> float:
    """Resting energy, kcal/d (Mifflin 1990)."""
    return 10 * weight + 6.25 * height - 5 * age + (5 if sex == "male" else -161)


def corrected_phenytoin(*, phenytoin: float, albumin: float) -> float:
    """Phenytoin as at a normal albumin, mg/L; kidney function not failing (Sheiner-Tozer)."""
    return phenytoin / (0.2 * albumin + 0.1)


FORMULAS: Final[dict[str, Callable[..., float]]] = {
    "homa_ir": homa_ir,
    "quicki": quicki,
    "average_glucose": average_glucose,
    "transferrin_saturation": transferrin_saturation,
    "ganzoni": ganzoni,
    "mentzer": mentzer,
    "anaemic": anaemic,
    "absolute_neutrophils": absolute_neutrophils,
    "mifflin": mifflin,
    "corrected_phenytoin": corrected_phenytoin,
}
