"""Names and other texts as a search compares them: by their beginning, whatever the case and the accents."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_LONGEST: Final = 200
_MOST: Final = 8
_WORD: Final = re.compile(r"(?<!\w)\w")
_CJK: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")


def folded(text: str) -> str:
    """A text without case, accents, forms of width and needless space; FHIR R4 3.1.1.4.8 leaves the how to a server."""
    bare = (char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char))
    return " ".join(unicodedata.normalize("NFKC", "".join(bare)).casefold().split())


@lru_cache(maxsize=16_384)
def beginnings(text: str) -> tuple[str, ...]:
    """The text, folded, from its start and from each further word on; what lies beyond 200 characters is cut off."""
    whole = folded(text)[:_LONGEST]
    starts = [match.start() for match in _WORD.finditer(whole)][:_MOST]
    return tuple(dict.fromkeys([*([whole] if whole else []), *(whole[start:] for start in starts)]))


def joined(family: str, given: list[str]) -> str | None:
    """Family name and given names in one, as names in Chinese, Japanese and Korean are written; None for others."""
    whole = family + "".join(given)
    return whole if given and _CJK.search(family) else None
