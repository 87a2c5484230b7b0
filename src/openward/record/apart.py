"""Reading in a process of its own, so that a large import uses two cores: one reads and checks, the other stores.

The child is a plain interpreter with the parent's import path. It gets the paths, sends parcels (4 bytes of length,
then MessagePack), and ends when the parent is gone.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import IO, Final

import msgspec

from openward.domain.errors import RecordError
from openward.domain.resource import Incoming
from openward.record.intake import Refused, Tally
from openward.record.reading import Read, read_path

# Below this a second interpreter costs more than it saves.
WORTH_BYTES: Final = 24 * 1024 * 1024
_PACKED: Final = 8
_PARCEL: Final = 1000
_PARCEL_BYTES: Final = 4 * 1024 * 1024
_LENGTH: Final = 4
_AHEAD: Final = 8
_CHILD: Final = (
    "import os, sys; sys.path[:] = sys.argv[1].split(os.pathsep); "
    "from openward.record.apart import serve; serve(sys.stdin.buffer, sys.stdout.buffer)"
)


class Parcel(msgspec.Struct, array_like=True):
    """A part of what was read; the last one carries the error that ended the reading, or says that it is done."""

    resources: list[Incoming]
    refused: list[Refused]
    reading: str
    assigned: int
    empty: int
    passed_by: list[str]
    done: bool = False
    error: str | None = None


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Parcel).decode


def is_worth_it(paths: Sequence[Path]) -> bool:
    """Whether there is so much to read that a second process pays, and an interpreter to run it."""
    total = 0
    for path in paths:
        for file in path.rglob("*") if path.is_dir() else (path,):
            with contextlib.suppress(OSError):
                total += file.stat().st_size * (_PACKED if file.suffix.lower() in {".gz", ".zip"} else 1)
            if total >= WORTH_BYTES:
                return bool(sys.executable)
    return False


def read_apart(paths: Sequence[Path], tally: Tally) -> Iterator[Read]:
    """All resources in files and folders, read by another process.

    Raises:
        RecordError: a path does not exist, or the other process ended before its time.
    """
    asked = msgspec.msgpack.encode([os.fsencode(path.absolute()) for path in paths])
    command = [sys.executable, "-c", _CHILD, os.pathsep.join(part or "." for part in sys.path)]
    parcels: Queue[bytes] = Queue(_AHEAD)
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        # A thread empties the pipe meanwhile, so that the child need not wait for the store.
        pump = Thread(target=_pump, args=(child.stdout, parcels), daemon=True)
        pump.start()
        try:
            with contextlib.suppress(BrokenPipeError), child.stdin as pipe:
                pipe.write(asked)
            yield from _received(parcels, tally)
        finally:
            child.kill()
            while pump.is_alive():
                with contextlib.suppress(Empty):
                    parcels.get(timeout=0.1)


def serve(asked: IO[bytes], answer: IO[bytes]) -> None:
    """The child: reads the paths that are asked for and sends what it reads."""
    tally = Tally()
    parcel = _empty(tally)
    size = 0
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        try:
            for path in msgspec.msgpack.decode(asked.read(), type=list[bytes]):
                for read in read_path(Path(os.fsdecode(path)), tally):
                    (parcel.resources if isinstance(read, Incoming) else parcel.refused).append(read)  # type: ignore[arg-type]
                    size += len(read.body)
                    if len(parcel.resources) >= _PARCEL or size >= _PARCEL_BYTES:
                        _send(answer, parcel, tally)
                        parcel, size = _empty(tally), 0
            parcel.done = True
        except RecordError as error:
            parcel.error = str(error)
        except OSError as error:
            parcel.error = f"the files cannot be read on: {error.strerror}"
        _send(answer, parcel, tally)
        answer.flush()


def _received(parcels: Queue[bytes], tally: Tally) -> Iterator[Read]:
    while data := parcels.get():
        parcel = _decode(data)
        tally.reading, tally.assigned, tally.empty = parcel.reading, parcel.assigned, parcel.empty
        tally.passed_by = parcel.passed_by
        yield from parcel.resources
        yield from parcel.refused
        if parcel.error is not None:
            raise RecordError(parcel.error)
        if parcel.done:
            return
    raise RecordError("the process that reads the files ended before its time; import again, what is kept stays")


def _pump(pipe: IO[bytes], parcels: Queue[bytes]) -> None:
    """Puts parcels into the queue until the pipe ends; an empty one says so."""
    with contextlib.suppress(OSError, ValueError):
        while True:
            length = int.from_bytes(pipe.read(_LENGTH))
            data = pipe.read(length)
            if not length or len(data) < length:
                break
            parcels.put(data)
    parcels.put(b"")


def _empty(tally: Tally) -> Parcel:
    return Parcel([], [], tally.reading, tally.assigned, tally.empty, tally.passed_by)


def _send(answer: IO[bytes], parcel: Parcel, tally: Tally) -> None:
    parcel.reading, parcel.assigned, parcel.empty = tally.reading, tally.assigned, tally.empty
    data = _encode(parcel)
    answer.write(len(data).to_bytes(_LENGTH))
    answer.write(data)
