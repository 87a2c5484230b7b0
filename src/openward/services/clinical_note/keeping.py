"""Whether words that were cleaned still say the same where it counts: numbers, denials, sides, in the same order."""

import re
from typing import Final

_COUNTS: Final = re.compile(
    r"\d+(?:[.,]\d+)*|n['’]t\b|(?<![\w'’-])(?:no|not|never|none|nothing|without|cannot|neither|nor|left|right|"
    r"both|bilateral|"
    r"half|once|twice|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|"
    r"seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|point|"
    r"oh)(?![\w'’-])|"
    r"[没无未不否非左右双零一二三四五六七八九十百千万两半]",
    re.IGNORECASE,
)
_SAME: Final = {"cannot": "n't", "not": "n't", "n’t": "n't"}
_TAG: Final = re.compile(
    r"[,.?!]\s*(?:right|no)\s*[.?!]*\s*$|(?<=[.,] )right (?=[.,])|"
    r"^\s*(?:(?:okay|alright|yeah|yes|all|so|and|um|uh|oh|well)[ ,.]+)*(?:right|no)\s*[,.](?=\s)",
    re.IGNORECASE,
)


def counted(text: str) -> list[str]:
    """The words of a text that must not be lost; said twice in a row they count once."""
    found = [_SAME.get(word, word) for mark in _COUNTS.finditer(text) if (word := mark.group().lower())]
    return [word for at, word in enumerate(found) if at == 0 or word != found[at - 1]]


def keeps(text: str, source: str) -> bool:
    """Whether a text has just the numbers, denials and sides of its source; a `right` that only agrees is none."""
    mine = counted(text)
    return mine == counted(source) or mine == counted(_TAG.sub(" ", source))
