"""Checks a citation against the record that it names: that it exists, is the one meant, stands, and says what is said.

A record is found by its PubMed id, else by its DOI, else by its title. What the abstract does not hold may still stand
in the full text, which a corpus of abstracts does not have: a quotation or number that is not found is shown as such.
"""

import re
from typing import Final

import msgspec

from openward.knowledge.literature.document import Document
from openward.knowledge.literature.shelf import Shelf
from openward.knowledge.literature.words import name_words, words
from openward.language.passages import sentences
from openward.services.literature.proposal import Checked
from openward.services.literature.reads import Citation

_SAME_TITLE: Final = 0.8
_YEARS_APART: Final = 1  # a record has the year of the issue or of the electronic article
_NUMBER: Final = re.compile(r"(?<![\w.])\d+(?:[.,·]\d+)*")
_SPACE: Final = re.compile(r"[\s\u00a0]+")
_UP: Final = frozenset(
    words("increased increase increases higher raised raises more greater improved improves improvement elevated rose")
)
_DOWN: Final = frozenset(
    words("decreased decrease decreases lower reduced reduces reduction fewer less declined fell worse worsened")
)
_SIGNS: Final = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-"}
)


class Span(msgspec.Struct, frozen=True):
    """Where a quotation stands."""

    start: int
    end: int


class Result(msgspec.Struct, frozen=True):
    """What came of a check, the record, and where the quotation was found."""

    checked: Checked
    record: Document | None = None
    span: Span | None = None


def check(number: int, citation: Citation, shelf: Shelf | None) -> Result:
    """What holds of one citation."""
    record = _record(citation, shelf) if shelf else None
    if record is None:
        return Result(Checked(number=number, outcome="not-found"))
    span = find_quote(citation.quote, record.text) if citation.quote else None
    missing = _missing(citation.claim, record.text) if citation.claim else ()
    checked = Checked(
        number=number,
        outcome="agrees",
        document=record.id,
        title=record.title,
        title_agrees=_same_title(citation.title, record.title) if citation.title else None,
        year_agrees=abs(citation.year - record.year) <= _YEARS_APART if citation.year and record.year else None,
        author_agrees=_has_author(citation.first_author, record.authors),
        notice=record.notice,
        quote_found=span is not None if citation.quote else None,
        numbers_missing=missing,
        words_shared=_shared(citation.claim, record.text) if citation.claim else None,
        direction_agrees=_direction(citation.claim, record.text) if citation.claim else None,
    )
    return Result(msgspec.structs.replace(checked, outcome="differs" if _differs(checked) else "agrees"), record, span)


def _differs(checked: Checked) -> bool:
    told = (checked.title_agrees, checked.year_agrees, checked.author_agrees, checked.quote_found)
    return False in told or bool(checked.numbers_missing) or checked.direction_agrees is False


def _record(citation: Citation, shelf: Shelf) -> Document | None:
    if citation.pmid:
        return shelf.by_pmid(citation.pmid.lstrip("0"))
    if citation.doi:
        return shelf.by_doi(citation.doi.lower().removeprefix("https://doi.org/").removeprefix("doi:").strip())
    return shelf.by_title(citation.title) if citation.title else None


def _same_title(said: str, held: str) -> bool:
    one, other = set(words(said)), set(words(held))
    return bool(one and other) and len(one & other) >= _SAME_TITLE * max(len(one), len(other))


def _has_author(said: str | None, authors: tuple[str, ...]) -> bool | None:
    """Whether the first author is the one said, by the family name, in whichever order the names were given."""
    if not said or not authors:
        return None
    own, held = name_words(said), name_words(authors[0])
    return bool({word for word in own if len(word) > 1} & set(held[: max(1, len(held) - 1)]))


def find_quote(quote: str, text: str) -> Span | None:
    """Where a quotation stands in a text, whatever its blanks, dashes, quotation marks and case."""
    parts = _SPACE.split(quote.translate(_SIGNS).strip().strip("\"'").strip())
    wanted = r"\s+".join(re.escape(part) for part in parts if part)
    found = re.search(wanted, text.translate(_SIGNS), re.IGNORECASE) if wanted else None
    return Span(*found.span()) if found else None


def _missing(claim: str, text: str) -> tuple[str, ...]:
    held = {_value(number) for number in _NUMBER.findall(text)}
    return tuple(dict.fromkeys(number for number in _NUMBER.findall(claim) if _value(number) not in held))


def _value(number: str) -> str:
    """A number without the ways of writing it: `1,200` is 1200, `0.50` is 0.5, `0·5` is 0.5."""
    whole = re.sub(r",(?=\d{3}(?!\d))", "", number).replace("·", ".").replace(",", ".")
    head, point, tail = whole.partition(".")
    tail = tail.rstrip("0")
    return (head.lstrip("0") or "0") + (point + tail if tail else "")


def _shared(claim: str, text: str) -> float | None:
    wanted = set(words(claim))
    return round(len(wanted & set(words(text))) / len(wanted), 2) if wanted else None


def _direction(claim: str, text: str) -> bool | None:
    """Whether the sentence that is most like the claim moves the same way; None where either says no one way."""
    wanted = words(claim)
    spans = sentences(text)
    if not spans or (said := _way(wanted)) is None:
        return None
    sets = [set(words(text[s.start : s.end])) for s in spans]
    subject = set(wanted) - _UP - _DOWN
    nearest = max(sets, key=lambda own: (len(own & subject), _way(list(own)) is not None))
    held = _way(list(nearest))
    return None if held is None or not nearest & subject else held == said


def _way(said: list[str]) -> str | None:
    up, down = not _UP.isdisjoint(said), not _DOWN.isdisjoint(said)
    return None if up is down else "up" if up else "down"


def evidence_title(record: Document) -> Span:
    """Where the title stands in the text of a record, else its first words."""
    at = record.text.find(record.title)
    return Span(at, at + len(record.title)) if at >= 0 else Span(0, min(len(record.text), 80))
