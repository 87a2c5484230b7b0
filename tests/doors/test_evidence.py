"""Evidence for a person: what it says first, then where it stands, in two languages."""

import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

import openward.services
from openward.access.access import HOUSE
from openward.domain.actor import Actor
from openward.domain.evidence import (
    CalculationEvidence,
    ChartEvidence,
    DocumentEvidence,
    InputEvidence,
    KnowledgeEvidence,
    ModelEvidence,
    RunEvidence,
)
from openward.domain.run import Change, Verdict
from openward.doors.changes import Changed, changed
from openward.doors.checks import asked, checked
from openward.doors.evidence import cite, part_of, tell, tell_all, telling
from openward.doors.fields import given
from openward.doors.names import names_of

RUN, FINDING = RunEvidence("r", "s"), RunEvidence("r", "s", "f")
SHORT, LONG = DocumentEvidence("steps[1]", 0, 1, "1"), DocumentEvidence("steps[1]", 0, 9, "1 finding")
CHART = ChartEvidence("Observation/1")
LETTER = DocumentEvidence("documents[0].text", 0, 3, "abc")
CREATININE = ChartEvidence("Observation/9", 2, "valueQuantity.value", 208.0, "umol/L", "2026-11-20T21:58:00+00:00")
BORN = ChartEvidence("Patient/p", 1, "birthDate", "1958-09-02")
GUIDE = KnowledgeEvidence(
    "lab_patterns", "2026.11+abc", "aki-2", "KDIGO, Kidney Int Suppl 2012;2:1", date(2026, 11, 21)
)
OTHER = KnowledgeEvidence("lab_patterns", "2026.11+abc", "aki-3", GUIDE.source, GUIDE.reviewed)
FORMULA = KnowledgeEvidence("formulas", "1", "ckd-epi-2021-creatinine", "Inker 2021", date(2026, 11, 21))
EGFR = CalculationEvidence("ckd-epi-2021-creatinine", 22.0, "mL/min/{1.73_m2}", FORMULA, (CREATININE, BORN))


def test_a_finding_says_more_than_its_run_and_both_more_than_words():
    assert telling([SHORT, RUN, FINDING, LONG, CHART, CHART]) == (FINDING, CHART)
    assert telling([SHORT, RUN]) == (RUN,)


def test_words_of_a_tool_stay_where_there_is_nothing_else_and_words_of_a_document_always():
    assert telling([SHORT, LONG]) == (LONG,)
    assert telling([SHORT, LETTER]) == (LETTER,)
    assert telling([]) == ()


def test_a_value_of_the_chart_says_what_it_is_and_when_then_where():
    told = tell(CREATININE, "en", {"Observation/9": "Creatinine"})
    assert told.what == "Creatinine 208 µmol/L · 20 Nov 2026"
    assert told.where == "Observation/9 v2 · valueQuantity.value"
    assert told.reference == "Observation/9"
    assert tell(CREATININE, "zh", {"Observation/9": "肌酐"}).what == "肌酐 208 µmol/L · 2026年11月20日"


@pytest.mark.parametrize(
    ("evidence", "en", "zh"),
    [
        (BORN, "Born: 2 Sep 1958", "出生日期：1958年9月2日"),
        (ChartEvidence("Patient/p", 1, "gender", "female"), "Sex: female", "性别：女"),
        (ChartEvidence("MedicationStatement/m", 1, "medicationCodeableConcept.text", "atorvastatin"),
         "Drug in use: atorvastatin", "在用药物：atorvastatin"),
        (ChartEvidence("Condition/c", 1, "clinicalStatus.coding[0].code", "active"),
         "Problem, status: active", "诊断，临床状态：活动"),
        (ChartEvidence("Basic/b", 1), "Basic: Basic/b", "Basic：Basic/b"),
        (InputEvidence("orders[1]", "ibuprofen 400 mg"), "“ibuprofen 400 mg”", "“ibuprofen 400 mg”"),
        (InputEvidence("complaint"), "From what was given: Complaint", "来自录入内容：主诉"),
        (ModelEvidence("sepsis", "3", 0.41), "Score of the model sepsis: 0.41", "模型 sepsis 的评分：0.41"),
    ],
)  # fmt: skip
def test_each_kind_is_told_in_both_languages(evidence, en, zh):
    assert (tell(evidence, "en").what, tell(evidence, "zh").what) == (en, zh)


def test_a_line_of_the_input_is_counted_as_people_count():
    assert tell(InputEvidence("orders[1]", "x")).where == "From what was given: Orders, line 2"
    assert tell(InputEvidence("orders[1]", "x"), "zh").where == "来自录入内容：医嘱第2行"


def test_knowledge_says_the_document_first_then_table_row_and_review():
    told = tell(GUIDE)
    assert told.what == "KDIGO, Kidney Int Suppl 2012;2:1"
    assert told.where == "table lab_patterns, version 2026.11+abc, row aki-2, reviewed 21 Nov 2026"
    assert told.table == "lab_patterns"
    assert tell(KnowledgeEvidence("nowhere", "1", "r", "s", date(2026, 1, 1))).table == ""


def test_a_computed_number_is_a_tree_of_its_inputs_and_its_formula():
    told = tell(EGFR, "zh")
    assert told.what == "CKD-EPI 2021 肌酐公式 = 22 mL/min/1.73 m²"
    assert [part.kind for part in told.parts] == ["chart", "chart", "knowledge"]
    assert told.parts[-1].what == "Inker 2021"


