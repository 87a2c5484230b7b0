"""What rules need that was not there, in words for a person."""

from typing import Final

from openward.domain.proposal import Language
from openward.domain.text import Text

_EVENT: Final = "event-"
_NEEDS: Final[dict[str, tuple[Text, Text]]] = {
    "orders": (Text("The orders", "医嘱"), Text("the orders of the stay", "本次住院医嘱")),
    "discharge-orders": (
        Text("The orders at discharge", "出院医嘱单"),
        Text("the orders at discharge", "出院带药医嘱"),
    ),
    "allergies": (
        Text("The allergy list", "过敏清单"),
        Text("the allergy list, or that there is none", "过敏清单或无过敏声明"),
    ),
    "results": (
        Text("Results and vital signs", "检验结果及体温等"),
        Text("the observations of the stay", "本次住院检验与体征数据"),
    ),
    "diagnoses": (
        Text("The coded diagnoses", "编码诊断"),
        Text("the diagnoses with their ICD-10 codes", "带ICD-10编码的诊断"),
    ),
    "sex": (Text("The sex of the patient", "患者性别"), Text("the sex", "性别")),
    "birth-date": (Text("The date of birth", "出生日期"), Text("the date of birth", "出生日期")),
    "time-of-writing": (
        Text("When the note was written", "记录书写时间"),
        Text("date and time of writing", "记录的日期和时间"),
    ),
    "whole-encounter": (
        Text("Whether documents are missing", "是否缺少文书"),
        Text("all documents of the encounter, and the word that they are all", "本次就诊全部文书，并说明已齐全"),
    ),
    "kind-of-note": (
        Text("What each note is", "文书类型"),
        Text("the kind or the title of the note", "文书类型或标题"),
    ),
    "symptoms-understood": (
        Text("Whether complaint and history agree", "主诉与现病史是否一致"),
        Text("a person who reads both; no symptom was understood", "需人工核对，未能识别症状词"),
    ),
}
_EVENTS: Final[dict[str, Text]] = {
    "admitted": Text("admission", "入院"),
    "discharged": Text("discharge", "出院"),
    "died": Text("death", "死亡"),
    "operation_started": Text("the beginning of the operation", "手术开始"),
    "operation_ended": Text("the end of the operation", "手术结束"),
    "rescue_ended": Text("the end of the resuscitation", "抢救结束"),
    "transferred": Text("the transfer", "转科"),
    "taken_over": Text("the handover", "交接班"),
    "consult_requested": Text("the request for consultation", "会诊申请"),
}


def lacking(need: str, language: Language) -> tuple[str, str]:
    """What could not be looked at for want of something, and what is needed."""
    if need.startswith(_EVENT):
        event = _EVENTS[need.removeprefix(_EVENT)].in_(language)
        what = Text(f"Deadlines that count from {event}", f"以“{event}”为起点的时限")
        return what.in_(language), Text(f"the time of {event}", f"{event}时间").in_(language)
    what, needed = _NEEDS[need]
    return what.in_(language), needed.in_(language)
