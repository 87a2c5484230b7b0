"""Rows of the knowledge as a person reads them: what tables and columns are called, a row's title, what it says."""

from collections.abc import Iterator
from typing import Final

import msgspec

from openward.doors.console.visit import Visit, words
from openward.knowledge import tables
from openward.knowledge.columns import Column, columns_of
from openward.knowledge.house_rows import FOLDER
from openward.knowledge.tables import Row, Table

CLASS: Final = "class:"
_CLASSES: Final = "interaction_classes"
_DRUGS: Final = "ingredients"
_SIDES: Final[tuple[str, ...]] = ("left", "right", "third")
_DRUG_LISTS: Final = ("exclude",)
_TITLES: Final = ("headline", "name", "say", "reason", "citation")
_SECOND: Final = frozenset({"id", "source", "reviewed", "severity"})
_LANGUAGES: Final = ("en", "zh")


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
    """A row in the language of the visit; cells of the other language, and codes that have a name, are the rest."""
    other = next(language for language in _LANGUAGES if language != visit.language)
    title_of = next((f"{t}_{visit.language}" for t in _TITLES if row.cells.get(f"{t}_{visit.language}")), "")
    names = {column.name: _names(column, row.cells[column.name], visit) for column in columns_of(table.name)}
    sides: dict[str, str] = {side: names[side] for side in _SIDES if side in names}
    lines: list[Line] = []
    rest: list[Line] = []
    for column, cell in row.cells.items():
        if not cell or column in _SECOND or column == title_of:
            continue
        (rest if column.endswith(f"_{other}") else lines).append(
            Line(label(column, visit), _filled(names[column], sides))
        )
        if names[column] != cell:
            rest.append(Line(label(column, visit), cell))
    title = row.cells.get(title_of) or _made_of(row, names) or row.cells.get("citation") or row.id
    return Shown(
        row=row, title=_filled(title, sides), severity=row.cells.get("severity", ""), lines=tuple(lines),
        rest=tuple(rest), signed=f"/{FOLDER}/" in row.where,
    )  # fmt: skip


def title_of(table: Table, visit: Visit) -> str:
    """What a table is called."""
    return words()[visit.language].get(f"table_{table.name}") or table.title or table.name


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


def _names(column: Column, cell: str, visit: Visit) -> str:
    """What a cell says, with the names of the rows that it names."""
    said = words()[visit.language]
    if column.holds == "choice":
        return said.get(f"val_{cell}", cell)
    parts = [part.strip() for part in cell.split(";")] if column.many or column.name in _DRUG_LISTS else [cell]
    return "; ".join(_name(column, part, visit) for part in parts)


def _name(column: Column, part: str, visit: Visit) -> str:
    """The name of the row that a part names, or the part as it stands."""
    of = column.of if column.holds == "row" else ""
    if part.startswith(CLASS):
        of, part = _CLASSES, part.removeprefix(CLASS)
    elif column.name in _SIDES or column.name in _DRUG_LISTS:
        of = _DRUGS
    named = tables.find(of).index.get(part) if of else None
    return (named and named.cells.get(f"name_{visit.language}")) or part


def _filled(text: str, sides: dict[str, str]) -> str:
    """Words with the names of both sides in the place of `{left}` and `{right}`."""
    for side, name in sides.items():
        text = text.replace(f"{{{side}}}", name)
    return text


def _made_of(row: Row, names: dict[str, str]) -> str:
    """A title for a row that has none of its own: the names of the rows that it joins."""
    return " · ".join(name for column, name in names.items() if name and name != row.cells[column])


def named_by(ids: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The groups and classes that drugs belong to, as (table, id)."""
    for name in tables.names():
        if name.endswith("_members"):
            held = {c.of: c.name for c in columns_of(name) if c.holds == "row"}
            drug = held.pop(_DRUGS, "")
            for row in tables.find(name) if drug else ():
                if row.cells[drug] in ids:
                    yield from ((of, row.cells[column]) for of, column in held.items())
