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
_SUFFIX: Final = re.compile(r"(?:血药浓度|浓度|测定|检测|定量|\s(?:level|concentration|assay))$", re.IGNORECASE)
_ABBREVIATION: Final = re.compile(r"[A-Za-z][\w\-#%+/.]{0,15}")
_NUMBERING: Final = re.compile(r"^\d{1,3}[.、)\s]+(?=\D)")


@lru_cache(maxsize=8192)
def key(name: str) -> str:
    """The key of a name; percent sign, hash, plus and stroke tell analytes apart and stay."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", name[:MAX_NAME]).casefold())


def certain(name: str) -> Iterator[tuple[str, ...]]:
    """The ways to read a printed name that take all of it for a name; keys of one way must mean the same analyte."""
    whole = unicodedata.normalize("NFKC", name[:MAX_NAME]).strip()
    plain = _NUMBERING.sub("", whole)
    outside = _BRACKETS.sub(" ", plain)
    yield from dict.fromkeys((key(text),) for text in (whole, plain, outside, _SUFFIX.sub("", outside.rstrip())))
    chinese, latin = _halves(outside)
    if chinese and latin:
        yield (key(chinese), key(latin))
        if _ABBREVIATION.fullmatch(latin):
            yield (key(chinese),)


def readings(name: str) -> Iterator[tuple[str, ...]]:
    """All ways to read a printed name, best first; the last ones take a part of it alone."""
    yield from certain(name)
    plain = unicodedata.normalize("NFKC", name[:MAX_NAME])
    yield from ((key(word),) for word in _INSIDE.findall(plain))
    chinese, latin = _halves(_NUMBERING.sub("", _BRACKETS.sub(" ", plain)))
    if chinese and latin:
        yield (key(chinese),)
        yield (key(latin),)


def _halves(name: str) -> tuple[str, str]:
    """The Chinese part and the Latin part of a name that has both, one after the other."""
    words = name.split()
    chinese = [word for word in words if _CHINESE.search(word)]
    if len(chinese) < len(words):
        return " ".join(chinese), " ".join(word for word in words if word not in chinese)
    places = [found.start() for found in _CHINESE.finditer(name)]
    if not places:
        return "", name
    first, last = places[0], places[-1] + 1
    return name[first:last], (name[:first] + " " + name[last:]).strip()
