"""The knowledge: every table with its version, every row with its source, and all rows that name a word or a drug."""

from collections.abc import Iterator
from typing import Final

import msgspec
from starlette.responses import Response

from openward.domain.errors import InputError, NotFoundError
from openward.doors.console.visit import PageRoute, Visit, draw
from openward.knowledge import tables
from openward.knowledge.drugs import Drugs
from openward.knowledge.tables import Row, Table, remembered

_A_PAGE: Final = 100
_A_TABLE: Final = 12
_SHORTEST: Final = 2


class Found(msgspec.Struct, frozen=True):
    """The rows of one table that name what was looked for; `more` of them are not shown."""

    table: Table
    rows: tuple[Row, ...]
    more: int


def knowledge(visit: Visit) -> Response:
    """All tables, or with a search the rows that name the word."""
    wanted = visit.query.get("q", "").strip()[:100]
    found = tuple(_found(wanted)) if len(wanted) >= _SHORTEST else ()
    listed = [tables.find(name) for name in tables.names()]
    return draw(visit, "knowledge.html", tables=listed, found=found, wanted=wanted)


def table(visit: Visit) -> Response:
    """One table, page by page."""
    name = visit.path["table"]
    if name not in tables.names():
        raise NotFoundError("there is no such table of knowledge in this ward")
    held, start = tables.find(name), _start(visit.query.get("after", "0"))
    return draw(
        visit, "knowledge_table.html", table=held, rows=held.rows[start : start + _A_PAGE],
        next=str(start + _A_PAGE) if start + _A_PAGE < len(held) else None,
    )  # fmt: skip


def _start(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):  # noqa: PLR2004 - no table is longer
        raise InputError("'after' must be a number of rows")
    return int(text)


def _found(wanted: str) -> Iterator[Found]:
    """Rows that hold the word, or the id of the drug that the word names."""
    words = {wanted.casefold(), *_ids(wanted)}
    for name in tables.names():
        held = tables.find(name)
        rows = [row for row in held if _names(row, words)]
        if rows:
            yield Found(held, tuple(rows[:_A_TABLE]), max(0, len(rows) - _A_TABLE))


def _names(row: Row, words: set[str]) -> bool:
    text = "\t".join((row.id, *row.cells.values())).casefold()
    return any(word in text for word in words)


@remembered(1)
def _drugs() -> Drugs:
    return Drugs()


def _ids(wanted: str) -> tuple[str, ...]:
    found = _drugs().resolve_text(wanted)
    return tuple(found.ids or found.ambiguous)


ROUTES: Final = (PageRoute("/console/knowledge", knowledge), PageRoute("/console/knowledge/{table}", table))
