"""The cells of a report: numbers with comparator and flag, words that are a result, and intervals."""

import re
from typing import Final, cast

import msgspec

from openward.services.lab_report.result import Comparator

NUMBER: Final = (
    r"(?:\d{1,3}(?:,\d{3}){1,6}(?:\.\d{1,15})?|\d{1,18},\d{1,2}(?![\d,.])|\d{1,18}(?:\.\d{1,40})?(?!\d|\.\d)|\.\d{1,40})"
    r"(?:[eE][-+]?\d{1,2}(?![\d.]))?"
)
_DECIMAL_COMMA: Final = re.compile(r",(?=\d{1,2}$)")
SIGN: Final = r"(?:<=|>=|=<|=>|≤|≥|⩽|⩾|＜=?|＞=?|<|>|小于等于|大于等于|小于|大于|不足|超过)"
FLAG: Final = (
    r"(?:↑{1,3}|↓{1,3}|▲|▼|⬆|⬇|HH|LL|H|L|\*{1,2}|偏高|偏低|异常|高|低|High|Low|Abnormal|Critical|HIGH|LOW|"
    r"ABNORMAL|CRITICAL|危急值|危急|危|A|C|N)"
)
_COMPARATORS: Final = {
    "<": "<", "＜": "<", "小于": "<", "不足": "<", "<=": "<=", "=<": "<=", "≤": "<=", "⩽": "<=", "＜=": "<=",
    "小于等于": "<=", ">": ">", "＞": ">", "大于": ">", "超过": ">", ">=": ">=", "=>": ">=", "≥": ">=", "⩾": ">=",
    "＞=": ">=", "大于等于": ">=",
}  # fmt: skip
_WORDS: Final = (
    "弱阳性", "强阳性", "阴性", "阳性", "可疑", "未检出", "检出", "未见异常", "未见", "未发现", "无反应", "有反应",
    "正常", "淡黄色",
    "黄色", "深黄色", "橙黄色", "无色", "红色", "淡红色", "褐色", "茶色", "清亮", "透明", "清", "微浑", "微混",
    "浑浊", "混浊", "少量",
    "少许", "中量", "大量", "偶见", "溶血", "脂血", "黄褐色", "软便", "稀便", "软", "稀", "无",
    "weakly positive", "weak positive", "not detected", "non-reactive", "nonreactive", "non reactive", "none seen",
    "no growth", "negative", "positive", "detected", "reactive", "indeterminate", "equivocal", "borderline", "normal",
    "abnormal", "trace", "none", "absent", "present", "clear", "hazy", "slightly cloudy", "cloudy", "turbid",
    "dark yellow", "light yellow", "pale yellow", "straw", "yellow", "amber", "colorless", "colourless", "brown", "red",
    "small", "moderate", "large", "few", "many", "rare", "occasional", "hemolyzed", "haemolysed", "pending", "neg",
    "pos",
)  # fmt: skip
_SIGNS: Final = r"[1-4]\s?\+|\+{1,4}(?!\d)|\(\s?(?:\+{1,4}|-|±|\+/-|[1-4]\+)\s?\)|±|\+/-|-(?![\d-])"
_TITRE: Final = r"[<>≤≥]?\s?1\s?[:：]\s?\d{1,6}"
WORDED: Final = re.compile(
    rf"(?P<text>{_TITRE}|(?:{'|'.join(sorted(map(re.escape, _WORDS), key=len, reverse=True))})(?![a-z])"
    rf"(?:\s?[(（][-+±\d]{{1,4}}[)）])?(?:\s{_TITRE})?|{_SIGNS}|(?:AB|A|B|O)型|RhD?\s?[(（]?[-+阳阴]性?[)）]?)",
    re.IGNORECASE,
)
VALUED: Final = re.compile(rf"(?P<sign>{SIGN})?\s{{0,3}}(?P<minus>[-−])?(?P<number>{NUMBER})")
FLAGGED: Final = re.compile(rf"[(（]\s?(?P<inner>{FLAG})\s?[)）]|(?P<flag>{FLAG})(?![A-Za-z\d/\u4e00-\u9fff])")
_BETWEEN: Final = r"\s{0,4}(?:--|-|–|—|－|~|～|∼|至|to|,|\.\.)\s{0,4}"
RANGE: Final = re.compile(
    rf"(?P<low>[-−]?{NUMBER}){_BETWEEN}(?P<high>[-−]?{NUMBER})|(?P<sign>{SIGN})\s{{0,3}}(?P<edge>[-−]?{NUMBER})"
)


class Value(msgspec.Struct, frozen=True):
    """A result as written: a number with its comparator, or words."""

    value: float | None = None
    comparator: Comparator | None = None
    text: str | None = None


class Limits(msgspec.Struct, frozen=True):
    """An interval as written; None is an open end."""

    low: float | None = None
    high: float | None = None
    text: str | None = None


def number(written: str) -> float:
    """A number with any minus sign; a comma before three digits parts thousands, else it is the decimal sign."""
    decimal = _DECIMAL_COMMA.sub(".", written.replace("−", "-"))
    return float(decimal.replace(",", ""))


def value_of(found: re.Match[str]) -> Value:
    """What a match of `VALUED` or `WORDED` says."""
    groups = found.groupdict()
    if text := groups.get("text"):
        return Value(text=text.strip())
    sign = groups.get("sign")
    value = number((groups.get("minus") or "") + groups["number"])
    return Value(value, cast("Comparator", _COMPARATORS[sign]) if sign else None)


def cell_value(cell: str) -> tuple[Value, str | None, str]:
    """A cell that holds a result: the value, its flag, and what else stands in it (a unit, as a rule).

    A cell that begins with no number is words as a whole.
    """
    text = cell.strip()
    titre = re.match(_TITRE, text)
    flag = None
    if (before := FLAGGED.match(text)) and VALUED.match(text[before.end() :].lstrip()):
        flag, text = before.group("inner") or before.group("flag"), text[before.end() :].lstrip()
    found = None if titre else VALUED.match(text)
    if found is None or re.match(r"\s?[-/:年]\s?\d", text[found.end() :]) or re.match(r"\+", text[found.end() :]):
        return Value(text=text or None), flag, ""
    rest = text[found.end() :].strip()
    if after := FLAGGED.match(rest):
        flag, rest = after.group("inner") or after.group("flag"), rest[after.end() :].strip()
    return value_of(found), flag, rest


def limits_of(cell: str | None, *, turned: bool = False) -> Limits | None:
    """A cell that holds an interval; None when it is empty. Words ("negative") stand in `text` alone.

    So does an interval that begins above its end, unless it is asked for `turned` as it is.
    """
    text = (cell or "").strip()
    if not text:
        return None
    found = RANGE.search(text)
    if found is None or RANGE.search(text, found.end()):
        return Limits(text=text)
    return _ends(found, text, turned=turned)


def limits_at(found: re.Match[str]) -> Limits:
    """What a match of `RANGE` says."""
    return _ends(found, found.group().strip())


def _ends(found: re.Match[str], text: str, *, turned: bool = False) -> Limits:
    if found.group("edge") is None:
        low, high = number(found.group("low")), number(found.group("high"))
        return Limits(low, high, text) if turned or low <= high else Limits(text=text)
    edge = number(found.group("edge"))
    below = _COMPARATORS[found.group("sign")].startswith("<")
    return Limits(None, edge, text) if below else Limits(edge, None, text)
