"""Rows of the built-in tables with one planted fault each, and whole ones: `python scripts/knowledge_changes.py FILE`.

The faults: a needed cell emptied, a source that nobody knows, a word that a column does not hold, a number that is
none, a row that there is not, a column that the table has not, a line break. Whole rows have one free text reworded.
"""

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openward.knowledge import tables
from openward.knowledge.columns import Column, columns_of
from openward.knowledge.tables import SOURCES, Row

EACH = 6
SEED = 20261121


def faults_in(columns: tuple[Column, ...], row: Row) -> Iterator[tuple[str, str]]:
    """A column and a cell that cannot stand there, of each kind that this row allows."""
    spoilt = {"choice": "no such word", "number": "about nine", "row": "no-such-row", "source": "nobody-knows-it"}
    for column in columns:
        if column.name in {"id", "reviewed"}:
            continue
        if column.needed:
            yield column.name, ""
        if row.cells[column.name] and column.holds in spoilt:
            yield column.name, spoilt[column.holds]
        if row.cells[column.name] and column.holds == "text":
            yield column.name, f"{row.cells[column.name]}\nand a second line"
    yield "colour", "red"


def rows(chance: random.Random) -> Iterator[dict[str, Any]]:
    """Some rows of each table: each with one fault, and each whole."""
    for name in tables.names():
        if name == SOURCES:
            continue
        table, columns = tables.find(name), columns_of(name)
        free = [c.name for c in columns if c.holds == "text" and c.name.endswith(("_en", "_zh"))]
        for row in chance.sample(table.rows, min(EACH, len(table))):
            told = {"table": name, "row": row.id, "why": "planted"}
            for column, cell in chance.sample(faults := list(faults_in(columns, row)), min(4, len(faults))):
                yield {"input": told | {"cells": {column: cell}}, "faulty": column}
            if free:
                column = chance.choice(free)
                yield {"input": told | {"cells": {column: f"{row.cells[column]} (reworded)"}}, "faulty": None}


def main(path: Path) -> None:
    """Writes the data set."""
    made = [{"id": f"change-{n}"} | row for n, row in enumerate(rows(random.Random(SEED)), 1)]  # noqa: S311 - a sample, no secret
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made), encoding="utf-8")
    print(f"{len(made)} rows in {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
