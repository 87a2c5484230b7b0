"""What the study counts: facts found, in which division, by halves."""

import msgspec
import pytest
from tests.services.clinical_note.desk import note
from tests.wards import PUBLIC

from openward.services.clinical_note.measuring import divisions, measured, rouge_1
from openward.services.clinical_note.study import STUDY, is_other, request

DIALOGUE = "[doctor] any fever ?\n[patient] no .\n[doctor] your left knee is swollen on exam .\n[patient] okay ."
NOTE = "REVIEW OF SYSTEMS\n\nDenies fever.\n\nPHYSICAL EXAM\n\nLeft knee swelling.\n\nPLAN\n\nStart ibuprofen 400 mg."


def counted(note_text=NOTE):
    return measured(DIALOGUE, note_text, note(DIALOGUE).body.sections)


def test_facts_are_found_and_placed():
    one = counted()
    assert one.sentences == one.supported
    assert one.said < one.facts  # the plan was never said
    assert one.found_of_said == one.placed == one.said


def test_a_fact_in_another_division_is_not_placed():
    one = counted("PLAN\n\nDenies fever.\n")
    assert one.found_of_said == 1
    assert one.placed == 0


def test_a_reference_is_cut_at_its_headings():
    assert divisions("before\nHPI:\nfever\nRESULTS\n\nnormal") == {"subjective": "fever", "results": "\nnormal"}


@pytest.mark.parametrize(("text", "share"), [("a b c", 1.0), ("a b x y", 4 / 7), ("", 0.0)])
def test_overlap_of_words(text, share):
    assert rouge_1(text, "A, b c.") == pytest.approx(share)


def test_half_of_the_figures_are_of_visits_no_rule_was_made_on():
    others = [e for e in STUDY.endpoints if e.applies is is_other]
    assert len(others) * 2 == len(STUDY.endpoints)
    assert {e.request for e in STUDY.endpoints} == {request}


@pytest.mark.skipif(not (PUBLIC / "visits.jsonl").exists(), reason="the public visits are not there")
def test_a_public_visit_gives_a_draft_that_the_talk_supports():
    with (PUBLIC / "visits.jsonl").open("rb") as lines:
        row = msgspec.json.decode(next(lines))
    one = measured(row["dialogue"], row["note"], note(row["dialogue"]).body.sections)
    assert one.supported == one.sentences > 0
    assert one.found / one.facts > 0.5
