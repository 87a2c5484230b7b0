"""What follows when a person edits the cells of a row: how it differs from the one that counts today."""

import msgspec

from openward.services.knowledge_change.proposal import CellChange, KnowledgeChange


def settled(before: KnowledgeChange, after: KnowledgeChange) -> KnowledgeChange:
    """The change with its list of differing cells made anew."""
    today = before.cells | {change.column: change.before for change in before.changes}
    changes = tuple(
        CellChange(column=column, before=today.get(column), after=cell)
        for column, cell in after.cells.items()
        if cell != (today.get(column) or "")
    )
    return msgspec.structs.replace(after, changes=changes)
