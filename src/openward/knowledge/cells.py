"""Cells of a table as typed values; an error names file, line and column."""

from collections.abc import Iterable

from openward.domain.errors import KnowledgeError
from openward.knowledge.tables import Row


def one_of(row: Row, column: str, allowed: Iterable[str]) -> str:
    """A cell that must be one of a few words."""
    words = tuple(allowed)
    if row[column] not in words:
        raise KnowledgeError(f"{row.where}: column '{column}': '{row[column]}' is none of {', '.join(words)}")
    return row[column]


def number(row: Row, column: str) -> float:
    """A cell that must be a number."""
    try:
        return float(row[column])
    except ValueError:
        raise KnowledgeError(f"{row.where}: column '{column}': '{row[column]}' is not a number") from None
