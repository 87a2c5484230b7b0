"""How the service is known to work: public vignettes whose diagnosis must stand among the first places of the list.

A name matches by the normal form of the condition's own names and synonyms (`naming`); a parent category is no match,
and a vignette whose diagnosis the tables do not hold is wrong.
"""

from collections.abc import Callable
from typing import Any, Final

from openward.domain.proposal import Proposal
from openward.domain.study import Endpoint, Study
from openward.services.differential_diagnosis.naming import is_named
from openward.services.differential_diagnosis.rare.endpoints import RARE_ENDPOINTS

_EMPTY: Final = frozenset({"", "-", "none", "n/a", "nil"})
_ACCEPT: Final = {1: 0.40, 3: 0.60, 5: 0.71}


def vignette_request(row: dict[str, Any]) -> dict[str, Any]:
    """The words of a vignette as one question; what it says to be absent goes in as denied."""
    parts = (
        ("", "demographics"),
        ("Chief complaint: ", "chief_complaints"),
        ("History of present illness: ", "presentation"),
        ("Social history: ", "social_history"),
    )
    text = "\n".join(f"{heading}{row[key]}" for heading, key in parts if _said(row.get(key)))
    asked = {"text": text, "denied": row.get("absent_findings"), "past_history": row.get("physical_history")}
    asked["family_history"] = row.get("family_history")
    return {"input": {key: value for key, value in asked.items() if _said(value)}}


def _said(value: object) -> bool:
    return isinstance(value, str) and value.strip().lower() not in _EMPTY


def is_vignette(row: dict[str, Any]) -> bool:
    """Whether a row is a vignette with its diagnosis."""
    return "correct_diagnosis" in row


def place_of(row: dict[str, Any], proposal: Proposal[Any]) -> int | None:
    """The place of the right diagnosis in the list, None when it is not in it."""
    return next((c.rank for c in proposal.body.candidates if is_named(c.id, row["correct_diagnosis"])), None)


def _among(most: int) -> Callable[[dict[str, Any], Proposal[Any]], bool]:
    def right(row: dict[str, Any], proposal: Proposal[Any]) -> bool:
        place = place_of(row, proposal)
        return place is not None and place <= most

    return right


_VIGNETTES: Final = tuple(
    Endpoint(
        id=f"vignettes-top-{most}",
        name=f"top_{most}",
        question=f"Of the public vignettes, in how many does the diagnosis stand among the first {most}?",
        dataset="symptom_vignettes.jsonl",
        source="Avey vignette suite, JMIR AI 2024;e46875",
        request=vignette_request,
        success=_among(most),
        accept=accept,
        applies=is_vignette,
    )
    for most, accept in _ACCEPT.items()
)

STUDY: Final = Study(
    id="differential-diagnosis-cases",
    title="Public vignettes of common presentations and published cases of rare diseases",
    endpoints=(*_VIGNETTES, *RARE_ENDPOINTS),
)
