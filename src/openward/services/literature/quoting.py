"""Picks the sentences that speak to a question, word for word, from the passages that were found."""

from collections.abc import Collection, Sequence
from typing import Final

import msgspec

from openward.knowledge.literature.ranking import Pool
from openward.knowledge.literature.words import words
from openward.language.passages import sentences

_HITS: Final = 10
_QUOTES: Final = 5
_OF_ONE: Final = 2
_SHORTEST: Final = 4
_COVERED: Final = 0.5
_ALIKE: Final = 0.6


class Source(msgspec.Struct, frozen=True):
    """A found passage: the hit that it belongs to, its document's id and text, and where in that it stands."""

    hit: int
    document: str
    text: str
    start: int
    end: int


class Sentence(msgspec.Struct, frozen=True):
    """A sentence of a source, in places of the document's text."""

    source: Source
    start: int
    end: int

    @property
    def text(self) -> str:
        """Its words, to the letter."""
        return self.source.text[self.start : self.end]


def quotes(asked: Sequence[str], sources: Sequence[Source]) -> list[Sentence]:
    """At most five sentences that hold at least half of what was asked, no two alike, two of one document at most.

    A sentence is held to the words of its own language: a Chinese question is asked of English ones by English names.
    """
    found = [sentence for source in sources[:_HITS] for sentence in _sentences(source)]
    said = [words(sentence.text) for sentence in found]
    wanted = dict.fromkeys(asked, 1.0)
    chosen: list[int] = []
    for number, _ in Pool([dict.fromkeys(s, 1.0) for s in said]).rank(wanted):
        own = set(said[number])
        if len(own) < _SHORTEST or not _speaks(own, wanted.keys()):
            continue
        same = [n for n in chosen if found[n].source.hit == found[number].source.hit]
        if len(same) < _OF_ONE and not any(_alike(own, set(said[n])) for n in chosen):
            chosen.append(number)
        if len(chosen) == _QUOTES:
            break
    return [found[number] for number in chosen]


def _sentences(source: Source) -> list[Sentence]:
    spans = sentences(source.text[source.start : source.end])
    return [Sentence(source, source.start + s.start, source.start + s.end) for s in spans]


def _speaks(own: set[str], wanted: Collection[str]) -> bool:
    chinese = any(not word.isascii() for word in own)
    meant = {word for word in wanted if word.isascii() is not chinese} or set(wanted)
    return len(own & meant) >= max(_COVERED * len(meant), min(2, len(wanted)))


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) > _ALIKE * min(len(one), len(other))
