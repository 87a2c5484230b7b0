"""Where FHIR comes from: files, folders, gzip and zip, as streams of bytes in bounded memory."""

import mmap
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final, NamedTuple

from openward.domain.errors import RecordError

CHUNK: Final = 1024 * 1024
LINE_BYTES: Final = 256 * 1024 * 1024
DOCUMENT_BYTES: Final = 4 * 1024 * 1024 * 1024
SUFFIXES: Final = frozenset({".json", ".ndjson", ".jsonl", ".xml", ".gz", ".zip"})
_IN_MEMORY: Final = 32 * 1024 * 1024
_BEGINNING: Final = 64 * 1024
# Some exports name files `Patient`, `Patient.000` or `bundle.txt`.
_FHIR: Final = re.compile(rb'\A(?:\xef\xbb\xbf)?\s*(?:[{\[].*"resourceType"|<.*http://hl7\.org/fhir)', re.DOTALL)
_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"

Buffer = bytes | mmap.mmap


class Line(NamedTuple):
    """One line of a stream, numbered from 1; `fault` says why it may not be whole."""

    number: int
    text: bytes
    fault: str | None = None


class BrokenSourceError(RecordError):
    """A stream ends before its time."""


def walk(path: Path, passed_by: list[str]) -> Iterator[tuple[str, Path]]:
    """The files to read below a path with the name that stands for each; others in a folder are passed by.

    Raises:
        RecordError: there is no such file or folder, or it cannot be listed.
    """
    if path.is_file():
        yield path.name, path
        return
    if not path.is_dir():
        raise RecordError("there is no such file or folder; check the path given to the import")
    for file in sorted(p for p in path.rglob("*") if p.is_file()):
        name = file.relative_to(path).as_posix()
        if _is_wanted(name, file):
            yield name, file
        else:
            passed_by.append(name)


def is_fhir(name: str, file: BinaryIO) -> bool:
    """Whether a file is one to read: by the end of its name, else by how it begins; a hidden one never is."""
    path = PurePosixPath(name.rpartition("!")[2])
    if any(part.startswith((".", "__MACOSX")) for part in path.parts):
        return False
    if path.suffix.lower() in SUFFIXES:
        return True
    start = file.read(_BEGINNING)
    file.seek(0)
    return _FHIR.search(start) is not None


def _is_wanted(name: str, file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return is_fhir(name, opened)
    except OSError:
        return file.suffix.lower() in SUFFIXES


def is_zip(start: bytes) -> bool:
    """Whether a stream that starts so is a zip archive."""
    return start.startswith(b"PK\x03\x04")


def members(name: str, file: BinaryIO) -> Iterator[tuple[str, BinaryIO]]:
    """The files of a zip archive.

    Raises:
        BrokenSourceError: the archive is damaged or encrypted.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                if not member.is_dir():
                    with archive.open(member) as opened:
                        yield f"{name}!{member.filename}", opened  # type: ignore[misc]  # ZipExtFile reads like a file
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        raise BrokenSourceError("the zip archive is damaged or encrypted") from None


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a stream, unpacked when it is gzip (known by its first bytes, whatever its name).

    Raises:
        BrokenSourceError: the gzip stream is cut off or damaged; all that could be unpacked came before.
    """
    start = file.read(CHUNK)
    if start.startswith(_GZIP):
        yield from _unpacked(start, file)
        return
    while start:
        yield start
        start = file.read(CHUNK)


def _unpacked(data: bytes, file: BinaryIO) -> Iterator[bytes]:
    unpack = zlib.decompressobj(wbits=31)
    while data:
        try:
            part = unpack.decompress(data, CHUNK)
        except zlib.error:
            raise BrokenSourceError("the gzip stream is damaged") from None
        if part:
            yield part
        data = unpack.unconsumed_tail or (b"" if unpack.eof else file.read(CHUNK))
        if unpack.eof:
            # gzip allows several members in a row, and zeros as padding after the last.
            data = (unpack.unused_data or file.read(CHUNK)).lstrip(b"\0")
            unpack = zlib.decompressobj(wbits=31)
            if not data:
                return
    raise BrokenSourceError("the gzip stream is cut off")


def lines(parts: Iterable[bytes]) -> Iterator[Line]:
    """The lines of a stream that are not blank; what is left when the stream breaks comes last, with the fault."""
    number, rest = 0, _Rest()
    try:
        for part in parts:
            first, *whole = part.split(b"\n")
            rest.add(first)
            if not whole:
                continue
            number += 1
            yield from rest.line(number)
            rest.add(whole.pop())
            for text in whole:
                number += 1
                if stripped := text.strip().removeprefix(_BOM):
                    yield Line(number, stripped)
    except BrokenSourceError as error:
        yield Line(number + 1, rest.text(), str(error))
        return
    yield from rest.line(number + 1)


class _Rest:
    """The line that is not yet ended; of one that never ends only a part is held."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, part: bytes) -> None:
        if part and self._size <= LINE_BYTES:
            self._parts.append(part)
        self._size += len(part)

    def text(self) -> bytes:
        return b"".join(self._parts)

    def line(self, number: int) -> Iterator[Line]:
        text, size = self.text().strip().removeprefix(_BOM), self._size
        self._parts, self._size = [], 0
        if size > LINE_BYTES:
            yield Line(number, text[:CHUNK], f"the line has {size} bytes, more than {LINE_BYTES}")
        elif text:
            yield Line(number, text)


def document(parts: Iterable[bytes]) -> Buffer:
    """The whole of a stream: in memory when small, else in a temporary file that is mapped, not loaded.

    Raises:
        BrokenSourceError: the stream is too large, or broken (`kept` holds what came before).
    """
    size, fault = 0, ""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        try:
            for part in parts:
                size += spool.write(part)
                if size > DOCUMENT_BYTES:
                    fault = f"the document has more than {DOCUMENT_BYTES} bytes; send it as NDJSON"
                    break
        except BrokenSourceError as error:
            fault = str(error)
        spool.seek(0)
        buffer: Buffer = spool.read() if size <= _IN_MEMORY else mmap.mmap(spool.fileno(), 0, access=mmap.ACCESS_READ)
    if fault:
        raise BrokenDocumentError(fault, buffer)
    return buffer


class BrokenDocumentError(BrokenSourceError):
    """A document that is not whole; `kept` is what could be had of it."""

    def __init__(self, reason: str, kept: Buffer) -> None:
        super().__init__(reason)
        self.kept = kept
