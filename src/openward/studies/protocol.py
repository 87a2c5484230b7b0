"""Runs a service's study over its data sets, or over a file of cases, and says whether the figures are good enough."""

from codecs import BOM_UTF8
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from openward.domain.errors import InputError, OpenWardError
from openward.domain.proposal import Proposal
from openward.domain.run import Run, RunRequest
from openward.domain.study import Endpoint, Study
from openward.harness.request import request_of
from openward.harness.service import Service
from openward.studies.mean import Mean, mean
from openward.studies.proportion import Proportion, proportion

Execute = Callable[[RunRequest], Run]
Request = Callable[[dict[str, Any]], dict[str, Any]]
Pool = Callable[[Iterable[dict[str, Any]]], dict[str, Any]]
_HALF: Final = 0.5
# What reading a strange row can raise: it then has no answer, and a row without an answer is wrong.
_UNREADABLE: Final = (OpenWardError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class EndpointResult(msgspec.Struct, frozen=True, kw_only=True):
    """One endpoint's figure; `misses` are the ids of rows that went wrong, `failed` how many of them had no answer."""

    id: str
    name: str
    question: str
    source: str
    figure: Proportion | Mean
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
        InputError: a data set is missing or is not JSON Lines.
    """
    datasets = dict.fromkeys(endpoint.dataset for endpoint in study.endpoints)
    tallies = {
        tally.endpoint.id: tally
        for dataset in datasets
        for tally in _measure(service, [e for e in study.endpoints if e.dataset == dataset], data / dataset, execute)
    }
    return _result(service, study, [tallies[endpoint.id] for endpoint in study.endpoints])


def evaluate(service: Service, study: Study, cases: Path, execute: Execute) -> StudyResult:
    """Measures on one file of cases every endpoint that applies to a row of it.

    Raises:
        InputError: the file is missing, empty or not JSON Lines, or a row of it fits no endpoint.
    """
    tallies = [t for t in _measure(service, study.endpoints, cases, execute, strict=True) if t.n]
    if not tallies:
        msg = f"{cases} holds no case; give a JSON Lines file, one case a line, in the format of the study '{study.id}'"
        raise InputError(msg)
    return _result(service, study, tallies)


class _Tally:
    """What was counted for one endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.n = self.failed = 0
        self.misses: list[str] = []
        self.values: list[float] = []

    def count(self, row: dict[str, Any], proposal: Proposal[Any] | None, name: str) -> None:
        self.n += 1
        try:
            value = 0.0 if proposal is None else _share(self.endpoint.success(row, proposal))
        except _UNREADABLE:
            value, proposal = 0.0, None
        self.failed += proposal is None
        if value < _HALF:
            self.misses.append(name)
        if self.endpoint.measures == "mean":
            self.values.append(value)

    def figure(self) -> Proportion | Mean:
        wrong = len(self.misses)
        if self.endpoint.measures == "mean":
            return mean(self.values)
        return proportion(wrong if self.endpoint.counts == "wrong" else self.n - wrong, self.n)

    def result(self) -> EndpointResult:
        endpoint, figure = self.endpoint, self.figure()
        good = figure.high <= endpoint.accept if endpoint.counts == "wrong" else figure.low >= endpoint.accept
        return EndpointResult(
            id=endpoint.id, name=endpoint.figure, question=endpoint.question, source=endpoint.source, figure=figure,
            accept=endpoint.accept, accepted=self.n > 0 and good, failed=self.failed, misses=tuple(self.misses),
        )  # fmt: skip


def _share(value: float) -> float:
    """What `success` gave, as a number from 0 to 1; anything else is no answer."""
    if not 0 <= value <= 1:
        raise ValueError(value)
    return float(value)


def _result(service: Service, study: Study, tallies: Iterable[_Tally]) -> StudyResult:
    return StudyResult(
        study=study.id, service=service.id, service_version=service.card.version,
        endpoints=tuple(tally.result() for tally in tallies),
    )  # fmt: skip


def _measure(
    service: Service, endpoints: Iterable[Endpoint], path: Path, execute: Execute, *, strict: bool = False
) -> list[_Tally]:
    tallies = [_Tally(endpoint) for endpoint in endpoints]
    pools = {pool: _pooled(pool, path) for tally in tallies if (pool := tally.endpoint.pool)}
    for number, row in enumerate(rows_of(path), 1):
        asked = defaultdict(list)
        for tally in tallies:
            if tally.endpoint.applies(row):
                asked[tally.endpoint.request, tally.endpoint.pool].append(tally)
        if strict and not asked:
            keys = ", ".join(row) or "no keys"
            msg = f"{path.name}: case {number} ({keys}) fits no endpoint of the study of '{service.id}'"
            raise InputError(msg)
        for (request, pool), askers in asked.items():
            proposal = _answer(service, _over(request, pools[pool]) if pool else request, row, execute)
            for tally in askers:
                tally.count(row, proposal, str(row.get("id", number)))
    return tallies


def _pooled(pool: Pool, path: Path) -> dict[str, msgspec.Raw]:
    """What the rows of a data set hold together, encoded once for all requests."""
    return {name: msgspec.Raw(msgspec.json.encode(value)) for name, value in pool(rows_of(path)).items()}


def _over(request: Request, pool: dict[str, msgspec.Raw]) -> Request:
    def whole(row: dict[str, Any]) -> dict[str, Any]:
        asked = request(row)
        return {**asked, "input": {**asked.get("input", {}), **pool}}

    return whole


def _answer(service: Service, request: Request, row: dict[str, Any], execute: Execute) -> Proposal[Any] | None:
    """The proposal for one row; None when the row cannot be asked or the run failed."""
    try:
        asked = request(row)
    except _UNREADABLE:
        return None
    try:
        run = execute(request_of(msgspec.json.encode(asked)))
    except InputError:
        return None
    if run.proposal is None:
        return None
    return msgspec.json.decode(run.proposal, type=Proposal[service.body])  # type: ignore[name-defined]


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    try:
        with path.open("rb") as lines:
            for number, raw in enumerate(lines, 1):
                line = raw.removeprefix(BOM_UTF8) if number == 1 else raw
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
