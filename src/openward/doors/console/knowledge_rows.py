"""Rows of the knowledge as a person reads them: what tables and columns are called, a row's title, what it says."""

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from openward.domain.errors import KnowledgeError
from openward.domain.proposal import Language
from openward.doors.console.visit import Visit, words
from openward.knowledge import tables
from openward.knowledge.columns import Column, columns_of
from openward.knowledge.house_rows import FOLDER
from openward.knowledge.tables import Row, Table, remembered

CLASS: Final = "class:"
_PREFIXED: Final = {CLASS: "interaction_classes", "drug:": "ingredients"}
_DRUGS: Final = "ingredients"
_SIDES: Final[tuple[str, ...]] = ("left", "right", "third")
_DRUG_LISTS: Final = ("exclude",)
_TITLES: Final = ("headline", "name", "test", "plain", "reason")
_SENTENCES: Final = ("say", "citation")
_SECOND: Final = frozenset({"id", "source", "reviewed", "severity"})
_CODES: Final = frozenset({"mechanism", "priority"})
_ASKS: Final = ("action",)
_LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")


class Line(msgspec.Struct, frozen=True):
    """One cell: what its column is called, and what it says."""

    label: str
    text: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A row for a person: its title, what it says in the language of the visit, and the rest."""

    row: Row
    title: str
    severity: str
    lines: tuple[Line, ...]
    rest: tuple[Line, ...]
    signed: bool


def shown(table: Table, row: Row, visit: Visit) -> Shown:
    """A row in the language of the visit; cells of the other language, and codes, are the rest."""
    named = {language: _named(table, row, language) for language in _LANGUAGES}
    title_of = next((f"{t}_{visit.language}" for t in _TITLES if row.cells.get(f"{t}_{visit.language}")), "")
    lines: list[Line] = []
    rest: list[Line] = []
    for column, cell in row.cells.items():
        if not cell or column in _SECOND or column == title_of:
            continue
        spoken = _language_of(column) or visit.language
        aside = spoken != visit.language or column in _CODES
        (rest if aside else lines).append(Line(label(column, visit), named[spoken][column]))
        if column in named[visit.language] and _is_code(column, cell, named[visit.language][column]):
            rest.append(Line(label(column, visit), cell))
    here = named[visit.language]
    title = here.get(title_of) or _made_of(table, row, here, visit) or _sentence(row, here, visit.language) or row.id
    return Shown(
        row=row, title=title, severity=row.cells.get("severity", ""), lines=tuple(lines), rest=tuple(rest),
        signed=f"/{FOLDER}/" in row.where,
    )  # fmt: skip


def title_of(table: Table, visit: Visit) -> str:
    """What a table is called."""
    return named(table.name, visit) or table.title or table.name


def named(table: str, visit: Visit) -> str:
    """What a table is called by its name alone, empty for one of the hospital's own: its title stands in its file."""
    return words()[visit.language].get(f"table_{table}", "")


def label(column: str, visit: Visit) -> str:
    """What a column is called: its own words, those of the column without its language, or its name."""
    said = words()[visit.language]
    bare, _, language = column.rpartition("_")
    if f"col_{column}" in said:
        return said[f"col_{column}"]
    if language in _LANGUAGES and f"col_{bare}" in said:
        return (
            said[f"col_{bare}"]
            if language == visit.language
            else f"{said[f'col_{bare}']} ({said[f'col_in_{language}']})"
        )
    return column.replace("_", " ")


def _language_of(column: str) -> Language | None:
    return next((language for language in _LANGUAGES if column.endswith(f"_{language}")), None)


def _is_code(column: str, cell: str, said: str) -> bool:
    return said != cell and _language_of(column) is None


def _named(table: Table, row: Row, language: Language) -> dict[str, str]:
    """What each cell says in one language, with the names of the rows that it names."""
    said = {column.name: _names(column, row.cells[column.name], language) for column in columns_shown(table.name)}
    sides = {side: said[side] for side in _SIDES if side in said}
    return {column: _filled(text, sides) for column, text in said.items()}


def _names(column: Column, cell: str, language: Language) -> str:
    if column.holds == "choice":
        return words()[language].get(f"val_{cell}", cell)
    parts = [part.strip() for part in cell.split(";")] if column.many or column.name in _DRUG_LISTS else [cell]
    return "; ".join(_name(column, part, language) for part in parts)


def _name(column: Column, part: str, language: Language) -> str:
    """The name of the row that a part names, or the part as it stands."""
    of = column.of if column.holds == "row" else ""
    prefix = next((prefix for prefix in _PREFIXED if part.startswith(prefix)), "")
    if prefix:
        of, part = _PREFIXED[prefix], part.removeprefix(prefix)
    elif column.name in _SIDES or column.name in _DRUG_LISTS:
        of = _DRUGS
    held = _index(of).get(part) if of else None
    return (held and held.cells.get(f"name_{language}")) or part


@remembered(128)
def columns_shown(name: str) -> tuple[Column, ...]:
    """The columns of a table; as plain text where a table that they name cannot be read."""
    try:
        return columns_of(name)
    except KnowledgeError:
        return tuple(Column(name=column, needed=True, holds="text") for column in tables.find(name).columns)


@remembered(128)
def _index(name: str) -> Mapping[str, Row]:
    """The rows of a table that others name; none where it cannot be read."""
    try:
        return tables.find(name).index
    except KnowledgeError:
        return {}


def _filled(text: str, sides: dict[str, str]) -> str:
    """Words with the names of both sides in the place of `{left}` and `{right}`."""
    for side, name in sides.items():
        text = text.replace(f"{{{side}}}", name)
    return text


def _made_of(table: Table, row: Row, named: dict[str, str], visit: Visit) -> str:
    """A title for a row that has none of its own: what it is about, within which bounds, and what it asks for."""
    about = " · ".join(named[c.name] for c in columns_shown(table.name) if c.holds == "row" and row.cells[c.name])
    low, high = row.cells.get("low", ""), row.cells.get("high", "")
    bounds = f" · {named['measure']} {low}–{high}" if about and "measure" in named and (low or high) else ""
    asks = next((named[column] for column in _ASKS if row.cells.get(column)), "")
    return f"{about}{bounds}{visit.t('colon')}{asks}" if about and asks else about


def _sentence(row: Row, named: dict[str, str], language: Language) -> str:
    """A sentence of the row that may stand for a title."""
    columns = (f"{s}_{language}" for s in _SENTENCES)
    return next((named[column] for column in columns if row.cells.get(column)), "") or row.cells.get("citation", "")


def named_by(ids: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The groups and classes that drugs belong to, as (table, id)."""
    for table in tables.readable():
        if table.name.endswith("_members"):
            held = {c.of: c.name for c in columns_shown(table.name) if c.holds == "row"}
            drug = held.pop(_DRUGS, "")
            for row in table if drug else ():
                if row.cells[drug] in ids:
                    yield from ((of, row.cells[column]) for of, column in held.items())
