"""A request of two halves is answered in both, or says which half it did not answer; what may be given is reviewed."""

import json

import pytest
from tests.models.embedded.asking import request
from tests.models.embedded.test_talking import after, chart

from openward.domain.agent import ToolResult
from openward.models.embedded import talk

REVIEW = "prescription-review"
MAY_HAVE = [
    ("May she have metformin?", "metformin"),
    ("Can I give ciprofloxacin", "ciprofloxacin"),
    ("can she take ibuprofen", "ibuprofen"),
    ("Should I give him aspirin 100 mg?", "aspirin 100 mg"),
    ("Is she okay to have naproxen?", "naproxen"),
    ("Would it be alright to prescribe amoxicillin?", "amoxicillin"),
    ("Could we use enoxaparin 40 mg daily?", "enoxaparin 40 mg daily"),
    ("Am I allowed to give him morphine?", "morphine"),
    ("May I prescribe clarithromycin 500 mg twice daily?", "clarithromycin 500 mg twice daily"),
    ("Is ibuprofen suitable for her?", "ibuprofen"),
    ("Is spironolactone permitted with her kidneys?", "spironolactone"),
    ("Ought we to continue metformin?", "metformin"),
    ("Should metformin be stopped?", "metformin"),
    ("Is gentamicin safe with his creatinine?", "gentamicin"),
    ("With this potassium, may he have spironolactone?", "spironolactone"),
    ("May he get tramadol for the pain?", "tramadol"),
    ("Would you give her digoxin?", "digoxin"),
    ("Does her kidney function allow metformin?", "metformin"),
    ("Is warfarin a problem for him?", "warfarin"),
    ("Can apixaban be given?", "apixaban"),
    ("Might he tolerate lisinopril?", "lisinopril"),
    ("Would metformin hurt her kidneys?", "metformin"),
    ("Is his liver fine for paracetamol?", "paracetamol"),
    ("能用二甲双胍吗", "二甲双胍"),
    ("可以用布洛芬吗", "布洛芬"),
    ("她可以用阿司匹林吗？", "阿司匹林"),
    ("可以给他开头孢曲松吗", "头孢曲松"),
    ("能给她用环丙沙星吗", "环丙沙星"),
    ("二甲双胍还能继续用吗", "二甲双胍"),
    ("布洛芬能不能用", "布洛芬"),
    ("可否使用克拉霉素", "克拉霉素"),
    ("是否可以使用螺内酯", "螺内酯"),
    ("能否加用氯吡格雷", "氯吡格雷"),
    ("适合用依诺肝素吗", "依诺肝素"),
    ("她吃布洛芬行吗", "布洛芬"),
    ("可不可以吃阿莫西林", "阿莫西林"),
    ("让他服用华法林可以吗", "华法林"),
    ("肾功能这样还能用二甲双胍吗", "二甲双胍"),
    ("以她的肌酐能用庆大霉素吗", "庆大霉素"),
    ("血钾这么高可以用螺内酯吗", "螺内酯"),
    ("地高辛要不要停", "地高辛"),
    ("给曲马多合适吗", "曲马多"),
    ("二甲双胍需要停用吗", "二甲双胍"),
    ("肝功能允许用对乙酰氨基酚吗", "对乙酰氨基酚"),
    ("有没有必要换成阿哌沙班", "阿哌沙班"),
]  # fmt: skip
ADJUSTING = [
    "Which drugs need adjusting?", "Does any drug need a dose change?",
    "Do any of his medicines need adjusting for his kidneys?", "Which of her medicines should be stopped?",
    "Which medications should be reduced?", "What needs dose reduction?", "Any drugs to adjust?",
    "Should any dose be changed?", "Are any of these doses too high?", "Which tablets are not safe for her kidneys?",
    "Are his doses right for his kidney function?", "Must we change any of her medication?",
    "Which of the current meds are a problem?", "Do we have to lower any doses?",
    "Does he need a lower dose of anything?", "Are all her drugs appropriate?",
    "What medication should I hold?", "Is any of her medication harmful?", "Which drugs should be avoided?",
    "Do her meds need to be adapted to her renal function?", "Are the doses correct?",
    "哪些药物需要调整？", "哪些药要减量", "哪些药需要停", "需要调整剂量的药有哪些", "有没有药要调整", "什么药该停",
    "用药需要调整吗", "药物剂量合适吗", "哪几种药不适合肾功能不全", "有哪些药物不能再用", "根据肾功能哪些药要改剂量",
    "她的药需要减量吗", "哪些药应停用", "目前的药有没有不合适的", "剂量要不要改", "有没有剂量过大的药",
    "哪个药伤肾", "药量需要减吗", "现有药物安全吗", "哪些药应避免", "要换药吗",
]  # fmt: skip
BOTH = [
    ("How is her kidney function? May she have metformin?", "chart:laboratory prescription-review"),
    ("What is her potassium, and can she take spironolactone?", "chart:laboratory prescription-review"),
    ("What is she allergic to, and may she have amoxicillin?", "chart:allergies prescription-review"),
    ("Any allergies? Can I give penicillin?", "chart:allergies prescription-review"),
    ("What's the INR and should warfarin be adjusted?", "chart:laboratory prescription-review"),
    ("When was she admitted and which drugs need adjusting?", "chart:encounters prescription-review"),
    ("May she have ibuprofen, and how is her renal function?", "chart:laboratory prescription-review"),
    ("What is his blood pressure? Is bisoprolol suitable?", "chart:vitals prescription-review"),
    ("What conditions does he have and is metformin fine?", "chart:problems prescription-review"),
    ("What is the creatinine? Which drugs should be reduced?", "chart:laboratory prescription-review"),
    ("Which vaccines has she had? What is her weight?", "chart:immunizations chart:vitals"),
    ("Has he had surgery, and what is his haemoglobin?", "chart:laboratory chart:procedures"),
    ("Calculate CHA2DS2-VASc. May he have apixaban?", "clinical-calculator prescription-review"),
    ("Explain the labs; should metformin be stopped?", "lab-report prescription-review"),
    ("What is her temperature and what is she allergic to?", "chart:allergies chart:vitals"),
    ("How high is the glucose? Would you give her insulin?", "chart:laboratory prescription-review"),
    ("Which problems does she have? Are the doses correct?", "chart:problems prescription-review"),
    ("Show the vital signs, and may I prescribe metoprolol?", "chart:vitals prescription-review"),
    ("What is her eGFR? Do any medicines need adjusting?", "clinical-calculator prescription-review"),
    ("Latest sodium? May he have hydrochlorothiazide?", "chart:laboratory prescription-review"),
    ("肾功能怎么样？能用二甲双胍吗？", "chart:laboratory prescription-review"),
    ("血钾多少，可以用螺内酯吗？", "chart:laboratory prescription-review"),
    ("肌酐多少？哪些药物需要调整？", "chart:laboratory prescription-review"),
    ("有过敏史吗？可以用阿莫西林吗？", "chart:allergies prescription-review"),
    ("给她用二甲双胍合适吗？肾功能如何？", "chart:laboratory prescription-review"),
    ("血压多少？适合用美托洛尔吗？", "chart:vitals prescription-review"),
    ("有什么病？二甲双胍要不要停？", "chart:problems prescription-review"),
    ("体重多少，以及依诺肝素能用吗？", "chart:vitals prescription-review"),
    ("什么时候入院的？哪些药要减量？", "chart:encounters prescription-review"),
    ("打过疫苗吗？血红蛋白多少？", "chart:immunizations chart:laboratory"),
    ("做过手术吗，对什么过敏？", "chart:allergies chart:procedures"),
    ("INR 多少？华法林需要调整吗？", "chart:laboratory prescription-review"),
    ("算一下 CHA2DS2-VASc 评分，可以用阿哌沙班吗？", "clinical-calculator prescription-review"),
    ("解读化验单，哪些药应停用？", "lab-report prescription-review"),
    ("血糖多少？能加用胰岛素吗？", "chart:laboratory prescription-review"),
    ("血钠多少，可否使用氢氯噻嗪？", "chart:laboratory prescription-review"),
    ("体温多少？可不可以吃布洛芬？", "chart:vitals prescription-review"),
    ("能用环丙沙星吗？对什么过敏？", "chart:allergies prescription-review"),
    ("既往史有哪些，药物剂量合适吗？", "chart:problems prescription-review"),
    ("有没有药要调整？心率多少？", "chart:vitals prescription-review"),
]  # fmt: skip
ONE_HALF = [
    ("What is the weather? What is her potassium?", "laboratory", "What is the weather"),
    ("What is her blood pressure? Where do her children live?", "vitals", "Where do her children live"),
    ("How tall is she, and who is her dentist?", "vitals", "who is her dentist"),
    ("Any allergies? May she have visitors?", "allergies", "May she have visitors"),
    ("What is her weight? Is the room quiet?", "vitals", "Is the room quiet"),
    ("Latest sodium? Did the family call?", "laboratory", "Did the family call"),
    ("体温多少？还有天气怎么样？", "vitals", "天气怎么样"),
    ("她的家属在哪里？血压多少？", "vitals", "她的家属在哪里"),
    ("血钾多少？可以探视吗？", "laboratory", "可以探视吗"),
    ("对什么过敏？能不能下床？", "allergies", "能不能下床"),
    ("体重多少？床位在几楼？", "vitals", "床位在几楼"),
    ("血红蛋白多少？家属同意吗？", "laboratory", "家属同意吗"),
]  # fmt: skip


