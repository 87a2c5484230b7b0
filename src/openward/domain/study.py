"""How a service is known to work: endpoints on fixed data sets, each with an acceptance limit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from openward.domain.proposal import Proposal


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One proportion to measure.

    `dataset` is a JSON Lines file below the data folder of the study; `request` turns a row into a run request (as
    plain data); `success` says whether the proposal is right for the row; `accept` is the least acceptable lower bound
    of the 95 % Wilson interval.
    """

    id: str
    question: str
    dataset: str
    source: str
    request: Callable[[dict[str, Any]], dict[str, Any]]
    success: Callable[[dict[str, Any], Proposal[Any]], bool]
    accept: float


@dataclass(frozen=True, kw_only=True)
class Study:
    """A fixed protocol: what is measured, on what, and what would be good enough."""

    id: str
    title: str
    endpoints: tuple[Endpoint, ...]
