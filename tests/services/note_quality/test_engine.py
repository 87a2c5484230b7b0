"""Score, grade, what was not looked at; the chart; hostile and huge notes."""

import msgspec
import pytest
from hypothesis import given as given_by
from hypothesis import settings
from hypothesis import strategies as st
from tests.services.desk import NOW
from tests.services.note_quality import examples
from tests.services.note_quality.ward import encounter, patient, propose, topics, written

from openward.domain.errors import InputError
from openward.domain.evidence import DocumentEvidence, InputEvidence, KnowledgeEvidence
from openward.services.note_quality import scoring
from openward.services.note_quality.reads import MAX_TEXT
from openward.services.note_quality.rules import rules

PROGRESS = (
    "病程记录\n2026-01-20 09:20\n患者今日气喘较前减轻。查体：T 36.9℃，P 92次/分，R 22次/分，BP 138/80mmHg，"
    "双肺哮鸣音较前减少。"
    "继续抗感染、平喘治疗，复查炎症指标。\n医师签名：苏某"
)

PROGRESS_EN = (
    "Progress note\n2026-01-20 09:20\nS: less short of breath today. O: T 36.9 C, BP 138/80 mmHg, fewer wheezes. "
    "A: pneumonia. P: go on with the antibiotic."
)


def test_the_score_is_a_hundred_less_the_points_and_the_truth_lies_in_its_range():
    body = propose({"note": PROGRESS.replace("\n医师签名：苏某", "")}).body
    assert body.total_score == 98.0
    assert body.least_score < body.total_score
    assert body.grade == "A"
    assert body.provisional


def test_a_veto_leaves_no_better_grade_however_high_the_score():
    body = propose(
        {"note": "对青霉素过敏。" + PROGRESS, "kind": "progress", "orders": ["阿莫西林胶囊 0.5g 口服 每日三次"]}
    ).body
    assert body.total_score >= 75
    assert body.grade == "B"
    assert "allergy-ordered" in body.vetoes


@pytest.mark.parametrize(("score", "grade"), [(100, "A"), (90, "A"), (89.9, "B"), (75, "B"), (74.9, "C"), (0, "C")])
def test_a_score_has_the_grade_of_its_limits(score, grade):
    assert scoring.grade_of(score, ()) == grade


def test_one_rule_takes_no_more_than_its_most():
    text = PROGRESS + "".join(f"\n体温____（{n}）" for n in range(30))
    body = propose({"note": text}).body
    blank = [f for f in body.faults if f.rule == "left-underscores"]
    assert len(blank) == 5
    assert body.total_score >= 90


def test_every_rule_that_was_applied_is_met_broken_or_not_checked():
    body = propose({"note": PROGRESS}).body
    assert {o.outcome for o in body.outcomes} == {"met", "not_checked", "not_applicable"}
    assert body.rules_applied == body.rules_met + body.rules_broken + body.rules_not_checked
    assert all(o.why for o in body.outcomes if o.outcome == "not_checked")
    assert all(o.source for o in body.outcomes)


def test_a_fault_quotes_the_words_at_their_place():
    proposal = propose({"note": PROGRESS + "\n余同前。"})
    finding = proposal.findings[0]
    quote = next(e for e in finding.evidence if isinstance(e, DocumentEvidence))
    assert quote.quote == "余同前"
    assert (PROGRESS + "\n余同前。")[quote.start : quote.end] == "余同前"


def test_a_missing_part_names_the_note_as_a_whole():
    proposal = propose({"note": "门诊病历\n主诉：咳嗽3天。", "kind": "outpatient"})
    missing = next(f for f in proposal.findings if f.code.code == "section-diagnosis")
    assert any(isinstance(e, InputEvidence) and e.path == "note" for e in missing.evidence)


def test_words_are_in_the_language_that_was_asked_for():
    said = {
        language: propose({"note": "好。", "kind": "outpatient"}, language=language).summary
        for language in ("en", "zh")
    }
    assert "fault" in said["en"]
    assert "缺陷" in said["zh"]


def test_nothing_at_all_is_no_note():
    with pytest.raises(InputError, match=r"^note: paste a note"):
        propose({})


def test_without_a_note_there_is_no_score():
    proposal = propose({"standard": "us"})
    assert proposal.body.total_score is None
    assert proposal.body.grade is None
    assert [n.code for n in proposal.not_checked] == ["no-notes"]


def test_a_note_of_unknown_kind_is_not_graded():
    proposal = propose({"note": "An ordinary text about a garden, its trees and its birds, on a Sunday in May 2026."})
    assert (proposal.body.grade, proposal.body.total_score) == (None, None)
    assert "no-kind-of-note" in {n.code for n in proposal.not_checked}


def test_a_note_that_says_next_to_nothing_gets_no_score():
    said = "Pt fine. No allergies. Continue metformin."
    proposal = propose({"note": said, "kind": "progress"})
    assert (proposal.body.total_score, proposal.body.least_score, proposal.body.grade) == (None, None, None)
    assert "too little text to judge" in proposal.summary
    assert "too-little-text" in {n.code for n in proposal.not_checked}
    assert propose({"note": said}).body.total_score is None
    assert "too-little-text" not in {n.code for n in propose({"note": PROGRESS}).not_checked}


