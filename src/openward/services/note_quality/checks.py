"""What must hold of a review before a person sees it, besides what holds for every proposal."""

from typing import Any, Final

from openward.domain.evidence import KnowledgeEvidence
from openward.domain.proposal import Proposal
from openward.domain.run import Verdict
from openward.record.chart import Chart
from openward.services.note_quality.proposal import NoteQuality
from openward.services.note_quality.rules import RULES
from openward.services.note_quality.scoring import FULL


def every_fault_names_its_rule(proposal: Proposal[Any], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """Each finding rests on a row of the rules, and on the note or the record."""
    bare = [f.id for f in proposal.findings if not _grounded(f.evidence)]
    return [
        Verdict(check="rule", outcome="refuse", reason="it does not name rule and place", finding=id) for id in bare
    ] or [Verdict(check="rule", outcome="pass")]


def the_score_is_a_range(proposal: Proposal[NoteQuality], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """The least score is not above the score, and without a note of a known kind there is none."""
    body = proposal.body
    known = any(note.kind for note in body.notes)
    if (body.total_score is not None and not known) or (body.total_score is None and body.grade is not None):
        return [Verdict(check="score", outcome="refuse", reason="a score of nothing known, or a grade without a score")]
    if body.total_score is not None and not 0 <= (body.least_score or 0.0) <= body.total_score <= FULL:
        return [Verdict(check="score", outcome="refuse", reason="the range of the score is none")]
    return [Verdict(check="score", outcome="pass")]


def every_finding_is_in_the_list(proposal: Proposal[NoteQuality], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """The list of faults and the findings are the same, in the same order."""
    if [f.finding for f in proposal.body.faults] == [f.id for f in proposal.findings]:
        return [Verdict(check="list", outcome="pass")]
    return [Verdict(check="list", outcome="refuse", reason="the list of faults and the findings differ")]


def what_was_not_looked_at_is_said(proposal: Proposal[NoteQuality], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """Where rules could not be applied, `not_checked` says so."""
    if proposal.body.rules_not_checked and not proposal.not_checked:
        return [Verdict(check="not-checked", outcome="refuse", reason="rules were not applied and nothing says so")]
    return [Verdict(check="not-checked", outcome="pass")]


def _grounded(evidence: tuple[Any, ...]) -> bool:
    ruled = any(isinstance(e, KnowledgeEvidence) and e.table == RULES for e in evidence)
    return ruled and any(not isinstance(e, KnowledgeEvidence) for e in evidence)


def the_outcomes_add_up(proposal: Proposal[NoteQuality], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """Every rule that had something to judge was met, broken or not checked, and every rule is in the list."""
    body = proposal.body
    told = sum(o.notes for o in body.outcomes) - body.rules_not_applicable
    if told == body.rules_applied == body.rules_met + body.rules_broken + body.rules_not_checked:
        return [Verdict(check="outcomes", outcome="pass")]
    return [Verdict(check="outcomes", outcome="refuse", reason="the outcomes of rules do not add up")]


CHECKS: Final = (
    every_fault_names_its_rule,
    the_score_is_a_range,
    every_finding_is_in_the_list,
    what_was_not_looked_at_is_said,
    the_outcomes_add_up,
)
