"""Runs a service's study over its data sets and says whether the figures are good enough."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from openward.domain.errors import InputError
from openward.domain.proposal import Proposal
from openward.domain.run import Run, RunRequest
from openward.domain.study import Endpoint, Study
from openward.harness.request import request_of
from openward.harness.service import Service
from openward.studies.proportion import Proportion, proportion

Execute = Callable[[RunRequest], Run]


class EndpointResult(msgspec.Struct, frozen=True, kw_only=True):
    """One endpoint's figure; `misses` are the ids of rows that went wrong, `failed` of them since the run failed."""

    id: str
    question: str
    source: str
    figure: Proportion
    accept: float
    accepted: bool
    failed: int
    misses: tuple[str, ...]


class StudyResult(msgspec.Struct, frozen=True, kw_only=True):
    """A whole study of one service version."""

    study: str
    service: str
    service_version: str
    endpoints: tuple[EndpointResult, ...]

    @property
    def accepted(self) -> bool:
        """Whether every endpoint reached its limit."""
        return all(e.accepted for e in self.endpoints)


def conduct(service: Service, study: Study, data: Path, execute: Execute) -> StudyResult:
    """Measures every endpoint of a study on the data sets below `data`.

    Raises:
        InputError: a data set is missing or a row of it cannot be read.
    """
    return StudyResult(
        study=study.id,
        service=service.id,
        service_version=service.card.version,
        endpoints=tuple(_measure(service, endpoint, data, execute) for endpoint in study.endpoints),
    )


def _measure(service: Service, endpoint: Endpoint, data: Path, execute: Execute) -> EndpointResult:
    misses: list[str] = []
    failed = n = 0
    for row in rows_of(data / endpoint.dataset):
        n += 1
        run = _run(request_of(msgspec.json.encode(endpoint.request(row))), execute)
        if run is None or run.proposal is None:
            failed += 1
            misses.append(str(row.get("id", n)))
            continue
        proposal: Proposal[Any] = msgspec.json.decode(run.proposal, type=Proposal[service.body])  # type: ignore[name-defined]
        if not endpoint.success(row, proposal):
            misses.append(str(row.get("id", n)))
    figure = proportion(n - len(misses), n)
    return EndpointResult(
        id=endpoint.id, question=endpoint.question, source=endpoint.source, figure=figure, accept=endpoint.accept,
        accepted=n > 0 and figure.low >= endpoint.accept, failed=failed, misses=tuple(misses),
    )  # fmt: skip


def _run(request: RunRequest, execute: Execute) -> Run | None:
    """The run of one row; None where the service refuses the row's values, which is a wrong answer and no end."""
    try:
        return execute(request)
    except InputError:
        return None


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _row(line, path, number)
    except OSError as error:
        msg = f"the data set {path} cannot be read ({error.strerror}); give the folder that holds it with --data"
        raise InputError(msg) from error


def _row(line: bytes, path: Path, number: int) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError as error:
        msg = f"{path.name}:{number} is not a JSON object: {error}"
        raise InputError(msg) from error
