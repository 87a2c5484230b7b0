"""Rows of requests in, rows of results out: NDJSON, gzipped NDJSON, Parquet."""

import gzip
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from openward.domain.errors import InputError, SettingsError

NDJSON: Final = ".ndjson"
GZIPPED: Final = ".ndjson.gz"
PARQUET: Final = ".parquet"
_MAX_LINE: Final = 64 * 1024 * 1024
_PARQUET_ROWS: Final = 1024


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the output: the run, or the error of a row that could not be run; `row` counts from 1."""

    row: int
    run: msgspec.Raw | None = None
    error: dict[str, str] | None = None


def form_of(path: Path) -> str:
    """The form of a file by its name; InputError when it is none that we know."""
    name = path.name.lower()
    for form, endings in {
        GZIPPED: (".ndjson.gz", ".jsonl.gz"), PARQUET: (".parquet",), NDJSON: (".ndjson", ".jsonl"),
    }.items():  # fmt: skip
        if name.endswith(endings):
            return form
    msg = f"'{path.name}' must end in .ndjson, .ndjson.gz or .parquet"
    raise InputError(msg)


def read_rows(path: Path) -> Iterator[bytes]:
    """The requests of a file, one after the other; blank lines are not rows."""
    form = form_of(path)
    try:
        if form == PARQUET:
            yield from _parquet_rows(path)
            return
        with gzip.open(path, "rb") if form == GZIPPED else path.open("rb") as lines:
            while line := lines.readline(_MAX_LINE):
                if line.strip():
                    yield line
    except (OSError, EOFError) as error:
        msg = f"the input {path} cannot be read to its end: {getattr(error, 'strerror', None) or error}"
        raise InputError(msg) from error


def _pyarrow() -> Any:
    try:
        import pyarrow as pa
        import pyarrow.parquet
    except ImportError as error:
        msg = "Parquet needs the extra 'parquet': pip install 'openward[parquet]'"
        raise SettingsError(msg) from error
    return pa


def _parquet_rows(path: Path) -> Iterator[bytes]:
    """Rows with a column `request` (JSON), or with columns named as the fields of a request."""
    pa = _pyarrow()
    try:
        file = pa.parquet.ParquetFile(path)
        for batch in file.iter_batches(batch_size=_PARQUET_ROWS):
            yield from (_request_bytes(row) for row in batch.to_pylist())
    except pa.ArrowInvalid as error:
        msg = f"the input {path} is not a Parquet file: {error}"
        raise InputError(msg) from error


def _request_bytes(row: dict[str, Any]) -> bytes:
    if isinstance(row.get("request"), str | bytes):
        request = row["request"]
        return request.encode() if isinstance(request, str) else bytes(request)
    fields = {k: v for k, v in row.items() if v is not None}
    for name in ("input", "bundle"):
        if isinstance(fields.get(name), str):
            fields[name] = msgspec.Raw(fields[name].encode())
    return msgspec.json.encode(fields)


class Sink(Protocol):
    """Where results go, chunk after chunk; after `commit` a chunk survives a kill."""

    def write(self, results: Iterable[Result]) -> int:
        """Writes a chunk and returns the mark to go on from."""
        ...

    def finish(self) -> None:
        """Completes the output."""
        ...

    def close(self) -> None:
        """Lets go of the file, complete or not."""
        ...


class LineSink:
    """NDJSON or gzipped NDJSON; each chunk is a gzip member of its own (RFC 1952), so that a file can grow."""

    def __init__(self, path: Path, mark: int) -> None:
        self._gzipped = form_of(path) == GZIPPED
        self._file = path.open("r+b" if mark else "wb")
        self._file.truncate(mark)
        self._file.seek(mark)

    def write(self, results: Iterable[Result]) -> int:
        """Appends a chunk, flushed to the disk; returns the length of the file."""
        data = b"".join(msgspec.json.encode(r) + b"\n" for r in results)
        self._file.write(gzip.compress(data, 6, mtime=0) if self._gzipped else data)
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()

    def finish(self) -> None:
        """Nothing is left to do: each chunk is complete."""

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


class ParquetSink:
    """Parquet: each chunk is a part file; the parts become one file at the end, row group by row group."""

    def __init__(self, path: Path, mark: int) -> None:
        self._pa = _pyarrow()
        self._path, self._part = path, mark
        self._folder = path.with_name(path.name + ".parts")
        self._folder.mkdir(exist_ok=True)

    def write(self, results: Iterable[Result]) -> int:
        """Writes one part; returns how many parts there are."""
        rows = [
            {"row": r.row, "run": bytes(r.run).decode() if r.run else None, "error": _words(r.error)}
            for r in results
        ]  # fmt: skip
        table = self._pa.Table.from_pylist(rows, schema=self._schema())
        self._pa.parquet.write_table(table, self._folder / f"{self._part:08}.parquet", compression="zstd")
        self._part += 1
        return self._part

    def _schema(self) -> Any:
        return self._pa.schema([("row", self._pa.int64()), ("run", self._pa.string()), ("error", self._pa.string())])

    def finish(self) -> None:
        """Joins the parts."""
        parts = [self._folder / f"{n:08}.parquet" for n in range(self._part)]
        with self._pa.parquet.ParquetWriter(self._path, self._schema(), compression="zstd") as writer:
            for part in parts:
                writer.write_table(self._pa.parquet.read_table(part))
        for part in self._folder.iterdir():
            part.unlink()
        self._folder.rmdir()

    def close(self) -> None:
        """Nothing is open between chunks."""


def _words(error: dict[str, str] | None) -> str | None:
    return msgspec.json.encode(error).decode() if error else None


def sink_of(path: Path, mark: int) -> Sink:
    """The sink for a file, ready to go on from a mark (0 begins anew)."""
    try:
        return ParquetSink(path, mark) if form_of(path) == PARQUET else LineSink(path, mark)
    except OSError as error:
        msg = f"the output {path} cannot be written: {error.strerror}"
        raise InputError(msg) from error
