"""Interactions between drugs: classes, their members, and rules between two classes or drugs.

Three tables: `interaction_classes`, `interaction_members` (class, ingredient) and `interaction_rules` (left and right,
each `class:<id>` or `drug:<ingredient>`). Of the rules that fit one pair of ingredients, one is kept for each clinical
problem: first those of the high-priority list, then the most specific, then the most severe. A rule of the
non-interruptive list keeps every other class rule of the pair from interrupting.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, cast, get_args

import msgspec

from openward.domain.errors import KnowledgeError
from openward.domain.evidence import KnowledgeEvidence
from openward.domain.proposal import SEVERITIES, Present, Severity
from openward.domain.text import Text
from openward.knowledge.tables import Row, Table, find, remembered

Priority = Literal["high", "demote", "normal"]
CLASSES: Final = "interaction_classes"
MEMBERS: Final = "interaction_members"
RULES: Final = "interaction_rules"
PRESENTS: Final[tuple[Present, ...]] = get_args(Present)
DEFAULT_ROUTES: Final = frozenset({"systemic", "rectal", "intrathecal", "unknown"})
ORAL_ONLY: Final = "oral-only"
LEFT_INJECTED: Final = "left-injected"
_PRIORITIES: Final[dict[str, Priority]] = {"high": "high", "demote": "demote", "": "normal"}


class Side(msgspec.Struct, frozen=True):
    """One side of a rule: the ingredients that it speaks of, each with the row that puts it into the class."""

    spec: str
    members: dict[str, KnowledgeEvidence | None]

    @property
    def is_drug(self) -> bool:
        """Whether the side names one drug."""
        return self.spec.startswith("drug:")


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule.

    `problem` is the clinical problem (column `mechanism`); `third` a class of which one more drug must be present;
    `routes` those that count on both sides, `oral_only` when an injection is out of its reach, `left_injected` when
    the left drug given by mouth is; `context` a predicate that this version shows but does not evaluate; `left_out`
    the ingredients and pairs of ingredients that the rule does not hold for. The texts have the slots `{left}`,
    `{right}` and `{third}`; a rule between a class and itself uses `{left}` for all its drugs.
    """

    id: str
    left: Side
    right: Side
    third: Side | None
    severity: Severity
    present: Present
    problem: str
    priority: Priority
    headline: Text
    why: Text
    advice: Text
    routes: frozenset[str]
    oral_only: bool
    left_injected: bool
    context: str
    left_out: frozenset[str | frozenset[str]]
    evidence: KnowledgeEvidence

    @property
    def symmetric(self) -> bool:
        """Whether both sides are the same class."""
        return self.left.spec == self.right.spec

    @property
    def specificity(self) -> int:
        """How many sides name one drug, and a third class counts as one more."""
        return self.left.is_drug + self.right.is_drug + (self.third is not None)

    def fits(self, left: str, right: str) -> bool:
        """Whether nothing leaves the pair out."""
        return not self.left_out or self.left_out.isdisjoint({left, right, frozenset((left, right))})


class Match(msgspec.Struct, frozen=True, eq=False):
    """A rule that holds for one pair; `present` after demotion, `evidence` the rows of rule and membership.

    There is one Match for one pair and problem, so that two are the same only when they are one.
    """

    rule: Rule
    left: str
    right: str
    present: Present
    evidence: tuple[KnowledgeEvidence, ...]


class Interactions:
    """All rules, looked up by pair of ingredients; the answer for a pair is worked out once and kept."""

    def __init__(self, rules: Sequence[Rule], versions: dict[str, str]) -> None:
        self.rules: Final = tuple(rules)
        self.versions: Final = versions
        self._left = _places(self.rules, "left")
        self._right = _places(self.rules, "right")
        third = {name for rule in self.rules if rule.third for name in rule.third.members}
        self._known: Final = frozenset(self._left) | frozenset(self._right) | third
        self._pairs: dict[tuple[str, str], tuple[Match, ...]] = {}

    def covered(self, ingredient: str) -> bool:
        """Whether any rule speaks of the ingredient; if not, nothing about it was checked."""
        return ingredient in self._known

    def of(self, first: str, second: str) -> tuple[Match, ...]:
        """What holds between two ingredients, the worst first, one match for each clinical problem."""
        key = (first, second) if first < second else (second, first)
        found = self._pairs.get(key)
        if found is None:
            if not (key[0] in self._known and key[1] in self._known) or first == second:
                return ()
            found = self._pairs[key] = self._settle(*key)
        return found

    def _settle(self, first: str, second: str) -> tuple[Match, ...]:
        fitting = [(rule, first, second) for rule in self._between(first, second)]
        taken = {rule.id for rule, _, _ in fitting}
        fitting += [(rule, second, first) for rule in self._between(second, first) if rule.id not in taken]
        if not fitting:
            return ()
        demoted = any(rule.priority == "demote" for rule, _, _ in fitting)
        matches = [_match(rule, left, right, demoted=demoted) for rule, left, right in fitting]
        best: dict[tuple[str, bool], Match] = {}
        for match in sorted(matches, key=_precedence):
            best.setdefault((match.rule.problem, match.rule.third is None), match)
        return tuple(sorted(best.values(), key=_rank))

    def _between(self, left: str, right: str) -> list[Rule]:
        places = self._left.get(left, _NOWHERE) & self._right.get(right, _NOWHERE)
        return [rule for place in sorted(places) if (rule := self.rules[place]).fits(left, right)]


