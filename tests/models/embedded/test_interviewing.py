"""Questions and answers: what was asked for by a known question is an answer, the rest stays in own words."""

import pytest

from openward.models.embedded.interviewing import Said, answers, told

BEGIN = Said("", "My throat has been sore for two days, I am 30")
DROOLING = "Is there drooling because swallowing hurts?"


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("no", False),
        ("No, not at all", False),
        ("yes", True),
        ("a bit", True),
        ("I don't know", "unknown"),
        ("没有", False),
    ],
)
def test_an_answer_belongs_to_the_finding_that_was_asked_for(answer, value):
    assert answers([BEGIN, Said(DROOLING, answer)]) == {"drooling": value}


def test_an_answered_question_is_not_told_as_if_the_person_had_said_it():
    assert told([BEGIN, Said(DROOLING, "no")]) == BEGIN.answer


def test_what_an_answer_adds_is_told():
    assert told([BEGIN, Said(DROOLING, "no, but my ear hurts")]).splitlines()[1] == "but my ear hurts"


def test_a_question_that_nobody_knows_stays_with_its_answer():
    talk = [Said("", "I fell"), Said("From how high?", "a ladder")]
    assert answers(talk) is None
    assert told(talk) == "I fell\nFrom how high? a ladder"


def test_numbers_answer_the_age_and_how_long():
    assert answers([Said("How old is the person, in years?", "30")]) == {"age": 30.0}
    assert answers([Said("Fever: for how many days?", "about 3")]) == {"fever__days": 3.0}
    assert answers([Said("体温是多少摄氏度？", "38.6")]) == {"temp": 38.6}


def test_a_negation_is_not_taken_for_a_yes():
    assert answers([Said(DROOLING, "不是")]) == {"drooling": False}
    assert answers([Said(DROOLING, "有")]) == {"drooling": True}


@pytest.mark.parametrize("said", ["Please prepare this for the patient.", "Start", "请开始", "请准备诊前问询"])
def test_what_only_tells_the_talker_to_begin_is_no_complaint(said):
    assert told([Said("", said)]) == ""


@pytest.mark.parametrize("said", ["Please start: I have chest pain", "My throat has been sore", "请问头痛怎么办"])
def test_words_that_name_a_complaint_stay(said):
    assert told([Said("", said)]) == said
