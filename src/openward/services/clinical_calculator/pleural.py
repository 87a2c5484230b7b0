"""Pleural fluid against serum."""

from collections.abc import Callable
from typing import Final


def pleural_protein_ratio(*, pleural_protein: float, serum_protein: float) -> float:
    """Protein of the fluid over that of serum."""
    return pleural_protein / serum_protein


def pleural_ldh_ratio(*, pleural_ldh: float, ldh: float) -> float:
    """Lactate dehydrogenase of the fluid over that of serum."""
    return pleural_ldh / ldh


def pleural_ldh_excess(*, pleural_ldh: float, ldh_upper: float) -> float:
    """Lactate dehydrogenase of the fluid over two thirds of the upper limit of serum."""
    return 3 * pleural_ldh / (2 * ldh_upper)


FORMULAS: Final[dict[str, Callable[..., float]]] = {
    "pleural_protein_ratio": pleural_protein_ratio,
    "pleural_ldh_ratio": pleural_ldh_ratio,
    "pleural_ldh_excess": pleural_ldh_excess,
}
