"""Conditions and what is found in them: how common they are in whom, how often each finding is there, what not to miss.

The tables are `conditions`, `condition_findings` (one finding of one condition, with a frequency class of the
Human Phenotype Ontology) and `leads` (a complaint and the conditions that must not be missed with it) and
`finding_base_rates`. Findings are ids
of the table `findings`. A row that names an unknown id or class is refused with its file and line.
"""

import re
from collections.abc import Iterable
from typing import Final, Literal, cast

import msgspec

from openward.domain.errors import KnowledgeError
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.cells import number, one_of
from openward.knowledge.tables import Row

CONDITIONS: Final = "conditions"
LINKS: Final = "condition_findings"
LEADS: Final = "leads"
BASE_RATES: Final = "finding_base_rates"
FINDINGS: Final = "findings"

Severity = Literal["critical", "high", "moderate", "low"]
Basis = Literal["cited", "expert"]
Prevalence = Literal["very_common", "common", "uncommon", "rare", "very_rare"]
Frequency = Literal["obligate", "very_frequent", "frequent", "occasional", "very_rare", "excluded"]

SEVERITIES: Final = ("critical", "high", "moderate", "low")
BASES: Final = ("cited", "expert")
PREVALENCES: Final = ("very_common", "common", "uncommon", "rare", "very_rare")
# The middle of each class of the HPO frequency subontology (HP:0040279): 100, 80-99, 30-79, 5-29, 1-4, 0 per cent.
FREQUENCIES: Final[dict[str, float]] = {
    "obligate": 1.0,
    "very_frequent": 0.9,
    "frequent": 0.55,
    "occasional": 0.17,
    "very_rare": 0.025,
    "excluded": 0.0,
}
_BAND: Final = re.compile(r"(\d+(?:\.\d+)?)?-(\d+(?:\.\d+)?)?:x(\d+(?:\.\d+)?)")
_ID: Final = re.compile(r"[a-z][a-z0-9_]*")
_MOST_TIMES: Final = 1000.0


class AgeBand(msgspec.Struct, frozen=True):
    """How many times as common a condition is from `low` up to, not including, `high` years."""

    low: float
    high: float
    times: float


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """One condition; `female` and `male` multiply how common it is (0: never), `requires` names what it cannot lack."""

    id: str
    name: Text
    synonyms_en: tuple[str, ...]
    synonyms_zh: tuple[str, ...]
    icd10: str | None
    system: str
    severity: Severity
    basis: Basis
    prevalence: Prevalence
    ages: tuple[AgeBand, ...]
    female: float
    male: float
    requires: tuple[str, ...]

    def times_at(self, years: float) -> float:
        """The multiplier of an age; 1 outside of the stated bands."""
        return next((band.times for band in self.ages if band.low <= years < band.high), 1.0)


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """How often a finding is there in a condition; `lr_pos` and `lr_neg` are set where a source measured them."""

    id: str
    condition: str
    finding: str
    frequency: Frequency
    lr_pos: float | None
    lr_neg: float | None
    basis: Basis

    @property
    def likely(self) -> float:
        """The middle of the frequency class, as a proportion."""
        return FREQUENCIES[self.frequency]


class Lead(msgspec.Struct, frozen=True, kw_only=True):
    """What must not be missed with a complaint."""

    id: str
    complaint: str
    must_not_miss: tuple[str, ...]
    basis: Basis


class ConditionBase(msgspec.Struct, frozen=True, kw_only=True):
    """All conditions by id, their links and leads; how common habits and old illnesses are; the tables' versions."""

    conditions: dict[str, Condition]
    links: tuple[Link, ...]
    leads: tuple[Lead, ...]
    base_rates: dict[str, float]
    versions: dict[str, str]


@tables.remembered(1)
def conditions() -> ConditionBase:
    """The conditions with their findings and leads, read on first use.

    Raises:
        KnowledgeError: a row names an unknown id or class, or contradicts another; the message says file and line.
    """
    findings = tables.find(FINDINGS).index.keys()
    held = {row.id: _condition(row, findings) for row in tables.find(CONDITIONS)}
    links = tuple(_link(row, held, findings) for row in tables.find(LINKS))
    leads = tuple(_lead(row, held, findings) for row in tables.find(LEADS))
    rates = dict(_base_rate(row, findings) for row in tables.find(BASE_RATES))
    versions = {name: tables.find(name).version for name in (CONDITIONS, LINKS, LEADS, BASE_RATES, FINDINGS)}
    return ConditionBase(conditions=held, links=links, leads=leads, base_rates=rates, versions=versions)


