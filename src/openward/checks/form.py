"""A proposal is fit to be read: short headlines, unique ids, ranked findings, something said of what was looked at."""

from typing import Any

from openward.domain.headline import words
from openward.domain.proposal import HEADLINE_WORDS, SEVERITIES, Proposal
from openward.domain.run import Verdict

CHECK = "form"


def form(proposal: Proposal[Any]) -> list[Verdict]:
    """Refuses what a person could not read in a glance, or what reads as "nothing found" when nothing was looked at."""
    faults = [*_headlines(proposal), *_identity(proposal), *_order(proposal), *_silence(proposal)]
    return faults or [Verdict(check=CHECK, outcome="pass")]


def _refuse(reason: str, finding: str | None = None) -> Verdict:
    return Verdict(check=CHECK, outcome="refuse", reason=reason, finding=finding)


def _headlines(proposal: Proposal[Any]) -> list[Verdict]:
    return [
        _refuse(f"the headline has {words(f.headline)} words, at most {HEADLINE_WORDS} are allowed", f.id)
        for f in proposal.findings
        if words(f.headline) > HEADLINE_WORDS
    ]


def _identity(proposal: Proposal[Any]) -> list[Verdict]:
    ids = [f.id for f in proposal.findings]
    return [_refuse("the finding's id is not unique in the proposal", i) for i in {i for i in ids if ids.count(i) > 1}]


def _order(proposal: Proposal[Any]) -> list[Verdict]:
    ranks = [SEVERITIES.index(f.severity) for f in proposal.findings]
    return [] if ranks == sorted(ranks) else [_refuse("the findings are not ranked by severity")]


def _silence(proposal: Proposal[Any]) -> list[Verdict]:
    looked = any(e.count for e in proposal.examined)
    if proposal.findings or proposal.not_checked or looked:
        return []
    return [_refuse("nothing was found and nothing is said to have been examined")]
