"""All that is known of one panel, asked by name: flags, values, computed quantities, drugs, and the person."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from math import inf
from typing import Final

import msgspec

from openward.domain.evidence import CalculationEvidence, ChartEvidence, InputEvidence
from openward.domain.proposal import Language
from openward.services.lab_report.lines import Line, Sitter, sign_of
from openward.services.lab_report.rules import Span

DAYS_PER_YEAR: Final = 365.25
# A rule may ask for one analyte and be answered by another that measures the same; the first that is there answers.
ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "ph": ("ph_arterial", "ph_blood"),
    "pco2": ("pco2_arterial", "pco2_blood"),
    "bicarbonate": ("bicarbonate", "total_co2"),
    "glucose": ("glucose", "glucose_fasting"),
    "urea": ("urea", "urea_nitrogen"),
    "calcium_adjusted": ("calcium_corrected",),
    "tsat": ("transferrin_saturation",),
}


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """A quantity computed from lines of the panel."""

    id: str
    value: float
    unit: str
    lines: tuple[Line, ...]
    evidence: CalculationEvidence


class Drug(msgspec.Struct, frozen=True, kw_only=True):
    """A drug in use, with its ATC codes."""

    name: str
    atc: tuple[str, ...]
    evidence: ChartEvidence | InputEvidence
    about: str


class Bench:
    """The newest result of each analyte, what was computed from them, and what came before."""

    def __init__(
        self,
        lines: Iterable[Line],
        person: Sitter,
        *,
        now: datetime,
        language: Language = "en",
        drugs: tuple[Drug, ...] = (),
        history: Mapping[str, tuple[Line, ...]] | None = None,
    ) -> None:
        self.lines = tuple(lines)
        self.person = person
        self.now = now
        self.language: Language = language
        self.drugs = drugs
        self.history: Mapping[str, tuple[Line, ...]] = history or {}
        self.derived: dict[str, Derived] = {}
        self.by_name: dict[str, Line] = {}
        for line in self.lines:
            if line.name:
                self.by_name.setdefault(line.name, line)

    def line(self, name: str) -> Line | None:
        """The newest result of an analyte, or of one that stands for it."""
        found = self.by_name.get(name)
        if found is not None:
            return found
        if name == "glucose_fasting" and self.person.fasting:
            return self.by_name.get("glucose")
        return next((self.by_name[n] for n in ALIASES.get(name, ()) if n in self.by_name), None)

    def value(self, name: str) -> float | None:
        """An exact value in the analyte's unit."""
        line = self.line(name)
        if line is not None:
            return line.value if line.result.comparator is None else None
        found = self.derived.get(name)
        return found.value if found else None

    def named(self, names: Iterable[str]) -> tuple[Line, ...]:
        """The lines behind some names, computed quantities opened into theirs."""
        found: dict[int, Line] = {}
        for name in names:
            line = self.line(name)
            parts = (line,) if line is not None else self.derived[name].lines if name in self.derived else ()
            found.update((id(part), part) for part in parts)
        return tuple(found.values())

    def flag(self, name: str) -> str | None:
        """The flag of an analyte."""
        line = self.line(name)
        return None if line is None or line.flag == "unknown" else line.flag

    def span(self, name: str, unit: str) -> Span | None:  # noqa: ARG002 - thresholds stand in the analyte's own unit
        """The least and the most that a quantity can be."""
        line = self.line(name)
        if line is None:
            found = self.derived.get(name)
            return (found.value, found.value, False) if found else None
        return None if line.value is None else _span(line.value, line.result.comparator)

    def multiple(self, name: str, limit: str) -> Span | None:
        """The same in multiples of a limit."""
        line = self.line(name)
        if line is None:
            return None
        times = line.upper_multiple() if limit == "ULN" else line.lower_multiple()
        return None if times is None else _span(times, line.result.comparator)

    def sign(self, name: str) -> str | None:
        """Positive or negative."""
        line = self.line(name)
        return sign_of(line) if line is not None else None

    def holds(self, name: str) -> bool:
        """Whether the panel has an analyte, or the person takes a drug of a group."""
        if name in _DRUG_GROUPS:
            return any(code.startswith(_DRUG_GROUPS[name]) for drug in self.drugs for code in drug.atc)
        return self.line(name) is not None or name in self.derived

    def trait(self, name: str) -> float | str | bool | None:
        """A trait of the person."""
        if name == "age":
            days = self.person.age_days
            return None if days is None else days / DAYS_PER_YEAR
        if name == "pregnant" and self.person.pregnant is None and self.person.sex == "male":
            return False
        found: str | bool | None = getattr(self.person, name)
        return found


_DRUG_GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "drug_vka": ("B01AA",),
    "drug_anticoagulant": ("B01AA", "B01AB", "B01AE", "B01AF"),
}


def _span(value: float, comparator: str | None) -> Span:
    if comparator in {"<", "<="}:
        return -inf, value, comparator == "<"
    if comparator in {">", ">="}:
        return value, inf, comparator == ">"
    return value, value, False
