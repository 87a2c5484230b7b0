"""Numbers that were measured, in prose and in lists of results: `Creatinine 0.8 mg/dL`, `BP 145/90`, 体温38.5℃."""

import re
from bisect import bisect_left
from typing import Final, Literal

import msgspec

from openward.language.assertions import Assertion, Said, Sentence, Subject, When
from openward.language.cues import cues
from openward.language.passages import sentences
from openward.language.prose import Prose, narrowed
from openward.language.units import TIMES, unit_behind

Comparator = Literal["<", "<=", ">", ">="]

_MOST: Final = 20_000
_LABEL: Final = 80
_TEMPERATURES: Final = frozenset({"Cel", "[degF]"})
_NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,6})?|\d{1,9}(?:\.\d{1,6})?|(?<![\d.])\.\d{1,6})"
_VALUE: Final = re.compile(
    rf"(?<![\d.,/^])(?P<value>{_NUMBER})(?![\d^])(?!\.\d)(?: ?(?:-|~|～|to|至|到) ?(?P<high>{_NUMBER})(?![\d.]\d|-))?"
    rf"(?: ?/ ?(?P<second>\d{{1,3}})(?!\d|/\d|\.\d))?"
)
_COMPARED: Final = re.compile(
    r"(<=|>=|≤|≥|<|>|less than or equal to|less than|fewer than|greater than|more than|below|above|over|under|"
    r"at least|at most|up to|"
    r"不低于|不高于|不超过|大于|小于|超过|低于|高于|不足) ?$"
)
_COMPARATORS: Final[dict[str, Comparator]] = {
    "<=": "<=", "≤": "<=", "at most": "<=", "up to": "<=", "less than or equal to": "<=", "不高于": "<=",
    "不超过": "<=",
    ">=": ">=", "≥": ">=", "at least": ">=", "不低于": ">=",
    "<": "<", "less than": "<", "fewer than": "<", "below": "<", "under": "<", "小于": "<", "低于": "<", "不足": "<",
    ">": ">", "greater than": ">", "more than": ">", "above": ">", "over": ">", "大于": ">", "超过": ">", "高于": ">",
}  # fmt: skip
_DATE: Final = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}/\d{1,2}/\d{2,4}|\d{2,4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|"
    r"\d{1,2}月\d{1,2}[日号]|"
    r"\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?|\d{3}-\d{3,4}-\d{4}|1\.73 ?m(?![a-z])|10 ?\^ ?\d{1,2}"
)
# The digits and charges of chemical names are no numbers of their own.
_CHEMICAL: Final = re.compile(
    r"(?<![a-z])(?:(?:hco|co|o|spo|sao|pao|paco|pco|po|fio|no|nh|h)[234]|na|k|cl|ca2?|mg2?)(?:[+\-−]{1,2}(?![\d.]))?(?![a-z])",
    re.IGNORECASE,
)
_CUT: Final = re.compile(r"[,;()\[\]\n。、!?|]|\. | (?:and|with|but|while|plus|then) |[而且并伴]|[^\W\d_]: ")
_LEADING: Final = re.compile(
    r"^(?:[\s:=\-*·>]|(?:his|her|the|a|an|is|was|were|are|and|with|of|patient's|patient|has|had|shows?|showed|"
    r"revealed|current|"
    r"initial|today|now|on|in|at|for|from|to|up|repeat|reveals|include|includes|who|she|he|which|if|call|when|"
    r"that|there|significant|vitals?|"
    r"signs?|labs?|查|示|其|患者|的|入院|复查|急查|查体|提示|显示|为)(?![a-z]))+"
)
_TRAILING: Final = re.compile(
    r"(?:[\s:=\-~*≈]|(?<![a-z])(?:is|was|of|at|are|were|to|from|level|levels|concentration|measured|measures|"
    r"about|approximately|around|"
    r"showed|shows|value|remains|reading|returned|read|rose|increased|decreased|fell|dropped|elevated|declined|"
    r"improved|went|"
    r"came back|has|had|be|been|a|an|the|estimated|up|down|as|high|low|now|currently|today|peaked|ranges|"
    r"ranged|ranging|between|"
    r"slightly|mildly|moderately|markedly|severely|significantly|normal|raised|reduced|borderline|again|"
    r"risen|fallen|steady|stable|only|just|equals|found|and|or|which|noted|positive|high as|reached)|"
    r"[为是约达升至高降到从由及值计最]|水平|测得|大约|左右|波动|上升|下降|升高|降低|增加|增高|结果|波动于|[于在])+$"
)
_REFERENCE: Final = re.compile(
    r"(?<![a-z])(?:normal|reference|ref|range|n|nl|normals?|limit|参考(?:值|范围|区间)?|正常(?:值|"
    r"范围)?)[ :=(]{0,3}(?:is|of|:)?[ <>=≤≥]*$"
)
# What stands between a name and its number: `creatinine (1.6`, `creatinine (Cr), 1.6`, `creatinine, 1.6 mg/dL`.
_OPEN: Final = re.compile(r"[(\[] *$")
_ASIDE: Final = re.compile(r" *[(\[]([^()\[\]]{1,30})[)\]] *$")
_ABBREVIATION: Final = re.compile(r" ?\([a-z][a-z0-9+/-]{0,9}\)(?= [a-z])")
_COMMA: Final = re.compile(r", *$")
_FROM: Final = re.compile(r"(?:from|由|从) ?(?:about |a |baseline |approximately ){0,2}$")
_TO: Final = re.compile(
    r"^[ ,]{0,2}(?:to|→|->|up to|down to|升至|降至|至|升高至|下降至|升到|降到|增至|rising to|falling to|then)[ ]{0,2}$"
)


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One number: the words before it that name it, its unit (UCUM), and how it is meant.

    `words` is in lower case, and empty for a temperature that nothing names. `high` is the other end of a range,
    `second` the number behind a stroke (the diastolic pressure of 150/95).
    """

    words: str
    value: float
    high: float | None = None
    second: float | None = None
    unit: str | None = None
    comparator: Comparator | None = None
    start: int
    end: int
    assertion: Assertion = "present"
    subject: Subject = "patient"
    when: When = "current"


def readings(text: str) -> tuple[Reading, ...]:
    """The measured numbers of a text in order; ages, dates and lengths of time are none."""
    return _judged(text, _found(narrowed(text)))


def _found(whole: str) -> list[Reading]:
    plain = _DATE.sub(lambda m: ";" * len(m.group()), whole)
    found: list[Reading] = []
    last_end = 0
    for number in _VALUE.finditer(_CHEMICAL.sub(_lettered, plain)):
        if number.start() < last_end or len(found) >= _MOST:
            continue
        unit = unit_behind(whole, number.end())
        counts = _counts(plain, number, unit)
        reading = _reading(plain, number, unit, found[-1] if found else None, last_end) if counts else None
        if reading is not None:
            found += _change(number, reading)
        if reading is not None or not _glued(plain, number):
            last_end = unit[0] if unit is not None else number.end()
    return found


def _lettered(name: re.Match[str]) -> str:
    """A chemical name as letters only, of the same length."""
    return re.sub(r"[^a-z]", "x", name.group(), flags=re.IGNORECASE)


def _change(number: re.Match[str], reading: Reading) -> list[Reading]:
    """`from 0.9 to 2.1` are two readings, the first of them past."""
    if reading.when == "current" or reading.high is None:
        return [reading]
    first = msgspec.structs.replace(reading, high=None, end=number.end("value"))
    second = msgspec.structs.replace(reading, value=reading.high, high=None, start=number.start("high"), when="current")
    return [first, second]


def _glued(plain: str, number: re.Match[str]) -> bool:
    """Whether a number continues a word (`B12`, `SpO2`)."""
    before = plain[number.start() - 1 : number.start()]
    return before.isalpha() and before.isascii()


def _counts(plain: str, number: re.Match[str], unit: tuple[int, str] | None) -> bool:
    """Whether a number is a measurement: no length of time, no part of a name (`B12`, `T4`)."""
    if unit is not None and unit[1] in TIMES:
        return False
    before, after = plain[number.start() - 1 : number.start()], plain[number.end() : number.end() + 1]
    if before == "-" and plain[number.start() - 2 : number.start() - 1].isalnum():
        return False
    if unit is None and after.isascii() and after.isalpha():
        return False
    return (
        not _glued(plain, number)
        or unit is not None
        or "." in number.group("value")
        or number.group("second") is not None
    )


def _reading(
    plain: str, number: re.Match[str], unit: tuple[int, str] | None, before: Reading | None, last_end: int
) -> Reading | None:
    start = number.start()
    lead = plain[max(last_end, start - _LABEL) : start].lower()
    if _REFERENCE.search(lead):
        return None
    compared = _COMPARED.search(lead)
    if compared is not None:
        start -= len(compared.group())
        lead = lead[: compared.start()]
    words = _words(lead, listed=unit is not None)
    same = before is not None and before.end == last_end and (_TO.match(lead) or lead.strip() in ("(", "/", "[", "= "))
    if not words and same and before is not None:
        words = before.words
    if not words and (unit is None or unit[1] not in _TEMPERATURES):
        return None
    value, high, second = (_float(number.group(name)) for name in ("value", "high", "second"))
    return Reading(
        words=words,
        value=value if value is not None else 0.0,
        high=high if high is not None and value is not None and high > value else None,
        second=second,
        unit=unit[1] if unit is not None else None,
        comparator=_COMPARATORS[compared.group(1)] if compared is not None else None,
        start=start,
        end=unit[0] if unit is not None else number.end(),
        when="past" if _FROM.search(lead) else "current",
    )


def _float(said: str | None) -> float | None:
    return float(said.replace(",", "")) if said else None


def _words(lead: str, *, listed: bool) -> str:
    """What names the number: the last words before it, without verbs and articles; a comma may part a list's two."""
    lead = _TRAILING.sub("", _ABBREVIATION.sub("", lead))
    for between in (_OPEN, _COMMA, _ASIDE, _COMMA, _ASIDE):
        if between is not _COMMA or listed:
            lead = _TRAILING.sub("", between.sub("", lead))
    cut = max((m.end() for m in _CUT.finditer(lead)), default=0)
    return _LEADING.sub("", _TRAILING.sub("", lead[cut:])).strip()


