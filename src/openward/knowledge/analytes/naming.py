"""How an analyte is written on a report, reduced to a key that spelling, spacing and case do not change."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

MAX_NAME: Final = 200
_SEPARATORS: Final = re.compile(r"[\s\-‐‑–—−_.,;:'’‘`\"“”*★☆▲△●○◆◇※·•&]+")
_BRACKETS: Final = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_INSIDE: Final = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_NUMBERING: Final = re.compile(r"^\d{1,3}[.、)\s]+(?=\D)")


@lru_cache(maxsize=8192)
def key(name: str) -> str:
    """The key of a name; percent sign, hash, plus and stroke tell analytes apart and stay."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", name[:MAX_NAME]).casefold())


def readings(name: str) -> Iterator[tuple[str, ...]]:
    """The ways to read a printed name, best first; each is a set of keys that must all mean the same analyte."""
    plain = _NUMBERING.sub("", unicodedata.normalize("NFKC", name[:MAX_NAME]).strip())
    yield (key(plain),)
    outside, inside = _BRACKETS.sub(" ", plain), _INSIDE.findall(plain)
    if inside:
        yield (key(outside),)
        yield from ((key(word),) for word in inside)
    chinese, latin = _halves(outside)
    if chinese and latin:
        yield (key(chinese), key(latin))
        yield (key(chinese),)
        yield (key(latin),)


def _halves(name: str) -> tuple[str, str]:
    """The Chinese part and the Latin part of a name that has both, one after the other."""
    places = [found.start() for found in _CHINESE.finditer(name)]
    if not places:
        return "", name
    first, last = places[0], places[-1] + 1
    return name[first:last], (name[:first] + " " + name[last:]).strip()
