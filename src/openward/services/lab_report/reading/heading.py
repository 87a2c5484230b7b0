"""Lines of a report that are no results: titles of columns, specimens, times, and who it is about."""

import re
from itertools import islice
from typing import Final

import msgspec

from openward.knowledge.analytes import specimen_of
from openward.services.lab_report.reading.moments import DATE, NAMED, moment_in
from openward.services.lab_report.result import Person, Sex

_TITLES: Final = frozenset({
    "no", "no.", "序号", "项目", "项目名称", "检验项目", "检测项目", "名称", "中文名称", "英文名称", "英文", "代号",
    "缩写", "简称", "编号", "编码",
    "结果", "检验结果", "测定结果", "检测结果", "结果值", "提示", "标志", "状态", "单位", "参考值", "参考范围",
    "参考区间", "参考值范围", "正常值",
    "正常范围", "生物参考区间", "方法", "检测方法", "实验方法", "方法学", "备注", "异常", "升降", "test", "tests",
    "name", "test name", "result",
    "results", "value", "unit", "units", "flag", "flags", "reference", "range", "reference range", "reference interval",
    "ref", "ref.", "ref range", "normal range", "analyte", "component", "method", "investigation", "observed", "code",
    "status", "interval", "comment", "comments", "lab", "biological", "parameter", "determination", "your", "in",
})  # fmt: skip
_TAKEN: Final = re.compile(
    r"(?:采集|采样|抽血|取样|采血|标本采集|送检)(?:时间|日期)?\s?[:：]?|(?:date\s(?:of\s)?)?(?:collected|collection|"
    r"drawn|specimen taken|"
    r"sampled|sample taken|taken)(?:\s(?:date|time|on|at|date/time))?\s?[:：]?",
    re.IGNORECASE,
)
_OTHER_TIME: Final = re.compile(
    r"(?:接收|签收|报告|检验|审核|打印|申请|核收|收样)(?:时间|日期|单时间)?\s?[:：]|(?:date\s(?:of\s)?)?(?:received|"
    r"reported|printed|report date|"
    r"verified|ordered|resulted|authori[sz]ed)\b",
    re.IGNORECASE,
)
_ABOUT: Final = re.compile(
    r"^\W{0,3}(?:姓\s?名|性\s?别|年\s?龄|科\s?室|科别|病\s?区|床\s?号|住院号|门诊号|病历号|登记号|病人号|就诊卡号|"
    r"样本号|标本号|条码号?|检验号|临床诊断|诊断|"
    r"送检医[生师]|申请医[生师]|开单医生|检验者|检验医[生师]|审核者|审核医[生师]|报告者|核对者|医院|备\s?注|本报告|"
    r"此报告|注[:：]|第\s?\d+\s?页|共\s?\d+\s?页|民族|职业|费别|"
    r"patient|name\b|mrn|dob|date of birth|sex\b|gender|age\b|nhs|ref(?:erred|erring)? ?(?:by|dr|physician)|doctor|"
    r"dr\.?\s|"
    r"physician|ordering|requested by|lab(?:oratory)? (?:no|number|id)|accession|page \d|report status|\*{3,}|"
    r"end of report|"
    r"clinical (?:details|information|history)|ward\b|location|hospital|account|specimen (?:id|no)|order (?:id|no))",
    re.IGNORECASE,
)
_SPECIMEN: Final = re.compile(
    r"(?:标本|样本)(?:种类|类型|类别|来源)?\s?[:：]\s?(\S{1,12})|(?:specimen|sample)(?:\stype|"
    r"\ssource)?\s?[:：]\s?([A-Za-z ]{2,30})",
    re.IGNORECASE,
)
_SECTIONS: Final = (
    (re.compile(r"动脉血气|arterial blood gas|\bABG\b", re.IGNORECASE), "arterial blood"),
    (re.compile(r"静脉血气|venous blood gas|\bVBG\b", re.IGNORECASE), "venous blood"),
    (re.compile(r"脑脊液|cerebrospinal fluid|\bCSF\b", re.IGNORECASE), "csf"),
    (re.compile(r"胸水|胸腔积液|pleural fluid", re.IGNORECASE), "pleural fluid"),
    (re.compile(r"腹水|腹腔积液|ascit|peritoneal fluid", re.IGNORECASE), "ascites"),
    (re.compile(r"尿常规|尿液|尿沉渣|尿生化|urinalysis|urine", re.IGNORECASE), "urine"),
    (re.compile(r"粪便|大便|便常规|stool|f(?:a)?eces", re.IGNORECASE), "stool"),
    (re.compile(
        r"血常规|血细胞分析|全血细胞|生化|肝功|肾功|血脂|电解质|凝血|甲状腺|甲功|心肌|血气|免疫|肿瘤标志|乙肝|术前|"
        r"炎症|血清|complete blood|"
        r"\bCBC\b|\bFBC\b|haematology|hematology|biochem|chemistry|metabolic panel|liver|renal|lipid|coagulation|"
        r"thyroid|"
        r"electrolyte|blood gas|cardiac|immunology|serology|\bBMP\b|\bCMP\b|\bLFTs?\b|\bU&E|iron studies",
        re.IGNORECASE), None),
)  # fmt: skip
_REMARK: Final = re.compile(
    r"溶血|脂血|乳糜|黄疸(?:标本|样本|血清)|凝块|凝集|h(?:a)?emoly[sz]|lip(?:a)?emi[ac]|icteric|clotted|"
    r"platelet clumps|diluted",
    re.IGNORECASE,
)
_AGE: Final = re.compile(
    r"(?:年\s?龄|\bage)\s{0,3}[:：]?\s{0,3}(\d{1,3})\s{0,2}(岁|个?月|周|天|y(?:ears?|rs?|o)?|m(?:onths?|o)?|"
    r"w(?:eeks?|k)?|d(?:ays?)?)?(?![A-Za-z\d])",
    re.IGNORECASE,
)
_SEX: Final = re.compile(
    r"(?:性\s?别|\bsex|\bgender)\s{0,3}[:：]?\s{0,3}(男|女|male|female|m|f)(?![A-Za-z])", re.IGNORECASE
)
_PREGNANT: Final = re.compile(
    r"(?:孕|妊娠)\s?\d{1,2}\s?(?:\+\s?\d)?\s?周|宫内孕|\d{1,2}\+?\d?\s?weeks pregnant|pregnant\s?[:：]\s?yes",
    re.IGNORECASE,
)
_YEAR: Final = 365.25
_AGE_DAYS: Final = {
    "岁": _YEAR,
    "y": _YEAR,
    "月": _YEAR / 12,
    "m": _YEAR / 12,
    "周": 7.0,
    "w": 7.0,
    "天": 1.0,
    "d": 1.0,
}
_SEXES: Final[dict[str, Sex]] = {"男": "male", "male": "male", "m": "male", "女": "female", "female": "female",
                                 "f": "female"}  # fmt: skip
