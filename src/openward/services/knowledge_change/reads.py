"""What is told of a change: which row of which table, its cells, why, and a document not yet known to the house."""

from typing import Annotated

import msgspec

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Line = Annotated[str, msgspec.Meta(max_length=4000)]


class NewSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A document that is cited for the first time: a short id, the citation that a person is shown, its year."""

    id: Word
    citation: Annotated[str, msgspec.Meta(min_length=1, max_length=1000)]
    year: Annotated[int, msgspec.Meta(ge=1500, le=2200)]
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s]{1,500}$")] | None = None


class Reads(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row as it should be.

    `cells` holds the cells to change, by column, or all cells of a new row; the others stay as they are. `why` is for
    the person who signs. The date of review is the day of the proposal.
    """

    table: Word
    row: Word
    cells: dict[Word, Line]
    why: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
    new_source: NewSource | None = None
