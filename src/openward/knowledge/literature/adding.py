"""Puts documents on the shelf: what is there already unchanged is left alone, what has changed takes its place."""

import hashlib
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import msgspec

from openward.knowledge.literature.document import MAX_PASSAGES, Document, digest_of
from openward.knowledge.literature.pubmed import Deleted
from openward.knowledge.literature.shelf import Shelf
from openward.knowledge.literature.words import joined, name_words, words

BATCH: Final = 500
_BETWEEN: Final = " 0 "  # what no name holds, so that a phrase cannot reach from one name into the next


class Added(msgspec.Struct):
    """What became of the documents of an import."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0

    @property
    def seen(self) -> int:
        """How many documents were looked at."""
        return self.new + self.changed + self.unchanged + self.deleted


def add(shelf: Shelf, corpus: str, documents: Iterable[Document | Deleted], now: datetime, added: Added) -> None:
    """Adds one batch in one transaction, and counts what became of each document."""
    database = shelf.database
    changed = hashlib.sha256()
    before = (added.new, added.changed, added.deleted)
    with database:
        database.execute("BEGIN IMMEDIATE")
        for item in documents:
            if isinstance(item, Deleted):
                added.deleted += _delete(database, corpus, f"PMID:{item}")
                changed.update(item.encode())
            else:
                _put(database, corpus, item, added)
                changed.update(digest_of(item))
        if before != (added.new, added.changed, added.deleted):
            _renew(database, corpus, changed, now)


def _renew(database: sqlite3.Connection, corpus: str, changed: "hashlib._Hash", now: datetime) -> None:
    held = database.execute("SELECT version FROM corpora WHERE name = ?", (corpus,)).fetchone()
    changed.update(held[0].encode() if held else b"")
    database.execute(
        "INSERT INTO corpora VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version, "
        "imported = excluded.imported",
        (corpus, changed.hexdigest()[:12], now.isoformat(timespec="seconds")),
    )


def _delete(database: sqlite3.Connection, corpus: str, name: str) -> int:
    row = database.execute("SELECT id FROM documents WHERE corpus = ? AND name = ?", (corpus, name)).fetchone()
    if row is None:
        return 0
    _drop_passages(database, row[0])
    database.execute("DELETE FROM documents WHERE id = ?", row)
    return 1


def _drop_passages(database: sqlite3.Connection, id: int) -> None:
    first = id * MAX_PASSAGES
    database.execute("DELETE FROM passages WHERE rowid >= ? AND rowid < ?", (first, first + MAX_PASSAGES))


def _put(database: sqlite3.Connection, corpus: str, document: Document, added: Added) -> None:
    digest = digest_of(document)
    held = database.execute(
        "SELECT id, digest FROM documents WHERE corpus = ? AND name = ?", (corpus, document.id)
    ).fetchone()
    if held and held[1] == digest:
        added.unchanged += 1
        return
    if held:
        _drop_passages(database, held[0])
    row = (
        held[0] if held else None, corpus, document.id, document.pmid, document.doi, joined(document.title)[:400],
        document.day, digest, msgspec.msgpack.encode(document),
    )  # fmt: skip
    at = database.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row).lastrowid
    assert at is not None
    database.executemany(
        "INSERT INTO passages (rowid, title, body, subject, exact, author, journal) VALUES (?, ?, ?, ?, ?, ?, ?)",
        _passages(at, document),
    )
    if held:
        added.changed += 1
    else:
        added.new += 1


def _passages(at: int, document: Document) -> list[tuple[int, str, str, str, str, str, str]]:
    """The passages as the index takes them; what is said of the whole document stands with the first."""
    title = " ".join(words(document.title))
    about = (
        " ".join(words(" ".join(document.headings))),
        exact_words(document),
        _authors(document),
        _journal(document),
    )
    rows = []
    for number, passage in enumerate(document.passages):
        text = document.text[passage.start : passage.end]
        if number == 0 and text.startswith(document.title):
            text = text[len(document.title) :]
        said = about if number == 0 else ("", "", "", "")
        rows.append((at * MAX_PASSAGES + number, title, " ".join(words(f"{passage.heading} {text}")), *said))
    return rows


def exact_words(document: Document) -> str:
    """Whole names as one word each: `h` a heading, `j` a major one, `t` a type, `l` a language."""
    named = [("h", document.headings), ("j", document.major), ("t", document.types), ("l", document.languages)]
    return " ".join(f"{kind}{joined(name)}" for kind, names in named for name in names)


def _authors(document: Document) -> str:
    return _BETWEEN.join(" ".join(name_words(name)) for name in document.authors)


def _journal(document: Document) -> str:
    names = [name for name in (document.journal, document.journal_short) if name]
    return _BETWEEN.join(" ".join(words(name)) for name in names)
