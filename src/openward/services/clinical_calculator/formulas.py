"""Every formula by the name that an instrument's file uses; each is a pure function of inputs in declared units."""

from collections.abc import Callable
from datetime import date
from typing import Final

from openward.services.clinical_calculator import (
    body,
    cardiac,
    drugs,
    electrolytes,
    hepatic,
    metabolic,
    obstetric,
    renal,
    respiratory,
)

Result = float | str | date
FORMULAS: Final[dict[str, Callable[..., Result]]] = {
    **body.FORMULAS,
    **cardiac.FORMULAS,
    **drugs.FORMULAS,
    **electrolytes.FORMULAS,
    **hepatic.FORMULAS,
    **metabolic.FORMULAS,
    **obstetric.FORMULAS,
    **renal.FORMULAS,
    **respiratory.FORMULAS,
}
