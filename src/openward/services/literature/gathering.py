"""Searches: the corpora of this ward, or the passages that came with the request."""

import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache, reduce
from typing import Any, Final, TypeVar

import msgspec

from openward.domain.errors import InputError, ModelError
from openward.knowledge.literature import mesh
from openward.knowledge.literature.bridging import Bridge, bridges
from openward.knowledge.literature.document import Document
from openward.knowledge.literature.grading import types_of
from openward.knowledge.literature.matching import EVERYTHING, Condition, condition_of, joint
from openward.knowledge.literature.meaning import Vectors, nearer
from openward.knowledge.literature.query import Dates, Node, Term, parse, terms
from openward.knowledge.literature.ranking import Pool
from openward.knowledge.literature.searching import Ranked, search
from openward.knowledge.literature.shelf import Held, Shelf
from openward.knowledge.literature.words import asked, words
from openward.services.literature.reads import MAX_CHARACTERS, GivenPassage, Reads

KIND: Final = "literature"
_TEXT: Final = ("all", "words", "title", "abstract", "mesh", "mesh-only", "major")
_PHRASE: Final = re.compile(r"[\"“]([^\"“”]{2,200})[\"”]")
_FIRST_DAY: Final = 0
_LAST_DAY: Final = 99_999_999
Item = TypeVar("Item")


