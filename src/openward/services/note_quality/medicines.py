"""Drugs as notes and orders name them: which ingredient, how much for one time."""

from functools import cache, lru_cache
from typing import Final

import msgspec

from openward.domain.errors import InputError, OpenWardError
from openward.domain.quantity import Quantity
from openward.knowledge.drugs import Drugs
from openward.knowledge.prescribed import Prescribed, read_order
from openward.language.words import normal

_IN_MG: Final = {"g": 1000.0, "mg": 1.0, "ug": 0.001}
_BEHIND: Final = 60
_ENDS: Final = "；;。\n，,、"


class Named(msgspec.Struct, frozen=True):
    """One drug at a place of a text."""

    ingredients: tuple[str, ...]
    start: int
    end: int
    each_mg: float | None = None


@cache
def drugs() -> Drugs:
    """The names of drugs, of this house and of the hospital."""
    return Drugs()


@lru_cache(maxsize=4096)
def ordered(sentence: str) -> tuple[tuple[str, ...], float | None]:
    """The ingredients of an order sentence, and the amount for one time in mg where it says so."""
    try:
        read = read_order(sentence[:2000], drugs())
    except OpenWardError:
        return (), None
    return read.drug.ids, _each(read)


def _each(read: Prescribed) -> float | None:
    return in_mg(read.order.amount) if len(read.drug.ids) == 1 and read.order.high is None else None


def in_mg(amount: Quantity | None) -> float | None:
    """A mass in milligrams; None for another unit."""
    if amount is None or amount.unit not in _IN_MG:
        return None
    return amount.value * _IN_MG[amount.unit]


def named(text: str, start: int, end: int) -> tuple[Named, ...]:
    """The drugs that a stretch of a text names, with the dose that stands behind each.

    A text whose normal form has another length is not read, since places would be wrong.
    """
    words = text[start:end]
    if len(normal(words)) != len(words):
        return ()
    places = drugs().places(normal(words))
    nexts = [*(first for first, _ in places[1:]), len(words)][: len(places)]
    found = []
    for (first, last), following in zip(places, nexts, strict=True):
        ids = drugs().resolve_text(words[first:last]).ids
        if ids:
            found.append(Named(ids, start + first, start + last, _dose(words, first, min(following, last + _BEHIND))))
    return tuple(found)


def _dose(words: str, first: int, last: int) -> float | None:
    cut = min((at for sign in _ENDS if (at := words.find(sign, first, last)) > 0), default=last)
    try:
        return ordered(words[first:cut])[1]
    except InputError:
        return None


def name_of(ingredient: str, language: str) -> str:
    """An ingredient in a language."""
    held = drugs().ingredient(ingredient)
    return held.name(language) if held else ingredient
