"""What follows when a person edits the sections of a note: the whole text, and which sentences still stand in it."""

import msgspec

from openward.services.clinical_note.engine import whole
from openward.services.clinical_note.proposal import ClinicalNote, Section


def settled(before: ClinicalNote, after: ClinicalNote) -> ClinicalNote:
    """The note with its text made of its sections anew.

    A sentence that does not stand in its section any more is left out with its evidence: that spoke for other words.
    """
    sections = tuple(map(_settled, after.sections))
    return msgspec.structs.replace(after, sections=sections, draft=whole(after.title, sections, before.draft))


def _settled(section: Section) -> Section:
    kept = tuple(sentence for sentence in section.sentences if sentence.text in section.written)
    return msgspec.structs.replace(section, sentences=kept, missing=section.missing and not section.written.strip())
