"""What the search puts forward: what was searched and how, what was found, what it says, and whether citations hold."""

from typing import Final, Literal

import msgspec

SYSTEM: Final = "urn:openward:literature"
Outcome = Literal["agrees", "differs", "not-found"]


class CorpusSearched(msgspec.Struct, frozen=True):
    """A corpus as it was searched; `version` changes with each import, so that a search can be repeated or not."""

    name: str
    version: str
    imported: str
    documents: int


class Widening(msgspec.Struct, frozen=True):
    """A word that stands for something more: a MeSH heading with what is below it, or an English name."""

    word: str
    meant: str
    narrower: int = 0


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """What was searched, to keep with a review: `matched` documents fit the query, `ranked` passages were compared.

    `meaning` says that a model's vectors had their say in the order.
    """

    question: str
    query: str
    at: str
    corpora: tuple[CorpusSearched, ...]
    widened: tuple[Widening, ...]
    matched: int | None
    ranked: int
    shown: int
    meaning: bool = False


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A document, with its best passage; `evidence_level` is that of OCEBM 2011 at best, None where nothing says it."""

    rank: int
    id: str
    title: str
    score: float
    document: str
    start: int
    end: int
    heading: str | None = None
    pmid: str | None = None
    doi: str | None = None
    year: int | None = None
    journal: str | None = None
    authors: tuple[str, ...] = ()
    kind: str | None = None
    kind_name: str | None = None
    evidence_level: str | None = None
    notice: Literal["retracted", "concern"] | None = None


class Quoted(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence of a document, word for word, and where it stands."""

    sentence: str
    hit: int
    document: str
    start: int
    end: int


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What came of checking one citation; None where the citation or the record says nothing to compare."""

    number: int
    outcome: Outcome
    document: str | None = None
    title: str | None = None
    title_agrees: bool | None = None
    year_agrees: bool | None = None
    author_agrees: bool | None = None
    notice: Literal["retracted", "concern"] | None = None
    quote_found: bool | None = None
    numbers_missing: tuple[str, ...] = ()
    words_shared: float | None = None
    direction_agrees: bool | None = None


class Literature(msgspec.Struct, frozen=True, kw_only=True):
    """The body."""

    search: Search
    hits: tuple[Hit, ...]
    answer: tuple[Quoted, ...]
    citations: tuple[Checked, ...]
    export: str | None = None
