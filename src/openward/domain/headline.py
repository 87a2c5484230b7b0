"""Headlines: what a person reads in a glance, at most 12 words; three Chinese characters count as one word."""

import re
from functools import lru_cache
from typing import Final

from openward.domain.proposal import HEADLINE_WORDS

_CHARACTERS: Final = 200
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_CHARACTERS_A_WORD: Final = 3


def words(headline: str) -> int:
    """How many words a headline has."""
    chinese = len(_CHINESE.findall(headline))
    latin = len(_CHINESE.sub(" ", headline).split())
    return latin + -(-chinese // _CHARACTERS_A_WORD)


@lru_cache(maxsize=16_384)
def fit(headline: str) -> str:
    """A headline that is short enough; what is too long loses its end."""
    short = headline if len(headline) <= _CHARACTERS else headline[: _CHARACTERS - 1] + "…"
    while words(short) > HEADLINE_WORDS:
        bare = short.rstrip("…")
        short = (bare.rpartition(" ")[0] or bare[:-2]) + "…"
    return short
