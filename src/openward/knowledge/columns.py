"""What the columns of a table hold, read from its own rows, and what is wrong with a row that somebody writes."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final, Literal

import msgspec

from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.tables import SOURCES, Table, remembered

Holds = Literal["id", "source", "date", "number", "choice", "row", "text"]
_MOST_CHOICES: Final = 24
_TIMES_EACH: Final = 4
_LEAST_ROWS: Final = 5
_LONGEST: Final = 4000
_LONGEST_ID: Final = 120
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z_-]*")
_UNPRINTED: Final = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column: the words that it may hold (`choices`), or the table whose rows it names (`of`); `many` take `;`."""

    name: str
    needed: bool
    holds: Holds
    choices: tuple[str, ...] = ()
    of: str = ""
    many: bool = False


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one cell."""

    column: str
    what: Text


@remembered(128)
def columns_of(name: str) -> tuple[Column, ...]:
    """The columns of a table, in order.

    Raises:
        KnowledgeError: there is no such table.
    """
    table = tables.find(name)
    return tuple(_column(table, column) for column in table.columns)


def faults_of(table: str, cells: Mapping[str, str], *, new_sources: tuple[str, ...] = ()) -> tuple[Fault, ...]:
    """What keeps a whole row from standing in a table, cell by cell; empty when nothing does.

    `new_sources` are ids of documents that come with the row.
    """
    known = {column.name: column for column in columns_of(table)}
    strange = [Fault(name, _unknown(table, tuple(known))) for name in cells if name not in known]
    return (*strange, *(f for c in known.values() for f in _faults(c, cells.get(c.name, ""), new_sources)))


_FIXED: Final[dict[str, Holds]] = {"id": "id", "source": "source", "reviewed": "date"}


def _column(table: Table, name: str) -> Column:
    bare = Column(name=name, needed=name not in table.optional, holds=_FIXED.get(name, "text"))
    if bare.holds != "text":
        return msgspec.structs.replace(bare, of=SOURCES, many=True) if bare.holds == "source" else bare
    cells = [row.cells[name] for row in table if row.cells[name]]
    many = any(";" in cell for cell in cells)
    values = {part.strip() for cell in cells for part in cell.split(";")} if many else set(cells)
    if named := _named(name, values):
        return msgspec.structs.replace(bare, holds="row", of=named, many=many)
    if len(cells) >= _LEAST_ROWS and all(map(_is_number, cells)):
        return msgspec.structs.replace(bare, holds="number")
    if _are_choices(values, len(cells)):
        return msgspec.structs.replace(bare, holds="choice", choices=tuple(sorted(values)), many=many)
    return bare


def _are_choices(values: set[str], cells: int) -> bool:
    """Whether a column holds a few short words again and again."""
    few = 0 < len(values) <= _MOST_CHOICES and len(values) * _TIMES_EACH <= cells
    return few and all(_CODE.fullmatch(value) for value in values)


def _named(column: str, values: set[str]) -> str:
    """The table whose rows the values of a column are, by its name and all values; empty when there is none."""
    if len(values) < _LEAST_ROWS:
        return ""
    endings = (f"{column}s", f"{column}es", column)
    for name in tables.names():
        if name != SOURCES and name.endswith(endings) and values <= tables.find(name).index.keys():
            return name
    return ""


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False


def _faults(column: Column, cell: str, new_sources: tuple[str, ...]) -> Iterator[Fault]:
    """What is wrong with the cell of one column."""
    if not cell:
        if column.needed:
            yield Fault(column.name, Text(en="this cell must not be empty", zh="此项不能为空"))
        return
    if len(cell) > _LONGEST or _UNPRINTED.search(cell) or cell != cell.strip():
        en = f"a cell is one line of at most {_LONGEST} characters, without tabs or blanks around it"
        yield Fault(column.name, Text(en=en, zh=f"须为一行文字，至多{_LONGEST}个字符，不含制表符和首尾空格"))
    elif wrong := _wrong(column, cell, new_sources):
        yield Fault(column.name, wrong)


def _wrong(column: Column, cell: str, new_sources: tuple[str, ...]) -> Text | None:
    parts = tuple(part.strip() for part in cell.split(";")) if column.many else (cell,)
    match column.holds:
        case "id" if len(cell) > _LONGEST_ID or ";" in cell:
            return Text(
                en=f"an id has at most {_LONGEST_ID} characters and no ';'", zh=f"标识至多{_LONGEST_ID}个字符，不含分号"
            )
        case "date" if not _is_date(cell):
            return Text(en="this is no date such as 2026-11-21", zh="日期格式应为 2026-11-21")
        case "number" if not _is_number(cell):
            return Text(en="this is no number", zh="此项应为数字")
        case "choice" if strange := sorted({*parts} - {*column.choices}):
            listed = ", ".join(column.choices)
            return Text(en=f"'{strange[0]}' is none of: {listed}", zh=f"“{strange[0]}”不在可选值之中：{listed}")
        case "row" | "source" if missing := _missing(column, parts, new_sources):
            return Text(en=f"the table '{column.of}' has no row '{missing}'", zh=f"表 {column.of} 中没有“{missing}”")
        case _:
            return None


def _missing(column: Column, parts: tuple[str, ...], new_sources: tuple[str, ...]) -> str:
    """The first part that names no row; a source may have a locator after a space."""
    index = tables.find(column.of).index
    ids = [part.partition(" ")[0] if column.holds == "source" else part for part in parts]
    return next((id for id in ids if id not in index and id not in new_sources), "")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unknown(table: str, known: tuple[str, ...]) -> Text:
    listed = ", ".join(known)
    return Text(en=f"the table '{table}' has no such column; it has {listed}", zh=f"表 {table} 没有此列；有：{listed}")
