"""A note whose sentences have no place, or hide what is missing, is refused."""

import msgspec
import pytest
from tests.services.clinical_note.chart import problem
from tests.services.clinical_note.desk import note, propose
from tests.services.desk import patient

from openward.domain.evidence import DocumentEvidence
from openward.services.clinical_note.checks import (
    every_sentence_has_its_place,
    the_chart_speaks_for_itself,
    what_is_missing_is_said,
)
from openward.services.clinical_note.reads import Reads

TALK = "Doctor: Any fever?\nPatient: No."


def changed(proposal, **fields):
    section = next(s for s in proposal.body.sections if s.sentences)
    sentence = msgspec.structs.replace(section.sentences[0], **fields)
    section = msgspec.structs.replace(section, sentences=(sentence,))
    return msgspec.structs.replace(proposal, body=msgspec.structs.replace(proposal.body, sections=(section,)))


def outcome(check, proposal, chart=None):
    return [verdict.outcome for verdict in check(proposal, chart, Reads(dialogue=TALK))]


@pytest.mark.parametrize(
    "evidence",
    [
        (),
        (DocumentEvidence("dialogue", 0, 6, "doctor"),),
        (DocumentEvidence("dialogue", 0, 0, ""),),
        (DocumentEvidence("note", 0, 6, "Doctor"),),
        (DocumentEvidence("turns[7].text", 0, 6, "Doctor"),),
    ],
)
def test_a_sentence_without_its_words_in_the_talk_is_refused(evidence):
    assert outcome(every_sentence_has_its_place, note(TALK)) == ["pass"]
    assert outcome(every_sentence_has_its_place, changed(note(TALK), evidence=evidence)) == ["refuse"]


def test_what_is_said_to_stand_in_the_chart_cites_it():
    assert outcome(the_chart_speaks_for_itself, changed(note(TALK), by="chart")) == ["refuse"]
    charted = propose({"format": "soap"}, patient(), problem("c", "Asthma", "2001"))
    assert outcome(the_chart_speaks_for_itself, charted) == ["refuse"]  # no chart was given to the check


def test_an_empty_required_section_cannot_be_hidden():
    proposal = note(TALK)
    assert outcome(what_is_missing_is_said, proposal) == ["pass"]
    assert outcome(what_is_missing_is_said, msgspec.structs.replace(proposal, not_checked=())) == ["refuse"]
