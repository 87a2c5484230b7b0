"""What services found of a patient: the findings of the newest run of each, ranked, one for each concern."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from openward.domain.proposal import SEVERITIES, Finding, NotChecked, Proposal
from openward.domain.run import Run
from openward.doors.console.places import Places, Spot
from openward.doors.console.proposals import proposal_of
from openward.doors.evidence import Told

OPEN: Final = 3


class Concern(msgspec.Struct, frozen=True, kw_only=True):
    """One finding with the run that it is of, the places of the chart that it stands on, and its other grounds."""

    finding: Finding
    run: Run
    spots: tuple[Spot, ...]
    grounds: tuple[Told, ...]


class Unseen(msgspec.Struct, frozen=True, kw_only=True):
    """What one run did not check."""

    run: Run
    gaps: tuple[NotChecked, ...]


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What all services said: concerns, what was not checked, runs that found nothing, and newest runs that failed."""

    concerns: tuple[Concern, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    quiet: tuple[Run, ...] = ()
    failed: tuple[Run, ...] = ()

    @property
    def references(self) -> frozenset[str]:
        """Every entry of the chart that a concern stands on."""
        return frozenset(spot.reference for concern in self.concerns for spot in concern.spots)


def heard(runs: Iterable[Run], places: Places) -> Heard:
    """What the newest run of each service says; what an agent had run speaks through the agent.

    A failed run takes nothing back: what the service said before it stays, and the failure is told beside it.
    """
    said: dict[str, tuple[Run, Proposal[Any]]] = {}
    failed: dict[str, Run] = {}
    for run in sorted((run for run in runs if run.parent is None), key=lambda run: run.started, reverse=True):
        if run.service in said:
            continue
        proposal = proposal_of(run)
        if proposal is None:
            failed.setdefault(run.service, run)
        else:
            said[run.service] = run, proposal
    return Heard(
        concerns=tuple(_ranked(said.values(), places)), failed=tuple(failed.values()),
        unseen=tuple(Unseen(run=run, gaps=p.not_checked) for run, p in said.values() if p.not_checked),
        quiet=tuple(run for run, proposal in said.values() if not proposal.findings),
    )  # fmt: skip


def _ranked(said: Iterable[tuple[Run, Proposal[Any]]], places: Places) -> list[Concern]:
    """By severity, then the newest; within a run in the order of the service."""
    found = [(finding, run, place) for run, p in said for place, finding in enumerate(p.findings)]
    found.sort(key=lambda one: (SEVERITIES.index(one[0].severity), -_at(one[1].started), one[2]))
    once: dict[str, tuple[Finding, Run]] = {}
    for finding, run, _ in found:
        once.setdefault(finding.headline.casefold(), (finding, run))
    return [_concern(finding, run, places) for finding, run in once.values()]


def _concern(finding: Finding, run: Run, places: Places) -> Concern:
    spots, grounds = places.grounds(finding.evidence)
    return Concern(finding=finding, run=run, spots=spots, grounds=grounds)


def _at(moment: datetime) -> float:
    return moment.timestamp()
