"""What one process of a batch does with a chunk of rows."""

from pathlib import Path

import msgspec

from openward.domain.actor import Actor
from openward.domain.errors import OpenWardError
from openward.domain.proposal import Language
from openward.domain.run import RunRequest
from openward.doors.batch.rows import Result
from openward.harness.request import request_of
from openward.ward import Ward


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What every worker of a batch needs to know."""

    home: str
    database_url: str
    service: str
    actor: Actor
    language: Language


class Chunk(msgspec.Struct, frozen=True):
    """Some rows of the input; `first` is the number of the first."""

    first: int
    rows: list[bytes]


class Worker:
    """A ward, its own where it works in a process of its own, and the job."""

    def __init__(self, job: Job, ward: Ward | None = None) -> None:
        self._job = job
        self._ward = ward or Ward.open(home=Path(job.home), database_url=job.database_url or None)

    def work(self, chunk: Chunk) -> list[Result]:
        """Runs the service over a chunk; a row that cannot be run becomes an error row."""
        return [self._row(chunk.first + i, data) for i, data in enumerate(chunk.rows)]

    def _row(self, number: int, data: bytes) -> Result:
        try:
            run = self._ward.think(self._job.service, self._request(data), actor=self._job.actor, door="batch")
        except OpenWardError as error:
            return Result(row=number, error={"error": type(error).__name__, "message": str(error)})
        return Result(row=number, run=msgspec.Raw(msgspec.json.encode(run)))

    def _request(self, data: bytes) -> RunRequest:
        request = request_of(data)
        if b'"language"' in data:
            return request
        return msgspec.structs.replace(request, language=self._job.language)


_WORKERS: list[Worker] = []


def start(job: Job) -> None:
    """Makes this process's worker."""
    _WORKERS[:] = [Worker(job)]


def work(chunk: Chunk) -> list[Result]:
    """Works on a chunk with this process's worker."""
    return _WORKERS[0].work(chunk)
