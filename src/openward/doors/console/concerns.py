"""What services found of a patient: the findings of the newest run of each, ranked, one for each concern."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from openward.domain.evidence import DocumentEvidence, Evidence, InputEvidence
from openward.domain.proposal import SEVERITIES, Finding, NotChecked, Proposal
from openward.domain.run import Run
from openward.doors.console.places import Places, Spot
from openward.doors.evidence import Told
from openward.doors.proposals import body_of, proposal_of

OPEN: Final = 3


class Concern(msgspec.Struct, frozen=True, kw_only=True):
    """One finding with the run that it is of, the places of the chart that it stands on, and its other grounds.

    `typed` says that it speaks of something that came with the request and need not be so for this patient; `also`
    are findings of the run that are as grave, about the same, and end in the same advice.
    """

    finding: Finding
    run: Run
    spots: tuple[Spot, ...]
    grounds: tuple[Told, ...]
    typed: bool = False
    also: tuple[Finding, ...] = ()


class Unseen(msgspec.Struct, frozen=True, kw_only=True):
    """What one run did not check."""

    run: Run
    gaps: tuple[NotChecked, ...]


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What all services said: concerns, what was not checked, runs that found nothing, and newest runs that failed.

    `reviewed` are the orders that these runs looked at.
    """

    concerns: tuple[Concern, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    quiet: tuple[Run, ...] = ()
    failed: tuple[Run, ...] = ()
    reviewed: frozenset[str] = frozenset()

    @property
    def references(self) -> frozenset[str]:
        """Every entry of the chart that a concern stands on."""
        return frozenset(spot.reference for concern in self.concerns for spot in concern.spots)


def heard(runs: Iterable[Run], places: Places) -> Heard:
    """What the newest run of each service says; what an agent had run speaks through the agent.

    A run on what was typed takes nothing back that an earlier one said of the chart; nor does a failed run: what the
    service said before it stays, and the failure is told beside it.
    """
    said: dict[str, list[tuple[Run, Proposal[Any]]]] = {}
    failed: dict[str, Run] = {}
    for run in sorted((run for run in runs if run.parent is None), key=lambda run: run.started, reverse=True):
        held = said.get(run.service, [])
        if any(not _of_typed(*one) for one in held):
            continue
        proposal = proposal_of(run)
        if proposal is None:
            if not held:
                failed.setdefault(run.service, run)
        elif not held or not _of_typed(run, proposal):
            said.setdefault(run.service, []).append((run, proposal))
    return _told([one for held in said.values() for one in held], tuple(failed.values()), places)


def _told(said: Sequence[tuple[Run, Proposal[Any]]], failed: tuple[Run, ...], places: Places) -> Heard:
    return Heard(
        concerns=tuple(_ranked(said, places)), failed=failed,
        unseen=tuple(Unseen(run=run, gaps=p.not_checked) for run, p in said if p.not_checked),
        quiet=tuple(run for run, proposal in said if not proposal.findings),
        reviewed=frozenset(reference for run, _ in said for reference in _orders(run)),
    )  # fmt: skip


def _orders(run: Run) -> list[str]:
    """The orders that a run reviewed: entries of the chart, or places in what was typed."""
    orders = body_of(run).get("orders")
    held = orders if isinstance(orders, list) else []
    return [str(one["reference"]) for one in held if isinstance(one, dict) and "reference" in one]


def _of_typed(run: Run, proposal: Proposal[Any]) -> bool:
    """Whether a run looked at something that was typed."""
    return any(_typed(finding) for finding in proposal.findings) or any("/" not in one for one in _orders(run))


def _typed(finding: Finding) -> bool:
    """Whether a finding speaks of something that came with the request and does not stand in the chart."""
    return any(_given(one) for one in finding.evidence) or any("/" not in reference for reference in finding.about)


def _given(evidence: Evidence) -> bool:
    """Whether an evidence quotes what came with the request: one of its values, or a text by its path there."""
    if isinstance(evidence, DocumentEvidence):
        return "/" not in evidence.id and not evidence.id.startswith("steps[")
    return isinstance(evidence, InputEvidence)


def _ranked(said: Iterable[tuple[Run, Proposal[Any]]], places: Places) -> list[Concern]:
    """By severity, what is so in the chart before what was typed, the newest; within a run as the service has it."""
    found = [(finding, run, place) for run, p in said for place, finding in enumerate(p.findings)]
    found.sort(key=lambda one: (
        SEVERITIES.index(one[0].severity), _typed(one[0]), -_at(one[1].started), one[2]
    ))  # fmt: skip
    once: dict[str, tuple[Finding, Run]] = {}
    for finding, run, _ in found:
        once.setdefault(finding.headline.casefold(), (finding, run))
    alike: dict[tuple[Any, ...], list[tuple[Finding, Run]]] = {}
    for finding, run in once.values():
        alike.setdefault(_kind(finding, run), []).append((finding, run))
    return [_concern([finding for finding, _ in same], same[0][1], places) for same in alike.values()]


def _kind(finding: Finding, run: Run) -> tuple[Any, ...]:
    """What findings must share to be told together."""
    return run.id, finding.severity, finding.about, finding.advice or finding.id


def _concern(findings: Sequence[Finding], run: Run, places: Places) -> Concern:
    evidence = [one for finding in findings for one in finding.evidence]
    spots, grounds = places.grounds(dict.fromkeys(evidence))
    return Concern(
        finding=findings[0], also=tuple(findings[1:]), run=run, spots=spots, grounds=grounds, typed=_typed(findings[0])
    )


def _at(moment: datetime) -> float:
    return moment.timestamp()
