"""Equations of the liver: bilirubin and creatinine in mg/dL, albumin in g/dL, enzymes in U/L, platelets in 10⁹/L."""

from collections.abc import Callable
from math import floor, log, log10
from typing import Final

from openward.knowledge.kidney import Sex


def _held(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def _half_up(value: float) -> float:
    return float(floor(value + 0.5))


def meld(*, bilirubin: float, inr: float, creatinine: float, dialysis_twice: bool) -> float:
    """MELD as UNOS computed it until 2016: lower bounds of 1, creatinine to 4.0, 6 to 40 points."""
    return _held(_half_up(10 * _meld_raw(bilirubin, inr, creatinine, dialysis_twice)), 6, 40)


def _meld_raw(bilirubin: float, inr: float, creatinine: float, dialysis: bool) -> float:  # noqa: FBT001 - as its caller
    held = 4.0 if dialysis else _held(creatinine, 1, 4)
    value = 0.957 * log(held) + 0.378 * log(max(bilirubin, 1)) + 1.120 * log(max(inr, 1)) + 0.643
    return round(value, 1)


def meld_na(*, bilirubin: float, inr: float, creatinine: float, sodium: float, dialysis_twice: bool) -> float:
    """MELD-Na of the OPTN policy of 2016: sodium from 125 to 137 mmol/L, added where the first MELD exceeds 11."""
    first = 10 * _meld_raw(bilirubin, inr, creatinine, dialysis_twice)
    if first > 11:  # noqa: PLR2004 - the policy's limit
        gap = 137 - _held(sodium, 125, 137)
        first = first + 1.32 * gap - 0.033 * first * gap
    return _held(_half_up(first), 6, 40)


def meld_3(  # noqa: PLR0913 - seven published inputs
    *, bilirubin: float, inr: float, creatinine: float, sodium: float, albumin: float, sex: Sex, dialysis_twice: bool
) -> float:
    """MELD 3.0: albumin from 1.5 to 3.5 g/dL, creatinine to 3.0 mg/dL, 6 to 40 points (Kim 2021)."""
    cr = log(3.0 if dialysis_twice else _held(creatinine, 1, 3))
    bili = log(max(bilirubin, 1))
    gap, lack = 137 - _held(sodium, 125, 137), 3.5 - _held(albumin, 1.5, 3.5)
    value = (
        1.33 * (sex == "female") + 4.56 * bili + 0.82 * gap - 0.24 * gap * bili + 9.09 * log(max(inr, 1))
        + 11.14 * cr + 1.85 * lack - 1.83 * lack * cr + 6
    )  # fmt: skip
    return _held(_half_up(value), 6, 40)


def fib_4(*, age: float, ast: float, alt: float, platelets: float) -> float:
    """FIB-4, a ratio (Sterling 2006)."""
    return float(age * ast / (platelets * alt**0.5))


def apri(*, ast: float, ast_upper: float, platelets: float) -> float:
    """AST over its upper limit, times 100, over platelets (Wai 2003)."""
    return 100 * (ast / ast_upper) / platelets


def maddrey(*, prothrombin_time: float, prothrombin_control: float, bilirubin: float) -> float:
    """Discriminant function of alcoholic hepatitis; times in seconds (Maddrey 1978, Carithers 1989)."""
    return 4.6 * (prothrombin_time - prothrombin_control) + bilirubin


def albi(*, bilirubin: float, albumin: float) -> float:
    """Albumin-bilirubin score (Johnson 2015), from mg/dL and g/dL."""
    return float(0.66 * log10(bilirubin * 17.104) - 0.085 * albumin * 10)


def r_factor(*, alt: float, alt_upper: float, alp: float, alp_upper: float) -> float:
    """R of drug-induced liver injury: ALT over its limit, over ALP over its limit."""
    return (alt / alt_upper) / (alp / alp_upper)


def saag(*, albumin: float, ascites_albumin: float) -> float:
    """Serum-ascites albumin gradient, g/dL."""
    return albumin - ascites_albumin


def nafld_fibrosis(  # noqa: PLR0913 - seven published inputs
    *, age: float, bmi: float, diabetes_or_ifg: bool, ast: float, alt: float, platelets: float, albumin: float
) -> float:
    """NAFLD fibrosis score (Angulo 2007); albumin in g/dL."""
    return (
        -1.675
        + 0.037 * age
        + 0.094 * bmi
        + 1.13 * diabetes_or_ifg
        + 0.99 * ast / alt
        - 0.013 * platelets
        - 0.66 * albumin
    )


FORMULAS: Final[dict[str, Callable[..., float]]] = {
    "meld": meld,
    "meld_na": meld_na,
    "meld_3": meld_3,
    "fib_4": fib_4,
    "apri": apri,
    "maddrey": maddrey,
    "albi": albi,
    "r_factor": r_factor,
    "saag": saag,
    "nafld_fibrosis": nafld_fibrosis,
}