def test_a_rule_that_has_nothing_to_judge_is_neither_met_nor_counted():
    body = propose({"note": "Progress note. Pt fine. No allergies. Continue metformin.", "kind": "progress"}).body
    outcome = {o.rule: o.outcome for o in body.outcomes}
    organisms = [r.id for r in rules() if r.checker == "drug_against" and r.id in outcome]
    assert {outcome[id] for id in organisms} == {"not_applicable"}
    assert body.rules_met < 30 < body.rules_not_applicable
    assert sum(f.applied for f in body.families) == body.rules_applied


def test_a_rule_whose_state_is_told_is_met_when_the_drug_is_another():
    note = PROGRESS_EN + " Culture grew Pseudomonas aeruginosa. Cefepime 2 g every 8 hours is given."
    body = propose({"note": note, "kind": "progress"}).body
    told = [o for o in body.outcomes if "pseudomonas" in o.what.lower()]
    assert {o.outcome for o in told} >= {"met"}


def test_an_unknown_kind_that_is_named_is_an_error_without_the_text():
    with pytest.raises(InputError) as refused:
        propose({"note": "Secret words", "kind": "poem"})
    assert "poem" not in str(refused.value)
    assert "Secret" not in str(refused.value)


def test_a_dialogue_goes_with_one_note():
    with pytest.raises(InputError, match="dialogue"):
        propose({"dialogue": "Doctor: Hello.", "notes": [{"text": "a"}, {"text": "b"}]})


def test_the_notes_of_a_stay_are_read_from_the_chart():
    documents = [written(PROGRESS, "病程记录", "2026-01-20T09:20:00+08:00")]
    proposal = propose({}, patient(), encounter(end="2026-01-25T10:00:00+08:00"), *documents, language="zh")
    assert [n.place for n in proposal.body.notes] == ["DocumentReference/d"]
    assert {"no-admission-note", "no-first-course", "no-discharge-record"} <= {f.topic for f in proposal.body.faults}
    assert proposal.body.grade == "C"


def test_a_note_of_another_stay_is_left_aside():
    old = written(PROGRESS, "病程记录", "2025-01-20T09:20:00+08:00", id="old")
    new = written(PROGRESS, "病程记录", "2026-01-20T09:20:00+08:00", id="new")
    proposal = propose({}, patient(), encounter(), old, new)
    assert [n.place for n in proposal.body.notes] == ["DocumentReference/new"]


def test_an_encounter_that_is_not_there_is_an_error():
    with pytest.raises(InputError, match="no such encounter"):
        propose({"encounter": "Encounter/none"}, patient(), encounter())


def test_a_sex_that_only_the_chart_knows_is_held_against_the_note():
    given = {"note": "姓名：甲某  性别：男\n查体：无特殊。", "kind": "progress"}
    assert "sex-differs" in topics(given, patient(gender="female"))
    assert "sex-differs" not in topics(given, patient(gender="male"))


HOSTILE = [
    "",
    " \n\t",
    "\x00\x01",
    "\u202e反向\u202c",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 👩‍⚕️",
    "((((" * 500,
    "____" * 900,
    "[insert " * 300,
    "1" * 3000,
    "否认" * 900,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_text_is_a_text_like_any_other(text):
    body = propose({"note": text, "kind": "admission"}).body
    assert body.total_score is None or 0 <= body.total_score <= scoring.FULL
    assert len(body.notes) == 1


@given_by(st.text(max_size=300), st.sampled_from(["admission", "progress", "operation", "discharge"]))
@settings(max_examples=40, deadline=None)
def test_any_text_is_reviewed_with_evidence_that_holds(text, kind):
    body = propose({"note": text, "kind": kind}).body
    assert (body.total_score is None) is (body.least_score is None)
    assert body.total_score is None or body.least_score <= body.total_score


def test_a_note_of_the_greatest_length_is_reviewed():
    text = (PROGRESS * (MAX_TEXT // len(PROGRESS) + 1))[:MAX_TEXT]
    assert propose({"note": text, "kind": "progress"}).body.rules_applied > 25


def test_three_hundred_notes_are_reviewed_together():
    notes = [
        {"text": PROGRESS, "kind": "progress", "written": f"2026-01-{1 + n % 28:02d}T09:00:00Z"} for n in range(300)
    ]
    proposal = propose({"notes": notes})
    assert len(proposal.findings) <= 400
    assert len(msgspec.json.encode(proposal)) < 4 * 1024 * 1024


def test_the_proposal_names_the_moment_of_no_note_after_now():
    assert "written-in-future" not in topics({"note": PROGRESS, "written": NOW.isoformat()})


def test_a_drug_is_held_against_a_state_that_its_label_forbids():
    text = "A 30-year-old woman at 12 weeks' gestation has high blood pressure. Lisinopril 10 mg daily is prescribed."
    proposal = propose({"note": text, "kind": "outpatient", "standard": "general"})
    assert {f.rule for f in proposal.body.faults} >= {"preg-raas"}
    quotes = [e.quote for e in proposal.findings[0].evidence if isinstance(e, DocumentEvidence)]
    assert quotes == ["Lisinopril", "weeks' gestation"]


def test_a_doubted_diagnosis_cites_the_findings_and_the_rows_that_speak_for_another():
    given = examples.broken_by(next(rule for rule in rules() if rule.id == "diagnosis-doubted"))
    finding = next(f for f in propose(given).findings if f.code.code == "diagnosis-doubted")
    assert finding.certainty == "possible"
    assert {e.table for e in finding.evidence if isinstance(e, KnowledgeEvidence)} == {
        "note_rules",
        "condition_findings",
    }
