"""What follows from what a person changed, in each service that signs; and nothing follows from nothing."""

from datetime import UTC, datetime

import msgspec

from openward.domain.agent import Answer, Sentence
from openward.harness.agents.amending import AMENDS
from openward.harness.service import Context
from openward.services.clinical_note import SERVICE as NOTE
from openward.services.knowledge_change.amending import settled as change_settled
from openward.services.knowledge_change.proposal import CellChange, CellFault, KnowledgeChange
from openward.services.triage import SERVICE as TRIAGE
from openward.services.triage.proposal import Department

TALK = """Doctor: What brings you in today?
Patient: I have had a cough and a fever for three days.
Doctor: Any chest pain?
Patient: No chest pain.
"""


def proposed(service, input, language="en"):
    now = datetime(2026, 1, 15, tzinfo=UTC)
    reads = msgspec.convert(input, service.reads)
    return service.engine(reads, None, Context(now=now, language=language)).body


def note(language="en"):
    return proposed(NOTE, {"dialogue": TALK}, language)


def test_a_note_of_which_nothing_changed_is_the_same_note():
    for language in ("en", "zh"):
        before = note(language)
        assert NOTE.amends.settled(before, before) == before


def test_the_text_of_a_note_follows_its_sections_and_sentences_that_went_take_their_evidence_along():
    before = note()
    place = next(n for n, section in enumerate(before.sections) if section.sentences)
    held = before.sections[place]
    kept = held.sentences[0].text if len(held.sentences) > 1 else ""
    edited = msgspec.structs.replace(held, written=f"{kept} Seen by the registrar.".strip())
    sections = (*before.sections[:place], edited, *before.sections[place + 1 :])
    after = NOTE.amends.settled(before, msgspec.structs.replace(before, sections=sections))
    assert f"{edited.name}\n{edited.written}" in after.draft
    assert [s.text for s in after.sections[place].sentences] == ([kept] if kept else [])


def test_a_section_that_was_missing_is_there_when_somebody_writes_it():
    before = note()
    place = next(n for n, section in enumerate(before.sections) if section.missing)
    written = msgspec.structs.replace(before.sections[place], written="None known.")
    sections = (*before.sections[:place], written, *before.sections[place + 1 :])
    after = NOTE.amends.settled(before, msgspec.structs.replace(before, sections=sections))
    assert not after.sections[place].missing
    assert f"{written.name}\nNone known." in after.draft


def test_words_and_advice_of_a_triage_follow_its_level():
    for language, name in (("en", "Appointment in the next days"), ("zh", "近日门诊就诊")):
        before = proposed(TRIAGE, {"complaint": "胸痛半小时，出汗"}, language)
        after = TRIAGE.amends.settled(before, msgspec.structs.replace(before, level="routine"))
        assert after.level_name == name
        assert (after.scale, after.respond) == (None, None)
        assert after.safety_net.now != before.safety_net.now
        assert TRIAGE.amends.settled(before, before) == before


def test_advice_that_a_person_wrote_stays():
    before = proposed(TRIAGE, {"complaint": "crushing chest pain for half an hour"})
    net = msgspec.structs.replace(before.safety_net, now="Come to bay 3.")
    after = TRIAGE.amends.settled(before, msgspec.structs.replace(before, level="urgent", safety_net=net))
    assert after.safety_net.now == "Come to bay 3."


def test_a_department_is_found_by_its_name_and_a_strange_one_has_no_id():
    before = proposed(TRIAGE, {"complaint": "crushing chest pain for half an hour"})
    for name, id in (("Paediatrics", "paediatrics"), ("儿科", "paediatrics"), ("Bay 3", "")):
        moved = msgspec.structs.replace(before, department=Department(before.department.id, name))
        assert TRIAGE.amends.settled(before, moved).department == Department(id, name)


def test_sentences_that_an_answer_no_longer_says_lose_their_evidence():
    before = Answer(text="One. Two.", sentences=(Sentence(text="One."), Sentence(text="Two.")))
    after = AMENDS.settled(before, msgspec.structs.replace(before, text="One. Three."))
    assert [s.text for s in after.sentences] == ["One."]


def test_the_cells_of_a_row_are_compared_anew_with_the_row_of_today():
    severity = CellChange(column="severity", before="moderate", after="high")
    before = KnowledgeChange(
        table="t", title="T", row="r", adds=False, cells={"id": "r", "severity": "high", "note": "a"}, why="w",
        changes=(severity,), faults=(CellFault(column="note", what="too short"),),
    )  # fmt: skip
    assert change_settled(before, before) == before
    cells = {"id": "r", "severity": "moderate", "note": "longer"}
    after = change_settled(before, msgspec.structs.replace(before, cells=cells))
    assert after.changes == (CellChange(column="note", before="a", after="longer"),)
