"""Tells a document that came along in its own words: its most clinical sentences, quoted whole."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from openward.domain.proposal import Language
from openward.language.passages import sentences
from openward.models.embedded.phrases import MORE_THERE, NO_SUMMARY, QUOTED, WITHHELD
from openward.models.embedded.signs import Signs

_MOST: Final = 8
_MOST_READ: Final = 200
_LONGEST: Final = 600
_HELD: Final = "[withheld]"
_BEFORE: Final = re.compile(r"^(?:\[withheld\]\s+)+(?=[A-Z\u4e00-\u9fff])")  # all of the sentence before was held
_ATTACHED: Final = re.compile(
    r"\b(?:attach\w*|enclosed|uploaded|(?:this|the) (?:document|letter|report|file|pdf|text|page|note))\b|"
    r"附件|随附|附上|上传|这份|这封|该文书|(?:这个|此)(?:文书|文件|报告|文档)",
    re.IGNORECASE,
)
_RETELL: Final = re.compile(
    r"\b(?:summar\w+|read|tell|say|says|show|what(?:'s| is| does)|overview|key points?|extract|main points?)\b|"
    r"概括|总结|摘要|归纳|提取|要点|说了什么|写了什么|内容|读",
    re.IGNORECASE,
)


def asks_for_document(text: str) -> bool:
    """Whether a request wants to know what a document that came along says."""
    return bool(_ATTACHED.search(text)) and bool(_RETELL.search(text))


def quoted(documents: Sequence[str], language: Language) -> str:
    """What the documents say, each in its own words, and whether something in them was held back."""
    blocks = ["\n".join(_one(number, text, language)) for number, text in enumerate(documents, 1)]
    return "\n\n".join((NO_SUMMARY.in_(language), *blocks))


def _one(number: int, text: str, language: Language) -> Iterator[str]:
    said = [_BEFORE.sub("", text[one.start : one.end].strip()) for one in sentences(text)]
    whole = [one for one in said if one and _HELD not in one and len(one) <= _LONGEST]
    kept = _clinical(whole)
    if kept:
        yield f"**{QUOTED.in_(language).format(n=number)}**"
        yield from (f"- {' '.join(one.split())}" for one in kept)
    if len(kept) < len(whole):
        yield MORE_THERE.in_(language)
    if _HELD in text:
        yield WITHHELD.in_(language)


def _clinical(said: Sequence[str]) -> list[str]:
    """Sentences with findings, drugs or numbers, the richest ones, in their order; else the first."""
    weights = {place: _weight(one) for place, one in enumerate(said[:_MOST_READ])}
    best = sorted((place for place in weights if weights[place]), key=lambda place: -weights[place])[:_MOST]
    return [said[place] for place in sorted(best)] or list(said[:_MOST])


def _weight(sentence: str) -> int:
    signs = Signs(sentence)
    return len(signs.findings) + len(signs.drugs) + 2 * len(signs.results) + bool(signs.measured)
