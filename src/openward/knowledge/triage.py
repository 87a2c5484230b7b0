"""Rules of acuity: what makes a complaint an emergency, urgent, a matter for an appointment, or for care at home.

A rule is a `floor` (a red flag: nothing lowers it), a `pattern` (a presentation that is recognised: it speaks in place
of the default of each complaint in it, and of those that its column `covers` names as part of the same trouble), a
`base` (the default of a complaint) or `minor` (of an accompanying complaint, heard only when no other rule speaks). The
highest rule wins.
"""

from typing import Final, Literal

import msgspec

from openward.domain.errors import KnowledgeError
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.tables import Row, Table
from openward.knowledge.triage_conditions import Alternative, alternatives

RULES: Final = "triage_rules"
LEVELS: Final = "triage_levels"
DEPARTMENTS: Final = "triage_departments"
ADVICE: Final = "triage_advice"
SUPPORT: Final = "triage_support"
Level = Literal["emergency", "urgent", "routine", "self-care"]
RANKED: Final[tuple[Level, ...]] = ("emergency", "urgent", "routine", "self-care")
Strength = Literal["floor", "pattern", "base", "minor"]
Scale = Literal["I", "II", "III", "IV"]
_SCALES: Final[dict[Level, tuple[Scale, ...]]] = {
    "emergency": ("I", "II"),
    "urgent": ("III",),
    "routine": ("IV",),
    "self-care": ("IV",),
}


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule of acuity; `asked_with` names complaints with which its findings are asked about."""

    id: str
    kind: Strength
    ways: tuple[Alternative, ...]
    level: Level
    scale: Scale
    department: str
    reason: Text
    asked_with: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()

    @property
    def rank(self) -> int:
        """0 for an emergency, 3 for self-care."""
        return RANKED.index(self.level)


class Way(msgspec.Struct, frozen=True):
    """One alternative of a rule's condition, and the findings that it wants."""

    rule: Rule
    literals: Alternative
    wants: frozenset[str]


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """All rules, with their alternatives by a finding that each wants.

    `anchored` holds each alternative once, `touching` under every finding that it wants or is asked with, `always`
    those that want no finding; `complaints` are the findings that have a default of their own.
    """

    table: Table
    by_id: dict[str, Rule]
    anchored: dict[str, tuple[Way, ...]]
    touching: dict[str, tuple[Way, ...]]
    always: tuple[Way, ...]
    complaints: frozenset[str]
    findings: frozenset[str]


@tables.remembered(2)
def rules() -> Rules:
    """The rules of the table `triage_rules`.

    Raises:
        KnowledgeError: a rule cannot be read, or its level and its place on the hospital's scale do not fit.
    """
    table = tables.find(RULES)
    found = {row.id: _rule(row) for row in table}
    ways = [_way(rule, literals) for rule in found.values() for literals in rule.ways]
    anchored: dict[str, list[Way]] = {}
    touching: dict[str, list[Way]] = {}
    for way in ways:
        if way.wants:
            anchored.setdefault(min(way.wants), []).append(way)
        for finding in way.wants | frozenset(way.rule.asked_with):
            touching.setdefault(finding, []).append(way)
    defaults = (way for way in ways if way.rule.kind in {"base", "minor"})
    return Rules(
        table=table,
        by_id=found,
        anchored={name: tuple(held) for name, held in anchored.items()},
        touching={name: tuple(held) for name, held in touching.items()},
        always=tuple(way for way in ways if not way.wants),
        complaints=frozenset(name for way in defaults for name in way.wants),
        findings=frozenset(_named(ways)),
    )


def department(code: str) -> Text:
    """The name of a department."""
    row = tables.find(DEPARTMENTS).row(code)
    return Text(row["name_en"], row["name_zh"])


def _rule(row: Row) -> Rule:
    try:
        rule = Rule(
            id=row.id,
            kind=msgspec.convert(row["kind"], Strength),
            ways=alternatives(row["when"], row.where),
            level=msgspec.convert(row["level"], Level),
            scale=msgspec.convert(row["scale"], Scale),
            department=row["department"],
            reason=Text(row["reason_en"], row["reason_zh"]),
            asked_with=row.list("asked_with"),
            covers=row.list("covers"),
        )
    except msgspec.ValidationError as error:
        raise KnowledgeError(f"{row.where}: {error}") from error
    if rule.scale not in _SCALES[rule.level]:
        raise KnowledgeError(f"{row.where}: level '{rule.level}' does not stand at {rule.scale} of the scale")
    return rule


def _way(rule: Rule, literals: Alternative) -> Way:
    return Way(rule, literals, frozenset(x.atom.name for x in literals if x.wanted and x.atom.kind == "finding"))


def _named(ways: list[Way]) -> set[str]:
    kinds = {"finding", "days", "severity"}
    named = {literal.atom.name for way in ways for literal in way.literals if literal.atom.kind in kinds}
    return named | {name for way in ways for name in (*way.rule.asked_with, *way.rule.covers)}
