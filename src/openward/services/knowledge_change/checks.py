"""What must hold of a change before a person sees it, besides what holds for every proposal."""

from typing import Any, Final

from openward.domain.proposal import Proposal
from openward.domain.run import Verdict
from openward.record.chart import Chart
from openward.services.knowledge_change.proposal import KnowledgeChange


def a_row_that_cannot_stand_is_held(
    proposal: Proposal[KnowledgeChange], _chart: Chart | None, _given: Any
) -> list[Verdict]:
    """A row with faults is shown, but nobody can sign it into effect."""
    if not proposal.body.faults:
        return [Verdict(check="row", outcome="pass")]
    return [Verdict(check="row", outcome="hold", reason=f"column '{f.column}': {f.what}") for f in proposal.body.faults]


def what_changes_is_said(proposal: Proposal[KnowledgeChange], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """Every difference stands in the body, and a change has its finding."""
    body, said = proposal.body, {finding.code.code for finding in proposal.findings}
    told = all(body.cells.get(change.column) == change.after for change in body.changes)
    if told and (not body.changes or ("added" if body.adds else "changed") in said):
        return [Verdict(check="difference", outcome="pass")]
    return [Verdict(check="difference", outcome="refuse", reason="the difference and the row do not agree")]


CHECKS: Final = (a_row_that_cannot_stand_is_held, what_changes_is_said)
