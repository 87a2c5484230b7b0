"""What the search is told: a question or a PubMed search, what to search in, and citations to check."""

from typing import Annotated, Final, Literal

import msgspec

MAX_PASSAGES: Final = 100_000
MAX_CHARACTERS: Final = 16_000_000
MAX_CITATIONS: Final = 200
MAX_LIMIT: Final = 1000
Words = Annotated[str, msgspec.Meta(max_length=2000)]
Id = Annotated[str, msgspec.Meta(max_length=300)]
Year = Annotated[int, msgspec.Meta(ge=1500, le=2200)]


class GivenPassage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A passage that came with the request, to be ranked among the others that did."""

    id: Id
    text: Annotated[str, msgspec.Meta(max_length=100_000)]
    title: Words = ""


class Citation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A citation to check: how it names its source, what it quotes to the letter, and what it claims of it."""

    pmid: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,9}$")] | None = None
    doi: Id | None = None
    title: Words | None = None
    year: Year | None = None
    first_author: Id | None = None
    quote: Annotated[str, msgspec.Meta(max_length=5000)] | None = None
    claim: Annotated[str, msgspec.Meta(max_length=5000)] | None = None


class Reads(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One search, one check of citations, or both.

    `question` is free text and ranks; `query` is written in PubMed's language and decides what is searched; with both,
    the question ranks what the query finds. `kinds` are kinds of evidence (`randomized-trial`). With `passages`, these
    are ranked instead of the corpora. `answer` false leaves out the quotations.
    """

    question: Words = ""
    query: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    corpora: Annotated[tuple[Id, ...], msgspec.Meta(max_length=100)] = ()
    since: Year | None = None
    until: Year | None = None
    kinds: Annotated[tuple[Id, ...], msgspec.Meta(max_length=20)] = ()
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_LIMIT)] = 20
    answer: bool = True
    export: Literal["ris", "bibtex"] | None = None
    passages: Annotated[tuple[GivenPassage, ...], msgspec.Meta(max_length=MAX_PASSAGES)] = ()
    citations: Annotated[tuple[Citation, ...], msgspec.Meta(max_length=MAX_CITATIONS)] = ()
