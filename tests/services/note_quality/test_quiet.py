"""What is no fault: the same words where they are right."""

import pytest
from tests.services.note_quality.ward import propose, topics

QUIET = [
    ("laterality", {"note": "术前诊断：左侧腹股沟疝\n手术名称：左侧腹股沟疝修补术\n手术经过：患者右侧卧位。\n",
        "kind": "operation"}),
    ("sex-organs", {"note": "性别：男\n家族史：母亲患子宫肌瘤。\n", "kind": "admission"}),
    ("history-denied", {"note": "现病史：父亲有高血压病史。\n既往史：否认高血压病史。\n", "kind": "admission"}),
    ("symptom-contradiction", {"note": "主诉：咳嗽3天。\n现病史：3天前咳嗽，无发热。\n", "kind": "admission"}),
    ("allergy-ordered", {"note": "对青霉素过敏。", "kind": "progress", "orders": ["阿奇霉素片 0.5g 口服 每日一次"]}),
    ("allergy-ordered", {"note": "过敏史：青霉素\n处理：避免使用阿莫西林。\n", "kind": "outpatient"}),
    ("allergy-denied", {"note": "否认药物过敏史。", "kind": "progress", "allergies": ["无"]}),
    ("allergy-unlisted", {"note": "过敏史：阿莫西林\n", "kind": "progress", "allergies": ["青霉素类"]}),
    ("drug-not-ordered", {"note": "诊疗计划：必要时予头孢曲松。\n", "kind": "first_course", "orders": []}),
    ("vital-impossible", {"note": "查体：T 36.6℃，P 88次/分，BP 120/80mmHg，SpO2 98%。", "kind": "progress"}),
    ("do-not-use-u", {"note": "Insulin 10 units at bedtime.", "kind": "progress"}),
    ("trailing-zero", {"note": "Lesion of 5.0 cm; INR 2.0; potassium 4.0 mmol/L.", "kind": "progress"}),
    ("leading-zero", {"note": "Digoxin 0.125 mg.", "kind": "progress"}),
    ("dead-and-discharged", {"note": "Family history: father died of stroke. Discharged home.", "kind": "discharge"}),
    ("smoking-contradiction", {"note": "个人史：吸烟20年，已戒。\n", "kind": "admission"}),
    ("lungs-contradiction", {"note": "查体：双肺呼吸音清，未闻及湿啰音。\n", "kind": "progress"}),
    ("complaint-no-duration", {"note": "主诉：心悸、多汗2月。\n", "kind": "admission"}),
    ("complaint-hpi-duration", {"note": "主诉：咳嗽3天。\n现病史：3天前受凉后咳嗽。\n", "kind": "admission"}),
    ("complaint-hpi-duration", {"note": "主诉：肝癌术后复查2天。\n现病史：患者2年前行手术。\n", "kind": "admission"}),
    ("paralysis-contradiction", {"note": "现病史：一过性右侧肢体无力。\n查体：四肢肌力5级。\n", "kind": "admission"}),
    ("icd-sex", {"note": "好。", "kind": "progress", "sex": "female", "diagnoses": [{"code": "N80.1"}]}),
    ("copied-note", {"notes": [{"text": "短。", "kind": "progress"}, {"text": "短。", "kind": "progress"}]}),
    ("late-admission", {"note": "入院时间：2026-01-18 20:15\n记录时间：2026-01-19 19:50\n", "kind": "admission"}),
    ("dialogue-contradiction", {"note": "现病史：无胸痛。\n", "kind": "outpatient",
        "dialogue": "医生：胸痛吗？\n患者：没有。\n"}),
    ("diagnosis-doubted", {"note": "右侧腰部绞痛3小时，向腹股沟放射，伴恶心、呕吐、血尿。初步诊断：肾结石。"}),
    ("diagnosis-doubted", {"note": "Colicky flank pain, nausea, vomiting, hematuria. History of migraine."}),
    ("drug-against-condition", {"note": "Plan: avoid ibuprofen. GI bleeding stopped."}),
    ("drug-against-condition", {"note": "Family history: asthma. Plan: propranolol 40 mg twice daily."}),
    ("drug-against-condition", {"note": "No pregnancy. Lisinopril 10 mg daily is given."}),
    ("antibiotic-against-organism", {"note": "Culture grew Pseudomonas aeruginosa. Cefepime is given."}),
    ("organism-contradiction", {"note": "Gram-positive cocci in clusters: Staphylococcus aureus.", "kind": "progress"}),
    ("drug-code", {"note": "Methotrexate 15 mg once weekly.", "kind": "progress"}),
]  # fmt: skip


@pytest.mark.parametrize(("topic", "given"), QUIET, ids=[f"{n}-{topic}" for n, (topic, _) in enumerate(QUIET)])
def test_words_that_are_right_are_left_alone(topic, given):
    assert topic not in topics(given)


LACKING = [
    ("no-orders", {"note": "过敏史：青霉素\n", "kind": "progress"}),
    ("no-allergies", {"note": "否认药物过敏史。", "kind": "progress"}),
    ("no-results", {"note": "好。", "kind": "discharge"}),
    ("no-diagnoses", {"note": "好。", "kind": "discharge"}),
    ("no-discharge-orders", {"note": "出院带药：氯吡格雷 75mg 每日一次\n", "kind": "discharge"}),
    ("no-sex", {"note": "性别：男\n", "kind": "progress"}),
    ("no-birth-date", {"note": "患者，男，62岁。", "kind": "progress"}),
    ("no-event-operation_ended", {"note": "手术记录", "kind": "operation"}),
    ("no-whole-encounter", {"note": "手术记录", "kind": "operation", "standard": "cn"}),
    ("no-time-of-writing", {"note": "好。", "kind": "progress", "results": []}),
    ("no-symptoms-understood", {"note": "主诉：某事3天。\n现病史：3天前某事。\n", "kind": "admission"}),
]


@pytest.mark.parametrize(("code", "given"), LACKING, ids=[code for code, _ in LACKING])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_could_not_be_looked_at_is_said(code, given, language):
    held = {n.code: n for n in propose(given, language=language).not_checked}
    assert code in held
    assert held[code].needed


def test_an_empty_list_says_that_nothing_is_there_and_no_list_that_nobody_looked():
    given = {"note": "过敏史：青霉素\n", "kind": "progress"}
    assert "allergy-unlisted" not in topics(given)
    assert "allergy-unlisted" in topics(given | {"allergies": []})
