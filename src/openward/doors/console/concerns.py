"""What services found of a patient: the findings of the runs that speak, ranked, one for each concern.

Which runs speak says `standing`. Of these a finding of what was brought is taken back besides when a later run of the
service judged all that it is about: the same analytes or drugs, brought again; a drug that is in the chart now; or
values of the chart from a later day. What an agent carries falls with the run that it comes from.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from openward.domain.evidence import DocumentEvidence, Evidence, InputEvidence, RunEvidence
from openward.domain.proposal import SEVERITIES, Finding, NotChecked, Proposal
from openward.domain.run import Run
from openward.doors.console.places import Places, Spot
from openward.doors.console.standing import Standing, Voice
from openward.doors.evidence import Told
from openward.doors.proposals import body_of, proposal_of

OPEN: Final = 3
_DRUG: Final = "drug"


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


class Quiet(msgspec.Struct, frozen=True):
    """A run that made no finding, in the chart or in what was brought, and what it says of that itself."""

    run: Run
    summary: str
    charted: bool


class _Said(msgspec.Struct, frozen=True, kw_only=True):
    """A run that speaks, what it says, and what it judged (an analyte or a drug), by its place and by the day."""

    voice: Voice
    run: Run
    proposal: Proposal[Any]
    places: Mapping[str, str]
    days: Mapping[str, str]
    findings: tuple[Finding, ...] = ()

    @property
    def loud(self) -> bool:
        """Whether it is told also what it did not find: of those over what was brought, the newest of a service."""
        return self.voice.charted or self.voice.newest


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What all services said: concerns, what was not checked, runs that found nothing, and newest runs that failed.

    `reviewed` are the orders that these runs looked at.
    """

    concerns: tuple[Concern, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    quiet: tuple[Quiet, ...] = ()
    failed: tuple[Run, ...] = ()
    reviewed: frozenset[str] = frozenset()

    @property
    def references(self) -> frozenset[str]:
        """Every entry of the chart that a concern stands on."""
        return frozenset(spot.reference for concern in self.concerns for spot in concern.spots)


def heard(stands: Standing, runs: Iterable[Run], places: Places) -> Heard:
    """What the runs that speak say, of the runs with their proposals; see `standing`."""
    said = _said(stands, runs)
    return Heard(
        concerns=tuple(_concern(findings, run, places) for findings, run in _alike(_ranked(said))),
        failed=stands.failed,
        unseen=tuple(Unseen(run=s.run, gaps=s.proposal.not_checked) for s in said if s.loud and s.proposal.not_checked),
        quiet=tuple(
            Quiet(s.run, s.proposal.summary, s.voice.charted) for s in said if s.loud and not s.proposal.findings
        ),
        reviewed=reviewed(s.run for s in said),
    )


def worst(stands: Standing, runs: Iterable[Run]) -> tuple[Finding, Run] | None:
    """The gravest finding on which nobody decided, as the chart has it."""
    return next(iter(_ranked(one for one in _said(stands, runs) if one.voice.open)), None)


def _said(stands: Standing, runs: Iterable[Run]) -> list[_Said]:
    """What each run says, less the findings that another run took back."""
    whole = {run.id: run for run in runs}
    said = [
        _told(voice, run, proposal)
        for voice in stands.voices
        if (run := whole.get(voice.run.id)) and (proposal := proposal_of(run))
    ]
    return [
        msgspec.structs.replace(one, findings=tuple(
            finding for finding in one.proposal.findings
            if not _taken_back(finding, stands.replaced) and not _judged_again(finding, one, said)
        ))
        for one in said
    ]  # fmt: skip


def _taken_back(finding: Finding, replaced: frozenset[str]) -> bool:
    """Whether a finding that an agent carries is of a run after which another one judged the same."""
    return any(isinstance(one, RunEvidence) and one.run in replaced for one in finding.evidence)


def _judged_again(finding: Finding, one: _Said, said: Iterable[_Said]) -> bool:
    """Whether a later run judged all that was brought and that a finding is about: those analytes, those drugs."""
    things = {one.places.get(place, "") for place in finding.about if "/" not in place}
    if one.voice.charted or not things or "" in things:
        return False
    later = (other for other in said if other.run.service == one.run.service and other.run.status == "proposed")
    return any(
        other.run.started > one.run.started and all(_afresh(thing, one, other) for thing in things) for other in later
    )


def _afresh(thing: str, one: _Said, other: _Said) -> bool:
    """Whether a later run judged a thing as it was then: of the chart only from a later day, drugs at any time."""
    before, after = one.days[thing], other.days.get(thing, "")
    return after > before or (after == before and (not other.voice.charted or thing.startswith(_DRUG)))


def _told(voice: Voice, run: Run, proposal: Proposal[Any]) -> _Said:
    """A run with what it judged; a value without a day is of the day on which it was brought, an order of the run's."""
    body, today = body_of(run), run.started.date().isoformat()
    judged = [
        (str(one.get("place")), f"analyte {one['analyte']}", str(one.get("taken") or today)[: len(today)])
        for one in _listed(body, "results")
        if one.get("analyte") and one.get("flag", "unknown") != "unknown"
    ] + [
        (str(one.get("reference")), " ".join((_DRUG, *sorted(map(str, one["ingredients"])))), today)
        for one in _listed(body, "orders")
        if one.get("ingredients")
    ]
    places = {place: thing for place, thing, _ in judged}
    days = {thing: day for _, thing, day in sorted(judged, key=lambda one: one[2])}
    return _Said(voice=voice, run=run, proposal=proposal, places=places, days=days)


def _listed(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    held = body.get(name)
    return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []


def reviewed(runs: Iterable[Run]) -> frozenset[str]:
    """The orders that runs reviewed: entries of the chart, or places in what was typed."""
    held = (one for run in runs for one in _listed(body_of(run), "orders"))
    return frozenset(str(one["reference"]) for one in held if "reference" in one)


def _typed(finding: Finding) -> bool:
    """Whether a finding speaks of something that came with the request and does not stand in the chart."""
    return any(_given(one) for one in finding.evidence) or any("/" not in reference for reference in finding.about)


def _given(evidence: Evidence) -> bool:
    """Whether an evidence quotes what came with the request: one of its values, or a text by its path there."""
    if isinstance(evidence, DocumentEvidence):
        return "/" not in evidence.id and not evidence.id.startswith("steps[")
    return isinstance(evidence, InputEvidence)


def _ranked(said: Iterable[_Said]) -> list[tuple[Finding, Run]]:
    """Each once, by severity, what is so in the chart before what was typed, the newest; else as the service has it."""
    found = [(finding, one.run, place) for one in said for place, finding in enumerate(one.findings)]
    found.sort(key=lambda one: (
        SEVERITIES.index(one[0].severity), _typed(one[0]), -one[1].started.timestamp(), one[2]
    ))  # fmt: skip
    told: dict[str, str] = {}
    once = []
    for finding, run, _ in found:
        headline = finding.headline.casefold()
        if headline not in told and told.get(_name(finding, run), run.id) == run.id:
            once.append((finding, run))
        told |= {headline: run.id, _name(finding, run): run.id}
    return once


def _name(finding: Finding, run: Run) -> str:
    """What a finding is called in all languages: of which service, and its id; an agent's has both in the id."""
    carried = any(isinstance(one, RunEvidence) for one in finding.evidence)
    return finding.id if carried else f"{run.service}.{finding.id}"


def _alike(once: Iterable[tuple[Finding, Run]]) -> list[tuple[list[Finding], Run]]:
    """Those that are told together, with their run."""
    alike: dict[tuple[Any, ...], list[tuple[Finding, Run]]] = {}
    for finding, run in once:
        alike.setdefault(_kind(finding, run), []).append((finding, run))
    return [([finding for finding, _ in same], same[0][1]) for same in alike.values()]


def _kind(finding: Finding, run: Run) -> tuple[Any, ...]:
    """What findings must share to be told together."""
    return run.id, finding.severity, finding.about, finding.advice or finding.id


def _concern(findings: Sequence[Finding], run: Run, places: Places) -> Concern:
    evidence = [one for finding in findings for one in finding.evidence]
    spots, grounds = places.grounds(dict.fromkeys(evidence))
    return Concern(
        finding=findings[0], also=tuple(findings[1:]), run=run, spots=spots, grounds=grounds, typed=_typed(findings[0])
    )
