"""What must hold of a review before a person sees it, besides what holds for every proposal."""

import re
from typing import Any, Final

from openward.domain.evidence import KnowledgeEvidence
from openward.domain.proposal import Finding, Proposal
from openward.domain.run import Verdict
from openward.record.chart import Chart
from openward.services.prescription_review.proposal import PrescriptionReview

_SOOTHING: Final = re.compile(
    r"\b(?:is|are|appears?|considered|completely|entirely) safe\b|"
    r"\bno (?:risk|danger|interactions?) (?:exists?|found)\b|"
    r"\bsafe to (?:give|use|take|prescribe)\b|安全无虞|可放心使用|没有风险|无任何风险|不存在风险",
    re.IGNORECASE,
)


def every_interruption_has_knowledge(proposal: Proposal[Any], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """A finding that interrupts rests on a row of knowledge, never on the chart alone."""
    bare = [f for f in proposal.findings if f.present == "interrupt" and not _has_row(f)]
    return [
        Verdict(check="knowledge", outcome="refuse", reason="it interrupts without a row of knowledge", finding=f.id)
        for f in bare
    ] or [Verdict(check="knowledge", outcome="pass")]


def every_order_is_accounted_for(
    proposal: Proposal[PrescriptionReview], _chart: Chart | None, _given: Any
) -> list[Verdict]:
    """Each order was understood, or `not_checked` names it."""
    named = {reference for note in proposal.not_checked for reference in note.about}
    lost = [o.reference for o in proposal.body.orders if not o.ingredients and o.reference not in named]
    if lost:
        reason = f"{len(lost)} orders were neither understood nor named as not checked"
        return [Verdict(check="orders", outcome="refuse", reason=reason)]
    return [Verdict(check="orders", outcome="pass")]


def no_word_of_safety(proposal: Proposal[Any], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """Nothing in the proposal says that a drug is safe: the review can only say what it found."""
    texts = [(f.id, f"{f.headline} {f.why} {f.advice}") for f in proposal.findings]
    soothing = [id for id, text in texts if _SOOTHING.search(text)]
    verdicts = [
        Verdict(check="safety-words", outcome="hold", reason="it says that something is safe", finding=id)
        for id in soothing
    ]
    if _SOOTHING.search(proposal.summary):
        verdicts.append(Verdict(check="safety-words", outcome="hold", reason="the summary says that something is safe"))
    return verdicts or [Verdict(check="safety-words", outcome="pass")]


def _has_row(finding: Finding) -> bool:
    return any(isinstance(e, KnowledgeEvidence) for e in finding.evidence)


CHECKS: Final = (every_interruption_has_knowledge, every_order_is_accounted_for, no_word_of_safety)
