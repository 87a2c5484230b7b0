"""The lines of facts that prove a sentence: those that name what it speaks of, not those that share a number."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from openward.checks.claims.words import content
from openward.domain.evidence import DocumentEvidence

_MARKS: Final = "-*•·→ .。"
_LINE: Final = re.compile(r"[^\n]+")
_NUMBER: Final = re.compile(r"\d{1,12}(?:\.\d{1,6})?")
# Words that rows of any kind share.
_SHARED: Final = frozenset(
    content("active final completed mg mcg ml min mmol umol range status value unit rows tablet mm hg dl draft kg iu")
)
_FEWEST: Final = 12


class _Line(msgspec.Struct, frozen=True):
    """One line of a fact, the words that say what it is about, and its numbers."""

    words: frozenset[str]
    numbers: frozenset[float]
    place: DocumentEvidence


class Lines:
    """All lines of some facts."""

    def __init__(self, facts: Mapping[str, str]) -> None:
        self._lines = {id: tuple(_lines(id, text)) for id, text in facts.items()}

    def whole(self, sentence: str) -> DocumentEvidence | None:
        """The line in which all of a sentence stands, if one does."""
        said = bare(sentence)
        if len(said) < _FEWEST:
            return None
        return next((line.place for line in self._all() if said in " ".join(line.place.quote.split())), None)

    def named(self, place: DocumentEvidence, sentence: str) -> DocumentEvidence | None:
        """Evidence for a sentence: the same words in the line that names most of what the sentence does.

        None where lines name it, but none of them holds the words of the evidence.
        """
        said = frozenset(content(sentence)) - _SHARED
        own = next((line for line in self._lines.get(place.id, ()) if _holds(line, place)), None)
        if own is None or not any(line.words & said for line in self._all()):
            return place
        if own.words & said and not any(sign.isdigit() for sign in place.quote):
            return place
        numbers = _numbers(sentence)
        same = [line for line in (own, *self._all()) if line.words & said and _has(line.place.quote, place.quote)]
        best = max(same, key=lambda line: (len(line.words & said), len(line.numbers & numbers)), default=None)
        if best is None:
            return None
        return place if best == own else _inside(best.place, place.quote)

    def _all(self) -> Iterator[_Line]:
        for lines in self._lines.values():
            yield from lines


def bare(line: str) -> str:
    """A line without the marks of lists and its last stop."""
    return " ".join(line.split()).strip(_MARKS)


def _lines(id: str, text: str) -> Iterator[_Line]:
    for found in _LINE.finditer(text):
        place = DocumentEvidence(id=id, start=found.start(), end=found.end(), quote=found.group())
        yield _Line(frozenset(content(found.group())) - _SHARED, _numbers(found.group()), place)


def _numbers(text: str) -> frozenset[float]:
    return frozenset(float(found) for found in _NUMBER.findall(text))


def _holds(line: _Line, place: DocumentEvidence) -> bool:
    return line.place.start <= place.start and place.end <= line.place.end


def _has(line: str, words: str) -> re.Match[str] | None:
    return re.search(rf"(?<![\d.]){re.escape(words)}(?!\d|\.\d)", line)


def _inside(line: DocumentEvidence, words: str) -> DocumentEvidence:
    found = _has(line.quote, words)
    at = line.start + (found.start() if found else 0)
    return DocumentEvidence(id=line.id, start=at, end=at + len(words), quote=words)
