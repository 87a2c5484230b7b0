"""What kind of evidence a document is, by the publication types that PubMed gives it, and its level at best."""

from collections.abc import Sequence
from typing import Final

import msgspec

from openward.domain.errors import InputError
from openward.domain.evidence import KnowledgeEvidence
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.literature.words import joined

TABLE: Final = "evidence_kinds"
_PREPRINT: Final = "preprint"


class Grade(msgspec.Struct, frozen=True):
    """A kind of evidence; `level` is what OCEBM 2011 gives it at best, None where that says nothing of the kind."""

    row: str
    kind: str
    name: Text
    level: str | None
    rank: int

    @property
    def evidence(self) -> KnowledgeEvidence:
        """The row that says so."""
        return tables.find(TABLE).evidence(self.row)


def grade(types: Sequence[str]) -> Grade | None:
    """The strongest kind that the types name, None when they name none; a preprint stays one whatever else it is."""
    known = _by_type()
    found = [known[name] for t in types if (name := joined(t)) in known]
    preprint = [g for g in found if g.kind == _PREPRINT]
    return min(preprint or found, key=lambda g: g.rank, default=None)


def kinds() -> frozenset[str]:
    """The kinds that there are."""
    return frozenset(g.kind for g in _by_type().values())


def types_of(kind: str) -> tuple[str, ...]:
    """The publication types of a kind.

    Raises:
        InputError: there is no such kind.
    """
    found = tuple(name for name, g in _by_type().items() if g.kind == kind)
    if not found:
        raise InputError(f"kinds: there is no kind of evidence '{kind[:40]}'; there are {', '.join(sorted(kinds()))}")
    return found


@tables.remembered(1)
def _by_type() -> dict[str, Grade]:
    return {
        joined(row["publication_type"]): Grade(
            row.id, row["kind"], Text(row["name_en"], row["name_zh"]), row["level"] or None, int(row["rank"])
        )
        for row in tables.find(TABLE)
    }
