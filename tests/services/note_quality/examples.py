"""For every rule of the table a request in which it is broken, made from the row itself where that can be done."""

from datetime import UTC, datetime, timedelta

from openward.knowledge import tables
from openward.knowledge.drugs import Drugs
from openward.services.note_quality.rules import rules

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
ZH = "患者今日一般情况与昨日大致相仿，无新发不适，陪护人员在旁，已逐项交接清楚，明日再看。"
EN = "The person rests in bed and the room is quiet; relatives sit near the window and wait for news of the day."


def at(hours=0.0):
    return (AT + timedelta(hours=hours)).isoformat()


def filler(rule):
    return EN if rule.standard == "us" else ZH


def heading(section, language):
    return tables.find("note_sections").row(section).list(f"words_{language}")[0]


def kind_of(rule):
    return "progress" if rule.kinds[0] == "any" else rule.kinds[0]


def note(rule, text, **more):
    return {"note": text, "kind": kind_of(rule), "standard": "us" if rule.standard == "us" else "cn", **more}


def words_of(phrase):
    """The words that a phrase of a rule stands for."""
    return phrase.replace("*", " ").replace("  ", " ").strip()


def under(sections, phrase):
    """A phrase below the first heading of some sections, in the phrase's own language."""
    language = "en" if phrase.isascii() else "zh"
    if not sections:
        return words_of(phrase) + (".\n" if language == "en" else "。\n")
    return f"{heading(sections[0], language)}: {words_of(phrase)}" + (".\n" if language == "en" else "。\n")


def plain_of(rule, name, others=()):
    """A phrase of a rule that is words and no pattern."""
    return next(p for p in rule.list(name) if not set(p) & set("[\\(") and not any(o in p or p in o for o in others))


def of_section(rule):
    return note(rule, filler(rule))


def of_words(rule):
    language = "en" if rule.standard == "us" else "zh"
    bare = "Chairs and tables." if language == "en" else "某某某某。"
    sections = rule.list("in")
    return note(rule, "".join(f"{heading(s, language)}: {bare}\n" for s in sections) or bare * 3)


def of_pair(rule):
    first = plain_of(rule, "a")
    second = plain_of(rule, "b", (first,))
    return note(rule, under(rule.list("a_in"), first) + under(rule.list("b_in"), second))


def of_within(rule):
    event = rule.params["event"]
    return note(rule, filler(rule), written=at(rule.hours + 1), events={event: at()})


def of_before(rule):
    return note(rule, filler(rule), written=at(5), events={rule.params["event"]: at()})


_EVENTS = {
    "admitted": {"admitted": at()}, "discharged": {"admitted": at(), "discharged": at(30)},
    "died": {"admitted": at(), "died": at(30)}, "rescued": {"rescue_ended": at()},
    "operated": {"operation_ended": at()},
    "stay_over_31_days": {"admitted": at(), "discharged": at(24 * 40)},
}  # fmt: skip


def whole(*texts, **more):
    """An encounter of which every note is there: kind, hours after the beginning, text."""
    notes = [{"text": text, "kind": kind, "written": at(hours)} for kind, hours, text in texts]
    return {"notes": notes, "whole_encounter": True, **more}


def of_document(rule):
    kind = "consent_special" if rule.standard == "us" else "critical_notice"
    return whole((kind, 1, filler(rule)), events=_EVENTS[rule.when[0]], standard=rule.standard)


def of_follows(rule):
    if (source := rule.params.get("source")) is not None:
        return whole((source, 1, filler(rule)), standard=rule.standard)
    said = words_of(plain_of(rule, "words"))
    text = f"The patient was {said} today." if rule.standard == "us" else f"今日{said}。"
    return whole(("progress", 1, text), standard=rule.standard)


def of_interval(rule):
    said = (rule.list("words") or ("平稳",))[0]
    days = rule.number("days") + 1
    return whole(("progress", 0, f"目前{said}。"), ("progress", 24 * days, "继续观察。"), standard="cn")


def of_minute(rule):
    section = rule.list("in")[0]
    return note(rule, f"{heading(section, 'zh')}：2026年3月2日\n")


def of_dates(rule):
    first, second = (heading(rule.params[name], "zh") for name in ("before", "after"))
    given = note(rule, f"{first}：2026-03-09\n{second}：2026-03-02\n")
    return given if rule.kinds[0] == "any" else given | {"kind": rule.kinds[0]}


def of_codes(rule):
    """Codes of one sex for the other."""
    code = rule.params["codes"].partition("-")[0]
    other = "male" if rule.params["sex"] == "female" else "female"
    return {"note": ZH, "kind": "progress", "sex": other, "diagnoses": [{"code": f"{code}.1"}]}


def of_need(rule):
    code = rule.params["codes"].partition("-")[0]
    return {"note": ZH, "kind": "progress", "standard": "cn", "diagnoses": [{"code": f"{code}.0"}]}


def of_opposed(rule):
    drug = Drugs().ingredient(rule.list("drugs")[0]).name("en")
    state = plain_of(rule, "words")
    return note(rule, f"The patient has {words_of(state)}. Plan: {drug} is given.")


