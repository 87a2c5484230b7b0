"""Where imported corpora are kept: one file in the ward's home, searched by SQLite's full-text index (FTS5).

An imported corpus is a file of another format in the folder of a hospital's own knowledge, like its copy of HPO, so it
is read here and not through the ward's store: it holds no patient, and a service may only read it. A passage has the
row number `document × 4096 + its own number`, so that the index alone says which documents match.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import msgspec

from openward.domain.errors import KnowledgeError
from openward.knowledge import tables
from openward.knowledge.literature.document import MAX_PASSAGES, Document
from openward.knowledge.literature.ranking import Corpus
from openward.knowledge.literature.words import joined

FOLDER: Final = "literature"
FILE: Final = "corpora.db"
SCHEMA: Final = 1
ALL: Final = "1"  # the condition that every document fits
_WAIT: Final = 30.0
_AMONG: Final = f"rowid / {MAX_PASSAGES} IN"
_ROW: Final = "rowid, title, body, subject"
_TABLES: Final = """
CREATE TABLE corpora (name TEXT PRIMARY KEY, version TEXT NOT NULL, imported TEXT NOT NULL);
CREATE TABLE documents (
  id INTEGER PRIMARY KEY, corpus TEXT NOT NULL, name TEXT NOT NULL, pmid TEXT, doi TEXT, title TEXT NOT NULL,
  day INTEGER, digest BLOB NOT NULL, body BLOB NOT NULL, UNIQUE (corpus, name));
