"""Sentences held against what tools, charts and documents say, line by line."""

import pytest

from openward.checks.claims import Ground

SOURCES = {
    "steps[1]": (
        "Warfarin with ibuprofen: risk of bleeding (high)\n"
        "Avoid the combination; paracetamol is an alternative up to 3 g a day."
    ),
    "steps[2]": (
        "2026-11-20 Potassium 5.9 mmol/L (3.5-5.1) H\n2026-11-20 Creatinine 133 umol/L (59-104) H\n"
        "2026-10-02 Potassium 4.4 mmol/L (3.5-5.1)\n2026-11-19 HbA1c 8.2 % (4.0-6.0) H"
    ),
    "steps[3]": (
        "Problems: Atrial fibrillation since 2021-03-14; Left knee osteoarthritis\n"
        "No known history of heart failure. Allergies: penicillin (rash). Denies chest pain."
    ),
    "steps[4]": "Medication: warfarin 5 mg once daily; metformin 500 mg twice daily; ramipril 10 mg once daily",
    "steps[5]": "eGFR 46 mL/min/1.73 m2 (CKD-EPI 2021). CHA2DS2-VASc 4. Weight 81 kg, height 178 cm, BP 152/88 mmHg",
    "note": (
        "患者，男，72岁。既往高血压10年，否认糖尿病。2026年11月18日查血钾5.9mmol/L。左膝关节疼痛3个月。"
        "服用华法林5毫克每日一次，未服用阿司匹林。"
    ),
}

SHOWN = """
The potassium was 5.9 mmol/L on 2026-11-20.
The potassium was 5.9 mmol/L on 20 November 2026.
The potassium was 5.9 mmol/L on November 20, 2026.
Potassium is high at 5.9 mmol/L.
The potassium was 4.4 mmol/L on 2 October 2026.
Creatinine is 133 umol/L.
Warfarin with ibuprofen carries a high risk of bleeding.
The patient takes warfarin 5 mg once daily.
She has no history of heart failure.
There is atrial fibrillation since 2021.
Osteoarthritis of the left knee is known.
She is allergic to penicillin.
She denies chest pain.
The HbA1c is 8.2 %.
eGFR is 46 mL/min/1.73 m2.
The CHA2DS2-VASc score is 4.
BP was 152/88 mmHg.
Weight 81 kg.
Paracetamol up to 3 g a day is an alternative.
血钾5.9mmol/L，偏高。
2026年11月18日血钾5.9mmol/L。
患者服用华法林5毫克，每日一次。
左膝关节疼痛3个月。
否认糖尿病。
华法林与布洛芬合用有出血风险。
血压152/88mmHg。
未服用阿司匹林。
Potassium 5.9 mmol/L：偏高。
"""

HELD = """
Potassium is 5.6 mmol/L.
Potassium is 5.9 mg/dL.
The potassium was 5.9 mmol/L on 2026-11-12.
The potassium was 4.4 mmol/L on 2026-11-20.
The potassium was 4.4 mmol/L on 2 September 2026.
Creatinine is 104 umol/L.
Warfarin with naproxen carries a high risk of bleeding.
The patient takes warfarin 10 mg once daily.
The patient takes metformin 500 mg three times daily.
The patient takes metformin 5 mg once daily.
The patient does not take warfarin.
She is not allergic to penicillin.
She has heart failure.
Osteoarthritis of the right knee is known.
She reports chest pain.
Give apixaban 5 mg twice daily.
The HbA1c is 9.2 %.
eGFR is 64 mL/min/1.73 m2.
The CHA2DS2-VASc score is 5.
BP was 125/88 mmHg.
Paracetamol up to 4 g a day is an alternative.
There is atrial fibrillation since 2019.
血钾6.9mmol/L，偏高。
患者服用华法林2.5毫克，每日一次。
患者有糖尿病。
否认高血压。
右膝关节疼痛3个月。
左膝关节疼痛3年。
华法林与萘普生合用有出血风险。
患者服用阿司匹林。
"""

NO_CLAIM = """
Please tell me if you would like more detail.
I can check the interactions or read the chart.
That is all I found.
请问您还需要了解什么？
我可以帮您查阅病历。
"""


def lines(block: str) -> list[str]:
    return block.strip().splitlines()


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(SOURCES)


@pytest.mark.parametrize("sentence", lines(SHOWN))
def test_what_a_tool_or_a_document_says_is_shown_with_its_place(ground: Ground, sentence: str) -> None:
    judged = ground.judge(sentence)
    assert not judged.held, judged.claims
    for one in judged.claims:
        if one.evidence is not None:
            assert SOURCES[one.evidence.id][one.evidence.start : one.evidence.end] == one.evidence.quote


@pytest.mark.parametrize("sentence", lines(HELD))
def test_another_number_unit_date_side_drug_or_denial_is_held(ground: Ground, sentence: str) -> None:
    assert ground.judge(sentence).held


@pytest.mark.parametrize("sentence", lines(NO_CLAIM))
def test_a_sentence_without_a_clinical_statement_passes(ground: Ground, sentence: str) -> None:
    judged = ground.judge(sentence)
    assert judged.verdict == "supported"
    assert not [one for one in judged.claims if one.claim.kind in ("finding", "drug", "amount", "side")]


@pytest.mark.parametrize("sentence", ["Give 5 mg twice daily.", "The potassium is 5.9 mmol/L.", "血钾5.9mmol/L。"])
def test_a_clinical_number_without_any_source_is_held(sentence: str) -> None:
    assert Ground({}).judge(sentence).held


def test_the_worst_claim_decides_and_says_why(ground: Ground) -> None:
    judged = ground.judge("She takes warfarin 10 mg and metformin 500 mg.")
    why = {one.claim.text: one.why for one in judged.claims if one.verdict == "contradicted"}
    assert judged.verdict == "contradicted"
    assert why == {"10": "the source says this number of something else"}
