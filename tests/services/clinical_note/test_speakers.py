"""Who speaks: names in many styles, unknown names, none at all."""

import pytest

from openward.services.clinical_note.reads import GivenTurn, Reads
from openward.services.clinical_note.speakers import role, transcript

QUESTION, ANSWER = "Do you have any pain?", "I have pain in my knee."


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("[doctor] ", "[patient] "),
        ("Doctor: ", "Patient: "),
        ("D: ", "P: "),
        ("DR. SMITH: ", "PT: "),
        ("**Doctor:** ", "**Patient:** "),
        ("Q: ", "A: "),
        ("医生：", "患者："),
        ("王医生：", "病人："),
        ("医生 ", "患者 "),
        ("<doctor> ", "<patient> "),
        ("【医生】", "【患者】"),
        ("[00:01:02] Doctor: ", "[00:01:09] Patient: "),
    ],
)
def test_marked_speakers_are_known(first, second):
    turns = transcript(Reads(dialogue=f"{first}{QUESTION}\n{second}{ANSWER}")).turns
    assert [(t.who, t.text) for t in turns] == [("clinician", QUESTION), ("patient", ANSWER)]


@pytest.mark.parametrize(
    ("one", "two"), [("Speaker 1", "Speaker 2"), ("SPK_0", "SPK_1"), ("Anna", "Bob"), ("说话人1", "说话人2")]
)
def test_unknown_names_are_told_apart_by_what_they_say(one, two):
    text = f"{one}: {QUESTION}\n{two}: {ANSWER}\n{one}: Let me examine your knee.\n{two}: I feel it when I walk."
    heard = transcript(Reads(dialogue=text))
    assert [t.who for t in heard.turns] == ["clinician", "patient", "clinician", "patient"]
    assert heard.inferred


def test_a_text_without_names_is_told_apart_sentence_by_sentence():
    heard = transcript(Reads(dialogue=f"{QUESTION} {ANSWER}"))
    assert [t.who for t in heard.turns] == ["clinician", "patient"]
    assert heard.inferred


def test_a_heading_with_a_colon_is_no_speaker():
    heard = transcript(Reads(dialogue="Doctor: Any pain?\nPatient: Yes. BP: 120/80 at home.\nDoctor: Fine."))
    assert len(heard.turns) == 3
    assert "BP: 120/80" in heard.turns[1].text


def test_several_turns_may_stand_in_one_line_of_chinese():
    heard = transcript(Reads(dialogue="医生：头疼吗？患者：疼两天了。医生：发烧吗？患者：没有。"))
    assert [t.who for t in heard.turns] == ["clinician", "patient"] * 2


def test_turns_lead_back_to_the_texts_that_were_given():
    given = (GivenTurn("  any pain ? ", "nurse"), GivenTurn("no", "mom"))
    turns = transcript(Reads(turns=given)).turns
    assert [(t.who, t.id) for t in turns] == [("clinician", "turns[0].text"), ("relative", "turns[1].text")]
    assert all(given[n].text[t.start : t.start + len(t.text)] == t.text for n, t in enumerate(turns))


def test_words_before_the_first_name_are_kept():
    heard = transcript(Reads(dialogue="seen today for knee pain\nDoctor: Any pain?\nPatient: Yes."))
    assert heard.turns[0].text == "seen today for knee pain"


@pytest.mark.parametrize(
    ("label", "who"), [("Dr. Lee", "clinician"), ("张主任", "clinician"), ("家属", "relative"), ("speaker 3", None)]
)
def test_roles(label, who):
    assert role(label) == who
