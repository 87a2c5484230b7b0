"""The interview: one question at a time, at most twelve, each of which could change the level."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.triage.desk import propose, told

from openward.knowledge.findings import vocabulary
from openward.services.triage.questions import MOST


def interview(complaint, answer, language="en", **given):
    """Answers every question in the same way until none is asked."""
    answers, asked = {}, []
    while True:
        body = propose({"complaint": complaint, "answers": answers} | given, language=language).body
        if body.question is None:
            return body, asked
        asked.append(body.question)
        answers = answers | {body.question.id: answer(body.question)}


def denies(question):
    if question.kind == "number":
        return {"age": 40, "temp": 36.8}.get(question.id, 1)
    return question.options[-1].id if question.kind == "choice" else "no"


@pytest.mark.parametrize("complaint", ["headache", "chest pain", "cough", "back pain", "belly pain", "头晕", "发热"])
def test_an_interview_ends_after_twelve_questions_at_most(complaint):
    body, asked = interview(complaint, denies)
    assert len(asked) <= MOST
    assert len({q.id for q in asked}) == len(asked)
    assert body.question is None


def test_no_question_is_asked_of_an_emergency():
    assert told("unconscious, not breathing").question is None


def test_the_first_question_of_back_pain_looks_for_danger():
    body = told("low back pain since yesterday", age={"value": 40, "unit": "a"}, sex="male")
    dangerous = {"numbness_perineal", "urinary_retention", "fecal_incontinence", "weakness_legs_both", "fever"}
    first = {body.question.id} | {q.id for q in body.not_asked[:12]}
    assert dangerous & first


def test_unknown_answers_are_not_asked_again():
    first = told("sore throat").question.id
    again = told("sore throat", answers={first: "unknown"})
    assert again.question.id != first
    assert first not in {q.id for q in again.not_asked}


def test_questions_come_in_the_language_of_the_run():
    english = propose({"complaint": "头痛"}).body.question
    chinese = propose({"complaint": "头痛"}, language="zh").body.question
    assert english.id == chinese.id
    assert english.text.isascii()
    assert not chinese.text.isascii()


def test_what_was_not_asked_is_named():
    body = told("headache")
    assert body.not_asked
    assert all(q.text for q in body.not_asked)
    assert body.question.id not in {q.id for q in body.not_asked}


@settings(max_examples=25)
@given(
    st.sampled_from(["headache", "cough", "rash", "dizziness", "sore throat", "vomiting", "腹痛", "皮疹"]), st.data()
)
def test_a_yes_to_what_is_asked_never_lowers_a_red_flag(complaint, data):
    ranks = {"emergency": 0, "urgent": 1, "routine": 2, "self-care": 3, "not-covered": 4}
    body = told(complaint)
    if body.question is None or body.question.kind != "yes-no" or body.question.id not in vocabulary():
        return
    after = told(complaint, answers={body.question.id: data.draw(st.sampled_from(["no", "unknown"]))})
    flagged = [ranks[r.level] for r in body.rules if r.red_flag]
    assert not flagged or ranks[after.level] <= min(flagged)
