"""Finds a calculator by what people call it, in English and Chinese."""

import re
from functools import cache
from typing import Final

from openward.services.clinical_calculator.library import Calculator, library

_PLAIN: Final = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")
_SUBSCRIPT: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉₋²", "0123456789-2")


def plain(words: str) -> str:
    """Words without case, punctuation and subscripts, for comparison."""
    return _PLAIN.sub("", words.translate(_SUBSCRIPT).lower())


def named(words: str) -> Calculator | None:
    """The one calculator of that id, name or synonym, None when there is none."""
    return _names().get(plain(words))


def matching(words: str) -> tuple[Calculator, ...]:
    """All calculators of which a name, synonym, field or purpose has every word; all of them for no words."""
    wanted = [w for part in words.split() if (w := plain(part))]
    return tuple(c for c in library().calculators.values() if all(w in _text(c.id) for w in wanted))


@cache
def _names() -> dict[str, Calculator]:
    return {plain(word): c for c in library().calculators.values() for word in c.called()}


@cache
def _text(id: str) -> str:
    calculator = library().calculators[id]
    about = (*calculator.called(), calculator.field, calculator.row["purpose_en"], calculator.row["purpose_zh"])
    return "|".join(plain(word) for word in about)
