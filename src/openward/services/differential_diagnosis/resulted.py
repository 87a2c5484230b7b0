"""Laboratory results of the chart as findings: a value beyond the interval that its own laboratory gives with it.

A value within its interval denies nothing: what a condition usually shows may come or go between two samples.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal, cast

from openward.domain.code import LOINC
from openward.domain.errors import KnowledgeError
from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.knowledge import tables
from openward.knowledge.analytes import analytes
from openward.knowledge.cells import one_of
from openward.knowledge.findings import FINDINGS, Vocabulary
from openward.knowledge.tables import Row
from openward.record.chart import Chart, Measure, Reading
from openward.services.differential_diagnosis.facts import Said
from openward.services.differential_diagnosis.proposal import Understood

TABLE: Final = "resulted_findings"
Side = Literal["high", "low"]
_VOID: Final = frozenset({"entered-in-error", "cancelled"})
_NOT_LABORATORY: Final = frozenset({"vital-signs", "survey", "social-history"})
_SIDES: Final = ("high", "low")
_TERM: Final = re.compile(r"HP:\d{7}")


@tables.remembered(1)
def shows() -> dict[tuple[str, Side], str]:
    """The finding that a value of an analyte on one side of its interval shows.

    Raises:
        KnowledgeError: a row names no analyte, no result among the findings or no term, or says what another said.
    """
    found: dict[tuple[str, Side], str] = {}
    for row in tables.find(TABLE):
        key = (_analyte(row), cast("Side", one_of(row, "side", _SIDES)))
        if key in found:
            raise KnowledgeError(f"{row.where}: another row says what this analyte shows on this side")
        found[key] = _finding(row)
    return found


def _analyte(row: Row) -> str:
    if analytes().get(row["analyte"]) is None:
        raise KnowledgeError(f"{row.where}: column 'analyte': there is no analyte '{row['analyte']}'")
    return row["analyte"]


def _finding(row: Row) -> str:
    """The finding of a row, which must be a result and rest on a term of the ontology."""
    held = tables.find(FINDINGS).index.get(row["finding"])
    if held is None or held["kind"] != "result":
        raise KnowledgeError(f"{row.where}: column 'finding': '{row['finding']}' is no result among the findings")
    if not _TERM.fullmatch(row["hpo"]):
        raise KnowledgeError(f"{row.where}: column 'hpo': '{row['hpo']}' is not like HP:0001903")
    return row["finding"]


def resulted(chart: Chart, since: timedelta, words: Vocabulary, language: Language) -> Iterator[Said]:
    """The findings that the newest value of each analyte shows, where it is not older than `since`."""
    for analyte, reading in _newest(chart, since).items():
        measure, side = reading.measure, _side(reading)
        finding = shows().get((analyte, side)) if side else None
        if measure is None or finding is None:
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
    named = {analyte for analyte, _ in shows()}
    for _, reading in sorted(dated, key=lambda one: one[0], reverse=True):
        unit = reading.measure.unit if reading.measure else None
        code = next(iter(reading.concept.codes(LOINC)), None)
        analyte = analytes().find(name=reading.concept.name(), loinc=code, unit=unit)
        if analyte is not None and analyte.id in named:
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
