"""How a service is known to work: endpoints on fixed data sets, each with an acceptance limit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from openward.domain.proposal import Proposal


def every_row(_row: dict[str, Any]) -> bool:
    """An endpoint that does not choose its rows measures all of them."""
    return True


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One proportion, or one mean, to measure.

    `dataset` is a JSON Lines file below the data folder of the study; `applies` chooses its rows; `request` turns a row
    into a run request (as plain data), and endpoints that name the same function share one run a row; `success` says
    whether the proposal is right for the row. The figure, called `name`, is the share of rows that are right, and
    `accept` the least acceptable lower bound of its 95 % Wilson interval; with `counts="wrong"` it is the share that is
    wrong, and `accept` the greatest acceptable upper bound.

    With `measures="mean"`, `success` gives a number from 0 to 1 for each row (an average precision), the figure is
    their mean, and its interval comes from a bootstrap; a row below one half is a miss. `pool` makes, once, what the
    input of every request holds beside the row's own part, from all rows of the data set (the passages to search).
    """

    id: str
    question: str
    dataset: str
    source: str
    request: Callable[[dict[str, Any]], dict[str, Any]]
    success: Callable[[dict[str, Any], Proposal[Any]], float]
    accept: float
    name: str = ""
    applies: Callable[[dict[str, Any]], bool] = every_row
    counts: Literal["right", "wrong"] = "right"
    measures: Literal["share", "mean"] = "share"
    pool: Callable[[Iterable[dict[str, Any]]], dict[str, Any]] | None = None

    @property
    def figure(self) -> str:
        """What the figure is called in reports: the name, or else the id."""
        return self.name or self.id


@dataclass(frozen=True, kw_only=True)
class Study:
    """A fixed protocol: what is measured, on what, and what would be good enough."""

    id: str
    title: str
    endpoints: tuple[Endpoint, ...]