def calls(said):
    language = "en" if said.isascii() else "zh"
    return [(call.name, json.loads(call.arguments)) for call in talk(request(said, language=language)).tool_calls]


def names(said):
    return sorted(f"chart:{given['section']}" if name == "chart" else name for name, given in calls(said))


@pytest.mark.parametrize(("said", "order"), MAY_HAVE)
def test_whether_a_drug_may_be_given_is_reviewed_with_it_as_an_order(said, order):
    assert [call for call in calls(said) if call[0] == REVIEW] == [(REVIEW, {"orders": [order]})]


@pytest.mark.parametrize("said", ADJUSTING)
def test_which_drugs_need_adjusting_is_a_review_of_those_in_the_chart(said):
    assert [call for call in calls(said) if call[0] == REVIEW] == [(REVIEW, {})]


@pytest.mark.parametrize(("said", "tools"), BOTH)
def test_both_halves_reach_what_they_ask_for(said, tools):
    assert names(said) == sorted(tools.split())


@pytest.mark.parametrize(("said", "section", "left"), ONE_HALF)
def test_the_half_that_nothing_answers_is_named(said, section, left):
    assert names(said) == [f"chart:{section}"]
    result = chart(section, [], state="not-recorded", summary="Nothing is recorded.")
    told = after(said, result, language="en" if said.isascii() else "zh")
    assert f"“{left}”" in told


def test_a_half_that_is_answered_is_not_named_as_left():
    said = "How is her kidney function? May she have metformin?"
    rows = [{"what": "Creatinine", "value": 208.0, "unit": "umol/L", "date": "2026-11-20"}]
    told = after(said, chart("laboratory", rows), ToolResult(tool=REVIEW, mark="2", summary="1 order reviewed."))
    assert "1 order reviewed [2]." in told
    assert "did not" not in told
