"""Laboratory results of the chart as findings: a value beyond the interval that its own laboratory gives with it.

A value within its interval denies nothing: what a condition usually shows may come or go between two samples.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

from openward.domain.code import LOINC
from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.knowledge.analytes import analytes
from openward.knowledge.findings import Vocabulary
from openward.record.chart import Chart, Measure, Reading
from openward.services.differential_diagnosis.facts import Said
from openward.services.differential_diagnosis.proposal import Understood

Side = Literal["high", "low"]
_VOID: Final = frozenset({"entered-in-error", "cancelled"})
_NOT_LABORATORY: Final = frozenset({"vital-signs", "survey", "social-history"})
# Only findings that say no more than that one value is beyond its interval.
_FINDINGS: Final[dict[str, dict[Side, str]]] = {
    "creatinine": {"high": "creatinine_raised"},
    "potassium": {"high": "hyperkalemia", "low": "hypokalemia"},
    "sodium": {"high": "hypernatremia", "low": "hyponatremia"},
    "calcium_corrected": {"high": "hypercalcemia", "low": "hypocalcemia"},
    "haemoglobin": {"low": "anemia_result"},
    "platelets": {"high": "thrombocytosis", "low": "thrombocytopenia"},
    "wbc": {"high": "leukocytosis", "low": "leukopenia"},
    "crp": {"high": "crp_esr_raised"},
    "alt": {"high": "liver_enzymes_raised"},
    "ast": {"high": "liver_enzymes_raised"},
    "lipase": {"high": "lipase_raised"},
    "troponin_i_hs": {"high": "troponin_raised"},
    "troponin_t_hs": {"high": "troponin_raised"},
    "tsh": {"high": "tsh_high", "low": "tsh_low"},
}


def resulted(chart: Chart, since: timedelta, words: Vocabulary, language: Language) -> Iterator[Said]:
    """The findings that the newest value of each analyte shows, where it is not older than `since`."""
    for analyte, reading in _newest(chart, since).items():
        measure, side = reading.measure, _side(reading)
        finding = _FINDINGS[analyte].get(side) if side else None
        if measure is None or finding is None or finding not in words.table.index:
            continue
        understood = Understood(
            finding=finding,
            name=words.get(finding).name.in_(language),
            state="present",
            origin="chart",
            place=reading.source.reference,
            quote=f"{measure.value:g} {written(measure.unit, language)}".strip(),
        )
        evidence = reading.source.cite(reading.path, measure.value, unit=measure.unit, on=reading.at)
        yield Said(understood=understood, evidence=evidence)


def _newest(chart: Chart, since: timedelta) -> dict[str, Reading]:
    dated = ((at, r) for r in chart.observations if (at := r.at) and _counts(r, at, chart.as_of, since))
    found: dict[str, Reading] = {}
    for _, reading in sorted(dated, key=lambda one: one[0], reverse=True):
        unit = reading.measure.unit if reading.measure else None
        code = next(iter(reading.concept.codes(LOINC)), None)
        analyte = analytes().find(name=reading.concept.name(), loinc=code, unit=unit)
        if analyte is not None and analyte.id in _FINDINGS:
            found.setdefault(analyte.id, reading)
    return found


def _counts(reading: Reading, at: datetime, now: datetime, since: timedelta) -> bool:
    return (
        timedelta(0) <= now - at <= since
        and reading.measure is not None
        and reading.status not in _VOID
        and not reading.not_done
        and _NOT_LABORATORY.isdisjoint(reading.category)
    )


def _side(reading: Reading) -> Side | None:
    """On which side of its interval an exact value lies; None where no end in its unit is recorded."""
    measure = reading.measure
    if measure is None or measure.comparator:
        return None
    low, high = _end(reading.low, measure), _end(reading.high, measure)
    if low is not None and high is not None and low >= high:
        return None
    if high is not None and measure.value > high:
        return "high"
    return "low" if low is not None and measure.value < low else None


def _end(end: Measure | None, measure: Measure) -> float | None:
    return end.value if end is not None and end.unit in {measure.unit, None} else None
