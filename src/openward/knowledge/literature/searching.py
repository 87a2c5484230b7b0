"""Searches the shelf: the index gives the likely passages, `ranking` puts them in order."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import msgspec

from openward.knowledge.literature.matching import Condition, any_of, phrase
from openward.knowledge.literature.ranking import Corpus, Pool
from openward.knowledge.literature.shelf import Found, Shelf

_LIKELY: Final = 120
_MOST: Final = 1000
_COMMON: Final = 0.1
_RAREST: Final = 3
_TITLE: Final = 2.0


class Ranked(msgspec.Struct, frozen=True):
    """A passage of a document with its score; the best may have a little over 1."""

    document: int
    passage: int
    score: float


def search(
    shelf: Shelf, asked: Sequence[str], condition: Condition, phrases: Sequence[str] = (), limit: int = 20
) -> list[Ranked]:
    """The best passages for some words among documents that fit a condition; without words, the newest of these."""
    corpus = shelf.corpus()
    likely = max(_LIKELY, min(2 * limit, _MOST))
    telling = _telling(asked, corpus)
    if not telling:
        listed = [] if asked else shelf.newest(condition.where, condition.given, likely)
        return [Ranked(id, 0, 0.0) for id in listed]
    found = shelf.search(any_of(telling), condition.where, condition.given, likely)
    pool = Pool([_counts(f) for f in found], corpus)
    having = [_having(shelf, text, condition, found, likely) for text in phrases]
    return [Ranked(found[n].document, found[n].passage, score) for n, score in pool.rank(Counter(asked), having)]


def _telling(asked: Sequence[str], corpus: Corpus) -> list[str]:
    """The words that are held at all, without those that are in every tenth passage where three rarer ones are left."""
    held = sorted((count, word) for word in dict.fromkeys(asked) if (count := corpus.holding(word)))
    return [w for i, (count, w) in enumerate(held) if i < _RAREST or count <= _COMMON * corpus.passages]


def _counts(found: Found) -> dict[str, float]:
    """The words of a passage; each of its title counts as two."""
    counts: dict[str, float] = Counter(found.body.split())  # type: ignore[assignment]
    for word in found.subject.split():
        counts[word] = counts.get(word, 0.0) + 1.0
    for word in found.title.split():
        counts[word] = counts.get(word, 0.0) + _TITLE
    return counts


def _having(shelf: Shelf, text: str, condition: Condition, found: Sequence[Found], most: int) -> frozenset[int]:
    match = phrase(text)
    rows = shelf.search(match, condition.where, condition.given, most) if match else []
    places = {(row.document, row.passage) for row in rows}
    return frozenset(n for n, f in enumerate(found) if (f.document, f.passage) in places)
