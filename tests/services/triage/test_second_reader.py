"""What a second reader of the rules changed: each line is a rule that was wrong, missing or never heard."""

import pytest
from tests.services.triage.desk import rules_of, told


@pytest.mark.parametrize(
    ("complaint", "rule", "level"),
    [
        ("An 84-year-old woman with dementia is more confused since yesterday.", "confusion_dementia", "emergency"),
        ("A 4-week-old baby cries inconsolably and feeds well.", "colic", "routine"),
        ("A 10-day-old baby has a discharge from the eye.", "eye_newborn_u", "urgent"),
        ("A 10-day-old baby has a red eye with discharge.", "eye_newborn", "emergency"),
        ("My 3-month-old baby has a watery eye.", "tear_duct", "self-care"),
        ("A 30-year-old woman has burning when passing urine and a fever.", "uti_fever", "urgent"),
        ("She is 30 weeks pregnant and had a fall on the stairs.", "pregnant_injury", "urgent"),
        ("A 26-year-old woman has flashing lights and then a throbbing headache on one side.", "migraine", "routine"),
        ("A 60-year-old man sees flashes of light and floaters.", "retina", "emergency"),
        ("A 55-year-old man has a red, painful big toe and fever.", "hot_joint", "emergency"),
    ],
)
def test_a_rule_is_heard_where_it_should_be(complaint, rule, level):
    body = told(complaint)
    assert rule in rules_of(body)
    assert body.level == level


@pytest.mark.parametrize(
    ("complaint", "rule"),
    [
        ("A 30-year-old woman has pleuritic chest pain for three hours.", "angina_unstable"),
        ("A 22-year-old with eczema and itching has a wheeze.", "anaphylaxis"),
        ("A 40-year-old man with fatty liver has belly pain.", "ascites_sbp"),
        ("A 35-year-old woman bruises easily and is tired.", "leukaemia"),
        ("A 45-year-old man was dizzy and fainted after he vomited blood.", "syncope_vaso"),
    ],
)
def test_a_rule_is_not_heard_where_it_should_not_be(complaint, rule):
    assert rule not in rules_of(told(complaint))


@pytest.mark.parametrize(("years", "rate", "rule"), [(0.5, 230, "infant_hr_220"), (7, 190, "child_hr_180")])
def test_a_racing_heart_of_a_child_is_an_emergency_without_fever(years, rate, rule):
    body = told(
        "palpitations", age={"value": years, "unit": "a"}, vitals={"heart_rate": {"value": rate, "unit": "/min"}}
    )
    assert rule in rules_of(body)
    assert body.level == "emergency"


@pytest.mark.parametrize(
    "complaint", ["He has toothache and cannot open his mouth, his neck is swollen.", "I want to kill myself"]
)
def test_an_emergency_is_sent_to_the_emergency_department(complaint):
    assert told(complaint).department.id == "emergency"


@pytest.mark.parametrize(
    ("complaint", "level"),
    [
        ("My dad, 74, has had crushing tightness across his chest since breakfast and looks grey.", "emergency"),
        ("He had a fit this morning, which stopped after two minutes.", "emergency"),
        ("She had chest pain an hour ago, now resolved. She is 60.", "emergency"),
        ("A nosebleed that stopped after five minutes of pressing.", "self-care"),
        ("我爸爸突然口角歪斜，说话不清。", "emergency"),
    ],
)
def test_a_relative_may_be_the_patient_and_what_is_over_still_counts(complaint, level):
    assert told(complaint).level == level


def test_an_old_illness_that_is_over_does_not_count():
    assert told("He had seizures as a child, resolved. He has a runny nose.").level == "self-care"


@pytest.mark.parametrize(
    "complaint",
    [
        "怀孕30周，突然肚子剧痛。",
        "A 30-year-old roofer fell four metres and cannot move his arms.",
        "A 66-year-old on dialysis missed two sessions, is weak and has palpitations.",
        "A toddler swallowed his grandmother's tablets.",
        "My 10-month-old rolled off the table and has thrown up twice.",
    ],
)
def test_emergencies_that_were_missed_are_heard(complaint):
    assert told(complaint).level == "emergency"
