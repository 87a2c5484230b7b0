"""Results that a drug in use moves by intent: the interval of people who do not take it judges nobody who does."""

from datetime import datetime
from typing import Final

import msgspec

from openward.domain.code import LOINC
from openward.domain.evidence import KnowledgeEvidence
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.analytes import analytes
from openward.knowledge.drugs import Drugs
from openward.knowledge.tables import remembered
from openward.record.chart import Chart, MedicationEntry, Reading

# The row of a table that says so, with the analyte, the drugs by ATC code, and its source.
_EFFECTS: Final = "lab_drug_effects"
_ROW: Final = "B01AA/inr/high"


class Intent(msgspec.Struct, frozen=True):
    """What the drug does, and where that stands."""

    says: Text
    evidence: KnowledgeEvidence


class Intended:
    """What the drugs of one chart move by intent, asked for each reading."""

    def __init__(self, chart: Chart) -> None:
        self._drugs = [entry for entry in chart.medications if not entry.draft and _moves(entry)]

    def of(self, reading: Reading) -> Intent | None:
        """What moves a result by intent; None where nothing does, or the drug was not in use on that day."""
        if not any(_in_use(entry, reading.at) for entry in self._drugs) or not _is_moved(reading):
            return None
        return _intent()


def _moves(entry: MedicationEntry) -> bool:
    if entry.do_not_perform or entry.not_done:
        return False
    codes = tables.find(_EFFECTS).row(_ROW).list("atc")
    return any(code.startswith(codes) for one in _drugs().resolve(entry.concept).ingredients for code in one.atc)


def _in_use(entry: MedicationEntry, at: datetime | None) -> bool:
    """Whether a drug was used on the day of a reading; one without a day counts as of now."""
    start, end = entry.period.start or entry.authored, entry.period.end
    if at is None:
        return entry.current is True
    if start is not None and start.date() > at.date():
        return False
    return end.date() >= at.date() if end is not None else entry.current is True


def _is_moved(reading: Reading) -> bool:
    code, unit = next(iter(reading.concept.codes(LOINC)), None), reading.measure.unit if reading.measure else None
    found = analytes().find(name=reading.concept.name(), loinc=code, unit=unit)
    return found is not None and found.id == tables.find(_EFFECTS).row(_ROW)["analyte"]


@remembered(1)
def _drugs() -> Drugs:
    return Drugs()


@remembered(1)
def _intent() -> Intent:
    table = tables.find(_EFFECTS)
    row = table.row(_ROW)
    return Intent(Text(row["say_en"], row["say_zh"]), table.evidence(row))
