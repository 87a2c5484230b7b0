"""The patterns that a table states: which of them hold, and which make others superfluous."""

from collections.abc import Iterable
from typing import Final

import msgspec

from openward.knowledge import tables
from openward.knowledge.tables import Row
from openward.services.lab_report.bench import Bench
from openward.services.lab_report.rules import Condition, condition, holds, some, subjects
from openward.services.lab_report.statements import PATTERNS, Statement

QUIET: Final = "info"


class Rule(msgspec.Struct, frozen=True):
    """One row with its conditions read; `about` are the names that its statement rests on."""

    row: Row
    when: Condition
    unless: Condition
    about: tuple[str, ...]


@tables.remembered(1)
def rules() -> tuple[Rule, ...]:
    """The rows that state a condition.

    Raises:
        KnowledgeError: a condition cannot be read.
    """
    return tuple(
        Rule(row, when := condition(row["when"]), condition(row["unless"]), subjects(when))
        for row in tables.find(PATTERNS)
        if row["when"]
    )


def stated(bench: Bench) -> list[Statement]:
    """The patterns of the table that hold."""
    return [
        Statement(
            row=rule.row,
            lines=bench.named(n for n in rule.about if n not in bench.derived),
            derived=tuple(bench.derived[n] for n in rule.about if n in bench.derived),
        )
        for rule in rules()
        if holds(rule.when, bench) and not some(rule.unless, bench)
    ]


def without_hidden(statements: Iterable[Statement]) -> list[Statement]:
    """The statements that no other makes superfluous."""
    held = list(statements)
    hidden = {name for s in held for name in s.row.list("hides")}
    return [s for s in held if s.id not in hidden]


def explained(statements: Iterable[Statement]) -> set[tuple[str, str]]:
    """The analytes, with their flag (empty: any), of which nothing more need be said.

    A statement that only explains speaks for what its row lists, not for all that it rests on.
    """
    held = tuple(statements)
    found = {(line.name, "") for s in held if s.row["severity"] != QUIET for line in s.all_lines()}
    for statement in held:
        for word in statement.row.list("explains"):
            name, _, flag = word.partition(":")
            found.add((name, flag))
    return found
