"""Numbers of a text with their units: digits, words and spoken runs of words; English and Chinese."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import msgspec

from openward.checks.claims.claim import Claim
from openward.checks.claims.dates import dates
from openward.domain.spelling import ucum
from openward.language.prose import Prose, narrowed
from openward.language.units import unit_behind

_ONES: Final = {
    word: float(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "  # noqa: SIM905
        "seventeen "
        "eighteen nineteen".split()
    )
} | {"oh": 0.0}
_TENS: Final = {
    word: 10.0 * value
    for words in ("twenty thirty forty fifty sixty seventy eighty ninety",
                  "twenties thirties forties fifties sixties seventies eighties nineties")
    for value, word in enumerate(words.split(), 2)
}  # fmt: skip
_SPOKEN: Final = _ONES | _TENS
_SCALES: Final = {"hundred": 100.0, "hundreds": 100.0, "thousand": 1000.0, "thousands": 1000.0}
_LONE: Final = {"once": 1.0, "twice": 2.0, "couple": 2.0, "dozen": 12.0, "half": 0.5, "quarter": 0.25, "third": 3.0,
                "first": 1.0, "second": 2.0, "single": 1.0, "thrice": 3.0, "tenth": 10.0} | {
    word: float(value) for value, word in enumerate("fourth fifth sixth seventh eighth ninth".split(), 4)  # noqa: SIM905
}  # fmt: skip
_UNIT_WORDS: Final = {
    "millimeter": "mm", "millimeters": "mm", "centimeter": "cm", "centimeters": "cm", "puff": "{puff}",
    "puffs": "{puff}",
    "pack": "{pack}", "packs": "{pack}", "tablet": "{tablet}", "tablets": "{tablet}", "pill": "{tablet}",
    "pills": "{tablet}",
    "gray": "Gy", "gy": "Gy", "degrees": "[degF]", "milligram": "mg", "milligrams": "mg", "片": "{tablet}",
}  # fmt: skip
_CHINESE: Final = {sign: float(value) for value, sign in enumerate("零一二三四五六七八九十")} | {"两": 2.0, "半": 0.5}
_CHINESE_SCALES: Final = {"十": 10.0, "百": 100.0, "千": 1000.0, "万": 10000.0}
_CHINESE_ONES: Final = frozenset("一二三四五六七八九")
_JOINS: Final = frozenset({",", "x", "by", "to", "through", "or", "-", "/", "至", "到", "over"})
_ARTICLES: Final = frozenset({"a", "an", "per", "every", "each", "next", "last", "past", "previous"})
_TIMES: Final = {
    "day": "d", "days": "d", "week": "wk", "weeks": "wk", "month": "mo", "months": "mo", "year": "a", "years": "a",
    "hour": "h", "hours": "h", "minute": "min", "minutes": "min", "daily": "d", "weekly": "wk", "monthly": "mo",
}  # fmt: skip
_FILLED: Final = frozenset({"-", "more", "or", "so", "full"})
_MOST_FILLED: Final = 2
_FEW_LETTERS: Final = 2
_MISREAD: Final = frozenset({"m", "[in_i]", "U"})  # of a word that only begins like a unit
_PLURALS: Final = frozenset({"s", "st", "nd", "rd", "th"})
_NAMED: Final = re.compile(r"[A-Za-z]-$|[A-Za-z]\d{1,2}-$|Co-?Q $|min/\{?$")
_OF_A: Final = {"日": "/d", "天": "/d", "晚": "/d", "早": "/d", "周": "/wk", "月": "/mo"}
_BACK: Final = 8
_LONGEST_RUN: Final = 8
_MOST: Final = 20_000
_FEW: Final = 10
_HUNDRED: Final = 100
_DIGITS: Final = 15
AGE: Final = "{age}"
SCALES: Final = frozenset({"/4", "/5", "/6", "/10"})
TIMES_OF_DAYS: Final = {
    "min": 1 / 1440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.4375, "a": 365.25, "s": 1 / 86400,
}  # fmt: skip


def amounts(text: str, prose: Prose, *, spoken: bool) -> tuple[Claim, ...]:
    """The numbers in order; in talk (`spoken`) also those that only articles and words like "twice" say."""
    reader = _Reader(text, prose, spoken=spoken)
    place = 0
    while place < len(prose.words) and len(reader.found) < _MOST:
        place = reader.at(place)
    return reader.done()


class _Reader:
    """Goes through the words of a text once."""

    def __init__(self, text: str, prose: Prose, *, spoken: bool) -> None:
        self.text = text
        self.plain = narrowed(text)
        self.prose = prose
        self.words = prose.words
        self.spoken = spoken
        self.found: list[Claim] = []
        self.ends: list[int] = []
        self.dated: set[int] = set()
        self.found += dates(self.plain)
        self.dated.update(place for one in self.found for place in range(one.start, one.end))
        self.ends += [0] * len(self.found)

    def at(self, place: int) -> int:
        """Reads the number at a word, if there is one; gives the next word to look at."""
        word = self.words[place]
        if word[0].isdecimal():
            return self._digits(place)
        if word in _SPOKEN or word in _SCALES or (word == "point" and self._is_number(place + 1)):
            return self._spoken(place)
        if word in _LONE:
            return self._lone(place, _LONE[word])
        if word in _CHINESE or word in _CHINESE_SCALES:
            return self._chinese(place)
        if self.spoken and word in _ARTICLES and (unit := _TIMES.get(self._word(place + 1))):
            self._keep(place, place + 1, [1.0], unit)
            self._keep(place, place + 1, [1.0], f"/{unit}")
        elif self.spoken and (word == "daily" or (word in "每早睡" and self._word(place + 1) in "天日晚早上饭前")):
            self._keep(place, place + 1, [1.0], "/d")
        return place + 1

    def done(self) -> tuple[Claim, ...]:
        """The numbers; the first end of a range has the unit of the second, and a score the unit `/10`."""
        out = self.found
        for at, (one, two) in enumerate(pairwise(out)):
            if one.terms or two.terms:
                continue
            joined = self._joined(self.ends[at], two)
            unit = one.unit or self._scale(self.ends[at], two) or (two.unit if joined else None)
            hundreds = joined and (one.value or 0.0) < _FEW <= _HUNDRED <= (two.value or 0.0)
            also = (*one.also, (one.value or 0.0) * _HUNDRED) if hundreds else one.also
            out[at] = msgspec.structs.replace(one, unit=unit, also=also)
        return tuple(one for one in out if not self._is_pronoun(one))

    def _is_pronoun(self, one: Claim) -> bool:
        """A spoken "one" without a unit counts nothing."""
        said = self.spoken and one.unit is None and one.text.lower() == "one"
        return said and not self.plain.endswith(("a ", "at "), 0, one.start)

    def _scale(self, end: int, two: Claim) -> str | None:
        """The scale of a score: `2/6`, `two out of six`."""
        unit = f"/{two.value:g}"
        between = " ".join(self.words[end : end + 2])
        said = between == "out of" or between.startswith(("/", "over ", "of "))
        return unit if said and unit in SCALES and self._follows(end, two) else None

    def _follows(self, end: int, two: Claim) -> bool:
        last = min(end + 2, len(self.words) - 1)
        return end < len(self.words) and self.prose.starts[end] < two.start <= self.prose.ends[last] + 1

    def _joined(self, end: int, two: Claim) -> bool:
        if end >= len(self.words) or self.words[end] not in _JOINS:
            return False
        if self.words[end] == ",":
            return self.spoken and self.prose.starts[end + 1] == two.start
        return self._follows(end, two)

    def _word(self, place: int) -> str:
        return self.words[place] if 0 <= place < len(self.words) else ""

    def _digits(self, place: int) -> int:
        start = self.prose.starts[place]
        before = self.plain[start - 1 : start]
        value = _float(self.words[place])
        if value is None or (before.isascii() and before.isalpha()) or self._hangs(start) or self._is_numbering(place):
            return place + 1
        if before == "." and not self.plain[start - 2 : start - 1].isalnum():
            value = _float("0." + self.words[place]) or value
        end, also = place + 1, list[float]()
        if self._word(end) == "and" and self._word(end + 1) in ("a", "one") and self._word(end + 2) == "half":
            value, end = value + 0.5, end + 3
        if self.spoken and self._word(end) in ("point", ".") and self._is_number(end + 1) and self._gap(place):
            also.append(_float(f"{value:.0f}.{_glued([self._word(end + 1)])}") or value)
        if self._word(end) in _SCALES:
            value, end = value * _SCALES[self._word(end)], end + 1
        elif self._word(end) in _CHINESE_SCALES:
            value, end = value * _CHINESE_SCALES[self._word(end)], end + 1
        self._keep(place, end, [value, *also], self._unit(end))
        return end

    def _gap(self, place: int) -> bool:
        """Whether a blank stands behind a number: `97 . 7` is spoken, `97.` ends a sentence."""
        return self.plain[self.prose.ends[place] : self.prose.ends[place] + 1] == " "

    def _hangs(self, start: int) -> bool:
        """Whether a number is part of a name (`COVID-19`, the 6 of `C5-6`) or of a date."""
        return bool(_NAMED.search(self.plain[max(0, start - 5) : start])) or start in self.dated

    def _is_numbering(self, place: int) -> bool:
        """`1.` and `2)` at the beginning of a line count items."""
        first = place == 0 or self.words[place - 1] == "\n"
        return (
            first
            and self._word(place + 1) in (".", ")", "、")
            and self.prose.ends[place] == self.prose.starts[place + 1]
        )

    def _lone(self, place: int, value: float) -> int:
        if self.spoken or self.words[place] in ("twice", "once", "thrice"):
            unit = self._unit(place + 1)
            if unit is None and self._word(place + 1) == "of":
                unit = _TIMES.get(self._word(place + 2))
            if unit is None and self._word(place + 1) in (
                "a",
                "an",
                "per",
                "each",
                "daily",
                "weekly",
                "monthly",
                "every",
            ):
                unit = self._rate(place + 1)
            self._keep(place, place + 1, [value], unit)
        return place + 1

    def _spoken(self, place: int) -> int:
        end = place
        while end < len(self.words) and end - place < _LONGEST_RUN and self._goes_on(end):
            end += 1
        run = self.words[place:end]
        unit = self._unit(end)
        if not self.spoken and unit is None and self.words[place] in ("one", "oh"):
            return end
        if self.words[place] != "oh":
            tenths = [_float("0." + _glued(run)) or 0.0] if self._word(place - 1) == "." and "." not in run else []
            self._keep(place, end, [*_meanings(run), *tenths], unit)
        return end

    def _goes_on(self, place: int) -> bool:
        word = self.words[place]
        if word in _SPOKEN or word in _SCALES:
            return True
        after = self._word(place + 1)
        if word == "point" or (word == "." and self.spoken and place > 0 and self._is_number(place - 1)):
            return self._is_number(place + 1)
        if word == "and":
            return self.words[place - 1] in _SCALES and after in _SPOKEN
        return word == "-" and after in _ONES

    def _is_number(self, place: int) -> bool:
        word = self._word(place)
        return word in _SPOKEN or word in _SCALES or word[:1].isdigit()

    def _chinese(self, place: int) -> int:
        end = place
        while (
            end < len(self.words)
            and end - place < _LONGEST_RUN
            and (self.words[end] in _CHINESE or self.words[end] in _CHINESE_SCALES)
        ):
            end += 1
        unit = self._unit(end)
        run = self.words[place:end]
        if unit is not None and len(run) > 1 and set(run) <= _CHINESE_ONES:
            for at in range(place, end):  # `三四次` is three or four
                self._keep(at, at + 1, [_CHINESE[self.words[at]]], unit)
        elif unit is not None:
            self._keep(place, end, [_chinese(run)], unit)
        return end

    def _unit(self, end: int) -> str | None:
        """The unit behind the word before `end`; a length of time may be of a year or a week."""
        gap = end
        while self._word(gap) in _FILLED and gap - end < _MOST_FILLED:
            gap += 1
        word = self._word(gap)
        if word == "plus" and self._word(gap + 1) in _TIMES:
            return _TIMES[self._word(gap + 1)]
        if word in _TIMES and not word.endswith("ly"):
            return AGE if "old" in self.words[gap + 1 : gap + 3] else _TIMES[word]
        if word == "次":
            return self._zh_rate(gap)
        if word in ("times", "daily"):
            return self._rate(gap)
        return self._named_unit(word, end)

    def _named_unit(self, word: str, end: int) -> str | None:
        """The unit that a word or a sign behind a number stands for."""
        if word == "plus" or (word == "+" and self.prose.starts[end] == self.prose.ends[end - 1]):
            return "{plus}"
        if word in _UNIT_WORDS and word != "degrees":
            return _UNIT_WORDS[word]
        if word == "岁" or self.plain.startswith((" y.o", " y/o", "yo "), self.prose.ends[end - 1]):
            return AGE
        if word in _PLURALS:  # `60s`, `the 2nd`
            return None
        found = unit_behind(self.plain, self.prose.ends[end - 1])
        if found is not None and found[1] not in _MISREAD:
            return found[1]
        code = ucum(word) if word.isalpha() and len(word) > _FEW_LETTERS else None
        return code or (found[1] if found is not None else None)

    def _zh_rate(self, place: int) -> str:
        """`每日3次` and `一天三次` are rates, `吐了四次` a count."""
        for word in reversed(self.words[max(0, place - _BACK) : place]):
            if word in _OF_A:
                return _OF_A[word]
        return "{times}" if self._word(place + 1) != "/" else "/min"

    def _rate(self, place: int) -> str | None:
        for word in self.words[place : place + 4]:
            if word in _TIMES:
                return f"/{_TIMES[word]}"
        return None

    def _keep(self, first: int, last: int, values: Sequence[float], unit: str | None) -> None:
        start, end = self.prose.starts[first], self.prose.ends[last - 1]
        self.found.append(
            Claim(
                kind="amount",
                text=self.text[start:end],
                start=start,
                end=end,
                value=values[0],
                also=tuple(dict.fromkeys(values[1:])),
                unit=unit,
            )
        )
        self.ends.append(last)


def _float(word: str) -> float | None:
    plain = word.replace(",", "")
    return float(plain) if len(plain) <= _DIGITS and plain.count(".") <= 1 else None


def _meanings(run: Sequence[str]) -> list[float]:
    """The numbers that a run of words may mean, the likeliest first: "one forty" is 140, but also 1 and 40."""
    if not run:
        return []
    words = ["point" if word == "." else word for word in run if word not in ("and", "-")]
    if "point" in words:
        at = words.index("point")
        whole, rest = _meanings(words[:at]) or [0.0], [word for word in words[at + 1 :] if word != "point"]
        return [*(_float(f"{one:.0f}.{_glued(rest)}") or 0.0 for one in whole), *whole, *_meanings(rest)]
    parts = _parts(words)
    out = [_plain(words)] if len(parts) <= 1 or set(words) & set(_SCALES) else []
    if len(parts) > 1:
        out += [float(_glued(words)[:_DIGITS]), *parts]
    return out


def _parts(words: Sequence[str]) -> list[float]:
    """The single numbers of a run: `thirty two forty` are 32 and 40."""
    parts: list[float] = []
    ten = False
    for word in words:
        if word in _SCALES:
            if parts:
                parts[-1] *= _SCALES[word]
            else:
                parts.append(_SCALES[word])
            ten = False
        elif ten and 0 < _ONES.get(word, 10.0) < 10:  # noqa: PLR2004 - a digit
            parts[-1] += _ONES[word]
            ten = False
        else:
            parts.append(_SPOKEN.get(word, _float(word) if word[0].isdigit() else 0.0) or 0.0)
            ten = word in _TENS
    return parts


def _glued(words: Sequence[str]) -> str:
    return "".join(f"{part:.0f}" for part in _parts(words)) or "0"


def _plain(words: Sequence[str]) -> float:
    """The number as grammar has it: `one hundred forty two` is 142."""
    total = now = 0.0
    for word in words:
        if word.startswith("thousand"):
            total, now = total + (now or 1.0) * 1000.0, 0.0
        elif word.startswith("hundred"):
            now = (now or 1.0) * 100.0
        else:
            now += _SPOKEN.get(word, 0.0)
    return total + now


def _chinese(signs: Sequence[str]) -> float:
    """`三十五` is 35, `两百` is 200, `半` is 0.5."""
    total = now = 0.0
    for sign in signs:
        if sign in _CHINESE_SCALES:
            total, now = total + (now or 1.0) * _CHINESE_SCALES[sign], 0.0
        else:
            now = _CHINESE[sign]
    return total + now