CREATE INDEX documents_name ON documents (name);
CREATE INDEX documents_pmid ON documents (pmid);
CREATE INDEX documents_doi ON documents (doi);
CREATE INDEX documents_title ON documents (title);
CREATE INDEX documents_day ON documents (day);
CREATE VIRTUAL TABLE passages USING fts5 (title, body, subject, exact, author, journal, tokenize = 'ascii');
INSERT INTO passages (passages, rank) VALUES ('rank', 'bm25(2.0, 1.0, 1.5, 0.0, 0.0, 0.0)');
CREATE VIRTUAL TABLE holding USING fts5vocab (passages, row);
CREATE TABLE headings (word TEXT NOT NULL, heading TEXT NOT NULL, PRIMARY KEY (word, heading)) WITHOUT ROWID;
CREATE TABLE trees (place TEXT PRIMARY KEY, heading TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX trees_heading ON trees (heading);
"""


class Held(msgspec.Struct, frozen=True):
    """A corpus and what is in it; `version` changes with every import that changes something."""

    name: str
    version: str
    imported: str
    documents: int


class Found(msgspec.Struct, frozen=True):
    """A passage that the index found: whose it is, which of it, and its words by column."""

    document: int
    passage: int
    title: str
    body: str
    subject: str


class Shelf:
    """The corpora of one ward, open for reading or writing."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    @classmethod
    def at(cls, home: Path) -> "Shelf":
        """The shelf below a folder of knowledge, made where there is none, to write to.

        Raises:
            KnowledgeError: the file cannot be opened, or is of another kind or release.
        """
        path = home / FOLDER / FILE
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shelf = cls(_connect(path, "rwc"))
        if not shelf.database.execute("PRAGMA user_version").fetchone()[0]:
            shelf.database.execute("PRAGMA journal_mode = WAL")
            shelf.database.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {SCHEMA}; COMMIT;")
        return shelf.checked(path)

    @classmethod
    def opened(cls, path: Path) -> Self:
        """A shelf to read from."""
        return cls(_connect(path, "ro")).checked(path)

    def checked(self, path: Path) -> Self:
        """Itself, if the file has the form of this release."""
        held = self.database.execute("PRAGMA user_version").fetchone()[0]
        if held != SCHEMA:
            self.close()
            raise KnowledgeError(f"{path} has form {held}, this release reads {SCHEMA}; delete it and import again")
        return self

    def close(self) -> None:
        """Lets go of the file."""
        self.database.close()

    def corpora(self) -> tuple[Held, ...]:
        """What is held."""
        rows = self.database.execute(
            "SELECT c.name, c.version, c.imported, (SELECT count(*) FROM documents d WHERE d.corpus = c.name) "
            "FROM corpora c ORDER BY c.name"
        )
        return tuple(Held(*row) for row in rows)

    def document(self, id: int) -> tuple[str, Document]:
        """One document and the corpus that it stands in."""
        corpus, body = self.database.execute("SELECT corpus, body FROM documents WHERE id = ?", (id,)).fetchone()
        return corpus, msgspec.msgpack.decode(body, type=Document)

    def named(self, corpus: str, name: str) -> Document | None:
        """The document of that name in a corpus."""
        return self._one("corpus = ? AND name = ?", (corpus, name))

    def corpus_of(self, name: str) -> str:
        """The corpus that a document of that name stands in, the first imported where there are several."""
        row = self.database.execute(
            "SELECT corpus FROM documents WHERE name = ? ORDER BY id LIMIT 1", (name,)
        ).fetchone()
        return str(row[0]) if row else ""

    def by_pmid(self, pmid: str) -> Document | None:
        """The document with that PubMed id."""
        return self._one("pmid = ?", (pmid,))

    def by_doi(self, doi: str) -> Document | None:
        """The document with that DOI."""
        return self._one("doi = ?", (doi.lower(),))

    def by_title(self, title: str) -> Document | None:
        """A document with that title, whatever the case and the marks."""
        return self._one("title = ?", (joined(title)[:400],))

    def _one(self, where: str, given: tuple[str, ...]) -> Document | None:
        row = self.database.execute(f"SELECT body FROM documents WHERE {where} ORDER BY id LIMIT 1", given).fetchone()  # noqa: S608 - ours
        return msgspec.msgpack.decode(row[0], type=Document) if row else None

    def corpus(self) -> Corpus:
        """How often words are in all passages."""
        count = self.database.execute("SELECT count(*) FROM passages_docsize").fetchone()[0]
        known: dict[str, int] = {}

        def holding(word: str) -> int:
            if word not in known:
                row = self.database.execute("SELECT doc FROM holding WHERE term = ?", (word,)).fetchone()
                known[word] = row[0] if row else 0
            return known[word]

        return Corpus(count, holding)

    def count(self, where: str, given: Sequence[object]) -> int:
        """How many documents fit a condition over `documents d`."""
        row = self.database.execute(f"SELECT count(*) FROM documents d WHERE {where}", given).fetchone()  # noqa: S608 - from `matching`
        return int(row[0])

    def newest(self, where: str, given: Sequence[object], most: int) -> list[int]:
        """The documents that fit a condition, the newest first."""
        rows = self.database.execute(
            f"SELECT d.id FROM documents d WHERE {where} ORDER BY d.day DESC NULLS LAST, d.id LIMIT ?",  # noqa: S608 - from `matching`
            (*given, most),
        )
        return [row[0] for row in rows]

    def search(self, match: str, where: str, given: Sequence[object], most: int) -> list[Found]:
        """The passages that the index ranks highest, of documents that fit a condition."""
        among = "" if where == ALL else f"AND {_AMONG} (SELECT d.id FROM documents d WHERE {where}) "  # noqa: S608 - from `matching`
        rows = self.database.execute(
            f"SELECT {_ROW} FROM passages WHERE passages MATCH ? {among}ORDER BY rank LIMIT ?",  # noqa: S608 - from `matching`
            (match, *given, most),
        )
        return [Found(*divmod(row[0], MAX_PASSAGES), *row[1:]) for row in rows]

    def passages_of(self, documents: Sequence[int], each: int) -> list[Found]:
        """The first passages of some documents."""
        found = []
        for id in documents:
            first = id * MAX_PASSAGES
            rows = self.database.execute(
                f"SELECT {_ROW} FROM passages WHERE rowid >= ? AND rowid < ? ORDER BY rowid LIMIT ?",  # noqa: S608 - ours
                (first, first + MAX_PASSAGES, each),
            )
            found += [Found(*divmod(row[0], MAX_PASSAGES), *row[1:]) for row in rows]
        return found


def path_here() -> Path | None:
    """The file of this ward's corpora, None when nothing was imported."""
    return next((path for folder in tables.local() if (path := folder / FOLDER / FILE).is_file()), None)


@contextmanager
def shelf_here() -> Iterator[Shelf | None]:
    """This ward's corpora, to read from."""
    path = path_here()
    if path is None:
        yield None
        return
    shelf = Shelf.opened(path)
    try:
        yield shelf
    except sqlite3.Error as error:
        raise KnowledgeError(f"{path} cannot be read ({type(error).__name__}); delete it and import again") from error
    finally:
        shelf.close()


def text_here(name: str) -> str | None:
    """The text of `<corpus>/<document>` of this ward, for evidence that quotes it."""
    corpus, _, document = name.partition("/")
    with shelf_here() as shelf:
        held = shelf.named(corpus, document) if shelf else None
    return held.text if held else None


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    try:
        database = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=_WAIT, isolation_level=None,
            check_same_thread=False,
        )  # fmt: skip
        database.execute("PRAGMA user_version").fetchone()  # the first look at the file itself
    except sqlite3.Error as error:
        raise KnowledgeError(f"{path} cannot be opened: {error}") from error
    return database
