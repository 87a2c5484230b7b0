"""The queue of a desk as a list of people: who it is about, how bad it is, how long it waits."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from openward.domain.proposal import SEVERITIES, Severity
from openward.domain.run import Run
from openward.doors.console.people import Somebody, names_of
from openward.doors.console.visit import Visit
from openward.doors.proposals import proposal_of

_STEPS: Final = (
    ("desk_days", timedelta(days=1)),
    ("desk_hours", timedelta(hours=1)),
    ("desk_minutes", timedelta(minutes=1)),
)


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One run that waits: `since` is for how long, in words; `second` that somebody has signed it first."""

    run: Run
    title: str
    somebody: Somebody | None
    worst: Severity | None
    summary: str
    since: str
    second: bool = False


def waiting(visit: Visit, runs: Sequence[Run]) -> list[Waiting]:
    """The runs of a queue with the names of their patients."""
    people, services = names_of(visit, (run.patient for run in runs)), visit.ward.services
    found = []
    for run in runs:
        proposal = proposal_of(run)
        severities = {finding.severity for finding in proposal.findings} if proposal else set()
        service = services.get(run.service)
        found.append(
            Waiting(
                run=run,
                title=service.card.title.in_(visit.language) if service else run.service,
                somebody=people.get(run.patient or ""),
                worst=min(severities, key=SEVERITIES.index, default=None),
                summary=proposal.summary if proposal else "",
                since=for_how_long(visit, run.started),
                second=visit.ward.desk.first(run) is not None,
            )
        )
    return found


def gravest_first(rows: Iterable[Waiting]) -> list[Waiting]:
    """The rows by their worst finding, the longest wait first among equals; what has no finding comes last."""
    last = len(SEVERITIES)
    return sorted(rows, key=lambda row: (SEVERITIES.index(row.worst) if row.worst else last, row.run.started))


def for_how_long(visit: Visit, since: datetime) -> str:
    """How long ago a moment was, in the largest unit that fits."""
    passed = visit.ward.clock.now() - since
    for key, step in _STEPS:
        if passed >= step:
            return visit.t(key, n=passed // step)
    return visit.t("desk_now")