def test_rows_that_stand_on_one_document_are_told_once():
    told = tell_all([GUIDE, OTHER, CREATININE])
    assert [one.kind for one in told] == ["chart", "knowledge"]
    assert [part.row for part in told[1].parts] == ["aki-2", "aki-3"]


def test_words_are_quoted_with_their_place():
    note = tell(DocumentEvidence("DocumentReference/d", 4, 9, "fever"), "en", {"DocumentReference/d": "Admission note"})
    assert note.what == "“fever”"
    assert note.where == "Admission note · DocumentReference/d, characters 5 to 9"
    assert "step 1" in tell(SHORT).where
    assert tell(FINDING, "en", {"s": "Triage"}).what == "Found by: Triage"


def test_one_line_holds_all_of_it_for_doors_without_pages():
    line = cite(EGFR)
    assert line.startswith("CKD-EPI 2021, creatinine = 22 mL/min/1.73 m², from Result 208 µmol/L")
    assert "Inker 2021" in line
    assert "{1.73_m2}" not in line


def test_a_part_of_a_resource_is_told_from_the_resource():
    assert part_of("component[1].valueQuantity.value") == "component[1]"
    assert part_of("valueQuantity.value") == part_of("") == ""


def test_names_are_those_of_the_record_and_only_for_who_may_look(house):
    asked_for = [ChartEvidence("MedicationRequest/p1-m1", 1), ChartEvidence("Observation/p1-o1", 1), EGFR]
    seen = names_of(house.ward, HOUSE, asked_for, "zh")
    assert seen["MedicationRequest/p1-m1"] == "Warfarin 5 mg tablet"
    assert seen["Observation/p1-o1"] == "肌酐"
    assert "Observation/9" not in seen
    auditor = Actor(id="x", kind="person", role="auditor", scopes=frozenset({"run.read"}))
    hidden = names_of(house.ward, auditor, asked_for, "en")
    assert "MedicationRequest/p1-m1" not in hidden
    assert hidden["triage"]


def test_a_name_is_looked_up_for_the_part_that_holds_the_value(house):
    pressure = {
        "resourceType": "Observation", "id": "bp", "status": "final", "subject": {"reference": "Patient/p1"},
        "code": {"text": "Blood pressure"},
        "component": [{"code": {"coding": [{"display": "Systolic"}]}, "valueQuantity": {"value": 120, "unit": "mmHg"}}],
    }  # fmt: skip
    house.ward.record.import_resources([pressure], source="test")
    evidence = ChartEvidence("Observation/bp", 1, "component[0].valueQuantity.value", 120.0, "mm[Hg]")
    assert tell(evidence, "en", names_of(house.ward, HOUSE, [evidence], "en")).what == "Systolic 120 mmHg"


def test_every_check_of_the_house_says_what_it_asks_in_both_languages():
    said = re.compile(r"(?:check=|_passed\(|_verdict\(\s*)\"([\w-]+)\"")
    folders = [p for p in Path(openward.services.__file__).parent.iterdir() if (p / "checks.py").is_file()]
    names = {
        (p.name.replace("_", "-"), check) for p in folders for check in said.findall((p / "checks.py").read_text())
    }
    names |= {("any", "grounding"), ("any", "form")}
    assert len(names) > 25
    assert {n for n in names if "?" not in asked(*n, "en") or "？" not in asked(*n, "zh")} == set()
    assert asked("stranger", "my-check", "en") == "my check"


def test_verdicts_are_told_together_what_did_not_pass_first(house):
    run = house.ward.run("lab-report", {"text": "Sodium 138 mmol/L (135-145)", "sex": "male"})
    given = (
        Verdict(check="grounding", outcome="pass", finding="a"),
        Verdict(check="grounding", outcome="pass", finding="b"),
        Verdict(check="critical", outcome="hold", reason="why"),
    )
    first, second = checked(msgspec.structs.replace(run, verdicts=given), "en")
    assert (first.outcome, first.reason) == ("hold", "why")
    assert second.findings == ("a", "b")


def test_changes_are_told_as_what_was_and_what_is():
    body = {"orders": [{"drug": "warfarin", "dose": "5 mg"}, {"drug": "aspirin"}]}
    changes = [Change(op="replace", path="/orders/0/dose", value="3 mg"), Change(op="remove", path="/orders/1"),
               Change(op="add", path="/orders/0/route", value="oral")]  # fmt: skip
    assert changed(body, changes, "en") == [
        Changed("Orders, line 1, Dose", "5 mg", "3 mg"), Changed("Orders, line 2", "Drug aspirin", ""),
        Changed("Orders, line 1, Route", "", "oral"),
    ]  # fmt: skip
    assert changed(body, changes, "zh")[0].place == "医嘱第1行，剂量"


def test_what_was_given_is_called_as_its_field_is_called_in_the_form():
    evidence = InputEvidence("text")
    assert "Report, as text" in cite(evidence, "en", given("lab-report", "en"))
    assert "检验报告（文本）" in cite(evidence, "zh", given("lab-report", "zh"))
    assert "Several notes, line 2, Text" in cite(InputEvidence("notes[1].text"), "en", given("note-quality", "en"))
