"""How the drafting of notes is known to work: facts of reference notes found, sentences supported, sections right."""

from typing import Any, Final

from openward.checks.claims import Ground
from openward.domain.proposal import Proposal
from openward.domain.study import Endpoint, Study

_DATASET: Final = "visits.jsonl"
_SOURCE: Final = "ACI-Bench train and valid (Yim et al., 2023): doctor-patient talks with reference notes"


def request(row: dict[str, Any]) -> dict[str, Any]:
    """The talk alone, for a SOAP note."""
    return {"input": {"format": "soap", "dialogue": row["dialogue"]}}


def facts_found(row: dict[str, Any], proposal: Proposal[Any]) -> float:
    """The share of the claims of the reference note that the draft supports."""
    judged = [one for j in Ground({"draft": proposal.body.draft}).judge_all(row["note"]) for one in j.claims]
    return sum(one.verdict == "supported" for one in judged) / max(len(judged), 1)


STUDY: Final = Study(
    id="clinical-note-visits",
    title="Talks with reference notes: facts found, statements supported, sections right",
    endpoints=(
        Endpoint(
            id="note-facts",
            name="facts",
            question="Of the claims of the reference note, what share is in the draft?",
            dataset=_DATASET,
            source=_SOURCE,
            request=request,
            success=facts_found,
            accept=0.5,
            measures="mean",
        ),
    ),
)