def of_length(rule):
    sections = rule.list("in")
    return note(rule, f"{heading(sections[0], 'zh')}：咳嗽。\n" if sections else "好。")


def of_dated(rule):
    return note(rule, filler(rule))


def of_unsigned(rule):
    return note(
        rule, "手术同意书。患者签名：____" if rule.standard == "cn" else "Consent to surgery. Patient signature: ____"
    )


def of_duration(rule):
    return note(rule, "Chief complaint: Cough.\n" if rule.standard == "us" else "主诉：咳嗽。\n")


_BY_CHECKER = {
    "section": of_section, "words": of_words, "pair": of_pair, "written_within": of_within, "written_before": of_before,
    "document": of_document, "follows": of_follows, "interval": of_interval, "to_the_minute": of_minute,
    "date_order": of_dates, "icd_sex": of_codes, "icd_needs": of_need, "length": of_length, "drug_against": of_opposed,
    "dated": of_dated, "patient_signed": of_unsigned, "complaint_duration": of_duration,
}  # fmt: skip

_COUGH = "主诉：{}\n现病史：{}\n"
_DAY = (
    "患者今日{}，饮食睡眠可，二便正常，家属陪护，{}，切口敷料干燥，引流管通畅在位，"
    "继续目前治疗方案，密切观察病情变化并及时处理。"
)
_VITALS = "T 36.9℃，P 92次/分，R 22次/分，BP 138/80mmHg"
_TALK = "医生：哪里不舒服？\n患者：{}\n"


def two_days(first, second, kinds=("progress", "progress")):
    notes = [{"text": first, "kind": kinds[0], "written": at()}, {"text": second, "kind": kinds[1], "written": at(24)}]
    return {"notes": notes, "standard": "cn"}


_SINGLE = {
    "sex-given": {"note": "姓名：甲某  性别：男\n", "kind": "progress", "sex": "female"},
    "sex-organs-female": {"note": "性别：男\n查体：子宫增大。\n", "kind": "progress"},
    "sex-organs-male": {"note": "性别：女\n查体：前列腺增大。\n", "kind": "progress"},
    "age-record": {"note": "患者，男，62岁。", "kind": "progress", "birth_date": "1990-01-01", "written": at()},
    "age-note": {"note": "年龄：62岁\n现病史：患者，男，26岁，咳嗽3天。\n", "kind": "progress"},
    "laterality": {"note": "术前诊断：左侧腹股沟疝\n手术名称：右侧腹股沟疝修补术\n", "kind": "operation"},
    "history-denied": {"note": "现病史：高血压病史10年。\n既往史：否认高血压病史。\n", "kind": "admission"},
    "symptom-contradiction": {"note": "主诉：咳嗽3天。\n现病史：3天前受凉，无咳嗽。\n", "kind": "admission"},
    "written-future": {"note": ZH, "kind": "progress", "written": "2027-05-01T08:00:00Z"},
    "written-before-event": {"note": ZH, "kind": "operation", "written": at(), "events": {"operation_started": at(9)}},
    "signed-before-written": {"notes": [{"text": ZH, "kind": "progress", "written": at(5), "signed": at()}]},
    "vital-impossible": {"note": "查体：T 63.6℃。", "kind": "progress"},
    "blood-pressure-reversed": {"note": "查体：BP 80/120mmHg。", "kind": "progress"},
    "temperature-contradiction": {"note": "查体：T 39.5℃，体温正常。", "kind": "progress"},
    "result-impossible": {"note": "血钾 42 mmol/L。", "kind": "progress"},
    "result-differs": {
        "note": "血钾 4.2 mmol/L。", "kind": "progress", "written": at(5),
        "results": [{"name": "血钾", "value": 2.9, "unit": "mmol/L", "at": at()}],
    },
    "critical-result": {
        "note": ZH, "kind": "progress", "written": at(5),
        "results": [{"name": "血钾", "value": 7.2, "unit": "mmol/L", "at": at()}],
    },
    "abnormal-result": {
        "note": ZH, "kind": "discharge",
        "results": [{"name": "血钾", "value": 3.0, "unit": "mmol/L", "low": 3.5, "high": 5.3, "at": at()}],
    },
    "fever-unmentioned": {
        "note": ZH, "kind": "progress", "written": at(5),
        "results": [{"name": "体温", "value": 39.3, "unit": "℃", "at": at()}],
    },
    "allergy-ordered": {"note": "对青霉素过敏。", "kind": "progress", "orders": ["阿莫西林胶囊 0.5g 口服 每日三次"]},
    "allergy-planned": {"note": "过敏史：青霉素\n处理：阿莫西林 0.5g 口服 每日三次\n", "kind": "outpatient"},
    "allergy-denied": {"note": "否认药物过敏史。", "kind": "progress", "allergies": ["青霉素"]},
    "allergy-unlisted": {"note": "过敏史：青霉素\n", "kind": "progress", "allergies": []},
    "drug-not-ordered": {"note": "诊疗计划：予头孢曲松抗感染。\n", "kind": "first_course",
    "orders": ["氨氯地平片 5mg 每日一次"]},
    "discharge-drug-not-ordered": {
        "note": "出院带药：氯吡格雷 75mg 每日一次\n", "kind": "discharge",
        "discharge_orders": ["氨氯地平片 5mg 每日一次"],
    },
    "discharge-order-not-in-note": {
        "note": "出院带药：氯吡格雷 75mg 每日一次\n", "kind": "discharge",
        "discharge_orders": ["氨氯地平片 5mg 每日一次"],
    },
    "dose-differs": {
        "note": "出院带药：氨氯地平 10mg 每日一次\n", "kind": "discharge",
        "discharge_orders": ["氨氯地平片 5mg 每日一次"],
    },
    "icd-neonate": {"note": ZH, "kind": "progress", "birth_date": "1960-01-01", "diagnoses": [{"code": "P22.0"}]},
    "icd-text": {"note": ZH, "kind": "discharge", "diagnoses": [{"code": "K35.8", "name": "急性阑尾炎"}]},
    "diagnosis-changed": {"note": "入院诊断：急性阑尾炎\n出院诊断：输尿管结石\n", "kind": "discharge"},
    "copied-note": two_days(_DAY.format("咳嗽减轻", _VITALS), _DAY.format("咳嗽减轻", _VITALS)),
    "round-copies-first": two_days(
        _DAY.format("咳嗽减轻", _VITALS), _DAY.format("咳嗽减轻", _VITALS), ("first_course", "attending_round")
    ),
    "copied-part": two_days(
        f"查体：{_DAY.format('咳嗽减轻', '双肺呼吸音清')}\n"
        "处理：继续观察，明日复查血常规及肝肾功能，请呼吸科会诊协助诊治。\n",
        f"查体：{_DAY.format('咳嗽减轻', '双肺呼吸音清')}\n"
        "处理：患者要求出院，予办理手续，交代注意事项与门诊随访时间，带药一周。\n",
    ),
    "copied-vitals": two_days(f"咳嗽减轻。{_VITALS}。继续抗感染。",
    f"饮食好转，可下床活动。{_VITALS}。拟明日出院，完善小结。"),
    "repeated-inside": {"note": _DAY.format("咳嗽减轻", "无发热") * 2, "kind": "progress"},
    "diagnosis-doubted": {
        "note": (
            "A 25-year-old man has had sudden severe pain in the right flank that spreads to the groin today, "
            "with nausea, vomiting and blood in his urine. Suspected of migraine."
        ),
        "kind": "emergency",
    },
    "complaint-hpi-symptom": {"note": _COUGH.format("头晕3天。", "3天前出现胸痛，休息后缓解。"), "kind": "admission"},
    "complaint-hpi-duration": {"note": _COUGH.format("咳嗽2个月。", "患者3天前出现咳嗽。"), "kind": "admission"},
    "dialogue-finding": {
        "note": "现病史：无胸痛。\n", "kind": "outpatient", "dialogue": _TALK.format("胸痛三天了，很难受。"),
    },
    "dialogue-drug": {
        "note": "Medications: No warfarin.\n", "kind": "outpatient",
        "dialogue": "Doctor: Which tablets do you take?\nPatient: I take warfarin every day.\n",
    },
    "dialogue-side": {
        "note": "HPI: Pain in the left knee.\n", "kind": "outpatient",
        "dialogue": "Doctor: What is wrong?\nPatient: My right knee hurts a lot.\n",
    },
}  # fmt: skip

