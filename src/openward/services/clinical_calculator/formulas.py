"""Every formula by the name that an instrument's file uses; each is a pure function of inputs in declared units."""

from collections.abc import Callable
from datetime import date
from typing import Final

from openward.services.clinical_calculator import (
    body,
    cardiac,
    childhood,
    drugs,
    electrolytes,
    growth,
    hepatic,
    malnutrition,
    metabolic,
    nodules,
    obstetric,
    pleural,
    renal,
    respiratory,
    score2,
    trauma,
)

Result = float | str | date
FORMULAS: Final[dict[str, Callable[..., Result]]] = {
    **body.FORMULAS,
    **cardiac.FORMULAS,
    **childhood.FORMULAS,
    **drugs.FORMULAS,
    **electrolytes.FORMULAS,
    **growth.FORMULAS,
    **hepatic.FORMULAS,
    **malnutrition.FORMULAS,
    **metabolic.FORMULAS,
    **nodules.FORMULAS,
    **obstetric.FORMULAS,
    **pleural.FORMULAS,
    **renal.FORMULAS,
    **respiratory.FORMULAS,
    **score2.FORMULAS,
    **trauma.FORMULAS,
}
