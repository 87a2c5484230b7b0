"""How the looking is known to work: rows with one planted fault each must be held, whole rows must pass.

A row of the data set is `input` (as the service takes it) and `faulty`, the column with the planted fault, or null.
"""

from typing import Any, Final

from openward.domain.proposal import Proposal
from openward.domain.study import Endpoint, Study

_DATASET: Final = "knowledge_changes.jsonl"
_SOURCE: Final = "own rows: each built-in table, with faults planted one by one"


def request(row: dict[str, Any]) -> dict[str, Any]:
    """The change as it is told."""
    return {"input": row["input"]}


def has_fault(row: dict[str, Any]) -> bool:
    """Rows with a planted fault."""
    return row["faulty"] is not None


def has_none(row: dict[str, Any]) -> bool:
    """Rows that can stand."""
    return row["faulty"] is None


def held(row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether the planted fault is named."""
    return row["faulty"] in {fault.column for fault in proposal.body.faults}


def passes(_row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether no fault is named."""
    return not proposal.body.faults


STUDY: Final = Study(
    id="knowledge-changes",
    title="Changed rows: is what cannot stand held, and what can let through?",
    endpoints=(
        Endpoint(
            id="knowledge-change-held", name="faults_held",
            question="Of rows with a planted fault, how many are held for it?",
            dataset=_DATASET, source=_SOURCE, request=request, success=held, applies=has_fault, accept=0.9,
        ),
        Endpoint(
            id="knowledge-change-passes", name="whole_passed", question="Of rows that can stand, how many pass?",
            dataset=_DATASET, source=_SOURCE, request=request, success=passes, applies=has_none, accept=0.95,
        ),
    ),
)  # fmt: skip
