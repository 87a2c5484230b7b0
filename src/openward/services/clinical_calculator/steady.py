"""Equations that presume a stable creatinine, beside a chart whose creatinine is changing."""

from datetime import datetime
from typing import Final

from openward.domain.proposal import Language, NotChecked
from openward.domain.text import Text
from openward.knowledge import kidney
from openward.record.chart import Chart
from openward.services.clinical_calculator.charted import usable_readings
from openward.services.clinical_calculator.library import Calculator

CREATININE: Final = "creatinine"
STEADY: Final = frozenset(
    {
        "ckd_epi_2021",
        "ckd_epi_2021_cystatin",
        "cockcroft_gault",
        "cockcroft_gault_by_bmi",
        "egfr_below_60",
        "mdrd",
        "schwartz",
    }
)


def unsteady(calculator: Calculator, chart: Chart | None, now: datetime, language: Language) -> NotChecked | None:
    """That the result presumes a stable creatinine, where the chart's lately changed as in acute kidney injury."""
    instrument = calculator.instrument
    used = {instrument.formula, *(d.formula for d in instrument.derived.values())}
    definition = calculator.definitions.get(CREATININE)
    if chart is None or definition is None or not used & STEADY:
        return None
    readings, _ = usable_readings(definition, chart, now, 0)
    if not kidney.is_unstable([(r.at, r.value) for r in readings]):
        return None
    return NotChecked(
        code="creatinine-unstable",
        what=calculator.name.in_(language),
        why=_WHY.in_(language),
        needed=_NEEDED.in_(language),
        about=(f"inputs.{CREATININE}",),
    )


_WHY: Final = Text(
    "The equation presumes a stable creatinine; the chart's changes as in acute kidney injury (KDIGO 2012).",
    "公式以血肌酐稳定为前提；病历中的血肌酐变化已达急性肾损伤的幅度（KDIGO 2012）。",
)
_NEEDED: Final = Text(
    "A creatinine that has settled, or a judgement by course and urine output.",
    "待血肌酐稳定后再算，或结合动态变化和尿量判断。",
)
