"""Duplicate therapy: classes of which one drug is enough, pairs that have a place, ingredients that may repeat.

Three tables: `duplicate_classes` (membership by ATC prefix or by ingredient), `duplicate_allowed` (pairs inside a
class), `duplicate_exempt` (ingredients such as salts and vitamins whose repetition means nothing by itself).
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, cast, get_args

import msgspec

from openward.domain.evidence import KnowledgeEvidence
from openward.domain.proposal import SEVERITIES, Present, Severity
from openward.domain.text import Text
from openward.knowledge.cells import one_of
from openward.knowledge.tables import Row, Table, find, remembered

CLASSES: Final = "duplicate_classes"
ALLOWED: Final = "duplicate_allowed"
EXEMPT: Final = "duplicate_exempt"
RULES: Final = "duplicate_rules"
Allow = Literal["yes", "note"]


class DuplicateClass(msgspec.Struct, frozen=True, kw_only=True):
    """A class of which one drug is enough.

    `routes` says where its drugs act, `as_needed_ok` that one of two may be as needed, `speaks_for` which kinds of
    interaction among its members are one problem with the repetition.
    """

    id: str
    name: Text
    atc: tuple[str, ...]
    members: frozenset[str]
    routes: frozenset[str]
    as_needed_ok: bool
    speaks_for: frozenset[str]
    severity: Severity
    present: Present
    say: Text
    evidence: KnowledgeEvidence


class Allowance(msgspec.Struct, frozen=True):
    """A pair inside a class that has a place: without a finding, or with a quiet note."""

    allow: Allow
    say: Text
    evidence: KnowledgeEvidence


class Duplicates:
    """The classes, looked up by ingredient; the answer for an ingredient is worked out once and kept."""

    def __init__(
        self,
        classes: Iterable[DuplicateClass],
        allowed: dict[tuple[str, frozenset[str]], Allowance],
        exempt: frozenset[str],
        rules: dict[str, KnowledgeEvidence],
    ) -> None:
        self.classes: Final = {found.id: found for found in classes}
        self.exempt: Final = exempt
        self.rules: Final = rules
        self._allowed = allowed
        self._of: dict[str, tuple[DuplicateClass, ...]] = {}

    def of(self, ingredient: str, atc: Callable[[str], tuple[str, ...]]) -> tuple[DuplicateClass, ...]:
        """The classes of an ingredient; `atc` gives its ATC codes."""
        found = self._of.get(ingredient)
        if found is None:
            codes = atc(ingredient)
            found = tuple(
                c
                for c in self.classes.values()
                if ingredient in c.members or any(code.startswith(c.atc) for code in codes)
            )
            self._of[ingredient] = found
        return found

    def allowance(self, group: str, first: str, second: str) -> Allowance | None:
        """Whether a pair of ingredients of a class has a place together."""
        return self._allowed.get((group, frozenset((first, second))))


def load(search: Sequence[Path] = ()) -> Duplicates:
    """The tables of the house and of a hospital's own folders, read on first use.

    Raises:
        KnowledgeError: a table is missing or malformed.
    """
    return _load(tuple(search))


@remembered(16)
def _load(search: tuple[Path, ...]) -> Duplicates:
    classes, allowed, exempt, rules = (find(name, search) for name in (CLASSES, ALLOWED, EXEMPT, RULES))
    pairs = {(row["class"], frozenset((row["a"], row["b"]))): _allowance(row, allowed) for row in allowed}
    spared = frozenset(row["ingredient"] for row in exempt)
    return Duplicates(
        [_class(row, classes) for row in classes], pairs, spared, {row.id: rules.evidence(row) for row in rules}
    )


def _class(row: Row, table: Table) -> DuplicateClass:
    return DuplicateClass(
        id=row.id,
        name=Text(row["name_en"], row["name_zh"]),
        atc=row.list("atc"),
        members=frozenset(row.list("members")),
        routes=frozenset(row.list("routes")),
        as_needed_ok=one_of(row, "as_needed_ok", ("yes", "no")) == "yes",
        speaks_for=frozenset(row.list("speaks_for")),
        severity=cast("Severity", one_of(row, "severity", SEVERITIES)),
        present=cast("Present", one_of(row, "present", get_args(Present))),
        say=Text(row["say_en"], row["say_zh"]),
        evidence=table.evidence(row),
    )


def _allowance(row: Row, table: Table) -> Allowance:
    return Allowance(
        cast("Allow", one_of(row, "allow", get_args(Allow))), Text(row["say_en"], row["say_zh"]), table.evidence(row)
    )
