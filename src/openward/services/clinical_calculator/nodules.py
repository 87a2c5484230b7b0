"""Incidental pulmonary nodules: which line of the Fleischner recommendations of 2017 holds."""

from collections.abc import Callable
from typing import Final

_SMALL: Final = 6
_LARGE: Final = 8
# Lines of the recommendations, in the order in which a next CT is due: one nodule or several, low or high risk.
_SOLID: Final = {
    (False, False): (0, 2, 10),
    (False, True): (1, 3, 10),
    (True, False): (0, 5, 5),
    (True, True): (1, 6, 6),
}


def fleischner(*, nodule_kind: str, nodule_size: float, nodules_multiple: bool, nodule_high_risk: bool) -> float:
    """The number of the line, 0 to 10; the mean of length and width in mm."""
    if nodule_kind == "solid":
        size = (nodule_size >= _SMALL) + (nodule_size > _LARGE)
        return _SOLID[nodules_multiple, nodule_high_risk][size]
    if nodules_multiple:
        return 9 if nodule_size >= _SMALL else 7
    if nodule_size < _SMALL:
        return 0
    return 8 if nodule_kind == "part_solid" else 4


FORMULAS: Final[dict[str, Callable[..., float]]] = {"fleischner": fleischner}
