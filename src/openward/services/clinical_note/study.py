"""How the drafting of notes is known to work: talks with reference notes of a public set, by halves.

Rules were made on one half of the visits (`half_of`, by the digest of the id); the endpoints named `_other` measure the
other half alone. What counts as supported is what `checks/claims` says, and the engine itself withholds what that
check does not let through: the share of supported sentences says that it does, not that the check is never wrong.
"""

from collections.abc import Callable
from typing import Any, Final

from openward.domain.proposal import Proposal
from openward.domain.study import Endpoint, Study, every_row
from openward.services.clinical_note.measuring import Measured, measured
from openward.studies.planted import half_of

_DATASET: Final = "visits.jsonl"
_SOURCE: Final = "ACI-Bench train and valid (Yim et al., 2023): talks with reference notes, CC BY 4.0"
_LONGEST: Final = 1.5


def request(row: dict[str, Any]) -> dict[str, Any]:
    """The talk alone, for a SOAP note."""
    return {"input": {"format": "soap", "dialogue": row["dialogue"]}}


def is_other(row: dict[str, Any]) -> bool:
    """Whether no rule was made on the visit."""
    return half_of(row["id"]) == "other"


def facts_found(row: dict[str, Any], proposal: Proposal[Any]) -> float:
    """The share of the reference's facts that the draft says."""
    one = _of(row, proposal)
    return one.found / max(one.facts, 1)


def said_found(row: dict[str, Any], proposal: Proposal[Any]) -> float:
    """The same of the facts that the talk itself says."""
    one = _of(row, proposal)
    return one.found_of_said / max(one.said, 1)


def supported(row: dict[str, Any], proposal: Proposal[Any]) -> float:
    """The share of the draft's sentences that the talk supports."""
    one = _of(row, proposal)
    return one.supported / max(one.sentences, 1)


def placed(row: dict[str, Any], proposal: Proposal[Any]) -> float:
    """Of the facts found, the share that stands in the division of the reference."""
    one = _of(row, proposal)
    return one.placed / max(one.found_of_said, 1)


def rouge(row: dict[str, Any], proposal: Proposal[Any]) -> float:
    """The overlap of single words with the reference."""
    return _of(row, proposal).rouge


def short_enough(row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether the draft has at most half as many words again as the reference."""
    one = _of(row, proposal)
    return one.words <= _LONGEST * one.reference_words


def _of(row: dict[str, Any], proposal: Proposal[Any]) -> Measured:
    return measured(row["dialogue"], row["note"], proposal.body.sections)


_QUESTIONS: Final[tuple[tuple[str, str, Callable[[dict[str, Any], Proposal[Any]], float], float], ...]] = (
    (
        "facts",
        "Of the findings, drugs, numbers and sides of the reference note, what share does the draft say?",
        facts_found,
        0.75,
    ),
    ("facts_said", "Of those that the talk itself says, what share does the draft say?", said_found, 0.8),
    ("supported", "Of the draft's sentences, what share does the talk support?", supported, 0.99),
    ("placed", "Of the facts found, what share stands in the reference's division?", placed, 0.75),
    ("rouge_1", "What is the overlap of single words with the reference?", rouge, 0.4),
    ("length", "How many drafts have at most half as many words again as the reference?", short_enough, 0.5),
)


def _endpoints() -> tuple[Endpoint, ...]:
    return tuple(
        Endpoint(
            id=f"note-{name}{ending}".replace("_", "-"), name=f"{name}{ending}", question=question, dataset=_DATASET,
            source=_SOURCE, request=request, success=success, accept=accept, applies=applies,
            measures="share" if name == "length" else "mean",
        )
        for ending, applies in (("", every_row), ("_other", is_other))
        for name, question, success, accept in _QUESTIONS
    )  # fmt: skip


STUDY: Final = Study(
    id="clinical-note-visits",
    title="Talks with reference notes: facts found, sentences supported, divisions right",
    endpoints=_endpoints(),
)
