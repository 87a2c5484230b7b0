"""What must hold of a triage before a person sees it, besides what holds for every proposal."""

from typing import Any, Final

from openward.domain.evidence import KnowledgeEvidence
from openward.domain.proposal import Proposal
from openward.domain.run import Verdict
from openward.knowledge.triage import RANKED, RULES
from openward.record.chart import Chart
from openward.services.triage.proposal import Triage
from openward.services.triage.questions import MOST
from openward.services.triage.reads import Reads

_Order: Final[dict[str, int]] = {level: rank for rank, level in enumerate(RANKED)}


def an_emergency_has_its_rule_and_what_to_do(
    proposal: Proposal[Triage], _chart: Chart | None, _given: Any
) -> list[Verdict]:
    """An emergency names the row of a rule, and says what to do now."""
    body = proposal.body
    if body.level != "emergency":
        return [_passed("emergency")]
    ruled = any(
        isinstance(e, KnowledgeEvidence) and e.table == RULES
        for f in proposal.findings
        if f.severity == "critical"
        for e in f.evidence
    )
    if ruled and body.safety_net is not None and body.safety_net.now and body.scale in {"I", "II"}:
        return [_passed("emergency")]
    return [_refused("emergency", "an emergency without its rule, its place on the scale or what to do")]


def no_red_flag_stands_above_the_level(proposal: Proposal[Triage], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """The level is at least as high as each red flag; care at home has none above it."""
    body = proposal.body
    flags = [_Order[rule.level] for rule in body.rules if rule.red_flag and rule.level in _Order]
    if flags and (body.level == "not-covered" or min(flags) < _Order[body.level]):
        return [_refused("red-flags", "a red flag stands above the level")]
    return [_passed("red-flags")]


def the_question_is_new(proposal: Proposal[Triage], _chart: Chart | None, given: Any) -> list[Verdict]:
    """A question was not answered before, has words, and is at most the twelfth."""
    question = proposal.body.question
    if question is None:
        return [_passed("question")]
    answered = given.answers if isinstance(given, Reads) else {}
    if question.id in answered or not question.text.strip() or len(answered) >= MOST:
        return [_refused("question", "the question was answered before, is empty, or is one too many")]
    return [_passed("question")]


def not_covered_is_said(proposal: Proposal[Triage], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """Where no rule speaks, that is said, and nothing else is claimed."""
    body = proposal.body
    said = any(gap.code == "complaint-not-covered" for gap in proposal.not_checked)
    if (body.level == "not-covered") is said and (body.rules == ()) is said:
        return [_passed("covered")]
    return [_refused("covered", "the level and what is said of the coverage differ")]


def _passed(check: str) -> Verdict:
    return Verdict(check=check, outcome="pass")


def _refused(check: str, reason: str) -> Verdict:
    return Verdict(check=check, outcome="refuse", reason=reason)


CHECKS: Final = (
    an_emergency_has_its_rule_and_what_to_do,
    no_red_flag_stands_above_the_level,
    the_question_is_new,
    not_covered_is_said,
)
