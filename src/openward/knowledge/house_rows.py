"""The rows that persons of this house signed, laid over the built-in ones from `<home>/knowledge/signed`."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from openward.domain.errors import KnowledgeError
from openward.knowledge import tables

FOLDER: Final = "signed"


class HouseRow(msgspec.Struct, frozen=True):
    """One row of a table as the house wants it, whole; `cells` by column."""

    table: str
    cells: dict[str, str]


def lay(knowledge: Path, rows: Sequence[HouseRow]) -> None:
    """Makes the signed folder hold these rows and no others; of two with one id the later one counts.

    Raises:
        KnowledgeError: a table cannot be read with its new rows, or another file of the house says otherwise of one of
            them; the folder is then as it was.
    """
    folder = knowledge / FOLDER
    former = {path: path.read_bytes() for path in sorted(folder.glob("*.tsv"))}
    wanted = _files(folder, rows)
    if wanted == former:
        return
    _replace(folder, former, wanted)
    try:
        tables.use_local(knowledge)
        tables.forget()
        _effective(rows)
    except KnowledgeError:
        _replace(folder, wanted, former)
        tables.forget()
        raise


def _files(folder: Path, rows: Sequence[HouseRow]) -> dict[Path, bytes]:
    """The bytes of each table's file."""
    by_table: dict[str, dict[str, HouseRow]] = {}
    for row in rows:
        by_table.setdefault(row.table, {})[row.cells["id"]] = row
    return {folder / f"{name}.{FOLDER}.tsv": _file(name, list(held.values())) for name, held in by_table.items()}


def _file(name: str, rows: Sequence[HouseRow]) -> bytes:
    table = tables.find(name)
    header = "\t".join(f"{c}?" if c in table.optional else c for c in table.columns)
    days = sorted(row.cells.get("reviewed", "") for row in rows)
    declared = [f"#! version: {FOLDER}", f"#! reviewed: {days[-1] or table.reviewed}"]
    lines = ["\t".join(row.cells.get(column, "") for column in table.columns) for row in rows]
    return ("\n".join([*declared, header, *lines]) + "\n").encode()


def _replace(folder: Path, former: dict[Path, bytes], wanted: dict[Path, bytes]) -> None:
    """Puts files in the place of others, each at once."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path, data in wanted.items():
        part = path.with_suffix(".part")
        part.write_bytes(data)
        os.replace(part, path)  # noqa: PTH105 - says that it replaces
    for path in former.keys() - wanted.keys():
        path.unlink(missing_ok=True)


def _effective(rows: Sequence[HouseRow]) -> None:
    """Each row stands in its table as it was signed."""
    for row in {(r.table, r.cells["id"]): r for r in rows}.values():
        held = tables.find(row.table).index.get(row.cells["id"])
        if held is None or any(held.cells[column] != cell for column, cell in row.cells.items()):
            where = held.where if held else "nowhere"
            msg = f"the signed row of table '{row.table}' has no effect, for another file stands over it: {where}"
            raise KnowledgeError(msg)
