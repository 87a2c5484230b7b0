"""Error-prone abbreviations in orders (ISMP List of Error-Prone Abbreviations, 2024): reported, not corrected."""

import re
from typing import Final

import msgspec

from openward.domain.text import Text

_MAX_FOUND: Final = 20


class Warned(msgspec.Struct, frozen=True):
    """One thing in an order that is unsafe or unclear; `found` are the words as they stand."""

    code: str
    found: str = ""

    def message(self, language: str = "en") -> str:
        """What is wrong, for a person."""
        said = MESSAGES[self.code].in_(language)
        return f"“{self.found}”: {said}" if self.found else said


MESSAGES: Final[dict[str, Text]] = {
    "qd": Text("may be read as qid; write “daily”", "易误读为 qid；请写“每日一次”"),
    "qod": Text("may be read as qd or qid; write “every other day”", "易误读为 qd 或 qid；请写“隔日一次”"),
    "od": Text("may be read as “right eye”; write “daily”", "易误读为“右眼”；请写“每日一次”"),
    "u": Text("may be read as 0 or 4; write “unit”", "易误读为 0 或 4；请写“单位”"),
    "iu": Text("may be read as IV or 10; write “unit”", "易误读为 IV 或 10；请写“单位”"),
    "microgram-sign": Text("may be read as mg; write “mcg”", "易误读为 mg；请写“微克”"),
    "cc": Text("may be read as u; write “mL”", "易误读为 u；请写“mL”"),
    "hs": Text("may mean half-strength or bedtime; write it out", "可指半量或睡前；请写全称"),
    "sc": Text("may be read as SL or “5 every”; write “subcut”", "易误读为 SL；请写“皮下注射”"),
    "biw-tiw": Text("may be read as times a day; write the number of times weekly", "易误读为每日次数；请写“每周几次”"),
    "dc": Text("may mean discharge or discontinue; write it out", "可指出院或停用；请写全称"),
    "ss": Text("may be read as 55; write “one-half” or “sliding scale”", "易误读为 55；请写全称"),
    "eye-ear": Text(
        "eye and ear abbreviations are mistaken for each other; write it out", "眼、耳缩写易混淆；请写全称"
    ),
    "x-days": Text("may be read as that many doses; write “for … days”", "易误读为剂数；请写“用…天”"),
    "trailing-zero": Text("a zero after the point may be read as ten times the dose", "小数点后的零易致十倍剂量误读"),
    "naked-decimal": Text("without a leading zero the point may be missed", "小数点前缺零，易漏读小数点"),
    "decimal-comma": Text("the comma was read as a decimal point", "逗号按小数点读取"),
    "large-number": Text("large numbers without commas are misread", "大数字未加千位分隔，易误读"),
    "several-frequencies": Text(
        "the order states more than one frequency; none was taken", "存在多个频次；未采用任何一个"
    ),
    "several-doses": Text("the order states more than one dose; none was taken", "存在多个剂量；未采用任何一个"),
    "several-routes": Text("the order states more than one route; none was taken", "存在多个给药途径；未采用任何一个"),
    "several-durations": Text(
        "the order states more than one duration; none was taken", "存在多个疗程；未采用任何一个"
    ),
    "count-not-stated": Text("how many units are given each time is not stated", "未注明每次数量"),
}
_LATIN: Final = r"(?<![^\W\d_])"
_END: Final = r"(?![^\W\d_])"
_PATTERNS: Final = (
    ("qod", re.compile(_LATIN + r"q\.?o\.?d\b\.?", re.IGNORECASE)),
    ("qd", re.compile(_LATIN + r"q\.?d" + _END + r"\.?", re.IGNORECASE)),
    ("od", re.compile(_LATIN + r"o\.?d" + _END + r"\.?", re.IGNORECASE)),
    ("u", re.compile(r"(?<=\d) ?u(?![^\W\d_]|/[lL])", re.IGNORECASE)),
    ("iu", re.compile(_LATIN + r"i\.?u" + _END, re.IGNORECASE)),
    ("microgram-sign", re.compile(r"(?<=\d) ?[µμ]g" + _END)),
    ("cc", re.compile(r"(?<=\d) ?cc" + _END, re.IGNORECASE)),
    ("hs", re.compile(_LATIN + r"q?\.?h\.?s" + _END + r"\.?", re.IGNORECASE)),
    ("sc", re.compile(_LATIN + r"(?:s\.?c|s\.?q|sub q)" + _END, re.IGNORECASE)),
    ("biw-tiw", re.compile(_LATIN + r"[bt]iw" + _END, re.IGNORECASE)),
    ("dc", re.compile(_LATIN + r"d/c" + _END, re.IGNORECASE)),
    ("ss", re.compile(_LATIN + r"ssi?" + _END, re.IGNORECASE)),
    ("eye-ear", re.compile(_LATIN + r"(?:os|ou|ad|as|au)(?=\s*$| (?:bid|tid|qid|daily|q\d))", re.IGNORECASE)),
    ("x-days", re.compile(_LATIN + r"x ?\d{1,3} ?d" + _END, re.IGNORECASE)),
    ("trailing-zero", re.compile(r"(?<![\d.])\d{1,9}\.0{1,6}(?!\d)")),
    ("naked-decimal", re.compile(r"(?<![\w.])\.\d{1,9}")),
    ("decimal-comma", re.compile(r"(?<![\d.,])(?:0,\d{1,6}|\d{1,6},\d{1,2})(?![\d,])")),
    ("large-number", re.compile(r"(?<![\d.,])\d{6,12}(?![\d.,])")),
)


def unsafe_words(text: str) -> tuple[Warned, ...]:
    """The error-prone abbreviations of a text, at most twenty."""
    found = [Warned(code, hit.group().strip()) for code, pattern in _PATTERNS for hit in pattern.finditer(text)]
    return tuple(dict.fromkeys(found))[:_MAX_FOUND]
