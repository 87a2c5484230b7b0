"""How a talk becomes a note: what was asked and answered, and where it stands."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.services.clinical_note.desk import note, propose, said, told
from tests.services.desk import patient

from openward.domain.errors import InputError
from openward.services.clinical_note.reads import MAX_TEXT


def asked(question, answer):
    return said(f"Doctor: {question}\nPatient: {answer}")


@pytest.mark.parametrize(
    ("question", "answer", "wanted"),
    [
        ("Any fever or chills?", "No.", "Denies fever or chills."),
        ("Any fever?", "Not that I've noticed.", "Denies fever."),
        ("Have you passed out?", "No.", "The patient has not passed out."),
        ("Do you have chest pain?", "Yes.", "Reports chest pain."),
        ("Any nausea, vomiting or diarrhea?", "Yes.", "Asked about nausea, vomiting or diarrhea: yes."),
        ("Do you smoke?", "Yes, 10 a day.", "The patient smokes: 10 a day."),
        ("Any allergies?", "No.", "Denies allergies."),
        ("How long have you had the cough?", "About two weeks.", "Duration: about two weeks."),
        ("Any cough?", "Sometimes.", "Reports cough: sometimes."),
        ("So, no vision problems.", "No.", "Denies vision problems."),
        ("You don't have any fever?", "Yes.", "“You don't have any fever? Yes.”"),
        ("Have you had surgery?", "I had my appendix out.", "The patient had the patient's appendix out."),
    ],
)
def test_a_question_and_its_answer_become_one_statement(question, answer, wanted):
    assert wanted in asked(question, answer)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Any fever?", "Norvasc, and I take it daily."),
        ("Any fever?", "No, but I feel hot at night."),
        ("Any fever?", "Now and then, 38."),
        ("Any fever or cough?", "I do have a fever, no cough."),
        ("Any fever?", "I don't know."),
    ],
)
def test_what_is_no_plain_no_is_never_a_denial(question, answer):
    assert not [one for one in asked(question, answer) if one.startswith("Denies") and "fever" in one]


def test_a_yes_to_a_question_in_the_negative_is_no_report():
    for question in ("No chest pain?", "You haven't had any chest pain?", "And no chest pain."):
        assert "Reports chest pain." not in asked(question, "Yes.")
    lines = said("医生：你没有胸痛吧？\n患者：是的。", language="zh")
    assert not [one for one in lines if one.startswith("自诉有")]


@pytest.mark.parametrize("answer", ["Yes.", "No."])
def test_a_question_that_was_talked_over_is_not_answered_by_what_follows(answer):
    lines = asked("Any chest pain? I will give you some aspirin to take home, okay?", answer)
    assert not [one for one in lines if "chest pain" in one]


def test_an_answer_in_chinese_that_names_one_of_two_denies_only_that():
    lines = said("医生：有没有胸痛、气短？\n患者：没有胸痛，就是有点气短。", language="zh")
    assert "没有胸痛，就是有点气短。" in lines
    assert not [one for one in lines if one.startswith("否认")]


def test_what_the_machine_is_told_and_small_talk_is_left_out():
    lines = said(
        "[doctor] hi , how are you ?\n[patient] good , thanks .\n"
        "[doctor] hey , dragon , show me the labs .\n[patient] okay ."
    )
    assert lines == []


def test_words_marked_as_the_patients_that_speak_to_the_patient_are_doubted():
    proposal = note("[doctor] any pain ?\n[patient] no .\n[patient] on your lung exam i appreciate wheezes .")
    assert "speaker-doubtful" in {gap.code for gap in proposal.not_checked}
    assert told(proposal)["exam"] == ["On the patient's lung exam I appreciate wheezes."]


def test_every_turn_of_a_talk_gives_a_draft_that_the_next_one_keeps():
    lines = [
        ("doctor", "What brings you in?"), ("patient", "I have had knee pain for 2 days."), ("doctor", "Any fever?"),
        ("patient", "No."), ("doctor", "Rest, and take ibuprofen 400 mg."),
    ]  # fmt: skip
    before: set[str] = set()
    for end in range(1, len(lines) + 1):
        turns = [{"who": who, "text": text} for who, text in lines[:end]]
        proposal = propose({"turns": turns, "final": False})
        now = {one for texts in told(proposal).values() for one in texts}
        assert before <= now
        assert not any(section.missing for section in proposal.body.sections)
        before = now
    assert "Denies fever." in before


def test_nothing_to_write_from_is_an_error():
    with pytest.raises(InputError, match="nothing to write"):
        propose({})


def test_turns_are_bounded_together():
    with pytest.raises(InputError, match="characters together"):
        propose({"turns": [{"text": "a" * 20_000}] * (MAX_TEXT // 20_000 + 1)})


@pytest.mark.parametrize("format", ["soap", "admission", "progress", "discharge", "referral", "handover"])
@pytest.mark.parametrize("style", ["cn", "international"])
def test_each_format_asks_for_what_it_requires(format, style):
    proposal = propose({"format": format, "style": style}, patient())
    missing = {section.id for section in proposal.body.sections if section.missing}
    assert missing
    assert {f"missing-{id}" for id in missing} <= {gap.code for gap in proposal.not_checked}
    assert proposal.body.style == style


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_empty_text_is_a_note_with_nothing_in_it(language):
    proposal = note("", language=language)
    assert all(not section.sentences for section in proposal.body.sections)


WORDS = st.sampled_from([
    "doctor:", "patient:", "[doctor]", "医生：", "患者：", "\n", "any", "fever", "?", "no", ".", "yes", "i",
    "have", "pain", "your", "left", "knee", "5", "mg", "metformin", "发烧", "吗", "没有", "疼", "两天", "，", "。",
    "'", "\u3000", "\x00", "😀", "n't", "allergic", "smoke",
])  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=40).map(" ".join)), st.sampled_from(["en", "zh"]))
def test_any_text_gives_a_note_whose_sentences_all_have_their_place(text, language):
    proposal = note(text, language=language)
    sentences = [one for section in proposal.body.sections for one in section.sentences]
    assert all(text[e.start : e.end] == e.quote for one in sentences for e in one.evidence)
    assert all(one.evidence for one in sentences)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(["doctor", "p", "mom", "x", ""]), st.lists(WORDS, max_size=8).map(" ".join)),
        max_size=12,
    )
)
def test_any_turns_give_a_note_whose_sentences_all_have_their_place(turns):
    given_turns = [{"who": who, "text": text} for who, text in turns]
    proposal = propose({"turns": given_turns}, patient())
    assert proposal.body.final


def test_a_huge_talk_is_read():
    proposal = note("[doctor] any pain ?\n[patient] no .\n" * 2500)
    assert told(proposal)["ros"] == ["Denies pain."]
