"""The chart's laboratory results: the newest report, or the one in question, and what came before it."""

import re
from datetime import datetime, timedelta
from typing import Final

import msgspec

from openward.domain.code import ICD10, ICD10CM, LOINC, SNOMED, Concept
from openward.domain.evidence import ChartEvidence
from openward.knowledge import analytes as catalogue
from openward.record.chart import Chart, Document, Measure, Reading
from openward.services.lab_report.result import Comparator, Result

VOID: Final = frozenset({"entered-in-error", "cancelled"})
ONE_REPORT: Final = timedelta(hours=24)
_COMPARATORS: Final[dict[str, Comparator]] = {"<": "<", "<=": "<=", ">": ">", ">=": ">="}

_VOID_PROBLEM: Final = frozenset({"refuted", "entered-in-error"})
# Chronic kidney disease, of no stage and of stages 1 to 5; ICD-10 has it as N18.
_SNOMED: Final = frozenset({
    "709044004", "431855005", "431856006", "433144002", "700378005", "700379002", "431857002", "433146000",
})  # fmt: skip
_CKD: Final = re.compile(
    r"chronic (?:kidney disease|renal (?:disease|failure|insufficiency))|\bCKD\b|"
    r"慢性肾(?:脏病|脏疾病|病|功能不全|衰竭|功能衰竭)",
    re.IGNORECASE,
)


class Charted(msgspec.Struct, frozen=True):
    """The readings of the report that is read, those before it, and the document of a report that holds only text."""

    current: tuple[Reading, ...] = ()
    earlier: tuple[Reading, ...] = ()
    written: Document | None = None


def laboratory(chart: Chart, now: datetime) -> list[Reading]:
    """The laboratory readings up to a moment, newest first; those without a time come last."""
    found = [
        r
        for r in chart.observations
        if r.status not in VOID and not r.not_done and r.value is not None and _is_laboratory(r)
        if r.at is None or r.at <= now
    ]
    return sorted(found, key=lambda r: r.at.timestamp() if r.at else float("-inf"), reverse=True)


def report_of(chart: Chart, focus: tuple[str, ...], now: datetime) -> Charted:
    """The report in focus, else the newest: what was measured within the day before its newest result."""
    readings = laboratory(chart, now)
    document = next((d for d in chart.documents if d.source.reference in focus), None)
    if document is not None:
        return _focused(document, readings)
    chosen = [r for r in readings if r.source.reference in focus]
    if not chosen and readings:
        newest = readings[0].at
        chosen = [r for r in readings if newest is None or (r.at is not None and newest - r.at < ONE_REPORT)]
    return _split(chosen, readings)


def _focused(document: Document, readings: list[Reading]) -> Charted:
    """The results that a DiagnosticReport names; where it names none, its text."""
    named = [r for r in readings if r.source.reference in document.results]
    if not named and document.text is not None:
        return Charted(earlier=tuple(readings), written=document)
    return _split(named, readings)


def _split(chosen: list[Reading], readings: list[Reading]) -> Charted:
    """Of each analyte the newest chosen reading is current, all that is older is history."""
    current: dict[tuple[str, str], Reading] = {}
    for reading in chosen:
        current.setdefault(_key(reading), reading)
    held = {id(r) for r in current.values()}
    return Charted(tuple(current.values()), tuple(r for r in readings if id(r) not in held))


def _key(reading: Reading) -> tuple[str, str]:
    return (loinc_of(reading) or reading.concept.name() or "", "" if loinc_of(reading) else reading.path)


def result_of(reading: Reading) -> Result:
    """A reading as a result, as reported."""
    measure = reading.measure
    low, high = _limit(reading.low, measure), _limit(reading.high, measure)
    return Result(
        name=(reading.concept.name() or "?")[:200],
        place=reading.source.reference,
        code=loinc_of(reading),
        system=LOINC,
        value=measure.value if measure else None,
        comparator=_COMPARATORS.get(measure.comparator or "") if measure else None,
        text=None if measure else _words(reading),
        unit=measure.unit if measure else None,
        low=low,
        high=high,
        interval_text=reading.range_text,
        flag=next(iter(reading.interpretation), None),
        taken=reading.at,
        status=reading.status,
    )


def loinc_of(reading: Reading) -> str | None:
    """The LOINC code of a reading."""
    return next((c.code for c in reading.concept.coding if c.system == LOINC and c.code), None)


def _is_laboratory(reading: Reading) -> bool:
    """Marked as laboratory, or an analyte by its code; vital signs and surveys are not."""
    if "laboratory" in reading.category:
        return True
    if reading.category and not set(reading.category) & {"laboratory", "LAB"}:
        return False
    code = loinc_of(reading)
    return code is not None and catalogue.analytes().find(name="", loinc=code) is not None


def _limit(limit: Measure | None, value: Measure | None) -> float | None:
    """A limit in the unit of the value; one in another unit is not used."""
    if limit is None or value is None or (limit.unit is not None and limit.unit != value.unit):
        return None
    return limit.value


def _words(reading: Reading) -> str | None:
    value = reading.value
    if isinstance(value, str):
        return value[:2000]
    name = getattr(value, "name", None)
    return (name() or None) if callable(name) else None


def kidney_disease(chart: Chart) -> ChartEvidence | None:
    """The entry of the problem list that says chronic kidney disease, when it is not over."""
    for problem in chart.problems.entries:
        void = problem.active is False or problem.verification in _VOID_PROBLEM
        if not void and _is_chronic_kidney_disease(problem.concept):
            return problem.source.cite(problem.path, on=problem.recorded)
    return None


def _is_chronic_kidney_disease(concept: Concept) -> bool:
    icd = (*concept.codes(ICD10), *concept.codes(ICD10CM))
    if any(code.startswith("N18") for code in icd) or not _SNOMED.isdisjoint(concept.codes(SNOMED)):
        return True
    return any(_CKD.search(words) for words in (concept.text, *(c.display for c in concept.coding)) if words)
