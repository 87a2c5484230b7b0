"""One statement on its way into a note: what it is about, its words, and where they come from."""

import msgspec

from openward.domain.evidence import ChartEvidence, DocumentEvidence
from openward.services.clinical_note.proposal import By


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """`topic` is one of the table's; `place` orders statements; `asked` are the findings that were only asked about."""

    topic: str
    text: str
    by: By
    evidence: tuple[DocumentEvidence | ChartEvidence, ...]
    place: int = 0
    quoted: bool = False
