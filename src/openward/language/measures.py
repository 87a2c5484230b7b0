"""Units in a run of words: of an amount (`mg/kg`, `mg/5 mL`, 万单位) and of time."""

from collections.abc import Sequence
from typing import Final

from openward.domain.spelling import ucum
from openward.language.numbers import number_at
from openward.language.phrases import DAY, MONTH, WEEK
from openward.language.words import Token

HOURS: Final = {"min": 1 / 60, "h": 1.0, "d": DAY, "wk": WEEK, "mo": MONTH, "a": 12 * MONTH}
_PER_FORM: Final = frozenset({"tablet", "tab", "capsule", "cap", "片", "粒", "支", "袋", "puff", "spray", "vial", "瓶"})
_NO_UNITS: Final = frozenset({"片", "in", "c", "f"})


def words_of(text: str, found: Sequence[Token], place: int, length: int) -> str:
    """Some words as they stand in the text."""
    return text[found[place].start : found[place + length - 1].end]


def time_at(text: str, found: Sequence[Token], place: int) -> tuple[int, float]:
    """A unit of time: how many words, and its hours; (0, 0) when there is none."""
    for length in (2, 1):
        if place + length > len(found):
            continue
        words = words_of(text, found, place, length)
        code = ucum(words)
        if code in HOURS and (not words.isupper() or code in ("d", "h")):
            return length, HOURS[code]
    return 0, 0.0


def unit_at(text: str, found: Sequence[Token], place: int) -> tuple[int, str]:
    """A unit of an amount with what it is divided by, as UCUM; (0, "") when there is none."""
    taken, code = _single(text, found, place)
    while taken and place + taken + 1 < len(found) and found[place + taken].word == "/":
        below, part = _below(text, found, place + taken + 1)
        if not below:
            break
        taken, code = taken + 1 + below, f"{code}/{part}"
    return taken, code


def volume_below(text: str, found: Sequence[Token], place: int) -> tuple[int, float]:
    """The divisor of `250 mg/5 mL`: how many words up to its unit, and the number; (0, 1) when there is none."""
    if place + 1 >= len(found) or found[place].word != "/":
        return 0, 1.0
    number = number_at(text, found, place + 1)
    if number is None or number.value <= 0 or number.high is not None:
        return 0, 1.0
    taken, code = _single(text, found, place + 1 + number.words)
    return (1 + number.words + taken, number.value) if code == "mL" else (0, 1.0)


def _below(text: str, found: Sequence[Token], place: int) -> tuple[int, str]:
    taken, code = _single(text, found, place)
    if taken:
        return taken, code
    return (1, "{unit}") if found[place].word in _PER_FORM else (0, "")


def _single(text: str, found: Sequence[Token], place: int) -> tuple[int, str]:
    if place < len(found) and found[place].word == "%":
        return 1, "%"
    for length in (2, 1):
        if place + length > len(found) or not found[place].word[0].isalpha():
            continue
        code = ucum(words_of(text, found, place, length))
        if code is not None and not (length == 1 and found[place].word in _NO_UNITS):
            return length, code
    return 0, ""
