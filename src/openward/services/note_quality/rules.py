"""The rules of notes as data: what each looks for, in which notes, and what it costs."""

import re
from typing import Final, cast, get_args

import msgspec

from openward.domain.errors import KnowledgeError
from openward.domain.evidence import KnowledgeEvidence
from openward.domain.proposal import SEVERITIES, Certainty, Severity
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.cells import number, one_of
from openward.knowledge.tables import Row, Table
from openward.services.note_quality.phrases import pattern_of
from openward.services.note_quality.proposal import Family, Grade

RULES: Final = "note_rules"
STANDARDS: Final = ("all", "cn", "us")
ENCOUNTER: Final = "encounter"
_PARTED: Final = re.compile(r";(?=[a-z_]+=)")
_PHRASES: Final = frozenset({"words", "a", "b", "then"})
_DEADLINE: Final = re.compile(r"(\d+) h")


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule; `kinds` are the kinds of notes that it speaks of, `encounter` where it looks at all notes together.

    `most` is the greatest sum of points that it takes from one review, `veto` the best grade that its fault leaves.
    """

    id: str
    topic: str
    standard: str
    kinds: tuple[str, ...]
    family: Family
    checker: str
    params: dict[str, str]
    when: tuple[str, ...]
    points: float
    most: float
    veto: Grade | None
    deadline: str
    severity: Severity
    certainty: Certainty
    name: Text
    fix: Text
    source: str
    evidence: KnowledgeEvidence

    def list(self, name: str) -> tuple[str, ...]:
        """A parameter that holds several values."""
        return tuple(part for part in self.params.get(name, "").split("|") if part)

    def number(self, name: str) -> float:
        """A parameter that is a number.

        Raises:
            KnowledgeError: the row has no such number.
        """
        try:
            return float(self.params[name])
        except (KeyError, ValueError):
            msg = f"the table '{RULES}', row '{self.id}': the parameter '{name}' is not a number"
            raise KnowledgeError(msg) from None

    @property
    def hours(self) -> float | None:
        """The deadline in hours, None where it is not a length of time."""
        found = _DEADLINE.fullmatch(self.deadline)
        return float(found.group(1)) if found else None


@tables.remembered(1)
def rules() -> tuple[Rule, ...]:
    """All rules of the house and of a hospital's own rows, read on first use.

    Raises:
        KnowledgeError: a row names an unknown standard, family, kind or severity; the message says file and line.
    """
    table = tables.find(RULES)
    kinds = {*tables.find("note_kinds").index, "any", ENCOUNTER}
    return tuple(_rule(row, table, kinds) for row in table)


def _rule(row: Row, table: Table, kinds: set[str]) -> Rule:
    if unknown := set(row.list("kinds")) - kinds:
        raise KnowledgeError(f"{row.where}: column 'kinds': '{min(unknown)}' is not in the table 'note_kinds'")
    points = number(row, "points")
    return Rule(
        id=row.id,
        topic=row["topic"],
        standard=one_of(row, "standard", STANDARDS),
        kinds=row.list("kinds"),
        family=cast("Family", one_of(row, "family", get_args(Family))),
        checker=row["checker"],
        params=_params(row),
        when=row.list("when"),
        points=points,
        most=number(row, "most") if row["most"] else points,
        veto=cast("Grade", one_of(row, "veto", ("B", "C"))) if row["veto"] else None,
        deadline=row["deadline"],
        severity=cast("Severity", one_of(row, "severity", SEVERITIES)),
        certainty=cast("Certainty", one_of(row, "certainty", get_args(Certainty))),
        name=Text(row["name_en"], row["name_zh"]),
        fix=Text(row["fix_en"], row["fix_zh"]),
        source=row.source,
        evidence=table.evidence(row),
    )


def _params(row: Row) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in _PARTED.split(row["params"]):
        name, equals, value = part.partition("=")
        if part and not equals:
            raise KnowledgeError(f"{row.where}: column 'params': '{part[:40]}' is not like name=value")
        if part:
            found[name] = value
    _compiles(row, found)
    return found


def _compiles(row: Row, params: dict[str, str]) -> None:
    """Whether the patterns of a row are patterns, before a note meets them."""
    try:
        re.compile(params.get("re", ""))
        for name in _PHRASES & params.keys():
            pattern_of(tuple(part for part in params[name].split("|") if part))
    except re.error as error:
        raise KnowledgeError(f"{row.where}: column 'params': '{error.pattern!s:.40}' is no pattern") from error
