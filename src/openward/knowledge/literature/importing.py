"""Imports files and folders into a corpus, streaming; what cannot be read is named, and the rest goes on."""

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Final
from xml.etree.ElementTree import ParseError

import msgspec
from defusedxml import DefusedXmlException

from openward.domain.errors import KnowledgeError
from openward.knowledge.literature import guideline, mesh
from openward.knowledge.literature.adding import BATCH, Added, add
from openward.knowledge.literature.document import Document
from openward.knowledge.literature.listed import read_lines, read_list
from openward.knowledge.literature.pubmed import Deleted, read_articles
from openward.knowledge.literature.shelf import Shelf

MAX_UNPACKED: Final = 2 * 1024 * 1024 * 1024
_HEAD: Final = 4096
_NAMED: Final = 200
_LINES: Final = (".ndjson", ".jsonl")
_TEXTS: Final = (".md", ".markdown", ".txt")
_READ: Final = (".xml", ".json", *_LINES, *_TEXTS, ".pdf", ".bin")
_BROKEN: Final = (OSError, EOFError, zlib.error, ParseError, DefusedXmlException, KnowledgeError, ValueError)

Item = Document | Deleted | KnowledgeError
Progress = Callable[[int, str], None]


class Refused(msgspec.Struct, frozen=True):
    """What could not be read: the file, and why."""

    where: str
    why: str


class Report(msgspec.Struct, kw_only=True):
    """What came of an import; `refused` names the first 200, `refused_count` counts all."""

    corpus: str
    added: Added
    files: int = 0
    headings: int = 0
    refused_count: int = 0
    refused: list[Refused] = []

    def refuse(self, where: str, why: str) -> None:
        """Notes what could not be read."""
        self.refused_count += 1
        if len(self.refused) < _NAMED:
            self.refused.append(Refused(where, why))


def import_paths(
    shelf: Shelf, corpus: str, paths: Iterable[Path], now: datetime, *, progress: Progress = lambda _n, _what: None
) -> Report:
    """Imports files, and all files below folders; each batch is kept as soon as it is read.

    Raises:
        KnowledgeError: the name of the corpus is no name, or a path does not exist.
    """
    if not corpus or len(corpus) > _NAMED or not corpus.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise KnowledgeError("a corpus is named by letters, digits, '-', '_' and '.', such as 'pubmed' or 'guidelines'")
    report = Report(corpus=corpus, added=Added())
    for path, name in _files(paths):
        report.files += 1
        try:
            _import(shelf, path, name, report, now, progress)
        except _BROKEN as error:
            report.refuse(name, _why(error))
    return report


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        if path.is_dir():
            yield from ((p, str(p.relative_to(path))) for p in sorted(path.rglob("*")) if p.is_file() and _kind(p))
        elif path.is_file():
            yield path, path.name
        else:
            raise KnowledgeError(f"{path} does not exist; give files or folders")


def _kind(path: Path) -> str:
    """The ending that says what a file is, without `.gz`; empty for what is not read."""
    ending = Path(path.name.removesuffix(".gz")).suffix.lower()
    return ending if ending in _READ else ""


def _import(shelf: Shelf, path: Path, name: str, report: Report, now: datetime, progress: Progress) -> None:
    with _opened(path) as file:
        head = file.read(_HEAD)
    if head.lstrip().startswith(mesh.ASCII_MARK) or b"<DescriptorRecordSet" in head:
        reader = mesh.read_descriptors if b"<DescriptorRecordSet" in head else mesh.read_ascii
        with _opened(path) as file:
            report.headings = mesh.add_headings(shelf, reader(file))
        return
    with _opened(path) as file:
        items = _documents(file, _kind(path), head, name)
        while batch := list(islice(items, BATCH)):
            for item in batch:
                if isinstance(item, KnowledgeError):
                    report.refuse(name, str(item))
            add(shelf, report.corpus, (i for i in batch if not isinstance(i, KnowledgeError)), now, report.added)
            progress(report.added.seen, name)


def _documents(file: IO[bytes], kind: str, head: bytes, name: str) -> Iterator[Item]:
    if kind == ".xml":
        if b"<PubmedArticle" not in head and b"<DeleteCitation" not in head:
            raise KnowledgeError("the XML is neither a PubmedArticleSet nor MeSH descriptors")
        return _kept_going(read_articles(file))
    if kind in _LINES:
        return read_lines(file)
    if kind == ".json":
        return read_list(file)
    data = file.read(guideline.MAX_BYTES + 1)
    if len(data) > guideline.MAX_BYTES:
        raise KnowledgeError(f"the file has more than {guideline.MAX_BYTES} bytes")
    if kind in _TEXTS:
        return iter((guideline.read_markdown(data, name),))
    if kind == ".pdf":
        return iter((guideline.read_pdf(data, name),))
    raise KnowledgeError(f"what it is cannot be told; there are {', '.join(_READ)}, each also .gz")


def _kept_going(articles: Iterator[Document | Deleted]) -> Iterator[Item]:
    """The records up to where a file breaks, and then why: what was read before is kept."""
    try:
        yield from articles
    except _BROKEN as error:
        yield KnowledgeError(_why(error))


class _Bounded:
    """An unpacked file that ends in an error where it grows beyond what a corpus' file may have."""

    def __init__(self, file: gzip.GzipFile) -> None:
        self._file = file
        self._read = 0

    def read(self, size: int = -1) -> bytes:
        return self._counted(self._file.read(size))

    def readline(self, size: int = -1) -> bytes:
        return self._counted(self._file.readline(size))

    def _counted(self, data: bytes) -> bytes:
        self._read += len(data)
        if self._read > MAX_UNPACKED:
            raise KnowledgeError(f"the file unpacks to more than {MAX_UNPACKED} bytes; split it")
        return data


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        if path.name.endswith(".gz"):
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield _Bounded(unpacked)  # type: ignore[misc]
        else:
            yield raw


def _why(error: Exception) -> str:
    if isinstance(error, KnowledgeError):
        return str(error)
    if isinstance(error, ParseError):
        return f"the XML is malformed: {error}"
    if isinstance(error, DefusedXmlException):
        return "the XML declares entities, which is not allowed"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return f"the file cannot be read ({type(error).__name__})"