_NOWHERE: Final[frozenset[int]] = frozenset()


def load(search: Sequence[Path] = ()) -> Interactions:
    """The rules of the house and of a hospital's own folders, read on first use.

    Raises:
        KnowledgeError: a table is missing or malformed, or a rule names a class that has no members.
    """
    return _load(tuple(search))


@remembered(16)
def _load(search: tuple[Path, ...]) -> Interactions:
    classes, members, rules = (find(name, search) for name in (CLASSES, MEMBERS, RULES))
    groups = _groups(classes, members)
    versions = {table.name: table.version for table in (classes, members, rules)}
    return Interactions([_rule(row, rules, groups) for row in rules], versions)


def _groups(classes: Table, members: Table) -> dict[str, dict[str, KnowledgeEvidence | None]]:
    groups: dict[str, dict[str, KnowledgeEvidence | None]] = {row.id: {} for row in classes}
    for row in members:
        if row["class"] not in groups:
            raise KnowledgeError(f"{row.where}: column 'class': '{row['class']}' is not in the table '{CLASSES}'")
        groups[row["class"]][row["ingredient"]] = members.evidence(row)
    return groups


def _rule(row: Row, table: Table, groups: dict[str, dict[str, KnowledgeEvidence | None]]) -> Rule:
    problem = row["mechanism"]
    return Rule(
        id=row.id,
        left=_side(row, "left", groups),
        right=_side(row, "right", groups),
        third=_side(row, "third", groups) if row["third"] else None,
        severity=cast("Severity", _one_of(row, "severity", SEVERITIES)),
        present=cast("Present", _one_of(row, "present", PRESENTS)),
        problem=problem,
        priority=_PRIORITIES[_one_of(row, "priority", _PRIORITIES)],
        headline=Text(row["headline_en"], row["headline_zh"]),
        why=Text(row["why_en"], row["why_zh"]),
        advice=Text(row["advice_en"], row["advice_zh"]),
        routes=DEFAULT_ROUTES | (frozenset(row.list("routes")) - {ORAL_ONLY, LEFT_INJECTED}),
        oral_only=ORAL_ONLY in row.list("routes"),
        left_injected=LEFT_INJECTED in row.list("routes"),
        context=row["context"],
        left_out=frozenset(_left_out(row)),
        evidence=table.evidence(row),
    )


def _side(row: Row, column: str, groups: dict[str, dict[str, KnowledgeEvidence | None]]) -> Side:
    spec = row[column]
    kind, _, name = spec.partition(":")
    if kind == "drug" and name:
        return Side(spec, {name: None})
    if kind == "class" and groups.get(name):
        return Side(spec, groups[name])
    raise KnowledgeError(
        f"{row.where}: column '{column}': '{spec}' is neither drug:<ingredient> nor class:<id> of a class with members"
    )


def _one_of(row: Row, column: str, allowed: Iterable[str]) -> str:
    if row[column] not in allowed:
        raise KnowledgeError(f"{row.where}: column '{column}': '{row[column]}' is none of {', '.join(allowed)}")
    return row[column]


def _left_out(row: Row) -> Iterable[str | frozenset[str]]:
    for word in row.list("exclude"):
        yield frozenset(word.split("+")) if "+" in word else word


def _places(rules: tuple[Rule, ...], side: Literal["left", "right"]) -> dict[str, frozenset[int]]:
    places: dict[str, set[int]] = defaultdict(set)
    for place, rule in enumerate(rules):
        for member in (rule.left if side == "left" else rule.right).members:
            places[member].add(place)
    return {member: frozenset(found) for member, found in places.items()}


def _match(rule: Rule, left: str, right: str, *, demoted: bool) -> Match:
    strong = rule.priority == "high" or rule.third is not None or (rule.left.is_drug and rule.right.is_drug)
    present: Present = "passive" if demoted and not strong and rule.present == "interrupt" else rule.present
    rows = (rule.evidence, rule.left.members[left], rule.right.members[right])
    return Match(rule, left, right, present, tuple(row for row in rows if row is not None))


def _precedence(match: Match) -> tuple[int, int, int, int, str]:
    rule = match.rule
    return (rule.priority != "high", -rule.specificity, *_rank(match))


def _rank(match: Match) -> tuple[int, int, str]:
    return (SEVERITIES.index(match.rule.severity), PRESENTS.index(match.present), match.rule.id)
