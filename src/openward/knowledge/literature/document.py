"""One document of a corpus: a record of PubMed, a guideline, an entry of a hospital's own list."""

import hashlib
import re
from typing import Final, Literal

import msgspec

from openward.domain.errors import KnowledgeError

Notice = Literal["retracted", "concern"]
MAX_TEXT: Final = 4_000_000
MAX_PASSAGES: Final = 4096
_PASSAGE: Final = 1500
_SPLIT: Final = re.compile(r"\n\s*\n|(?<=[.!?])\s+(?=[A-Z0-9(\"'])|(?<=[。！？])|\n")
_HEADING: Final = re.compile(r"^#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


class Passage(msgspec.Struct, frozen=True, array_like=True):
    """A part of a document's text that is found and ranked on its own, and the heading that it stands under."""

    start: int
    end: int
    heading: str = ""


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept of a document; `text` is the title, a line end and the abstract, or a guideline as it is.

    `id` is `PMID:…` or `DOI:…` where there is one, else a name of its own inside the corpus. `day` is the date of
    publication as the number yyyymmdd with 00 for what is not known. `notice_by` is the PubMed id of the retraction.
    """

    id: str
    title: str
    text: str
    pmid: str | None = None
    doi: str | None = None
    day: int | None = None
    journal: str | None = None
    journal_short: str | None = None
    volume: str | None = None
    issue: str | None = None
    pages: str | None = None
    authors: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    major: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    notice: Notice | None = None
    notice_by: str | None = None
    passages: tuple[Passage, ...] = ()

    @property
    def year(self) -> int | None:
        """The year of publication."""
        return self.day // 10_000 if self.day else None


def digest_of(document: Document) -> bytes:
    """What tells whether a document has changed."""
    return hashlib.sha256(msgspec.msgpack.encode(document)).digest()


def whole(title: str, body: str) -> str:
    """The text of a document: its title, and what follows."""
    return f"{title}\n{body}" if body else title


def passages(text: str) -> tuple[Passage, ...]:
    """Cuts a text into passages of at most about 1500 characters, at headings (Markdown), paragraphs and sentences.

    Raises:
        KnowledgeError: there are more than can be numbered.
    """
    marks = [(m.start(), m.group(1)[:200]) for m in _HEADING.finditer(text)]
    starts = [(0, "")] * (not marks or marks[0][0] > 0) + marks
    ends = [start for start, _ in starts[1:]] + [len(text)]
    found: list[Passage] = []
    for (start, heading), end in zip(starts, ends, strict=True):
        found += [Passage(a, b, heading) for a, b in _cut(text, start, end) if text[a:b].strip()]
    if len(found) > MAX_PASSAGES:
        raise KnowledgeError(
            f"the text has {len(found)} passages; a document may have {MAX_PASSAGES}, so import it in parts"
        )
    return tuple(found)


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Parts that end where a sentence or paragraph does, or after the most characters where none ends in time."""
    parts: list[tuple[int, int]] = []
    begun = last = start
    for mark in (*(m.end() for m in _SPLIT.finditer(text, start, end)), end):
        while mark - begun > _PASSAGE:
            cut = last if last > begun else begun + _PASSAGE
            parts.append((begun, cut))
            begun = last = cut
        last = mark
    return [*parts, (begun, end)] if begun < end else parts
