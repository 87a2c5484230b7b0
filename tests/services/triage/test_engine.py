"""Triage: levels, red flags, vital signs, what is unknown, and what a person may send."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.services.triage.desk import propose, rules_of, told

from openward.domain.errors import InputError
from openward.knowledge import tables
from openward.knowledge.triage import RANKED, SUPPORT, rules

_PATIENT = {"resourceType": "Patient", "id": "p", "birthDate": "1961-05-04", "gender": "male"}


def observation(loinc, value, unit, at="2026-11-21T08:00:00Z"):
    return {
        "resourceType": "Observation", "id": "o" + loinc, "status": "final", "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://loinc.org", "code": loinc}]}, "effectiveDateTime": at,
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
    }  # fmt: skip


def test_an_emergency_names_its_rule_with_source_and_what_to_do():
    body = told("Sudden weakness of my right arm and slurred speech an hour ago", age={"value": 70, "unit": "a"})
    assert body.level == "emergency"
    assert body.scale == "I"
    assert body.respond == "at once"
    assert any("NICE NG128" in rule.source for rule in body.rules)
    assert "emergency number" in body.safety_net.now
    assert body.question is None


def test_what_is_not_known_to_any_rule_is_not_covered():
    proposal = propose({"complaint": "zxcv qwerty"})
    assert proposal.body.level == "not-covered"
    assert proposal.body.department is None
    assert "complaint-not-covered" in {gap.code for gap in proposal.not_checked}


@pytest.mark.parametrize("given", [{}, {"complaint": "  "}, {"age": 40.0, "sex": "female"}])
def test_who_says_nothing_is_asked_what_is_wrong(given):
    with pytest.raises(InputError, match=r"^complaint: "):
        propose(given)


def test_a_dangerous_vital_sign_speaks_without_a_complaint():
    proposal = propose({"vitals": {"systolic": {"value": 70, "unit": "mm[Hg]"}}, "age": 60.0})
    assert proposal.body.level == "emergency"


def test_missing_age_and_vital_signs_are_said():
    gaps = {gap.code for gap in propose({"complaint": "cough"}).not_checked}
    assert {"age-missing", "vital-signs-missing"} <= gaps


def test_a_denied_symptom_does_not_speak_and_a_mentioned_one_does():
    assert told("I feel dizzy, no chest pain").level == "routine"
    assert told("I feel dizzy and have chest pain").level == "emergency"


@pytest.mark.parametrize(
    ("vitals", "rule"),
    [
        ({"systolic": {"value": 88, "unit": "mmHg"}}, "adult_sbp_90"),
        ({"oxygen_saturation": {"value": 90, "unit": "%"}}, "adult_spo2_91"),
        ({"heart_rate": {"value": 135, "unit": "/min"}}, "adult_hr_131"),
        ({"heart_rate": {"value": 38, "unit": "bpm"}}, "adult_hr_40"),
        ({"respiratory_rate": {"value": 26, "unit": "/min"}}, "adult_rr_25"),
        ({"coma_scale": 13}, "gcs_14"),
        ({"glucose": {"value": 50, "unit": "mg/dL"}}, "glucose_3"),
        ({"temperature": {"value": 107, "unit": "°F"}}, "temp_41"),
    ],
)
def test_each_vital_sign_has_a_floor(vitals, rule):
    body = told("I have a runny nose and sneeze", age={"value": 40, "unit": "a"}, vitals=vitals)
    assert rule in rules_of(body)
    assert body.level == "emergency"


def test_saturation_in_copd_is_judged_by_the_second_scale():
    vitals = {"oxygen_saturation": {"value": 89, "unit": "%"}}
    with_copd = told("I have COPD, cough as always", age={"value": 70, "unit": "a"}, vitals=vitals)
    without = told("cough as always", age={"value": 70, "unit": "a"}, vitals=vitals)
    assert "adult_spo2_91" not in rules_of(with_copd)
    assert without.level == "emergency"


def test_news2_is_the_least_that_the_known_signs_give():
    body = told(
        "cough",
        age={"value": 50, "unit": "a"},
        vitals={"respiratory_rate": {"value": 22, "unit": "/min"}, "heart_rate": {"value": 112, "unit": "/min"}},
    )
    assert body.news2_at_least == 4


def test_signs_of_the_text_count_and_given_ones_go_first():
    said = told("A 50-year-old man with cough. BP 84/50, HR 110.")
    assert said.level == "emergency"
    assert {v.id: v.origin for v in said.vitals}["sbp"] == "text"
    given_first = told("A 50-year-old man with cough. BP 84/50.", vitals={"systolic": {"value": 120, "unit": "mmHg"}})
    assert {v.id: v.value for v in given_first.vitals}["sbp"] == 120


def test_signs_of_the_chart_count_for_twelve_hours():
    fresh = propose({"complaint": "tired"}, _PATIENT, observation("8480-6", 85, "mm[Hg]")).body
    stale = propose({"complaint": "tired"}, _PATIENT, observation("8480-6", 85, "mm[Hg]", "2026-11-20T08:00:00Z")).body
    assert fresh.level == "emergency"
    assert stale.vitals == ()


@pytest.mark.parametrize(("weeks", "level"), [(4, "emergency"), (30, "routine")])
def test_fever_of_an_infant_depends_on_age(weeks, level):
    assert told("fever of 38.5 °C", age={"value": weeks, "unit": "wk"}).level == level


def test_pregnancy_from_the_text_changes_the_level():
    assert told("I am 8 weeks pregnant and have belly pain on one side").level == "emergency"


def test_chinese_and_english_agree():
    english = told("Vomiting blood since this morning, dizzy", age={"value": 60, "unit": "a"})
    chinese = propose({"complaint": "今早起呕血，头晕", "age": {"value": 60, "unit": "岁"}}, language="zh").body
    assert english.level == chinese.level == "emergency"
    assert chinese.level_name == "立即急诊"


def test_what_was_taken_for_granted_is_shown():
    rule = next(r for r in told("sore throat since yesterday").rules if r.rule == "throat_simple")
    assert "Fever" in rule.assumed


def test_an_answer_that_is_none_is_refused_without_its_words():
    with pytest.raises(InputError, match="there is no such question"):
        told("cough", answers={"no_such_finding": "yes"})
    with pytest.raises(InputError, match="yes, no or unknown") as caught:
        told("cough", answers={"fever": "secretword"})
    assert "secretword" not in str(caught.value)


def test_pain_of_seven_and_more_is_severe():
    mild = told("belly pain since this morning", age=30, sex="male", vitals={"pain": 3})
    severe = told("belly pain since this morning", age=30, sex="male", vitals={"pain": 8})
    assert mild.level == "urgent"
    assert severe.level == "emergency"


def test_a_bare_age_is_in_years():
    assert told("fever of 38.5 °C", age=0.1).level == "emergency"
    assert told("fever of 38.5 °C", age=30).level == "routine"


def test_an_age_without_unit_of_time_is_refused():
    with pytest.raises(InputError, match="age"):
        told("cough", age={"value": 3, "unit": "kg"})


def test_an_impossible_vital_sign_of_the_text_is_not_used():
    assert told("cough, heart rate 9999 /min").vitals == ()


def test_a_huge_text_is_read():
    started = time.process_time()
    body = told("I have a cough. " * 1200)
    assert body.level in {"routine", "self-care"}
    assert time.process_time() - started < 30  # a bound against quadratic work, not a measurement


@given(st.text(max_size=300).filter(str.strip))
def test_any_text_is_answered(text):
    assert told(text).level in {*RANKED, "not-covered"}


@given(st.sampled_from(sorted(rules().complaints)))
def test_the_summary_for_the_physician_is_a_bundle(finding):
    bundle = propose({"complaint": finding.replace("_", " "), "answers": {finding: "yes"}}).body.summary
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds[:2] == ["QuestionnaireResponse", "Condition"]
    assert bundle["type"] == "collection"


def test_the_bundle_holds_the_vital_signs_as_fhir():
    resources = pytest.importorskip("fhir.resources.R4B.bundle")
    body = told(
        "fever of 39 °C and cough", vitals={"heart_rate": {"value": 100, "unit": "/min"}}, answers={"rash": "no"}
    )
    read = resources.Bundle.model_validate(body.summary)
    observed = [e.resource for e in read.entry if e.resource.get_resource_type() == "Observation"]
    assert {o.code.coding[0].code for o in observed} == {"8867-4", "8310-5"}


def test_who_signs_reads_what_was_said_and_each_question_with_its_answer():
    body = propose({"complaint": " 喉咙痛两天 ", "answers": {"trismus": "no", "age": 25}}, language="zh").body
    assert body.complaint == "喉咙痛两天"
    assert [answer.answer for answer in body.answers] == ["否", "25 岁"]
    assert all(not answer.text.isascii() for answer in body.answers)


@pytest.mark.parametrize(
    ("complaint", "language", "said"),
    [
        ("最近不想活了", "zh", ("不要独处", "12356", "收走")),
        ("I want to end my life", "en", ("Do not stay alone", "988", "116 123", "put away medicines")),
    ],
)
def test_thoughts_of_suicide_are_answered_with_company_safety_and_a_help_line(complaint, language, said):
    net = propose({"complaint": complaint}, language=language).body.safety_net
    assert all(any(words in one for one in net.support) for words in said)
    assert any(words in net.watch_for[0] for words in ("想死的念头", "thoughts of dying"))
    assert net.come_back == "", "in an emergency nobody is told to come back some day"


def test_a_suspected_appendicitis_has_its_own_list():
    net = propose({"complaint": "pain in the right lower belly with fever and vomiting"}).body.safety_net
    assert "pain that eases and then gets worse again" in net.watch_for
    assert net.support == ()


def test_a_local_row_replaces_the_help_line(tmp_path):
    held = tables.find(SUPPORT)
    row = held.index["suicide_thoughts"]
    cells = dict(row.cells) | {"id": row.id, "source": "tr-who-mhgap-2016", "reviewed": "2026-11-21"}
    cells["support_zh"] = cells["support_zh"].replace("12356", "010-00000000")
    names = [f"{name}?" if name in held.optional else name for name in held.columns]
    told = ["#! version: 1", "#! reviewed: 2026-11-21", "\t".join(names), "\t".join(cells[n] for n in held.columns)]
    (tmp_path / f"{SUPPORT}.tsv").write_text("\n".join(told) + "\n", encoding="utf-8")
    tables.use_local(tmp_path)
    try:
        net = propose({"complaint": "最近不想活了"}, language="zh").body.safety_net
    finally:
        tables.use_local(tmp_path / "nothing")
    assert any("010-00000000" in one for one in net.support)