_LONG: Final = 80
_TITLED: Final = 2
_NOTES: Final = 20


def is_titles(line: str) -> bool:
    """Whether a line names the columns."""
    words = [w for w in re.split(r"[\s/|,、()（）:：]+", line.casefold()) if w]
    known = sum(1 for w in words if w in _TITLES)
    return known >= _TITLED and known >= len(words) - 1


def is_about(line: str) -> bool:
    """Whether a line is of the form: whose report it is, who asked for it, who signed it."""
    return bool(_ABOUT.search(line) or _OTHER_TIME.search(line) or _REMARK.search(line))


class Heading(msgspec.Struct, frozen=True):
    """What a heading says of the lines below it; `moment` says whether it speaks of the time at all."""

    specimen: str | None = None
    known: bool = False


def section_of(line: str) -> Heading:
    """The specimen that a heading names for the lines below it."""
    if found := _SPECIMEN.search(line):
        words = (found[1] or found[2]).strip()
        return Heading(words if specimen_of(words) else None, known=True)
    if len(line) <= _LONG:
        for pattern, specimen in _SECTIONS:
            if pattern.search(line):
                return Heading(specimen, known=True)
    return Heading()


def taken_at(line: str) -> str | None:
    """The part of a line that says when the specimen was taken; a line that is a date alone says so too."""
    if found := _TAKEN.search(line):
        return line[found.end() :] if moment_in(line[found.end() :]) else None
    alone = DATE.fullmatch(line.strip()) or NAMED.fullmatch(line.strip())
    return line if alone else None


def notes_in(text: str) -> tuple[str, ...]:
    """The lines that speak of the state of the specimen (haemolysis, lipaemia, a clot)."""
    found = (line.strip() for line in text.splitlines() if len(line) <= _LONG and _REMARK.search(line))
    return tuple(islice(found, _NOTES))


def person_in(text: str) -> Person:
    """Age, sex and pregnancy where the report labels them."""
    sex, age = _SEX.search(text), _AGE.search(text)
    return Person(
        age_days=_age(age) if age else None,
        sex=_SEXES[sex[1].casefold()] if sex else None,
        pregnant=True if _PREGNANT.search(text) else None,
    )


def _age(found: re.Match[str]) -> float:
    unit = (found[2] or "岁").casefold().removeprefix("个")
    return float(found[1]) * _AGE_DAYS[unit[0]]