def _judged(text: str, found: list[Reading]) -> tuple[Reading, ...]:
    """The readings with what their sentences say of them."""
    if not found:
        return ()
    prose = Prose(text)
    spans = [(bisect_left(prose.starts, r.start), max(bisect_left(prose.starts, r.end), 1)) for r in found]
    covered = [False] * len(prose.words)
    said = cues(prose, covered)
    starts = [cue.start for cue in said]
    out: list[Reading] = []
    place = 0
    for sentence in sentences(text):
        first, last = bisect_left(prose.starts, sentence.start), bisect_left(prose.starts, sentence.end)
        begin = place
        while place < len(found) and found[place].start < sentence.end:
            place += 1
        if begin == place:
            continue
        near = said[bisect_left(starts, first) : bisect_left(starts, last)]
        inside = [(min(max(s, first), last - 1), min(max(e, s + 1), last)) for s, e in spans[begin:place]]
        judge = Sentence(prose.words, (first, last), inside, near)
        out += [_with(r, judge.said(span)) for r, span in zip(found[begin:place], inside, strict=True)]
    return tuple(out)


def _with(reading: Reading, said: Said) -> Reading:
    when: When = "past" if "past" in (said.when, reading.when) else "current"
    return msgspec.structs.replace(reading, assertion=said.assertion, subject=said.subject, when=when)
