"""What must hold of a search before a person sees it, besides what holds for every proposal."""

from typing import Any, Final

from openward.domain.proposal import Proposal
from openward.domain.run import Verdict
from openward.record.chart import Chart
from openward.services.literature.proposal import Literature


def no_retracted_document_answers(proposal: Proposal[Literature], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """No quotation comes from a retracted document."""
    retracted = {hit.rank for hit in proposal.body.hits if hit.notice == "retracted"}
    if any(quoted.hit in retracted for quoted in proposal.body.answer):
        return [_refused("retracted", "a retracted document is quoted as an answer")]
    return [_passed("retracted")]


def every_retraction_is_said(proposal: Proposal[Literature], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """Each retracted document that is shown or cited has its finding."""
    said = {finding.about[0] for finding in proposal.findings if finding.code.code == "retracted"}
    shown = {hit.id[:200] for hit in proposal.body.hits if hit.notice == "retracted"}
    cited = {(c.document or "")[:200] for c in proposal.body.citations if c.notice == "retracted"}
    if shown | cited <= said:
        return [_passed("retractions-said")]
    return [_refused("retractions-said", "a retracted document is shown without saying so")]


def every_quotation_has_its_finding(proposal: Proposal[Literature], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """What is quoted in the answer is what the findings give evidence for, word for word."""
    given = [finding.why for finding in proposal.findings if finding.code.code == "quote"]
    if sorted(given) == sorted(quoted.sentence for quoted in proposal.body.answer):
        return [_passed("quotations")]
    return [_refused("quotations", "a quotation of the answer has no finding that proves it")]


def a_citation_that_was_not_found_is_no_agreement(
    proposal: Proposal[Literature], _chart: Chart | None, _given: Any
) -> list[Verdict]:
    """A citation without a record is said to be unchecked, and one that agrees has a record."""
    missing = {f"citations[{c.number}]" for c in proposal.body.citations if c.outcome == "not-found"}
    unproved = [c for c in proposal.body.citations if c.outcome != "not-found" and c.document is None]
    said = {about for gap in proposal.not_checked if gap.code == "citation-not-found" for about in gap.about}
    if missing == said and not unproved:
        return [_passed("citations")]
    return [_refused("citations", "a citation is said to agree without a record, or its absence is not said")]


def _passed(check: str) -> Verdict:
    return Verdict(check=check, outcome="pass")


def _refused(check: str, reason: str) -> Verdict:
    return Verdict(check=check, outcome="refuse", reason=reason)


CHECKS: Final = (
    no_retracted_document_answers,
    every_retraction_is_said,
    every_quotation_has_its_finding,
    a_citation_that_was_not_found_is_no_agreement,
)
