"""Triage: care at home is not the end of a bare complaint, nor of an unwell infant; a crushing pain is no injury."""

import pytest
from tests.services.triage.desk import propose, rules_of, told
from tests.services.triage.test_questions import denies, interview

_TEN_DAYS = {"value": 10, "unit": "d"}


@pytest.mark.parametrize("complaint", ["cough", "I have a cough", "runny nose", "sore throat", "back pain", "咳嗽"])
@pytest.mark.parametrize("age", [None, 30])
def test_a_bare_complaint_about_which_nothing_was_asked_is_not_left_at_home(complaint, age):
    body = told(complaint, **({} if age is None else {"age": age}))
    assert body.level == "routine"
    assert body.department.id == "general"
    assert body.question is not None


@pytest.mark.parametrize(("language", "said"), [("en", "not asked about yet"), ("zh", "尚未询问警示征象")])
def test_what_was_not_asked_is_not_said_to_be_absent(language, said):
    proposal = propose({"complaint": "cough"}, language=language)
    assert said in proposal.summary
    assert said in proposal.body.safety_net.now
    assert said in proposal.findings[0].headline
    assert "without warning signs" not in proposal.summary + proposal.findings[0].headline
    assert "无警示征象" not in proposal.summary + proposal.findings[0].headline


def test_the_age_is_asked_about_wherever_care_at_home_rests_on_not_knowing_it():
    body = told("runny nose")
    assert "age" in {body.question.id, *(q.id for q in body.not_asked)}


def test_answers_and_an_age_end_at_care_at_home():
    body, asked = interview("cough", denies)
    assert "age" in {question.id for question in asked}
    assert body.level == "self-care"


def test_answers_without_an_age_do_not():
    answers = {"dyspnea_rest": "no", "age": "unknown"}
    assert told("cough", answers=answers).level == "routine"
    assert told("cough", age=30, answers={"dyspnea_rest": "unknown"}).level == "routine"
    assert told("cough", age=30, answers={"dyspnea_rest": "no"}).level == "self-care"


def test_a_story_that_denies_dangers_stays_at_home():
    story = "I am 30, I have had a dry cough for two days after a cold, no fever, no breathlessness, no chest pain"
    assert told(story).level == "self-care"
    assert told("cough, no fever", age=30).level == "self-care"


@pytest.mark.parametrize("complaint", ["I feel unwell", "My baby is unwell", "全身不适", "宝宝不舒服"])
def test_an_unwell_young_infant_is_seen_today_and_asked_about_fever_feeding_and_consciousness(complaint):
    body = told(complaint, age=_TEN_DAYS)
    assert body.level == "urgent"
    assert rules_of(body) <= {"infant_unwell", "infant_other"}
    asked = {body.question.id, *(q.id for q in body.not_asked)}
    assert {"temp", "fever", "feeding_poor_half", "lethargy_child"} <= asked


@pytest.mark.parametrize("answer", ["fever", "feeding_poor_half", "lethargy_child"])
def test_a_danger_sign_of_an_unwell_young_infant_is_an_emergency(answer):
    assert told("I feel unwell", age=_TEN_DAYS, answers={answer: "yes"}).level == "emergency"


def test_an_unwell_person_who_is_no_young_infant_is_not_judged_as_one():
    assert told("I feel unwell", age=30).level == "routine"
    assert told("zxcv qwerty", age=30).level == "not-covered"


@pytest.mark.parametrize(
    "complaint",
    [
        "crushing chest pain", "severe crushing chest pain", "crushing chest pain for 20 minutes",
        "pain crushing my chest", "crushing pain in the chest", "crushed chest feeling", "like a crushed chest",
        "my chest feels as if crushed by a weight", "crushing chest pain after a fall",
    ],
)  # fmt: skip
def test_crushing_is_a_quality_of_pain_and_no_injury(complaint):
    body = told(complaint, age=50)
    assert body.level == "emergency"
    assert "trauma_major" not in rules_of(body)


@pytest.mark.parametrize("complaint", ["crushed chest in an accident", "his chest was crushed by a car"])
def test_a_crushed_chest_is_a_major_injury(complaint):
    assert "trauma_major" in rules_of(told(complaint, age=50))
