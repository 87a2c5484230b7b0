"""Ranks passages for a question: BM25 over words, BM25 over pieces of words, and feedback from the best passages.

The words find what is said as it was asked, the pieces what is spelled or bent otherwise; both scores are brought to
the same height and added. The best passages of that first look then lend their own words to a second one (relevance
feedback, RM3), since passages about one thing resemble each other. What each part adds: docs/evidence/literature.md.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from openward.knowledge.literature.words import grams

# Robertson & Zaragoza, Found Trends Inf Retr 2009;3:333 (BM25); Lavrenko & Croft, SIGIR 2001 (relevance models).
_SATURATION: Final = 0.5
_LENGTH: Final = 0.6
_FIRST_PIECES: Final = 0.5
_LAST_PIECES: Final = 0.4
_FEEDBACK_PASSAGES: Final = 3
_FEEDBACK_WORDS: Final = 40
_LOOKED_UP: Final = 60
_QUESTION_SHARE: Final = 0.5
_PHRASE: Final = 0.3

Counts = Mapping[str, float]
Scores = dict[int, float]


class Corpus(msgspec.Struct, frozen=True):
    """How often words are in the whole of which a pool is a part: how many passages, and how many hold a word."""

    passages: int
    holding: Callable[[str], int]


class Pool:
    """Passages to rank, each as the weight of its words; numbered in the order in which they were given."""

    def __init__(self, passages: Sequence[Counts], corpus: Corpus | None = None) -> None:
        self._passages = passages
        self._corpus = corpus
        self._lengths = [sum(p.values()) or 1.0 for p in passages]
        mean = sum(self._lengths) / (len(passages) or 1)
        self._norms = [_SATURATION * (1 - _LENGTH + _LENGTH * n / mean) for n in self._lengths]
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, counts in enumerate(passages):
            for word, count in counts.items():
                self._postings[word].append((number, count))
        # A pool that is a part of something larger is asked once: an index of all pieces would not pay.
        self._holding_piece = _by_piece(self._postings) if corpus is None else None

    def __len__(self) -> int:
        """How many passages there are."""
        return len(self._passages)

    def rank(self, question: Counts, phrases: Sequence[frozenset[int]] = ()) -> list[tuple[int, float]]:
        """The passages that share something with the question, the best first, with a score of at most about 1.

        `phrases` holds, for each phrase that must not be torn, the passages that have it; they are lifted.
        """
        pieces = _level(self._by_pieces(question))
        first = _sum(_level(self._by_words(question)), pieces, _FIRST_PIECES)
        second = _level(self._by_words(self._fed_back(question, first)))
        scores = _sum(second, pieces, _LAST_PIECES)
        for having in phrases:
            for number in having & scores.keys():
                scores[number] += _PHRASE
        return sorted(scores.items(), key=lambda item: (-item[1], item[0]))

    def _by_words(self, question: Counts) -> Scores:
        scores: Scores = defaultdict(float)
        for word, weight in question.items():
            held = self._postings.get(word)
            if held:
                self._add(scores, held, weight * self._rarity(word))
        return scores

    def _by_pieces(self, question: Counts) -> Scores:
        asked: dict[str, float] = defaultdict(float)
        for word, weight in question.items():
            for piece in grams(word):
                asked[piece] += weight
        holding = self._holding_piece or _by_piece(self._postings, frozenset(asked))
        scores: Scores = defaultdict(float)
        for piece, weight in asked.items():
            held: dict[int, float] = defaultdict(float)
            for word in holding.get(piece, ()):
                for number, count in self._postings[word]:
                    held[number] += count
            self._add(scores, held.items(), weight * _rarity(len(held), len(self)))
        return scores

    def _add(self, scores: Scores, held: Iterable[tuple[int, float]], weight: float) -> None:
        norms = self._norms
        for number, count in held:
            scores[number] += weight * count / (count + norms[number])

    def _fed_back(self, question: Counts, first: Scores) -> Counts:
        """The question with the words of the best passages, weighed by how good these are and how rare the words."""
        best = sorted(first, key=lambda n: (-first[n], n))[:_FEEDBACK_PASSAGES]
        total = sum(first[n] for n in best)
        if not total:
            return question
        lent: dict[str, float] = defaultdict(float)
        for number in best:
            for word, count in self._passages[number].items():
                lent[word] += first[number] / total * count / self._lengths[number]
        near = sorted(lent, key=lambda w: (-lent[w] * self._rarity_here(w), w))[:_LOOKED_UP]
        chosen = sorted(near, key=lambda w: (-lent[w] * self._rarity(w), w))[:_FEEDBACK_WORDS]
        whole, asked = sum(lent[w] for w in chosen), sum(question.values())
        mixed = {word: (1 - _QUESTION_SHARE) * lent[word] / whole for word in chosen}
        for word, weight in question.items():
            mixed[word] = mixed.get(word, 0.0) + _QUESTION_SHARE * weight / asked
        return mixed

    def _rarity_here(self, word: str) -> float:
        return _rarity(len(self._postings[word]), len(self))

    def _rarity(self, word: str) -> float:
        if self._corpus is None:
            return self._rarity_here(word)
        return _rarity(self._corpus.holding(word), self._corpus.passages)


def _by_piece(words: Iterable[str], wanted: frozenset[str] | None = None) -> dict[str, list[str]]:
    """The words that hold each piece, or each that is wanted."""
    holding: dict[str, list[str]] = defaultdict(list)
    for word in words:
        pieces = grams(word)
        for piece in pieces if wanted is None else wanted.intersection(pieces):
            holding[piece].append(word)
    return holding


def _rarity(holding: int, passages: int) -> float:
    return math.log(1 + (max(passages, holding) - holding + 0.5) / (holding + 0.5))


def _level(scores: Scores) -> Scores:
    """The scores with the highest at 1."""
    highest = max(scores.values(), default=0.0)
    return {number: score / highest for number, score in scores.items()} if highest > 0 else {}


def _sum(one: Scores, other: Scores, share: float) -> Scores:
    added = {number: (1 - share) * score for number, score in one.items()}
    for number, score in other.items():
        added[number] = added.get(number, 0.0) + share * score
    return added
