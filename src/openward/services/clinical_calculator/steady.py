"""Equations that presume a stable creatinine, beside a chart whose creatinine is changing."""

from datetime import datetime
from typing import Final

import msgspec

from openward.domain.evidence import ChartEvidence
from openward.domain.headline import words
from openward.domain.notation import written
from openward.domain.proposal import HEADLINE_WORDS, SEVERITIES, Finding, Language, NotChecked
from openward.domain.spelling import ucum
from openward.domain.text import Text
from openward.knowledge import kidney, tables
from openward.record.chart import Chart
from openward.services.clinical_calculator.charted import charted_of, usable_readings
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
Course = tuple[ChartEvidence, ...]


def unsteady(calculator: Calculator, chart: Chart | None, now: datetime) -> Course:
    """The creatinine of the last week, newest first, where it lately changed as in acute kidney injury; else nothing.

    Nothing, too, where the instrument does not presume that it is stable.
    """
    instrument = calculator.instrument
    used = {instrument.formula, *(d.formula for d in instrument.derived.values())}
    definition = calculator.definitions.get(CREATININE)
    if chart is None or definition is None or not used & STEADY:
        return ()
    readings, _ = usable_readings(definition, chart, now, 0)
    if not kidney.is_unstable([(r.at, r.value) for r in readings]):
        return ()
    week = [r for r in readings[: kidney.COMPARED] if readings[0].at - r.at <= kidney.WEEK]
    return tuple(cited for reading in week for cited in charted_of(reading).evidence)


def unsteady_gap(calculator: Calculator, course: Course, language: Language) -> NotChecked:
    """That the result presumes a stable creatinine, and which readings of the chart say that it is not."""
    return NotChecked(
        code="creatinine-unstable",
        what=calculator.name.in_(language),
        why=_WHY.in_(language),
        needed=_NEEDED.in_(language),
        about=(f"inputs.{CREATININE}", *(cited.reference for cited in course)),
    )


def cautioned(finding: Finding, course: Course, short: str, language: Language) -> Finding:
    """The result with its caution: in the headline, its evidence and its certainty; `short` is a shorter headline."""
    lines = (f"{line}{_COMMA.in_(language)}{UNSTABLE.in_(language)}" for line in (finding.headline, short) if line)
    table = tables.find(kidney.FORMULAS)
    rule = table.evidence(table.row(kidney.UNSTABLE))
    return msgspec.structs.replace(
        finding,
        headline=next((line for line in lines if words(line) <= HEADLINE_WORDS), finding.headline),
        severity=min(finding.severity, "moderate", key=SEVERITIES.index),
        certainty="possible",
        why=_JOINT.in_(language).join((_WHY.in_(language), _told(course, language), finding.why)),
        advice=_JOINT.in_(language).join((_NEEDED.in_(language), finding.advice)),
        evidence=(*finding.evidence, *course, rule),
    )


def _told(course: Course, language: Language) -> str:
    """The values as they were recorded, each with its day."""
    each = _DATED.in_(language)
    parts = (
        each.format(value=f"{c.value:g}", unit=written(ucum(c.unit or "") or c.unit, language), day=(c.date or "")[:10])
        for c in course
    )
    return _COURSE.in_(language).format(course=_AND.in_(language).join(parts))


_DATED: Final = Text("{value} {unit} ({day})", "{value} {unit}（{day}）")
_AND: Final = Text(", ", "、")
_JOINT: Final = Text(" ", "")
_COMMA: Final = Text(", ", "，")
UNSTABLE: Final = Text("creatinine unstable", "血肌酐不稳定")
_COURSE: Final = Text("Creatinine: {course}.", "血肌酐：{course}。")
_WHY: Final = Text(
    "The equation presumes a stable creatinine; the chart's changes as in acute kidney injury (KDIGO 2012).",
    "公式以血肌酐稳定为前提；病历中的血肌酐变化已达急性肾损伤的幅度（KDIGO 2012）。",
)
_NEEDED: Final = Text(
    "A creatinine that has settled, or a judgement by course and urine output.",
    "待血肌酐稳定后再算，或结合动态变化和尿量判断。",
)
