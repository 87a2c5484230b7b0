"""Allergies: groups of drugs, their members, the words that name a group, and which groups cross.

Three tables: `allergy_groups` (classes and side chains), `allergy_members` (group, ingredient), `allergy_cross` (an
allergy to a member of one group speaks against the drugs of another). Of the rows that fit, the most severe one counts.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, cast, get_args

import msgspec

from openward.domain.errors import KnowledgeError
from openward.domain.evidence import KnowledgeEvidence
from openward.domain.proposal import SEVERITIES, Certainty, Present, Severity
from openward.domain.text import Text
from openward.knowledge.cells import one_of
from openward.knowledge.tables import Row, Table, find, remembered

GROUPS: Final = "allergy_groups"
MEMBERS: Final = "allergy_members"
CROSS: Final = "allergy_cross"
PRINCIPLES: Final = "allergy_rules"
Kind = Literal["class", "umbrella", "side-chain"]
SEPARATORS: Final = re.compile(r"\s*(?:,|;|/|\band\b|\bor\b|&|、|，|；|和|及|与|或)\s*")
_TAG: Final = re.compile(r"\((?:substance|disorder|finding|product|situation|medication|drug|class)\)")
_FRAME: Final = re.compile(
    r"^(?:h/o |history of |known |drug )*"
    r"(?:allergy|allergic reaction|allergic|hypersensitivity|intolerance|anaphylaxis)"
    r"(?: to| caused by| due to|:)? (?:drug |substance )?|"
    r"(?: (?:drug )?(?:allergy|hypersensitivity|intolerance|allergic|antibiotics?|class of antibiotic))+$|"
    r"^对|(?:药物|类药物|皮试)?(?:过敏|不耐受|过敏史|阳性)+$"
)
_SPACE: Final = re.compile(r"\s+")
MAX_TEXT: Final = 400


class Group(msgspec.Struct, frozen=True):
    """A set of drugs between which an allergy may cross; `members` name each the row that puts it in.

    An umbrella holds several classes and crosses only when an entry of the chart names it.
    """

    id: str
    name: Text
    kind: Kind
    members: dict[str, KnowledgeEvidence]
    evidence: KnowledgeEvidence


class Crossing(msgspec.Struct, frozen=True, kw_only=True):
    """An allergy to one group speaks against the drugs of another.

    `named_only` limits it to entries that name the group itself; `grave_present` is how it is presented when the entry
    is of high criticality or tells of a severe reaction, None when that changes nothing.
    """

    id: str
    named_only: bool
    source_group: Group
    target_group: Group
    severity: Severity
    present: Present
    grave_present: Present | None
    certainty: Certainty
    why: Text
    advice: Text
    evidence: KnowledgeEvidence


class AllergyKnowledge:
    """The groups and crossings, looked up by words, codes and ingredients."""

    def __init__(self, groups: dict[str, Group], names: dict[str, str], codes: dict[str, str]) -> None:
        self.groups: Final = groups
        self._names = names
        self._codes = codes
        self._of: dict[str, tuple[str, ...]] = {}
        holding: dict[str, list[str]] = defaultdict(list)
        for group in groups.values():
            for ingredient in group.members:
                holding[ingredient].append(group.id)
        self._of = {ingredient: tuple(found) for ingredient, found in holding.items()}
        self._crossings: dict[tuple[str, str], Crossing] = {}
        self.rules: dict[str, KnowledgeEvidence] = {}

    def learn(self, crossings: Iterable[Crossing], rules: dict[str, KnowledgeEvidence]) -> "AllergyKnowledge":
        """Takes in the crossings, and the rows that say what the same drug and the same class mean."""
        for crossing in crossings:
            self._crossings[(crossing.source_group.id, crossing.target_group.id)] = crossing
        self.rules = rules
        return self

    def named(self, text: str) -> Group | None:
        """The class that words name as a whole, None when they name none."""
        found = self._names.get(plain(text)) or self._names.get(bare(text))
        return self.groups[found] if found else None

    def coded(self, snomed: str) -> Group | None:
        """The class that a SNOMED CT code names."""
        found = self._codes.get(snomed)
        return self.groups[found] if found else None

    def of(self, ingredient: str) -> tuple[str, ...]:
        """The ids of the groups that an ingredient belongs to."""
        return self._of.get(ingredient, ())

    def crossing(self, culprit: str, target: str) -> Crossing | None:
        """The most severe crossing from the groups of one ingredient to those of another."""
        sources = (g for g in self.of(culprit) if self.groups[g].kind != "umbrella")
        return self._worst(sources, target, named=False)

    def crossing_of_group(self, group: str, target: str) -> Crossing | None:
        """The most severe crossing from a group that an entry names to the groups of an ingredient."""
        return self._worst((group,), target, named=True)

    def _worst(self, sources: Iterable[str], target: str, *, named: bool) -> Crossing | None:
        targets = self.of(target)
        found = [c for a in sources for b in targets if (c := self._crossings.get((a, b)))]
        fitting = [c for c in found if named or not c.named_only]
        return min(fitting, key=_rank) if fitting else None


def plain(text: str) -> str:
    """Words for comparison: lower case, one space, no semantic tag."""
    return _SPACE.sub(" ", _TAG.sub(" ", text[:MAX_TEXT].lower())).strip(" .:;,-")


def bare(text: str) -> str:
    """The allergen alone: without "allergy to", "过敏" and the like around it."""
    return _FRAME.sub("", plain(text)).strip(" .:;,-")


def load(search: Sequence[Path] = ()) -> AllergyKnowledge:
    """The tables of the house and of a hospital's own folders, read on first use.

    Raises:
        KnowledgeError: a table is missing or malformed, or names a group that there is not.
    """
    return _load(tuple(search))


@remembered(16)
def _load(search: tuple[Path, ...]) -> AllergyKnowledge:
    groups, members, cross, rules = (find(name, search) for name in (GROUPS, MEMBERS, CROSS, PRINCIPLES))
    held = _groups(groups, members)
    names = {word.lower(): row.id for row in groups for word in row.list("words")}
    codes = {code: row.id for row in groups for code in row.list("snomed")}
    crossings = [_crossing(row, cross, held) for row in cross]
    return AllergyKnowledge(held, names, codes).learn(crossings, {row.id: rules.evidence(row) for row in rules})


def _groups(groups: Table, members: Table) -> dict[str, Group]:
    held: dict[str, dict[str, KnowledgeEvidence]] = {row.id: {} for row in groups}
    for row in members:
        if row["group"] not in held:
            raise KnowledgeError(f"{row.where}: column 'group': '{row['group']}' is not in the table '{GROUPS}'")
        held[row["group"]][row["ingredient"]] = members.evidence(row)
    return {
        row.id: Group(row.id, Text(row["name_en"], row["name_zh"]), _kind(row), held[row.id], groups.evidence(row))
        for row in groups
    }


def _crossing(row: Row, table: Table, groups: dict[str, Group]) -> Crossing:
    for column in ("from_group", "to_group"):
        if row[column] not in groups:
            raise KnowledgeError(f"{row.where}: column '{column}': '{row[column]}' is not in the table '{GROUPS}'")
    return Crossing(
        id=row.id,
        source_group=groups[row["from_group"]],
        target_group=groups[row["to_group"]],
        named_only=one_of(row, "scope", ("any", "named")) == "named",
        severity=cast("Severity", one_of(row, "severity", SEVERITIES)),
        present=cast("Present", one_of(row, "present", get_args(Present))),
        grave_present=_grave(row),
        certainty=cast("Certainty", one_of(row, "certainty", get_args(Certainty))),
        why=Text(row["why_en"], row["why_zh"]),
        advice=Text(row["advice_en"], row["advice_zh"]),
        evidence=table.evidence(row),
    )


def _grave(row: Row) -> Present | None:
    return cast("Present", one_of(row, "grave_present", get_args(Present))) if row["grave_present"] else None


def _kind(row: Row) -> Kind:
    return cast("Kind", one_of(row, "kind", get_args(Kind)))


def _rank(crossing: Crossing) -> tuple[int, int, bool, str]:
    """The most severe first; of equals the one that names a side chain, R1 before R2."""
    loud = get_args(Present).index(crossing.present)
    return (SEVERITIES.index(crossing.severity), loud, crossing.target_group.kind != "side-chain", crossing.id)
