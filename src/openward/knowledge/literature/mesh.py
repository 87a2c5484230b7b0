"""Medical Subject Headings: imported from NLM's files, they widen a heading to narrower ones and know its synonyms."""

from collections.abc import Iterable, Iterator
from typing import IO, Final
from xml.etree.ElementTree import Element

import msgspec
from defusedxml.ElementTree import iterparse

from openward.knowledge.literature.shelf import Shelf
from openward.knowledge.literature.words import joined

ASCII_MARK: Final = b"*NEWRECORD"
_MOST_LINE: Final = 1024 * 1024
_MOST_NARROWER: Final = 2000


class Heading(msgspec.Struct, frozen=True):
    """One descriptor: its name, its synonyms, and its places in the tree (`C14.280.647`)."""

    name: str
    synonyms: tuple[str, ...]
    places: tuple[str, ...]


def read_descriptors(file: IO[bytes]) -> Iterator[Heading]:
    """The descriptors of `desc<year>.xml`."""
    root: Element | None = None
    for event, node in iterparse(file, events=("start", "end")):
        root = node if root is None else root
        if event == "end" and node.tag == "DescriptorRecord":
            name = (node.findtext("DescriptorName/String") or "").strip()
            said = tuple(t.text.strip() for t in node.iterfind("ConceptList/Concept/TermList/Term/String") if t.text)
            places = tuple(p.text.strip() for p in node.iterfind("TreeNumberList/TreeNumber") if p.text)
            if name:
                yield Heading(name, said, places)
            root.clear()


def read_ascii(file: IO[bytes]) -> Iterator[Heading]:
    """The descriptors of `d<year>.bin`."""
    name, said, places = "", list[str](), list[str]()
    for raw in iter(lambda: file.readline(_MOST_LINE), b""):
        line = raw.decode("utf-8", "replace").strip()
        key, _, value = line.partition(" = ")
        if line == ASCII_MARK.decode():
            if name:
                yield Heading(name, tuple(said), tuple(places))
            name, said, places = "", [], []
        elif key == "MH":
            name = value
        elif key in {"ENTRY", "PRINT ENTRY"}:
            said.append(value.partition("|")[0])
        elif key == "MN":
            places.append(value)
    if name:
        yield Heading(name, tuple(said), tuple(places))


def add_headings(shelf: Shelf, headings: Iterable[Heading]) -> int:
    """Replaces the headings on the shelf, in one transaction; says how many there are."""
    database, count = shelf.database, 0
    with database:
        database.execute("BEGIN IMMEDIATE")
        database.execute("DELETE FROM headings")
        database.execute("DELETE FROM trees")
        for heading in headings:
            count += 1
            words = {joined(word) for word in (heading.name, *heading.synonyms)} - {""}
            database.executemany("INSERT OR IGNORE INTO headings VALUES (?, ?)", [(w, heading.name) for w in words])
            database.executemany(
                "INSERT OR REPLACE INTO trees VALUES (?, ?)", [(p, heading.name) for p in heading.places]
            )
    return count


def known(shelf: Shelf) -> bool:
    """Whether headings were imported."""
    return shelf.database.execute("SELECT 1 FROM headings LIMIT 1").fetchone() is not None


def heading_of(shelf: Shelf, word: str) -> str | None:
    """The heading that a name or a synonym stands for; None when there is none, or two."""
    rows = shelf.database.execute("SELECT heading FROM headings WHERE word = ?", (joined(word),)).fetchall()
    named = [heading for (heading,) in rows if joined(heading) == joined(word)] or [heading for (heading,) in rows]
    return named[0] if len(named) == 1 else None


def narrower(shelf: Shelf, heading: str) -> tuple[str, ...]:
    """The headings below one in the tree, without itself."""
    rows = shelf.database.execute(
        "SELECT DISTINCT below.heading FROM trees own JOIN trees below ON below.place > own.place || '.' "
        "AND below.place < own.place || '/' WHERE own.heading = ? AND below.heading <> ? ORDER BY 1 LIMIT ?",
        (heading, heading, _MOST_NARROWER),
    )
    return tuple(row[0] for row in rows)
