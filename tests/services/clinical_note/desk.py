"""A desk to write notes at."""

from tests.services.desk import propose_by

from openward.services.clinical_note import SERVICE

__all__ = ["note", "propose", "said", "told"]


def propose(given, *resources, **more):
    return propose_by(SERVICE, given, *resources, **more)


def note(dialogue, *resources, **given):
    """The proposal for one talk."""
    language = given.pop("language", "en")
    return propose({"dialogue": dialogue} | given, *resources, language=language)


def told(proposal):
    """The sentences of a note by section."""
    return {s.id: [one.text for one in s.sentences] for s in proposal.body.sections}


def said(dialogue, **given):
    """All sentences of the note of one talk."""
    return [text for texts in told(note(dialogue, **given)).values() for text in texts]
