"""Runs a batch: reads rows, works on chunks, writes results, remembers how far it came."""

import os
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from openward.domain.actor import Actor
from openward.domain.errors import InputError
from openward.domain.proposal import Language
from openward.doors.batch.pools import pool_of
from openward.doors.batch.rows import form_of, read_rows, sink_of
from openward.doors.batch.worker import Chunk, Job
from openward.doors.progress import counting
from openward.ward import Ward

CHUNK_ROWS: Final = 64
CHUNK_BYTES: Final = 8 * 1024 * 1024


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch did; `resumed` rows had been done by an earlier call."""

    rows: int
    errors: int
    resumed: int
    seconds: float
    output: str

    def sentence(self) -> str:
        """One sentence for a person."""
        rate = (self.rows - self.resumed) / self.seconds if self.seconds else 0.0
        resumed = f", {self.resumed} of them by an earlier call" if self.resumed else ""
        return f"{self.rows} rows{resumed}, {self.errors} error rows, {rate:.0f} rows/s: {self.output}"


class _Mark(msgspec.Struct, frozen=True, kw_only=True):
    """How far a batch came: for which input and service, rows done, error rows, and the sink's mark."""

    service: str
    input: str
    size: int
    modified: int
    rows: int = 0
    errors: int = 0
    at: int = 0


def run_batch(  # noqa: PLR0913 - one argument for each thing a batch can be told
    ward: Ward, service: str, input: Path, output: Path, *, actor: Actor, engine: str = "local",
    workers: int | None = None, language: Language = "en", chunk_rows: int = CHUNK_ROWS,
) -> Summary:  # fmt: skip
    """Runs a service over every row of `input` and writes a run or an error for each to `output`, in order.

    A batch that was stopped goes on where it was when the same call is made again (`<output>.progress` remembers).

    Raises:
        InputError: a file cannot be read or written, or `output` exists and is not of an unfinished batch.
    """
    card = ward.service(service).card
    ward.access.require(actor, f"service/{service}.run")
    form_of(input)
    form_of(output)
    side = output.with_name(output.name + ".progress")
    mark = _resume(side, output, _fresh(f"{service} {card.version}", input))
    begun, resumed = time.perf_counter(), mark.rows
    job = Job(
        home=str(ward.settings.home), database_url=ward.settings.database_url, service=service, actor=actor,
        language=language,
    )  # fmt: skip
    ward.trail.write(actor, "batch.start", "execute", subject=service, door="batch", detail={"resumed": resumed})
    with closing(sink_of(output, mark.at)) as sink, counting("rows") as progress:
        for results in pool_of(engine, job, ward, workers)(_chunks(input, mark.rows, chunk_rows)):
            at = sink.write(results)
            errors = mark.errors + sum(1 for r in results if r.error is not None)
            mark = msgspec.structs.replace(mark, rows=mark.rows + len(results), errors=errors, at=at)
            _remember(side, mark)
            progress(mark.rows, service)
        sink.finish()
    ward.trail.write(
        actor, "batch.end", "execute", subject=service, door="batch", detail={"rows": mark.rows, "errors": mark.errors}
    )
    side.unlink(missing_ok=True)
    seconds = time.perf_counter() - begun
    return Summary(rows=mark.rows, errors=mark.errors, resumed=resumed, seconds=seconds, output=str(output))


def _chunks(input: Path, done: int, rows: int) -> Iterator[Chunk]:
    remaining = islice(read_rows(input), done, None)
    first, held, size = done + 1, [], 0
    for row in remaining:
        held.append(row)
        size += len(row)
        if len(held) >= rows or size >= CHUNK_BYTES:
            yield Chunk(first, held)
            first, held, size = first + len(held), [], 0
    if held:
        yield Chunk(first, held)


def _fresh(service: str, input: Path) -> _Mark:
    try:
        found = input.stat()
    except OSError as error:
        msg = f"the input {input} cannot be read: {error.strerror}"
        raise InputError(msg) from error
    return _Mark(service=service, input=input.name, size=found.st_size, modified=found.st_mtime_ns)


def _resume(side: Path, output: Path, fresh: _Mark) -> _Mark:
    if not side.exists():
        if output.exists():
            msg = f"the output {output} exists already; remove it or name another"
            raise InputError(msg)
        _remember(side, fresh)
        return fresh
    try:
        held = msgspec.json.decode(side.read_bytes(), type=_Mark)
    except msgspec.DecodeError as error:
        msg = f"{side} cannot be read; remove it and {output} to begin anew"
        raise InputError(msg) from error
    if (held.service, held.input, held.size, held.modified) != (fresh.service, fresh.input, fresh.size, fresh.modified):
        msg = f"{side} belongs to another input or service version; remove it and {output} to begin anew"
        raise InputError(msg)
    return held


def _remember(side: Path, mark: _Mark) -> None:
    """Replaces the mark in one step, so that a kill leaves the old one or the new one."""
    part = side.with_name(side.name + ".part")
    with part.open("wb") as file:
        file.write(msgspec.json.encode(mark))
        file.flush()
        os.fsync(file.fileno())
    part.replace(side)