class Match(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was found, with its best passage, by places in its text."""

    document: Document
    id: str
    score: float
    start: int
    end: int
    heading: str = ""


class Gathered(msgspec.Struct, frozen=True, kw_only=True):
    """What a search found, and how it was understood.

    `meaning` says that a model's vectors had their say in the order; `unanswered` that the model did not answer.
    """

    matches: tuple[Match, ...] = ()
    asked: tuple[str, ...] = ()
    corpora: tuple[Held, ...] = ()
    condition: Condition = EVERYTHING
    bridges: tuple[Bridge, ...] = ()
    matched: int | None = None
    ranked: int = 0
    tree: bool = True
    meaning: bool = False
    unanswered: bool = False


def gather(reads: Reads, shelf: Shelf | None, vectors: Vectors | None = None) -> Gathered:
    """What is found for a question or a query.

    Raises:
        InputError: the query cannot be read, names a corpus or a kind that there is not, or asks too much.
    """
    node = parse(reads.query) if reads.query.strip() else None
    bridged = bridges(reads.question)
    wanted = _wanted(reads, node, bridged)
    if reads.passages:
        _bound(reads)
        return _among_given(reads, wanted, bridged, vectors)
    if shelf is None:
        return Gathered(asked=wanted, bridges=bridged)
    corpora = _chosen(reads, shelf)
    condition = _condition(reads, node, shelf)
    order = _by_meaning(
        reads.question, search(shelf, wanted, condition, _phrases(reads, node), reads.limit),
        score=lambda place: place.score, text=lambda place: _passage(shelf, place), vectors=vectors,
    )  # fmt: skip
    return Gathered(
        matches=_matches(shelf, order.items, reads.limit), asked=wanted, corpora=corpora, condition=condition,
        bridges=bridged, matched=None if condition is EVERYTHING else shelf.count(condition.where, condition.given),
        ranked=len(order.items), tree=mesh.known(shelf), meaning=order.meaning, unanswered=order.unanswered,
    )  # fmt: skip


def _wanted(reads: Reads, node: Node | None, bridged: tuple[Bridge, ...]) -> tuple[str, ...]:
    """The words to rank by: those of the question, else those that the query looks for in the text."""
    if reads.question.strip():
        return tuple(asked(reads.question) + [word for bridge in bridged for word in words(bridge.meant)])
    return tuple(word for term in _text_terms(node) for word in words(term.text))


def _text_terms(node: Node | None) -> list[Term]:
    return [term for term in terms(node) if term.field in _TEXT] if node else []


def _phrases(reads: Reads, node: Node | None) -> list[str]:
    return [*_PHRASE.findall(reads.question), *(term.text for term in _text_terms(node) if term.phrase)]


def _chosen(reads: Reads, shelf: Shelf) -> tuple[Held, ...]:
    held = shelf.corpora()
    names = {corpus.name for corpus in held}
    if strange := [name for name in reads.corpora if name not in names]:
        msg = f"corpora: there is no corpus '{strange[0][:40]}'; there are: {', '.join(sorted(names)) or 'none'}"
        raise InputError(msg)
    return tuple(corpus for corpus in held if not reads.corpora or corpus.name in reads.corpora)


def _condition(reads: Reads, node: Node | None, shelf: Shelf) -> Condition:
    parts = [condition_of(node, shelf)] if node else []
    if reads.since or reads.until:
        first = reads.since * 10_000 if reads.since else _FIRST_DAY
        last = reads.until * 10_000 + 9999 if reads.until else _LAST_DAY
        parts.append(condition_of(Dates(first, last), shelf))
    if reads.kinds:
        named = [condition_of(Term(name, "type"), shelf) for kind in reads.kinds for name in types_of(kind)]
        parts.append(reduce(lambda one, other: joint("OR", one, other), named))
    if reads.corpora:
        blanks = ", ".join("?" for _ in reads.corpora)
        parts.append(Condition(f"d.corpus IN ({blanks})", reads.corpora))
    return reduce(lambda one, other: joint("AND", one, other), parts) if parts else EVERYTHING


def _matches(shelf: Shelf, ranked: list[Ranked], limit: int) -> tuple[Match, ...]:
    """The documents of the ranked passages, each once with its best passage, also when two corpora hold it."""
    found: dict[str, Match] = {}
    seen: set[int] = set()
    for place in ranked:
        if place.document in seen:
            continue
        seen.add(place.document)
        corpus, document = shelf.document(place.document)
        if document.id in found or not document.passages:
            continue
        passage = document.passages[place.passage]
        found[document.id] = Match(
            document=document, id=f"{KIND}/{corpus}/{document.id}", score=place.score, start=passage.start,
            end=passage.end, heading=passage.heading,
        )  # fmt: skip
        if len(found) == limit:
            break
    return tuple(found.values())


def _bound(reads: Reads) -> None:
    if reads.query.strip() or reads.since or reads.until or reads.kinds or reads.corpora:
        msg = "passages: they are ranked by 'question' alone; leave out query, since, until, kinds and corpora"
        raise InputError(msg)
    characters = sum(len(passage.text) for passage in reads.passages)
    if characters > MAX_CHARACTERS:
        msg = f"passages: {characters} characters; a request may have {MAX_CHARACTERS}, so import them as a corpus"
        raise InputError(msg)


class _Order(msgspec.Struct, frozen=True, kw_only=True):
    """What was ranked, and whether meaning had its say."""

    items: list[Any]
    meaning: bool = False
    unanswered: bool = False


def _by_meaning(
    question: str, ranked: list[Item], *, score: Callable[[Item], float], text: Callable[[Item], str],
    vectors: Vectors | None,
) -> _Order:  # fmt: skip
    """What was ranked by words, put in order by meaning as well where this ward has a model for that and it answers."""
    if vectors is None or not question.strip():
        return _Order(items=ranked)
    try:
        order = nearer(question, ranked, score=score, text=text, vectors=vectors)
    except ModelError:
        return _Order(items=ranked, unanswered=True)
    return _Order(items=ranked) if order is None else _Order(items=order, meaning=True)


def _passage(shelf: Shelf, place: Ranked) -> str:
    _, document = shelf.document(place.document)
    held = document.passages[place.passage : place.passage + 1]
    return document.text[held[0].start : held[0].end] if held else document.title


def _among_given(
    reads: Reads, wanted: tuple[str, ...], bridged: tuple[Bridge, ...], vectors: Vectors | None
) -> Gathered:  # fmt: skip
    given = reads.passages
    order = _by_meaning(
        reads.question, _pool(given).rank(Counter(wanted)), score=lambda found: found[1],
        text=lambda found: given[found[0]].text, vectors=vectors,
    )  # fmt: skip
    matches = tuple(
        Match(
            document=Document(id=given[n].id, title=given[n].title or given[n].text[:80], text=given[n].text),
            id=f"passages[{n}].text", score=score, start=0, end=len(given[n].text),
        )
        for n, score in order.items[: reads.limit]
    )  # fmt: skip
    return Gathered(
        matches=matches,
        asked=wanted,
        bridges=bridged,
        ranked=len(given),
        meaning=order.meaning,
        unanswered=order.unanswered,
    )


@lru_cache(maxsize=1)
def _pool(given: tuple[GivenPassage, ...]) -> Pool:
    """The passages ready to be ranked; kept, since a list of passages is mostly asked more than once."""
    return Pool([Counter(words(p.text) + 2 * words(p.title)) for p in given])
