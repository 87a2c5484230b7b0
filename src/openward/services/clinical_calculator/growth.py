"""L, M and S of a growth reference, read from the table `growth_lms` that a hospital imports; none is built in.

The table has a row for each measure, sex and month with the id `weight:female:24` (measures: weight, height, bmi, head)
and the columns `l`, `m` and `s`. Between two months the values are joined by a straight line.
"""

from bisect import bisect_right
from collections.abc import Callable
from itertools import product
from typing import Final, Literal

from openward.knowledge import tables
from openward.knowledge.tables import Row

TABLE: Final = "growth_lms"
MEASURES: Final = ("weight", "height", "bmi", "head")
Part = Literal["l", "m", "s"]
_PARTS: Final[tuple[Part, ...]] = ("l", "m", "s")


def _reader(measure: str, part: Part) -> Callable[..., float]:
    def read(*, sex: str, age_months: float) -> float:
        return _between(_months(measure, sex), age_months, part)

    return read


def _months(measure: str, sex: str) -> list[tuple[float, Row]]:
    if TABLE not in tables.names():
        raise ValueError(f"no table '{TABLE}' was imported")
    start = f"{measure}:{sex}:"
    return sorted((float(row.id.removeprefix(start)), row) for row in tables.find(TABLE) if row.id.startswith(start))


def _between(rows: list[tuple[float, Row]], month: float, part: Part) -> float:
    if not rows[1:] or not rows[0][0] <= month <= rows[-1][0]:
        raise ValueError(f"the table '{TABLE}' does not reach this age")
    above = min(bisect_right([m for m, _ in rows], month), len(rows) - 1)
    (first, low), (last, high) = rows[above - 1], rows[above]
    share = (month - first) / (last - first)
    return float(low[part]) + share * (float(high[part]) - float(low[part]))


FORMULAS: Final[dict[str, Callable[..., float]]] = {
    f"growth_{measure}_{part}": _reader(measure, part) for measure, part in product(MEASURES, _PARTS)
}