_PATTERNS = {
    "diagnosis-pending-final": "出院诊断：发热待查\n", "left-underscores": "体温____。", "left-stars": "姓名***。",
    "left-brackets": "Diagnosis [insert diagnosis].", "left-crosses": "XXXX today.", "left-lorem": "内容待补充。",
    "left-choices": "压痛有/无。", "left-question": "体重???。", "do-not-use-u": "insulin 10 U at bedtime",
    "do-not-use-iu": "heparin 5000 IU today", "do-not-use-qd": "aspirin 81 mg qd",
    "do-not-use-qod": "prednisone 5 mg QOD",
    "do-not-use-morphine": "MSO4 2 mg now", "trailing-zero": "warfarin 5.0 mg", "leading-zero": "digoxin .5 mg",
    "ismp-ug": "levothyroxine 50 µg", "ismp-hs": "zolpidem 5 mg qhs", "ismp-tiw": "injection TIW",
    "ismp-sc": "heparin SQ",
    "ismp-ears": "drops AS twice", "ismp-eyes": "drops OD daily", "dose-without-comma": "heparin 10000 units",
    "methotrexate-daily": "methotrexate 15 mg daily", "cn-vague-same": "余同前。",
    "cn-outside-source": "辅助检查：外院CT示肺炎。\n",
    "cn-time-format": "今日下午3时手术。",
}  # fmt: skip


def broken_by(rule):
    """A request in which a rule finds a fault."""
    if rule.id in _SINGLE:
        return _SINGLE[rule.id]
    if rule.id in _PATTERNS:
        return note(rule, _PATTERNS[rule.id])
    given = _BY_CHECKER[rule.checker](rule)
    if "female" in rule.when:
        given["sex"] = "female"
    return given


def all_rules():
    return rules()
