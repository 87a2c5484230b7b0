"""The parts of a clinical text: sentences, and sections by their headings, English and Chinese."""

import re
from typing import Final, Literal

import msgspec

from openward.language.prose import lowered

Kind = Literal[
    "complaint", "present_history", "past_history", "family", "social", "medication", "allergy", "review",
    "examination", "vital", "laboratory", "imaging", "assessment", "plan", "obstetric", "vaccination", "person",
]  # fmt: skip


class Span(msgspec.Struct, frozen=True):
    """A part of a text."""

    start: int
    end: int


class Section(msgspec.Struct, frozen=True):
    """What stands below one heading; the heading itself is left out."""

    kind: Kind
    start: int
    end: int


_LONGEST_SENTENCE: Final = 3000
_WRAPPED: Final = 50
_END: Final = re.compile(r"[.!?]+[\"')\]]*(?=\s|$)|(?<=[a-z)])\.(?=[A-Z]|\d)|(?<=[a-z])[?!](?=[A-Z])|[。！？]+|\n+")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[^a-z])(?:dr|mr|mrs|ms|prof|st|vs|approx|e\.g|i\.e|etc|fig|pt|pts|hx|dx|tx|rx|sx|temp|resp|resps|hr|wt|ht|"
    r"no|nos|p\.o|q\.d|b\.i\.d|t\.i\.d|a\.m|p\.m|cf|al|jr|sr|dept|min|max|avg|vol|[b-hj-z])$",
    re.IGNORECASE,
)


def sentences(text: str) -> tuple[Span, ...]:
    """The sentences of a text in order; a very long one is cut."""
    found: list[Span] = []
    start = 0
    for end in _END.finditer(text):
        if end.start() >= start and _ends(text, start, end):
            _keep(found, text, start, end.end())
            start = end.end()
    _keep(found, text, start, len(text))
    return tuple(found)


def _ends(text: str, start: int, end: re.Match[str]) -> bool:
    mark = end.group()
    after = text[end.end() : end.end() + 2].lstrip(" ")
    if mark[0] == "\n":
        wrapped = len(mark) == 1 and end.start() - start >= _WRAPPED and after[:1].islower()
        return not wrapped
    if mark == "?" and not text[start : end.start()].strip():
        return False
    if mark != "." or not (short := _ABBREVIATION.search(text[max(start, end.start() - 8) : end.start()])):
        return True
    return _ends_after(short.group().strip(" \t(").lower(), after, text[end.start() - 1])


def _ends_after(said: str, after: str, last: str) -> bool:
    """Whether a full stop behind a short word ends a sentence."""
    if said[0] == "/":  # of a unit: `mmol/L`, `/min`
        return not after[:1].islower()
    if len(said) == 1:
        return not after[:1].islower() or last.islower()
    if said in {"no", "nos", "etc", "p.m", "a.m", "p.o", "b.i.d", "t.i.d", "q.d", "hr", "min", "max", "st"}:
        return not (after[:1].isdigit() and said in {"no", "nos"})
    return False


def _keep(found: list[Span], text: str, start: int, end: int) -> None:
    while start < end:
        cut = _cut(text, start, end)
        first, last = start, cut
        while first < last and text[first].isspace():
            first += 1
        while last > first and text[last - 1].isspace():
            last -= 1
        if first < last:
            found.append(Span(first, last))
        start = cut


