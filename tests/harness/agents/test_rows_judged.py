"""What an answer says of the rows of a chart is shown with its own rows, or held."""

import pytest

from openward.domain.evidence import ChartEvidence
from openward.harness.agents.judging import Bench
from openward.harness.agents.sections import Row, View
from openward.harness.agents.telling import of_view


def row(id, what, value, unit, date, *usual):
    interval, status = usual or (None, None)
    cited = ChartEvidence(reference=f"Observation/{id}")
    return Row(what=what, value=value, unit=unit, date=date, interval=interval, status=status, source=cited)


ROWS = (
    row("crea-4", "Creatinine", 206.0, "umol/L", "2026-11-20", "45–84 umol/L", "H"),
    row("k-4", "Potassium", 4.5, "mmol/L", "2026-11-20", "3.5–5.3 mmol/L", "N"),
    row("pulse-4", "Heart rate", 77.0, "/min", "2026-11-20"),
    row("temp-4", "Body temperature", 37.0, "Cel", "2026-11-20"),
    row("crea-3", "Creatinine", 255.0, "umol/L", "2026-11-19", "45–84 umol/L", "H"),
    row("crea-2", "Creatinine", 319.0, "umol/L", "2026-11-18"),
    row("k-2", "Potassium", 5.9, "mmol/L", "2026-11-18", "3.5–5.3 mmol/L", "H"),
    row("temp-2", "Body temperature", 36.6, "Cel", "2026-11-20 07:17"),
)
USED = of_view(View(section="laboratory", state="present", summary="Laboratory: 8 of 8 entries.", rows=ROWS), 1)


def judged(text):
    return Bench(facts={"steps[0]": USED.text}, said={}, calls={1: USED}, places={"steps[0]": USED.places}).judge(text)


@pytest.mark.parametrize(
    "sentence",
    [
        "Creatinine has doubled since yesterday.",
        "Kidney function is back to normal.",
        "The patient can be discharged today.",
        "Potassium is low.",
        "The latest creatinine is 319 umol/L.",
        "The creatinine is normal.",
        "Creatinine has been rising since admission.",
        "肌酐已恢复正常。",
        "可以出院。",
        "The potassium is 7.9 mmol/L. The potassium is 4.5 mmol/L.",
    ],
)
def test_what_the_rows_do_not_bear_out_is_held(sentence):
    assert len(judged(sentence).held) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Creatinine is falling.",
        "Potassium fell to 4.5 mmol/L.",
        "Kidney function is improving.",
        "The latest creatinine is 206 umol/L.",
        "Creatinine is still high.",
        "血钾已恢复正常。",
        "肌酐持续下降。",
    ],
)
def test_what_the_rows_bear_out_is_shown_with_a_row(sentence):
    verdict = judged(sentence)
    assert verdict.held == ()
    assert verdict.sentences[0].clinical
    assert any(isinstance(one, ChartEvidence) for one in verdict.sentences[0].evidence)


@pytest.mark.parametrize(
    ("sentence", "of"),
    [
        ("The heart rate is 77 /min on 2026-11-20.", {"Observation/pulse-4"}),
        ("Creatinine: 255 umol/L, (45–84 umol/L), H, 2026-11-19", {"Observation/crea-3"}),
        ("Creatinine: 255 umol/L, (45–84 umol/L)", {"Observation/crea-3"}),
        ("The potassium was 4.5 mmol/L on 2026-11-20.", {"Observation/k-4"}),
    ],
)
def test_evidence_is_of_rows_that_name_the_same(sentence, of):
    (shown,) = judged(sentence).sentences
    assert {one.reference for one in shown.evidence if isinstance(one, ChartEvidence)} == of


def test_a_drug_is_not_proved_by_the_row_of_another_with_its_date():
    facts = {"steps[0]": "Metformin: 20 mg, active, 2026-11-20\nAtorvastatin: 20 mg, active, 2026-11-20"}
    bench = Bench(facts=facts, said={}, calls={}, places={})
    (shown,) = bench.judge("She takes atorvastatin 20 mg since 2026-11-20.").sentences
    line = facts["steps[0]"].index("Atorvastatin")
    assert shown.evidence
    assert all(one.start >= line for one in shown.evidence)


def test_a_number_that_no_line_of_the_same_thing_has_is_no_evidence():
    facts = {"steps[0]": "Metformin: 20 mg\nSeen on 2026-11-20"}
    verdict = Bench(facts=facts, said={}, calls={}, places={}).judge("Metformin 20 mg, 2026-11-20.")
    assert all("2026" not in one.quote for shown in verdict.sentences for one in shown.evidence)


def test_a_drug_told_in_other_words_has_no_row_of_another_drug_beside_it():
    rows = (
        row("aspart", "insulin aspart", "4 units subcutaneously with meals", None, "2026-11-20", None, "current"),
        row("draft", "metformin", "500 mg orally twice daily", None, "2026-11-18", None, "draft"),
        row("statin", "atorvastatin", "20 mg orally once daily at night", None, "2026-11-18", None, "current"),
    )
    used = of_view(View(section="medications", state="present", summary="用药：3 条。", rows=rows), 1)
    bench = Bench(facts={"steps[0]": used.text}, said={}, calls={1: used}, places={"steps[0]": used.places})
    (shown,) = bench.judge("atorvastatin: 20 mg orally once daily at night, 在用, 2026-11-18 [1]。").sentences
    chart = {one.reference for one in shown.evidence if isinstance(one, ChartEvidence)}
    assert chart == {"Observation/statin"}
