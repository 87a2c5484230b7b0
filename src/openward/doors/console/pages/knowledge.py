"""The knowledge: every table with its version, every row with its source, and all rows that name a word or a drug."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
from starlette.responses import Response

from openward.domain.errors import InputError, KnowledgeError
from openward.doors.console.knowledge_rows import CLASS, Shown, columns_shown, named, named_by, shown, title_of
from openward.doors.console.pages.knowledge_change import may_change, stopped, table_of
from openward.doors.console.visit import PageRoute, Visit, draw, words
from openward.knowledge import tables
from openward.knowledge.drugs import Drugs
from openward.knowledge.tables import Row, Table, remembered

_A_PAGE: Final = 60
_A_TABLE: Final = 8
_SHORTEST: Final = 2


class Group(msgspec.Struct, frozen=True):
    """Tables of one subject."""

    name: str
    tables: tuple[Table, ...]


class Found(msgspec.Struct, frozen=True):
    """The rows of one table that name what was looked for; `more` of them are not shown."""

    table: Table
    rows: tuple[Shown, ...]
    more: int


def knowledge(visit: Visit) -> Response:
    """All tables by subject, or with a search the rows that name the word."""
    visit.ward.renewal.notice()
    wanted = visit.query.get("q", "").strip()[:100]
    found = tuple(_found(wanted, visit)) if len(wanted) >= _SHORTEST else ()
    return draw(
        visit,
        "knowledge.html",
        subjects=_groups(),
        broken={named(name, visit) or name: name for name in tables.faults()},
        found=found,
        wanted=wanted,
        called=lambda table: title_of(table, visit),
        group_words=_group_words(visit),
    )


def table(visit: Visit) -> Response:
    """One table, page by page."""
    visit.ward.renewal.notice()
    held, start = table_of(visit), _start(visit.query.get("after", "0"))
    rows = [shown(held, row, visit) for row in held.rows[start : start + _A_PAGE]]
    return draw(
        visit, "knowledge_table.html", table=held, rows=rows, called=title_of(held, visit),
        may_change=may_change(visit, held),
        next=str(start + _A_PAGE) if start + _A_PAGE < len(held) else None,
    )  # fmt: skip


def _groups() -> tuple[Group, ...]:
    """All tables by the folder that their first file stands in."""
    held: dict[str, list[Table]] = {}
    for found in tables.readable():
        held.setdefault(_folder(found), []).append(found)
    return tuple(Group(name, tuple(found)) for name, found in sorted(held.items()))


def _folder(found: Table) -> str:
    path = Path(found.rows[0].where.rpartition(":")[0]) if found.rows else tables.DATA
    return path.parent.name if path.is_relative_to(tables.DATA) and path.parent != tables.DATA else "house"


def _group_words(visit: Visit) -> dict[str, str]:
    said = words()[visit.language]
    return {group.name: said.get(f"group_{group.name}", group.name.replace("_", " ")) for group in _groups()}


def _start(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004 - no table is longer
        raise InputError("'after' must be a number of rows")
    return int(text)


def _found(wanted: str, visit: Visit) -> Iterator[Found]:
    """Rows that hold the word, the drug that it names, or a class of that drug; rules for a person stand first."""
    drugs = _ids(wanted)
    named, groups = {wanted.casefold(), *drugs}, set(named_by(drugs))
    held = []
    for found in tables.readable():
        rows = [row for row in found if _names(row, named)]
        seen = {row.id for row in rows}
        rows += [row for row in _of_groups(found, groups) if row.id not in seen]
        if rows:
            held.append((found, rows))
    for found, rows in sorted(held, key=lambda one: ("severity" not in one[0].columns, -len(one[1]))):
        yield Found(found, tuple(shown(found, row, visit) for row in rows[:_A_TABLE]), max(0, len(rows) - _A_TABLE))


def _names(row: Row, named: set[str]) -> bool:
    text = "\t".join((row.id, *row.cells.values())).casefold()
    return any(word in text for word in named)


def _of_groups(found: Table, groups: set[tuple[str, str]]) -> Iterator[Row]:
    """Rows that name one of the groups: in a column of that table's rows, or as a class."""
    if not groups or found.name.endswith("_members"):
        return
    of = {column.name: column.of for column in columns_shown(found.name) if column.holds == "row"}
    classes = {f"{CLASS}{id}" for _, id in groups}
    for row in found:
        if any((of.get(column), cell) in groups or cell in classes for column, cell in row.cells.items()):
            yield row


@remembered(1)
def _drugs() -> Drugs:
    return Drugs()


def _ids(wanted: str) -> tuple[str, ...]:
    """The drugs that a word names; none where the tables of drugs cannot be read."""
    try:
        found = _drugs().resolve_text(wanted)
    except KnowledgeError:
        return ()
    return tuple(found.ids or found.ambiguous)


ROUTES: Final = (PageRoute("/console/knowledge", knowledge), PageRoute("/console/knowledge/{table}", stopped(table)))
