"""One line of pasted text: names, values, flags, units and intervals, in whatever order they stand."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from openward.knowledge.analytes import analytes, printed_unit, specimen_of
from openward.services.lab_report.reading.tails import named_at_end
from openward.services.lab_report.reading.values import (
    FLAGGED,
    NUMBER,
    RANGE,
    VALUED,
    WORDED,
    Limits,
    Value,
    limits_at,
    value_of,
)
from openward.services.lab_report.result import Result

_START: Final = re.compile(r"[\s:：=>\t)）\]】↑↓\u4e00-\u9fff]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_TRIM: Final = " \t:：=,，;；。|、….*★☆▲△●○◆◇※#"
_APART: Final = re.compile(r"[:：,，;；。|\t]|\.\s|\s{2,}")
_LABEL: Final = re.compile(
    r"(?:生物)?参考(?:区间|范围|值)?[:：]?|正常(?:参考)?(?:值|范围)[:：]?|(?:biological\s)?ref(?:erence)?(?:\.|\s?range|\s?interval|\s?values?)?\s?[:：]"
    r"|normal(?:\srange)?\s?[:：]|range\s?[:：]|units?\s?[:：]|单位[:：]|结果[:：]|flag\s?[:：]|\|",
    re.IGNORECASE,
)
_BRACKET: Final = re.compile(r"[(\[（【]([^()\[\]（）【】]{1,80})[)\]）】]")
_UNIT_IN_NAME: Final = re.compile(r"[(（\[]([^()（）\[\]]{1,30})[)）\]]\s*$")
_UNIT_END: Final = re.compile(r"[(\[（【,，;；。、↑↓]|参考|[\u4e00-\u9fff]{2,}")
_NUMBERED: Final = re.compile(r"\d{1,3}[.、)\s]+(?=\D)")
_NO_UNIT: Final = re.compile(r"[-−+<>≤≥＜＞~～]|\d(?!\.73)")
_UNIT_WORDS: Final = 4
_FURTHER: Final = 40
_LONGEST: Final = 100
_MAX_SUFFIXES: Final = 4
_MAX_SKIPPED: Final = 6
_FLAG_BEFORE: Final = re.compile(r"(?:^|\s)(HH|LL|H|L|↑|↓|\*)$")
_SIGNS: Final = re.compile(r"[\W_]+")
_SPAN: Final = re.compile(rf"{NUMBER}\s?[-~～–]\s?{NUMBER}(?![\d.])")
MAX_PARTS: Final = 60
MAX_STARTS: Final = 40


class Tail(msgspec.Struct):
    """What stands behind a value, taken apart."""

    unit: str | None = None
    limits: Limits | None = None
    flag: str | None = None
    rest: str = ""


class Found(msgspec.Struct, frozen=True):
    """A name and the value behind it; `known` when an analyte bears the name."""

    name: str
    value: Value
    end: int
    known: bool
    begin: int
    flag: str | None = None
    specimen: str | None = None


def results_in(line: str, place: str, specimen: str | None = None) -> Iterator[Result]:
    """The results of one line, in order; none when there are none. What is left of the line becomes a comment."""
    rest, held, beside, skipped = line, None, "", 0
    for number in range(MAX_PARTS):
        found = _first(rest)
        if found is None or skipped > _MAX_SKIPPED:
            break
        found = _counted(found, rest)
        tail = _tail(rest[found.end :])
        result = _result(found, tail, place if number == 0 else f"{place}, part {number + 1}", specimen)
        at_end = None if found.known else named_at_end(result)
        if at_end is not None:
            result, before = at_end
            beside = f"{beside} {before}"
        elif not _is_result(found, result):
            beside, rest, skipped = f"{beside} {rest[: found.end]}", rest[found.end :], skipped + 1
            continue
        if held is not None:
            yield _with(held, beside)
        held, beside, rest = _with(result, "" if held else beside), "", tail.rest
    if held is not None:
        yield _with(held, f"{beside} {rest}")


def _with(result: Result, words: str) -> Result:
    """A result with what stands beside it."""
    kept = " ".join(words.split()).strip(_TRIM)
    return msgspec.structs.replace(result, comment=f"{result.comment or ''} {kept}".strip()) if kept else result


def _is_result(found: Found, result: Result) -> bool:
    """An unknown name needs more than a number behind it to be taken for an analyte."""
    bounded = result.low is not None or result.high is not None
    return found.known or bounded or any(sign in (result.unit or "") for sign in "/%")


def _counted(found: Found, text: str) -> Found:
    """Words with a number and its unit behind them (`positive 250.3 IU/mL`) are one result."""
    if found.value.text is None:
        return found
    number = VALUED.match(text, found.end + len(text[found.end :]) - len(text[found.end :].lstrip()))
    if number is None or not _unit(text[number.end() :].lstrip(), Tail()):
        return found
    both = msgspec.structs.replace(value_of(number), text=found.value.text)
    return msgspec.structs.replace(found, value=both, end=number.end())


def _result(found: Found, tail: Tail, place: str, specimen: str | None) -> Result:
    name, unit = _split_name(found.name, tail.unit)
    limits = tail.limits or Limits()
    return Result(
        name=name,
        place=place,
        value=found.value.value,
        comparator=found.value.comparator,
        text=found.value.text,
        unit=unit,
        low=limits.low,
        high=limits.high,
        interval_text=limits.text,
        flag=tail.flag or found.flag,
        specimen=found.specimen or specimen,
    )


def _split_name(name: str, unit: str | None) -> tuple[str, str | None]:
    """A unit in brackets at the end of a name is the unit where the value has none."""
    numbered = _NUMBERED.match(name)
    if numbered and _named(name[numbered.end() :]):
        name = name[numbered.end() :]
    inner = _UNIT_IN_NAME.search(name)
    if unit is None and inner and not is_known(inner[1]) and printed_unit(inner[1]):
        return name[: inner.start()].strip(_TRIM), inner[1]
    return name, unit


def is_known(name: str) -> bool:
    """Whether an analyte bears this name."""
    return analytes().knows(name)


def _first(text: str) -> Found | None:
    """The first value with a name before it: the longest name that an analyte bears, else the first word."""
    plain: Found | None = None
    known: Found | None = None
    for found in _starts(text):
        made = _found(text, found)
        if made is None:
            continue
        if (known or plain) and found.start() > (known.end if known else plain.end if plain else 0) + _FURTHER:
            break
        if made.known:
            known = made if known is None or _longer(known, made) else known
        elif plain is None:
            plain = made
    return plain if plain and known and known.begin >= plain.end else known or plain


def _longer(one: Found, other: Found) -> bool:
    """Whether the other name begins at the same place and goes on in more than signs (`glucose -`)."""
    return one.begin == other.begin and _SIGNS.sub("", one.name) != _SIGNS.sub("", other.name)


def _found(text: str, found: re.Match[str]) -> Found | None:
    """A value with the name before it; a flag may stand between, and a heading before the name."""
    name = text[: found.start()].strip(_TRIM)
    flagged = _FLAG_BEFORE.search(name)
    if flagged and _named(name[: flagged.start()]):
        name = name[: flagged.start()].strip(_TRIM)
    else:
        flagged = None
    if not _LETTER.search(name):
        return None
    value, end = _value(text, found)
    flag = flagged[1] if flagged else None
    if len(name) <= _LONGEST and _named(name):
        return Found(name, value, end, known=True, flag=flag, begin=text.find(name))
    near = len(name) - _LONGEST
    ends = [place.end() for place in _APART.finditer(name, max(near, 0))][-_MAX_SUFFIXES:]
    short = next((n for end in ends if _named(n := name[end:].strip(_TRIM))), None)
    if short is None:
        return Found(name, value, end, known=False, flag=flag, begin=text.find(name))
    begin = text.rfind(short, 0, found.start())
    before = text[:begin].strip(_TRIM)
    specimen = before if len(before) <= _FURTHER and specimen_of(before) else None
    return Found(short, value, end, known=True, flag=flag, begin=begin, specimen=specimen)


def _value(text: str, found: re.Match[str]) -> tuple[Value, int]:
    """The value and where it ends; a span of numbers (`15-20 /HPF`) stays words."""
    span = _SPAN.match(text, found.start()) if found.re is VALUED else None
    return (Value(text=span.group()), span.end()) if span else (value_of(found), found.end())


def _named(name: str) -> bool:
    """Whether a name, with or without a unit in brackets at its end, is one of an analyte."""
    return is_known(name) or is_known(_UNIT_IN_NAME.sub("", name))


def _starts(text: str) -> Iterator[re.Match[str]]:
    """The places where a value may begin: behind a space, a colon or a Chinese character, not within a word."""
    taken = 0
    for place in range(1, min(len(text), 600)):
        if not _START.match(text[place - 1]) or text[place].isspace() or taken >= MAX_STARTS:
            continue
        found = _worded(text, place) or VALUED.match(text, place)
        if found:
            taken += 1
            yield found


def _worded(text: str, place: int) -> re.Match[str] | None:
    """A result in words, whole words only."""
    found = WORDED.match(text, place)
    return None if found and re.match(r"[A-Za-z\d.]", text[found.end() : found.end() + 1]) else found


def _tail(text: str) -> Tail:
    """Flag, unit and interval behind a value; the first thing that is none of them begins the rest."""
    tail = Tail()
    rest = text
    while rest:
        rest = rest.lstrip(" \t")
        step = _flag(rest, tail) or _bracketed(rest, tail) or _unit(rest, tail) or _interval(rest, tail)
        if label := _LABEL.match(rest):
            step = step or label.end()
        if not step:
            break
        rest = rest[step:]
    tail.rest = rest
    return tail


def _flag(rest: str, tail: Tail) -> int:
    found = FLAGGED.match(rest)
    if found is None or tail.flag is not None:
        return 0
    tail.flag = found.group("inner") or found.group("flag")
    return found.end()


def _bracketed(rest: str, tail: Tail) -> int:
    """An interval in brackets, perhaps with the unit behind it; or a unit in brackets."""
    found = _BRACKET.match(rest)
    if found is None:
        return 0
    inner = _LABEL.sub("", found[1]).strip()
    interval = RANGE.match(inner)
    if interval is not None and tail.limits is None:
        tail.limits = limits_at(interval)
        behind = inner[interval.end() :].strip()
        tail.unit = tail.unit or (behind if printed_unit(behind) else None)
        return found.end()
    if tail.unit is None and printed_unit(inner):
        tail.unit = inner
        return found.end()
    return _words_interval(inner, found.end(), tail)


def _words_interval(inner: str, end: int, tail: Tail) -> int:
    if tail.limits is None and WORDED.fullmatch(inner):
        tail.limits = Limits(text=inner)
        return end
    return 0


def _unit(rest: str, tail: Tail) -> int:
    """The longest run of words that is a unit."""
    if tail.unit is not None:
        return 0
    ends: list[int] = []
    for word in re.finditer(r"\S+", rest[:60]):
        if len(ends) == _UNIT_WORDS or (ends and _NO_UNIT.match(word.group())):
            break
        ends.append(word.end())
    for end in reversed(ends):
        for words in (rest[:end].rstrip(_TRIM), _cut(rest[:end])):
            if words and printed_unit(words) and not RANGE.match(words):
                tail.unit = words
                return len(words)
    return 0


def _cut(words: str) -> str:
    """The words before an interval that follows without a space (`mmol/L(3.5-5.3)`)."""
    return _UNIT_END.split(words, maxsplit=1)[0].strip(_TRIM)


def _interval(rest: str, tail: Tail) -> int:
    if tail.limits is not None:
        return 0
    if found := _worded(rest, 0):
        tail.limits = Limits(text=found.group())
        return found.end()
    if found := RANGE.match(rest):
        tail.limits = limits_at(found)
        return found.end()
    return 0
