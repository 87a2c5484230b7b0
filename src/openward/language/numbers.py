"""Numbers as orders write them: digits, fractions, ranges, Chinese numerals, English number words."""

from collections.abc import Sequence
from typing import Final

import msgspec

from openward.language.words import Token

WORDS: Final[dict[str, float]] = {
    "half": 0.5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "半": 0.5, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8,
    "九": 9, "十": 10,
}  # fmt: skip
SCALES: Final[dict[str, float]] = {
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "万": 1e4, "百万": 1e6, "亿": 1e8, "千": 1e3,
}  # fmt: skip
_RANGE: Final = frozenset({"-", "–", "—", "~", "～", "至", "to", "or", "或", "到"})
_THOUSANDS: Final = 3
_TENTH: Final = 10
_DIGITS: Final = 15


class Number(msgspec.Struct, frozen=True):
    """A number or a range, and how many words it took."""

    value: float
    words: int
    high: float | None = None


def number_at(text: str, found: Sequence[Token], place: int) -> Number | None:
    """The number that begins at a word, None when there is none or it cannot be read for certain."""
    first = _single(text, found, place)
    if first is None:
        return None
    end = place + first.words
    whole = _fraction(found, first, end) or _range(text, found, first, end) or first
    scale = SCALES.get(found[place + whole.words].word) if place + whole.words < len(found) else None
    if scale is None:
        return whole
    high = whole.high * scale if whole.high is not None else None
    return Number(whole.value * scale, whole.words + 1, high)


def _fraction(found: Sequence[Token], first: Number, end: int) -> Number | None:
    """Halves to tenths, written with a stroke (`1/2`)."""
    if end + 1 >= len(found) or found[end].word != "/" or not found[end + 1].word.isdecimal():
        return None
    below = float(found[end + 1].word[:_DIGITS])
    if not 1 < below <= _TENTH or first.value >= below or not first.value.is_integer():
        return None
    return Number(first.value / below, first.words + 2)


def _range(text: str, found: Sequence[Token], first: Number, end: int) -> Number | None:
    """Two numbers with a dash or "to" between."""
    between = _range_words(text, found, end)
    second = _single(text, found, end + between) if between is not None else None
    if between is None or second is None or second.value <= first.value:
        return None
    return Number(first.value, first.words + between + second.words, second.value)


def _range_words(text: str, found: Sequence[Token], end: int) -> int | None:
    """How many words stand between the two ends of a range (a dash is none), None when it is no range."""
    if end >= len(found) or end == 0:
        return None
    if found[end].word in _RANGE:
        return 1
    between = text[found[end - 1].end : found[end].start].strip()
    return 0 if between in _RANGE else None


def _single(text: str, found: Sequence[Token], place: int) -> Number | None:
    if place >= len(found):
        return None
    token = found[place]
    if (spelled := WORDS.get(token.word)) is not None:
        return Number(float(spelled), 1)
    if not token.word[0].isdecimal():
        return None
    return _digits(text, token)


def _digits(text: str, token: Token) -> Number | None:
    """Digits with a decimal point (`.5` is 0.5), a decimal comma (`0,5`) or thousands commas (`5,000`)."""
    word = token.word
    if token.start > 0 and text[token.start - 1] == "." and not text[: token.start - 1][-1:].isalnum():
        word = "0." + word
    groups = word.split(",")
    if len(groups) > 1:
        if groups[0] != "0" and all(len(g.split(".")[0]) == _THOUSANDS for g in groups[1:]):
            word = "".join(groups)
        elif len(groups) == 2 and "." not in word:  # noqa: PLR2004 - one comma
            word = ".".join(groups)
        else:
            return None
    if word.count(".") > 1 or len(word) > _DIGITS:
        return None
    return Number(float(word), 1)