def _cut(text: str, start: int, end: int) -> int:
    if end - start <= _LONGEST_SENTENCE:
        return end
    space = text.rfind(" ", start + _LONGEST_SENTENCE // 2, start + _LONGEST_SENTENCE)
    return space + 1 if space > 0 else start + _LONGEST_SENTENCE


_HEADINGS: Final[dict[Kind, str]] = {
    "complaint": (
        "chief complaint;chief complaints;presenting complaint;presenting complaints;cc;c/c;reason for visit;"
        "reason for consultation;reason for referral;complaint;complaints;主诉;就诊原因;入院原因"
    ),
    "present_history": (
        "history of present illness;history of presenting complaint;history of the present illness;hpi;"
        "present illness;subjective;interval history;clinical history;hospital course;presentation;"
        "现病史;病史;病情摘要;病史摘要;诊疗经过"
    ),
    "past_history": (
        "past medical history;pmh;pmhx;past history;medical history;past surgical history;psh;surgical history;"
        "past medical and surgical history;previous medical history;previous history;physical history;problem list;"
        "comorbidities;background;既往史;既往病史;过去史;手术史;既往手术史;外伤史;手术外伤史"
    ),
    "family": "family history;fh;fhx;family medical history;family hx;家族史;家族病史;遗传病史;家族遗传史",
    "social": "social history;sh;shx;personal history;occupational history;travel history;habits;个人史;社会史;生活史",
    "medication": (
        "medications;medication;current medications;home medications;meds;drug history;medication list;"
        "discharge medications;medications on admission;用药史;目前用药;用药情况;现用药物;用药;药物史"
    ),
    "allergy": "allergies;allergy;drug allergies;known allergies;nkda;过敏史;药物过敏史;过敏",
    "review": "review of systems;ros;systems review;systemic enquiry;系统回顾;absent findings;pertinent negatives",
    "examination": (
        "physical examination;physical exam;examination;exam;pe;on examination;o/e;objective;general examination;"
        "physical findings;查体;体格检查;体检;专科检查;专科情况;体征"
    ),
    "vital": "vital signs;vitals;vs;observations;obs;vitals reviewed;生命体征",
    "laboratory": (
        "laboratory;laboratory results;laboratory data;laboratory findings;lab results;labs;lab data;investigations;"
        "results;blood tests;laboratory studies;辅助检查;实验室检查;化验;化验检查;检验结果;检查结果;血常规"
    ),
    "imaging": "imaging;radiology;imaging studies;x-ray;ct;mri;ultrasound;ecg;ekg;影像学检查;影像检查;影像",
    "assessment": (
        "assessment;impression;diagnosis;diagnoses;assessment and plan;a/p;differential diagnosis;discharge diagnosis;"
        "admission diagnosis;clinical impression;诊断;初步诊断;入院诊断;出院诊断;印象;评估;鉴别诊断"
    ),
    "plan": (
        "plan;recommendations;recommendation;disposition;follow-up;follow up;instructions;discharge instructions;"
        "advice;return precautions;treatment;treatment plan;management;"
        "计划;处理;处置;建议;医嘱;治疗计划;出院医嘱;随访;治疗"
    ),
    "obstetric": (
        "obstetric history;gynecologic history;gynaecological history;ob history;ob/gyn history;menstrual history;"
        "月经史;婚育史;生育史;月经婚育史;孕产史"
    ),
    "vaccination": (
        "immunizations;immunisations;vaccination history;vaccinations;immunization history;预防接种史;接种史"
    ),
    "person": "demographics;patient;patient information;identification;一般情况;一般资料;基本信息",
}
_KINDS: Final = {heading: kind for kind, listed in _HEADINGS.items() for heading in listed.split(";")}
_LABEL: Final = re.compile(
    r"(?:^|\n|(?<=[.;。;] )|(?<=[。;.]))[ \t#*>\d.]{0,8}([a-z][a-z/ -]{0,38}[a-z]|[\u4e00-\u9fff]{2,8})"
    r"[* \t]{0,4}(?::|(?=\n))[* ]{0,3}"
)


def sections(text: str) -> tuple[Section, ...]:
    """The sections of a text by their headings; words before the first heading belong to none.

    What stands on the line of its heading ends with that line, unless a list or a lower-case line continues it.
    """
    plain = lowered(text)
    marks = [(m.start(1), m.end(), _KINDS[said]) for m in _LABEL.finditer(plain) if (said := m.group(1)) in _KINDS]
    ends = [*(start for start, _, _ in marks[1:]), len(text)][: len(marks)]
    return tuple(
        Section(kind, start, _closed(text, start, end)) for (_, start, kind), end in zip(marks, ends, strict=True)
    )


def _closed(text: str, start: int, end: int) -> int:
    line = text.find("\n", start, end)
    while line >= 0 and text[start:line].strip():
        after = text[line + 1 : line + 3].lstrip(" ")
        if not (after[:1].islower() or after[:1] in {"-", "*", "•", "·"} or after[:1].isdigit()):
            return line
        line = text.find("\n", line + 1, end)
    return end
