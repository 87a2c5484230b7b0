"""Finds a calculator by what people call it, or the disease that it is for, in English and Chinese."""

import re
from functools import cache
from typing import Final

from openward.knowledge.conditions import conditions
from openward.services.clinical_calculator.library import Calculator, library

_PLAIN: Final = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
_SUBSCRIPT: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉₋²", "0123456789-2")
# A word of so few letters is an abbreviation: it stands for itself, never for a part of another word.
_ABBREVIATION: Final = 3
_EXACT: Final = 2


def plain(words: str) -> str:
    """Words without case, punctuation and subscripts, for comparison."""
    return _PLAIN.sub("", words.translate(_SUBSCRIPT).lower())


def named(words: str) -> Calculator | None:
    """The one calculator of that id, name or synonym, None when there is none."""
    return _names().get(plain(words))


def matching(words: str) -> tuple[Calculator, ...]:
    """All calculators whose name, synonym, field or purpose has every word, or which are for the disease so called.

    Those that are called so come first, and of an abbreviation those for the disease; all of them for no words.
    """
    wanted = tuple(w for part in words.split() if (w := plain(part)))
    if not wanted:
        return tuple(library().calculators.values())
    diseases = _diseases(plain(words))
    short = len(plain(words)) <= _ABBREVIATION
    ranked = [(rank, c) for c in library().calculators.values() if (rank := _rank(c.id, wanted, diseases, short=short))]
    return tuple(c for _, c in sorted(ranked, key=lambda pair: pair[0]))


def _rank(id: str, wanted: tuple[str, ...], diseases: tuple[tuple[str, ...], ...], *, short: bool) -> int:
    """1 is the best; 0 for what does not fit."""
    if all(word in _called(id) for word in wanted):
        return 1
    if all(_has(id, word) for word in wanted):
        return 4 if short else 2
    return 3 if any(all(_has(id, word) for word in name) for name in diseases) else 0


def _has(id: str, word: str) -> bool:
    """Whether a word stands in what is said of a calculator: a Chinese one anywhere, another at a word's beginning."""
    if not word.isascii():
        return word in _text(id)
    if word in _tokens(id) or any(name.startswith(word) for name in _called(id)):
        return True
    return len(word) > _EXACT and any(token.startswith(word) for token in _tokens(id))


@cache
def _diseases(words: str) -> tuple[tuple[str, ...], ...]:
    """The other names of the diseases that are called so, each as words."""
    found = []
    for one in conditions().conditions.values():
        names = (one.name.en, one.name.zh, *one.synonyms_en, *one.synonyms_zh)
        if words in {plain(name) for name in names}:
            found += [tuple(w for part in name.split() if (w := plain(part))) for name in names]
    return tuple(name for name in found if name and len("".join(name)) > _EXACT)


@cache
def _names() -> dict[str, Calculator]:
    return {plain(word): c for c in library().calculators.values() for word in c.called()}


@cache
def _called(id: str) -> frozenset[str]:
    called = tuple(library().calculators[id].called())
    return frozenset((*_split(called), *map(plain, called)))


@cache
def _tokens(id: str) -> frozenset[str]:
    return frozenset(_split(_about(id)))


@cache
def _text(id: str) -> str:
    return "|".join(plain(word) for word in _about(id))


def _about(id: str) -> tuple[str, ...]:
    calculator = library().calculators[id]
    return (*calculator.called(), calculator.field, calculator.row["purpose_en"], calculator.row["purpose_zh"])


def _split(texts: tuple[str, ...]) -> list[str]:
    return [w for text in texts for w in _PLAIN.split(text.translate(_SUBSCRIPT).lower()) if w]
