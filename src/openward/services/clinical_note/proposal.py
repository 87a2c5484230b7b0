"""What is put forward: a note in sections, each sentence with who said it and where it comes from."""

from typing import Final, Literal

import msgspec

from openward.domain.evidence import ChartEvidence, DocumentEvidence

SYSTEM: Final = "urn:openward:clinical-note"
By = Literal["patient", "relative", "clinician", "unknown", "chart"]


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of the note; `quoted` marks words that stand as they were said."""

    text: str
    by: By
    evidence: tuple[DocumentEvidence | ChartEvidence, ...]
    quoted: bool = False


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One section; `written` are its sentences in one text, `missing` marks a required section with nothing in it."""

    id: str
    name: str
    written: str
    sentences: tuple[Sentence, ...]
    missing: bool = False


class ClinicalNote(msgspec.Struct, frozen=True, kw_only=True):
    """The body: `draft` is the whole note as plain text; `final` is false while the talk goes on."""

    format: str
    title: str
    style: str
    final: bool
    sections: tuple[Section, ...]
    draft: str
    withheld: int = 0
