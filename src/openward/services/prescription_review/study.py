"""How the review is known to work: high-priority pairs must alert, low-value pairs must not interrupt.

The lists: Phansalkar et al., J Am Med Inform Assoc 2012;19:735 and 2013;20:489, as mapped to drugs by the PDDI project.
"""

from typing import Any, Final

from openward.domain.proposal import Finding, Proposal
from openward.domain.study import Endpoint, Study


def pair_request(row: dict[str, Any]) -> dict[str, Any]:
    """Both drugs of a pair as two orders, without a patient."""
    return {"input": {"orders": [row["a"], row["b"]]}}


def interrupts(_row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether an interaction is found that interrupts."""
    return any(_is_interaction(f) and f.present == "interrupt" for f in proposal.findings)


def stays_quiet(_row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether both drugs were understood and no interaction interrupts."""
    understood = all(order.ingredients for order in proposal.body.orders)
    return understood and not any(_is_interaction(f) and f.present == "interrupt" for f in proposal.findings)


def _is_interaction(finding: Finding) -> bool:
    return (finding.code.code or "").startswith("interaction")


STUDY: Final = Study(
    id="prescription-review-ddi",
    title="Drug pairs that must alert, and drug pairs that must not interrupt",
    endpoints=(
        Endpoint(
            id="must-alert",
            question="Of the high-priority pairs, how many give an interaction that interrupts?",
            dataset="ddi_must_alert.jsonl",
            source="ONC high-priority list, Phansalkar et al., JAMIA 2012;19:735",
            request=pair_request,
            success=interrupts,
            accept=0.90,
        ),
        Endpoint(
            id="must-not-interrupt",
            question="Of the low-value pairs, how many do not interrupt?",
            dataset="ddi_must_not_interrupt.jsonl",
            source="ONC non-interruptive list, Phansalkar et al., JAMIA 2013;20:489",
            request=pair_request,
            success=stays_quiet,
            accept=0.97,
        ),
    ),
)
