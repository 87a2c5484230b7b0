"""Values of the chart that a request asks for by name, and the rows that the record has of each."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.knowledge.analytes import analytes
from openward.language.words import normal
from openward.models.embedded.clauses import clauses

LABORATORY: Final = "laboratory"
VITALS: Final = "vitals"
_ASKS: Final = re.compile(
    r"\bwhat(?:'s| is| are| was| were)\b|\bhow (?:high|low|much|tall|heavy|fast)\b|"
    r"\b(?:last|latest|recent|newest|current|value|level|"
    r"reading|show|give me|tell me)\b|多少|最近|最新|目前的|数值|几|^[^\s]{2,8}呢?$",
    re.IGNORECASE,
)
# Words that want a judgement or a story of a value, not the value.
_JUDGES: Final = re.compile(
    r"\b(?:interpret|explain|mean|means|meaning|trend\w*|why|cause[sd]?|treat\w*|"
    r"normal range|target|rising|falling|dose|"
    r"calculate|clearance|risk|stop|safe|evidence|guideline\w*|differential|raise[sd]?|taking|takes?|drugs?|medic\w*|if)\b|解读|意思|怎么看|趋势|越来越|"
    r"为什么|原因|治疗|目标|计算|清除率|说明什么|正常范围|参考|指南|文献|提示什么|如果|药",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"^[\s:：=]{0,3}(?:(?:is|was|of)\s)?[<>]?\d|^(?:为|是)?\d")
_SHORT: Final = 2  # names so short count only as they are written: K, Na
_WORDS: Final = frozenset({"lead", "volume", "colour", "bacteria", "蛋白", "细菌", "颜色", "外观"})


class Asked(NamedTuple):
    """A value that is asked for: its name in the language, the section it stands in, the ids or names of its rows."""

    id: str
    name: Text
    section: str
    start: int
    end: int


def asked_in(text: str) -> tuple[Asked, ...]:
    """The values that a request asks for, in the order of its words, each once."""
    plain = normal(text)
    found: dict[str, Asked] = {}
    for clause in clauses(plain):
        if (found or _ASKS.search(clause.text)) and not _JUDGES.search(clause.text):
            for one in _named(plain, clause.start, clause.end):
                found.setdefault(one.id, one)
    return tuple(found.values())


def _named(plain: str, start: int, end: int) -> Iterator[Asked]:
    taken: list[Asked] = []
    clause = plain[start:end]
    folded = clause.lower()
    for called, (id, name, section) in _names().items():
        where = clause if len(called) <= _SHORT and called.isascii() else folded
        at = where.find(called)
        while at >= 0:
            stop = at + len(called)
            if _whole(clause, at, stop) and not _NUMBER.match(clause[stop:]):
                if all(stop + start <= other.start or other.end <= at + start for other in taken):
                    taken.append(Asked(id, name, section, start + at, start + stop))
                break
            at = where.find(called, at + 1)
    return iter(sorted(taken, key=lambda one: one.start))


def _whole(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if not text[start:end].isascii():
        return True
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


@cache
def _names() -> dict[str, tuple[str, Text, str]]:
    """What can be asked for by every name, the longest first; a name that several have is that of the blood."""
    found: dict[str, tuple[str, Text, str]] = {}
    for row in _groups():
        for called in (*row["words"], *row["rows"]):
            found.setdefault(
                called.lower(), (row["rows"][0], Text(row["name_en"], row["name_zh"]), row.get("section", VITALS))
            )
    of_blood = sorted(analytes(), key=lambda one: one.specimen not in {"serum", "blood"})
    for analyte in of_blood:
        for called in (analyte.name_en, analyte.name_zh, *analyte.words):
            plain = normal(called)
            key = plain if len(plain) <= _SHORT and plain.isascii() else plain.lower()
            if key in _WORDS or (len(key) == 1 and not key.isascii()):
                continue
            found.setdefault(key, (analyte.id, Text(analyte.name_en, analyte.name_zh), LABORATORY))
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


@cache
def _groups() -> tuple[dict[str, Any], ...]:
    data = tomllib.loads((Path(__file__).parent / "rows.toml").read_text(encoding="utf-8"))
    return tuple(one for one in data["asked"] if "name_en" in one)


def of_value(asked: Asked, held: Sequence[Mapping[str, Any]]) -> tuple[tuple[Mapping[str, Any], ...], ...]:
    """The rows of a value, by what they are called; rows come newest first, those without a value are left out."""
    found: dict[Any, list[Mapping[str, Any]]] = {}
    for row in held:
        if row.get("value") is not None and _is(asked, str(row.get("what", ""))):
            found.setdefault(row.get("what"), []).append(row)
    return tuple(tuple(rows) for rows in found.values())


def _is(asked: Asked, what: str) -> bool:
    known = next((one for one in _groups() if one["rows"][0] == asked.id), None)
    if known is None:
        analyte = analytes().find(name=what)
        return analyte is not None and analyte.id == asked.id
    plain = normal(what).lower()
    return any(plain == name or plain.startswith(name + " ") for name in known["rows"])


def called(asked: Asked, row: Mapping[str, Any], language: Language) -> str:
    """The name of a row, with the one of the language before it where the record has another language's."""
    what = str(row.get("what", ""))
    if language == "en" or not what.isascii():
        return what
    known = analytes().find(name=what)
    return f"{known.name_zh if known else asked.name.zh}（{what}）" if known or asked.section == VITALS else what


def beyond(row: Mapping[str, Any], language: Language) -> str | None:
    """Whether a value lies outside the interval that the record gives with it, where the record itself says nothing."""
    value, interval = row.get("value"), _INTERVAL.match(str(row.get("interval") or ""))
    if row.get("status") or not isinstance(value, float | int) or interval is None:
        return None
    low, high = float(interval["low"]), float(interval["high"])
    side = _ABOVE if value > high else _BELOW if value < low else _WITHIN
    return side.in_(language)


def absent(asked: Asked, language: Language, *, cut: bool) -> str:
    """That the record has no value."""
    return (_CUT if cut else _ABSENT).in_(language).format(name=asked.name.in_(language))


_INTERVAL: Final = re.compile(r"^\s*(?P<low>\d+(?:\.\d+)?)\s*[–~-]\s*(?P<high>\d+(?:\.\d+)?)")
_ABOVE: Final = Text("above its interval", "高于区间")
_BELOW: Final = Text("below its interval", "低于区间")
_WITHIN: Final = Text("within its interval", "在区间内")
_ABSENT: Final = Text("{name}: not recorded", "{name}：未记载")
_CUT: Final = Text(
    "{name}: not among the newest entries; older ones were not read", "{name}：较新的记录中没有，更早的未读取"
)
