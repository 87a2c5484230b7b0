"""Size of the body: weight in kg, height in cm, results in kg, kg/m², m² or mL/h."""

from collections.abc import Callable
from typing import Final

from openward.knowledge.kidney import Sex

_INCH: Final = 2.54
_FIVE_FEET: Final = 60


def bmi(*, weight: float, height: float) -> float:
    """Body mass index, kg/m²."""
    return 10_000 * weight / height**2


def bsa_mosteller(*, weight: float, height: float) -> float:
    """Body surface, m² (Mosteller 1987)."""
    return float((weight * height / 3600) ** 0.5)


def bsa_du_bois(*, weight: float, height: float) -> float:
    """Body surface, m² (Du Bois 1916)."""
    return float(0.007184 * weight**0.425 * height**0.725)


def ideal_weight(*, height: float, sex: Sex) -> float:
    """Ideal body weight, kg: 50 (men) or 45.5 (women) and 2.3 for each inch above five feet (Devine 1974)."""
    return (50 if sex == "male" else 45.5) + 2.3 * (height / _INCH - _FIVE_FEET)


def adjusted_weight(*, weight: float, height: float, sex: Sex) -> float:
    """Ideal weight and 0.4 of what is above it, kg."""
    ideal = ideal_weight(height=height, sex=sex)
    return ideal + 0.4 * (weight - ideal)


def predicted_weight(*, height: float, sex: Sex) -> float:
    """Predicted body weight of the ARDS Network, kg."""
    return (50 if sex == "male" else 45.5) + 0.91 * (height - 152.4)


def lean_weight(*, weight: float, height: float, sex: Sex) -> float:
    """Lean body weight, kg (Janmahasatian 2005)."""
    index = bmi(weight=weight, height=height)
    return 9270 * weight / (6680 + 216 * index) if sex == "male" else 9270 * weight / (8780 + 244 * index)


def target_weight(*, height: float, target_bmi: float) -> float:
    """The weight of a body mass index, kg."""
    return target_bmi * (height / 100) ** 2


def maintenance_fluid(*, weight: float) -> float:
    """Maintenance fluid by 4, 2 and 1 mL/kg/h for the first, second and further 10 kg, mL/h (Holliday 1957)."""
    return 4 * min(weight, 10) + 2 * min(max(weight - 10, 0), 10) + max(weight - 20, 0)


def parkland(*, weight: float, burned_percent: float) -> float:
    """Crystalloid of the first 24 h after a burn, mL: 4 mL for each kg and per cent."""
    return 4 * weight * burned_percent


def waist_height(*, waist: float, height: float) -> float:
    """Waist over height."""
    return waist / height


FORMULAS: Final[dict[str, Callable[..., float]]] = {
    "bmi": bmi,
    "bsa_mosteller": bsa_mosteller,
    "bsa_du_bois": bsa_du_bois,
    "ideal_weight": ideal_weight,
    "adjusted_weight": adjusted_weight,
    "predicted_weight": predicted_weight,
    "lean_weight": lean_weight,
    "target_weight": target_weight,
    "maintenance_fluid": maintenance_fluid,
    "parkland": parkland,
    "waist_height": waist_height,
}