def _condition(row: Row, findings: Iterable[str]) -> Condition:
    if not _ID.fullmatch(row.id):
        raise KnowledgeError(f"{row.where}: column 'id': '{row.id}' is not in lower_snake_case")
    return Condition(
        id=row.id,
        name=Text(row["name_en"], row["name_zh"]),
        synonyms_en=row.list("synonyms_en"),
        synonyms_zh=row.list("synonyms_zh"),
        icd10=row["icd10"] or None,
        system=row["system"],
        severity=cast("Severity", one_of(row, "severity", SEVERITIES)),
        basis=cast("Basis", one_of(row, "basis", BASES)),
        prevalence=cast("Prevalence", one_of(row, "prevalence", PREVALENCES)),
        ages=_ages(row),
        female=_times(row, "female"),
        male=_times(row, "male"),
        requires=_known(row, "requires", findings, FINDINGS),
    )


def _link(row: Row, held: dict[str, Condition], findings: Iterable[str]) -> Link:
    link = Link(
        id=row.id,
        condition=_one_known(row, "condition", held, CONDITIONS),
        finding=_one_known(row, "finding", findings, FINDINGS),
        frequency=cast("Frequency", one_of(row, "frequency", FREQUENCIES)),
        lr_pos=number(row, "lr_pos") if row["lr_pos"] else None,
        lr_neg=number(row, "lr_neg") if row["lr_neg"] else None,
        basis=cast("Basis", one_of(row, "basis", BASES)),
    )
    if row.id != f"{link.condition}/{link.finding}":
        raise KnowledgeError(f"{row.where}: column 'id': it must be '{link.condition}/{link.finding}'")
    if link.lr_pos is not None and link.lr_pos < 1:
        raise KnowledgeError(f"{row.where}: column 'lr_pos': a positive likelihood ratio is 1 or more")
    if link.lr_neg is not None and not 0 < link.lr_neg <= 1:
        raise KnowledgeError(f"{row.where}: column 'lr_neg': a negative likelihood ratio lies above 0 and up to 1")
    return link


def _lead(row: Row, held: dict[str, Condition], findings: Iterable[str]) -> Lead:
    named = _known(row, "must_not_miss", held, CONDITIONS)
    if not named:
        raise KnowledgeError(f"{row.where}: column 'must_not_miss': it names no condition")
    return Lead(
        id=row.id,
        complaint=_one_known(row, "complaint", findings, FINDINGS),
        must_not_miss=named,
        basis=cast("Basis", one_of(row, "basis", BASES)),
    )


def _base_rate(row: Row, findings: Iterable[str]) -> tuple[str, float]:
    finding = _one_known(row, "id", findings, FINDINGS)
    proportion = number(row, "proportion")
    if not 0 < proportion < 1:
        raise KnowledgeError(f"{row.where}: column 'proportion': it lies between 0 and 1")
    return finding, proportion


def _one_known(row: Row, column: str, known: Iterable[str], table: str) -> str:
    if row[column] not in known:
        raise KnowledgeError(f"{row.where}: column '{column}': '{row[column]}' is not in the table '{table}'")
    return row[column]


def _known(row: Row, column: str, known: Iterable[str], table: str) -> tuple[str, ...]:
    parts = row.list(column)
    for part in parts:
        if part not in known:
            raise KnowledgeError(f"{row.where}: column '{column}': '{part}' is not in the table '{table}'")
    if len(set(parts)) != len(parts):
        raise KnowledgeError(f"{row.where}: column '{column}': it names one id twice")
    return parts


def _times(row: Row, column: str) -> float:
    times = number(row, column) if row[column] else 1.0
    if not 0 <= times <= _MOST_TIMES:
        raise KnowledgeError(f"{row.where}: column '{column}': a multiplier lies between 0 and {_MOST_TIMES:.0f}")
    return times


def _ages(row: Row) -> tuple[AgeBand, ...]:
    """The age bands of a row, in order; they may leave gaps but never overlap."""
    bands: list[AgeBand] = []
    for part in row.list("ages"):
        match = _BAND.fullmatch(part)
        if match is None:
            raise KnowledgeError(f"{row.where}: column 'ages': '{part}' is not like 15-40:x2, 60-:x0.1 or -2:x4")
        band = AgeBand(float(match[1] or 0), float(match[2] or "inf"), float(match[3]))
        if band.low >= band.high or band.times > _MOST_TIMES or (bands and band.low < bands[-1].high):
            raise KnowledgeError(f"{row.where}: column 'ages': '{part}' is empty, out of order or overlaps another")
        bands.append(band)
    return tuple(bands)
