"""How long something has lasted, or how long ago it began, in days.

"A few" counts as 3 and "several" as 4, a range as its middle; a month is 30.44 days, a year 365.25.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from openward.language.numbers import WORDS
from openward.language.prose import Prose
from openward.language.words import is_chinese

MONTH: Final = 30.4375
YEAR: Final = 365.25
_UNITS: Final[dict[str, float]] = {
    word: days
    for days, words in {
        1 / 86400: "second seconds sec secs",
        1 / 1440: "minute minutes min mins 分钟",
        1 / 24: "hour hours hr hrs h 小时 钟头 个小时 个钟头 时",
        1.0: "day days d night nights 天 日",
        7.0: "week weeks wk wks w 周 星期 礼拜 个星期 个礼拜",
        14.0: "fortnight fortnights",
        MONTH: "month months mo mos mth mths 个月 月",
        YEAR: "year years yr yrs y 年",
        10 * YEAR: "decade decades",
    }.items()
    for word in words.split()
}
_MOMENTS: Final[dict[tuple[str, ...], float]] = {
    tuple(Prose(said).words): days
    for days, listed in {
        0.5: "this morning;this afternoon;this evening;今晨;今早;半天;半日",
        1.0: (
            "yesterday;last night;overnight;previous day;previous night;the other night;past day;last day;"
            "昨天;昨日;昨晚;昨夜"
        ),
        2.0: "day before yesterday;前天;前日;前晚",
        7.0: "last week;past week;previous week;上周;上星期;近一周",
        15.0: "半月;半个月;半个多月",
        MONTH: "last month;past month;previous month;上月;上个月",
        YEAR / 2: "半年;半年多",
        YEAR: "last year;past year;去年",
    }.items()
    for said in listed.split(";")
}
_FIRST: Final = frozenset(said[0] for said in _MOMENTS)
_LASTING: Final = frozenset({"past", "previous", "overnight", "近", "半"})
_VAGUE: Final = {
    "a": 1.0, "an": 1.0, "couple": 2.0, "few": 3.0, "several": 4.0, "数": 4.0, "几": 3.0, "eleven": 11.0,
    "thirteen": 13.0, "fourteen": 14.0, "fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "半": 0.5,
}  # fmt: skip
_DIGITS: Final = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_ABOUT: Final = frozenset({"余", "多", "来", "+", "of", "or", "so", "more", "to", "-", "~", "至", "到", "the", "或"})
_NO_LENGTH_BEFORE: Final = frozenset({
    "every", "per", "/", "q", "each", "age", "aged", "lasting", "lasts", "lasted", "last", "next", "in",
    "within", "after",
    "每", "隔", "孕", "持续约", "second", "第",
})  # fmt: skip
_NO_LENGTH_AFTER: Final = frozenset({
    "old", "pregnant", "gestation", "gestational", "ga", "later", "of age", "postpartum", "from", "岁", "龄",
    "后", "孕", "/",
    "course", "supply", "follow", "between", "apart", "次", "一",
})  # fmt: skip
_BEFORE_ARTICLE: Final = frozenset({
    "for", "over", "since", "about", "almost", "nearly", "of", "than", "past", "approximately", "around",
    "had", "lasted",
})  # fmt: skip
_AFTER_ARTICLE: Final = frozenset({"ago", "of", "prior", "before", "earlier", "history", "course", "and"})
_MOST_YEARS: Final = 120.0
_MOST_WORDS: Final = 6
_MOST_DIGITS: Final = 8
_MOST_SIGNS: Final = 4


class Duration(msgspec.Struct, frozen=True):
    """A length of time: its words from `start` to `end`; `ago` when it says when something was."""

    start: int
    end: int
    days: float
    ago: bool = False


def days(text: str) -> float | None:
    """The first length of time that a text states, in days; None when it states none."""
    prose = Prose(text[:20_000])
    found = durations(prose, 0, len(prose.words))
    return found[0].days if found else None


def durations(prose: Prose, first: int, last: int) -> list[Duration]:
    """The lengths of time among some words, without ages, dates, intervals of dosing and times of one attack."""
    found: list[Duration] = []
    place = first
    while place < last:
        duration = _moment(prose.words, place, last) or _length(prose.words, place, first, last)
        if duration is None:
            place += 1
            continue
        place = duration.end
        if duration.days >= 0:
            found.append(duration)
    return found


def _moment(words: Sequence[str], place: int, last: int) -> Duration | None:
    if words[place] not in _FIRST:
        return None
    for length in (4, 3, 2, 1):
        said = tuple(words[place : min(place + length, last)])
        if len(said) == length and (gone := _MOMENTS.get(said)) is not None:
            return Duration(place, place + length, gone, ago=not _LASTING & set(said))
    return None


def _length(words: Sequence[str], place: int, first: int, last: int) -> Duration | None:
    """A number with a unit of time; `days` is below zero when it is no length of time here."""
    found = _part(words, place, last)
    if found is None:
        return None
    end, total, unit = found
    while (more := _more(words, end, last, unit)) is not None:
        end, total, unit = more[0], total + more[1], more[2]
    before = words[max(first, place - 3) : place]
    after = words[end : min(end + 3, last)]
    if _is_other(before, after, total) or (
        words[place] in ("a", "an") and end == place + 2 and _is_rate(before, after)
    ):
        return Duration(place, end, -1.0)
    return Duration(place, end, total, ago=_is_ago(words, end, last))


def _is_ago(words: Sequence[str], end: int, last: int) -> bool:
    after = words[end : min(end + 2, last)]
    return bool({"ago", "prior", "earlier", "前", "before", "back"} & set(after))


def _is_rate(before: Sequence[str], after: Sequence[str]) -> bool:
    """`10 mg a day`, against `for a day` and `a day ago`."""
    return not (set(before[-1:]) & _BEFORE_ARTICLE or set(after[:1]) & _AFTER_ARTICLE)


def _is_other(before: Sequence[str], after: Sequence[str], total: float) -> bool:
    if total > _MOST_YEARS * YEAR or (after and after[0] in _NO_LENGTH_AFTER):
        return True
    if len(after) > 1 and after[0] in ("of", "'") and after[1] in ("age", "gestation", "pregnancy", "old"):
        return True
    nearest = before[-1] if before else ""
    if nearest == "last":
        return before[-2:-1] not in (["the"], ["for"], ["over"], ["in"])
    if nearest in ("in", "within", "after") or (nearest in ("月", "年") and total < MONTH):
        return True
    if (
        before[-2:-1]
        and before[-2] in ("lasted", "lasts", "lasting")
        and nearest in ("about", "approximately", "for", "up", "only")
    ):
        return True
    return nearest in _NO_LENGTH_BEFORE or list(before[-2:]) == ["the", "next"] or "times" in before[-2:]


def _more(words: Sequence[str], end: int, last: int, unit: float) -> tuple[int, float, float] | None:
    """A smaller length that is added at once: 1 year and 2 months, 1年3个月."""
    place = end + 1 if end < last and words[end] in ("and", "零") else end
    found = _part(words, place, last) if place < last and words[place] not in ("a", "an", "半") else None
    return found if found is not None and found[2] < unit else None


def _part(words: Sequence[str], place: int, last: int) -> tuple[int, float, float] | None:
    """One number and its unit: where it ends, its days and the days of the unit."""
    number = _number(words, place, last)
    if number is None:
        return None
    if words[place] in ("a", "an") and (better := _number(words, place + 1, last)) is not None:
        number = better
    at, value = number
    if value == WORDS["half"] and at < last and words[at] in ("a", "an"):
        at += 1
    while at < last and words[at] in _ABOUT and at - place < _MOST_WORDS:
        at += 1
        second = _number(words, at, last)
        if second is not None:
            at, value = second[0], (value + second[1]) / 2
    if (second := _number(words, at, last)) is not None and second[1] > value:
        at, value = second[0], (value + second[1]) / 2
    unit = _unit(words, at, last)
    if unit is None:
        return None
    at, size = unit
    return _half(words, at, last, value, size)


def _half(words: Sequence[str], at: int, last: int, value: float, size: float) -> tuple[int, float, float]:
    if list(words[at : min(at + 3, last)]) == ["and", "a", "half"]:
        return at + 3, (value + 0.5) * size, size
    if at < last and words[at] == "半":
        return at + 1, (value + 0.5) * size, size
    while at < last and words[at] in ("余", "多", "'"):
        at += 1
    return at, value * size, size


def _number(words: Sequence[str], place: int, last: int) -> tuple[int, float] | None:
    if place >= last:
        return None
    word = words[place]
    if word[:1].isdecimal():
        plain = word.replace(",", "")
        return (place + 1, float(plain)) if plain.count(".") <= 1 and len(plain) < _MOST_DIGITS else None
    if is_chinese(word) and (word in _DIGITS or word in "十半几数"):
        return _chinese(words, place, last)
    value = _VAGUE.get(word, WORDS.get(word)) if not is_chinese(word) else None
    return (place + 1, value) if value is not None else None


def _chinese(words: Sequence[str], place: int, last: int) -> tuple[int, float] | None:
    """Numerals up to ninety-nine: 三, 十, 十五, 二十, 二十五, 半, 几, 数."""
    value, at = 0.0, place
    while at < last and at - place < _MOST_SIGNS:
        word = words[at]
        if word == "十":
            value = (value or 1.0) * 10
        elif word in _DIGITS:
            value += _DIGITS[word]
        elif word in ("半", "几", "数") and at == place:
            value = {"半": 0.5, "几": 3.0, "数": 4.0}[word]
        else:
            break
        at += 1
    return (at, value) if value else None


def _unit(words: Sequence[str], place: int, last: int) -> tuple[int, float] | None:
    for length in (3, 2, 1):
        if place + length > last:
            continue
        said = "".join(words[place : place + length]) if is_chinese(words[place]) or length == 1 else ""
        if said in _UNITS and not (said in ("月", "时") and not _is_relative(words, place + length, last)):
            return place + length, _UNITS[said]
    return None


def _is_relative(words: Sequence[str], place: int, last: int) -> bool:
    """Whether a Chinese month is a length of time (2月前, 3月余) and not a date (5月)."""
    return place < last and words[place] in ("余", "前", "来", "多", "以", "半")
