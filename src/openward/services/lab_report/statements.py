"""What is said of a panel: one statement a pattern, from the words of its row, with evidence, made into findings."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import Final, cast

import msgspec

from openward.domain.code import Code
from openward.domain.evidence import Evidence
from openward.domain.headline import fit
from openward.domain.notation import written
from openward.domain.proposal import SEVERITIES, Certainty, Finding, Language, Present, Severity
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.tables import Row
from openward.services.lab_report.bench import Bench, Derived
from openward.services.lab_report.lines import Line, shown
from openward.services.lab_report.proposal import SYSTEM

PATTERNS: Final = "lab_patterns"
GROUPS: Final = (
    "critical", "sample", "heart", "acid-base", "clotting", "kidney", "liver", "electrolyte", "blood", "metabolic",
    "tissue", "infection", "thyroid", "fluid", "serology", "change", "drug", "other",
)  # fmt: skip
_MAX_EVIDENCE: Final = 40


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One pattern that holds for this panel: its row, the lines and computed quantities that it rests on.

    `fills` are the words for the places in the row's texts; `mark` tells statements of one row apart; `severity` and
    `cited` are set where they differ from, or add to, those of the row.
    """

    row: Row
    lines: tuple[Line, ...] = ()
    derived: tuple[Derived, ...] = ()
    fills: dict[str, str] = {}
    mark: str = ""
    severity: Severity | None = None
    present: Present | None = None
    cited: tuple[Evidence, ...] = ()

    @property
    def id(self) -> str:
        """The pattern."""
        return self.row.id

    def all_lines(self) -> tuple[Line, ...]:
        """The lines, and those that the computed quantities came from; each once."""
        every = {id(line): line for line in (*self.lines, *(part for d in self.derived for part in d.lines))}
        return tuple(every.values())


def state(pattern: str, lines: Iterable[Line], derived: Iterable[Derived] = (), **more: object) -> Statement:
    """A statement that code raises."""
    row = tables.find(PATTERNS).row(pattern)
    return msgspec.structs.replace(Statement(row=row, lines=tuple(lines), derived=tuple(derived)), **more)


def findings_of(statements: Iterable[Statement], bench: Bench) -> tuple[Finding, ...]:
    """The findings, the first matters most."""
    made = sorted(((_rank(s), s) for s in statements), key=lambda pair: pair[0])
    return tuple(_finding(s, bench) for _, s in made)


def _rank(statement: Statement) -> tuple[int, int, str, str]:
    severity = statement.severity or cast("Severity", statement.row["severity"])
    return SEVERITIES.index(severity), GROUPS.index(statement.row["group"]), statement.id, statement.mark


def finding_id(statement: Statement) -> str:
    """The same id for the same statement about the same results."""
    about = sorted(line.about for line in statement.all_lines())
    return hashlib.sha256("\x1f".join((statement.id, statement.mark, *about)).encode()).hexdigest()[:20]


def _finding(statement: Statement, bench: Bench) -> Finding:
    row, language = statement.row, bench.language
    why = filled(Text(row["why_en"], row["why_zh"]).in_(language), statement.fills)
    values = values_of(statement, language)
    return Finding(
        id=finding_id(statement),
        code=Code(SYSTEM, row.id, None),
        severity=statement.severity or cast("Severity", row["severity"]),
        present=statement.present or cast("Present", row["present"]),
        headline=fit(filled(Text(row["headline_en"], row["headline_zh"]).in_(language), statement.fills)),
        why=f"{values}{_STOP.in_(language)}{why}" if values else why,
        advice=filled(Text(row["advice_en"], row["advice_zh"]).in_(language), statement.fills),
        evidence=_evidence(statement),
        certainty=cast("Certainty", row["certainty"]),
        about=tuple(dict.fromkeys(line.about for line in statement.all_lines())),
    )


def _evidence(statement: Statement) -> tuple[Evidence, ...]:
    row = tables.find(PATTERNS).evidence(statement.row)
    lines = tuple(line.evidence for line in statement.lines[:_MAX_EVIDENCE])
    seeds = tuple(line.seed.evidence for line in statement.lines[:_MAX_EVIDENCE] if line.seed is not None)
    every = (*lines, *(d.evidence for d in statement.derived), row, *statement.cited, *seeds)
    return tuple(dict.fromkeys(every))


def filled(text: str, fills: dict[str, str]) -> str:
    """A text with the words in its places."""
    for place, word in fills.items():
        text = text.replace("{" + place + "}", word)
    return text


def values_of(statement: Statement, language: Language) -> str:
    """The values that a statement rests on, as reported; values of one analyte are told apart by their dates."""
    count = Counter(line.name for line in statement.lines)
    said = [
        f"{name_of(line, language)} {shown(line, language)}{_dated(line) if count[line.name] > 1 else ''}"
        for line in statement.lines
    ]
    said += [
        f"{formula_name(d.id, language)} {d.value:.3g} {_unit(d.unit, language)}".rstrip() for d in statement.derived
    ]
    return ("，" if language == "zh" else ", ").join(dict.fromkeys(said))


def _dated(line: Line) -> str:
    return f" ({line.taken:%Y-%m-%d})" if line.taken else ""


def name_of(line: Line, language: Language) -> str:
    """The analyte's name, or the one that was reported."""
    if line.analyte is None:
        return line.result.name[:80]
    return line.analyte.name_zh if language == "zh" else line.analyte.name_en


def formula_name(id: str, language: Language) -> str:
    """The name of a computed quantity."""
    row = tables.find("lab_formulas").row(id)
    return row["name_zh"] if language == "zh" else row["name_en"]


def _unit(unit: str, language: Language) -> str:
    return "" if unit == "{score}" else written(unit, language)


_STOP: Final = Text(". ", "。")
