"""Z-scores by sex and age against a growth reference that a hospital imports as the table `growth_lms`.

The table has a row for each measure, sex and month with the id `weight:female:24` (measures: weight, height, bmi, head)
and the columns `l`, `m` and `s`. Between two months the values are joined by a straight line.
"""

from bisect import bisect_right
from collections.abc import Callable
from typing import Final

from openward.domain.errors import NotFoundError
from openward.knowledge import tables
from openward.knowledge.kidney import Sex
from openward.knowledge.tables import Row
from openward.services.clinical_calculator.childhood import lms_z

TABLE: Final = "growth_lms"


def weight_for_age(*, sex: Sex, age_months: float, weight: float) -> float:
    """Z-score of the weight in kg."""
    return _z("weight", sex, age_months, weight)


def height_for_age(*, sex: Sex, age_months: float, height: float) -> float:
    """Z-score of the length or height in cm."""
    return _z("height", sex, age_months, height)


def bmi_for_age(*, sex: Sex, age_months: float, bmi: float) -> float:
    """Z-score of the body mass index."""
    return _z("bmi", sex, age_months, bmi)


def head_for_age(*, sex: Sex, age_months: float, head_circumference: float) -> float:
    """Z-score of the head circumference in cm."""
    return _z("head", sex, age_months, head_circumference)


def _z(measure: str, sex: str, month: float, value: float) -> float:
    rows = _months(measure, sex)
    if not rows[1:] or not rows[0][0] <= month <= rows[-1][0]:
        raise ValueError(f"the table '{TABLE}' does not reach this age")
    above = min(bisect_right([m for m, _ in rows], month), len(rows) - 1)
    (first, low), (last, high) = rows[above - 1], rows[above]
    share = (month - first) / (last - first)
    known = {f"growth_{part}": (1 - share) * float(low[part]) + share * float(high[part]) for part in "lms"}
    return lms_z(growth_value=value, **known)


def _months(measure: str, sex: str) -> list[tuple[float, Row]]:
    if TABLE not in tables.names():
        raise NotFoundError(f"no table '{TABLE}' is installed")
    start = f"{measure}:{sex}:"
    found = [(float(row.id.removeprefix(start)), row) for row in tables.find(TABLE) if row.id.startswith(start)]
    return sorted(found, key=lambda pair: pair[0])


FORMULAS: Final[dict[str, Callable[..., float]]] = {
    "weight_for_age": weight_for_age,
    "height_for_age": height_for_age,
    "bmi_for_age": bmi_for_age,
    "head_for_age": head_for_age,
}
