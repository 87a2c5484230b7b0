"""FHIR R4 as it comes: files, folders, archives, JSON, NDJSON and XML, resource by resource.

Bodies are the exact bytes received; a resource that came as XML is converted and its body is the JSON made of it.
What cannot be read comes out as `Refused` with its place, the reason and its bytes: nothing is lost.
"""

import io
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from openward.domain.resource import Incoming
from openward.record.bundle import read_resource
from openward.record.files import (
    BrokenDocumentError,
    BrokenSourceError,
    Buffer,
    chunks,
    document,
    is_fhir,
    is_zip,
    lines,
    members,
    walk,
)
from openward.record.intake import HEAD, UNREADABLE, Place, Refused, Tally, reason_of, refuse
from openward.record.salvage import salvage
from openward.record.xml import read_xml

_BOM: Final = b"\xef\xbb\xbf"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_LINES: Final = (".ndjson", ".jsonl")
_ARRAY: Final = msgspec.json.Decoder(list[msgspec.Raw])
_ZIP_DEPTH: Final = 3
_NOTHING: Final = "there is nothing in it"

Read = Incoming | Refused


def read_path(path: Path, tally: Tally | None = None) -> Iterator[Read]:
    """All resources in a file, or in the files of a folder and of the folders in it.

    Raises:
        RecordError: there is no such file or folder.
    """
    tally = Tally() if tally is None else tally
    for name, file in walk(path, tally.passed_by):
        tally.reading = _text(name)
        try:
            opened = file.open("rb")
        except OSError as error:
            yield refuse(tally.reading, f"the file cannot be opened: {error.strerror}", b"")
            continue
        with opened:
            yield from _read_file(name, opened, tally)


def read_bytes(name: str, data: bytes, tally: Tally | None = None) -> Iterator[Read]:
    """All resources in bytes that are what a file of this name would hold."""
    yield from _read_file(name, io.BytesIO(data), Tally() if tally is None else tally)


def _read_file(name: str, file: BinaryIO, tally: Tally, depth: int = 0) -> Iterator[Read]:
    name = _text(name)
    start = file.read(4)
    file.seek(0)
    if not is_zip(start):
        yield from _read_stream(name, chunks(file), tally)
    elif depth >= _ZIP_DEPTH:
        yield refuse(name, f"archives are nested more than {_ZIP_DEPTH} deep", document(chunks(file)))
    else:
        try:
            for member, opened in members(name, file):
                if is_fhir(member, opened):
                    yield from _read_file(member, opened, tally, depth + 1)
                else:
                    tally.passed_by.append(member)
        except BrokenSourceError as error:
            file.seek(0)
            yield refuse(name, str(error), document(chunks(file)))


def _read_stream(name: str, parts: Iterator[bytes], tally: Tally) -> Iterator[Read]:
    """The resources of an unpacked stream; its name and its first bytes say what it is."""
    tally.nameless.clear()
    first, parts = _first(parts)
    if not first.startswith(_UTF16) and _is_lines(name, first.lstrip()):
        for line in lines(parts):
            place = Place(f"{name}:{line.number}")
            if line.fault is None:
                yield from _read_line(place, line.text, tally)
            else:
                yield refuse(place.source, line.fault, line.text)
        return
    try:
        body = document(parts)
    except BrokenDocumentError as error:
        yield from salvage(Place(name), error.kept, str(error), tally)
        return
    yield from _read_document(Place(name), body, first.lstrip(), tally)


def _read_line(place: Place, text: bytes, tally: Tally) -> Iterator[Read]:
    """The resources of a line; one that is no object is read as the document that it may be."""
    for read in read_resource(place, text, tally):
        if isinstance(read, Refused) and read.body == text:
            yield from _read_document(place, text, text, tally)
        else:
            yield read


def _read_document(place: Place, body: Buffer, start: bytes, tally: Tally) -> Iterator[Read]:
    if start.startswith(_UTF16) or start[1:2] == b"\0" or start[:1] == b"\0":
        yield refuse(place.source, "the bytes are UTF-16; FHIR is UTF-8", body)
    elif not start and not body[:].strip():
        yield refuse(place.source, _NOTHING, body)
    elif start.startswith(b"<"):
        yield from read_xml(place, body, tally)
    elif start.startswith(b"["):
        yield from _read_array(place, body, tally)
    else:
        try:
            HEAD.decode(body)
        except msgspec.ValidationError as error:
            yield refuse(place.source, str(error), body)
        except UNREADABLE as error:
            yield from salvage(place, body, reason_of(error), tally)
        else:
            yield from read_resource(place, body, tally)


def _read_array(place: Place, body: Buffer, tally: Tally) -> Iterator[Read]:
    try:
        members = _ARRAY.decode(body)
    except UNREADABLE as error:
        yield from salvage(place, body, reason_of(error), tally)
        return
    if not members:
        yield refuse(place.source, _NOTHING, body)
    for number, member in enumerate(members):
        yield from read_resource(Place(f"{place.source}[{number}]"), bytes(member), tally)


def _text(name: str) -> str:
    """A name as text that every store can hold; that of a file may be any bytes."""
    return name.encode(errors="replace").decode().replace("\0", "\ufffd")


def _first(parts: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The beginning of a stream without its byte order mark, and the whole stream without it."""
    first = b""
    try:
        while len(first) < len(_BOM):
            first += next(parts)
    except StopIteration:
        pass
    except BrokenSourceError as error:
        return first, _broken(first, error)
    first = first.removeprefix(_BOM)
    return first, chain((first,), parts)


def _broken(first: bytes, error: BrokenSourceError) -> Iterator[bytes]:
    yield first
    raise error


def _is_lines(name: str, start: bytes) -> bool:
    """Whether a stream is one resource a line: by its name, or because its first line is whole and not its last."""
    line, _, rest = start.partition(b"\n")
    if name.lower().removesuffix(".gz").endswith(_LINES):
        return line.strip() not in {b"{", b"["} and not start.startswith(b"<")
    if not rest.strip():
        return False
    try:
        HEAD.decode(line)
    except UNREADABLE:
        return False
    return True
