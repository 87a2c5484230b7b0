"""What is put forward: the whole row as it would be, and how it differs from the one that counts today."""

import msgspec

from openward.knowledge.columns import faults_of
from openward.services.knowledge_change.reads import NewSource


class CellChange(msgspec.Struct, frozen=True, kw_only=True):
    """One cell; `before` is None in a new row."""

    column: str
    before: str | None
    after: str


class CellFault(msgspec.Struct, frozen=True, kw_only=True):
    """Why one cell keeps the row out of its table."""

    column: str
    what: str


class KnowledgeChange(msgspec.Struct, frozen=True, kw_only=True):
    """The body: what is signed is `cells`, the whole row, and the new document if there is one.

    Raises:
        ValueError: a row without stated faults cannot stand in its table (somebody amended it so).
    """

    table: str
    title: str
    row: str
    adds: bool
    cells: dict[str, str]
    changes: tuple[CellChange, ...]
    why: str
    new_source: NewSource | None = None
    faults: tuple[CellFault, ...] = ()

    def __post_init__(self) -> None:
        """Looks at the row again, for it may have been amended."""
        known = (self.new_source.id,) if self.new_source else ()
        if self.cells.get("id") != self.row:
            msg = "the id of a row cannot change"
            raise ValueError(msg)
        if not self.faults and (found := faults_of(self.table, self.cells, new_sources=known)):
            msg = f"column '{found[0].column}': {found[0].what.en}"
            raise ValueError(msg)
