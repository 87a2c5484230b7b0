"""How the ranking is known to work: published cases, each without what its own publication gave to the annotations.

The cases: GA4GH Phenopacket Store (Danis et al., HGG Adv 2025), developers' share. A case is right when exactly its
OMIM number stands among the first places; a disease that the annotations do not hold is wrong.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from openward.domain.proposal import Proposal
from openward.domain.study import Endpoint
from openward.services.differential_diagnosis.rare.question import MAX_TERMS

_AGE: Final = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")
_YEARS: Final = (1.0, 1 / 12, 7 / 365.25, 1 / 365.25)
_SEXES: Final = {"FEMALE": "female", "MALE": "male"}
# Least acceptable lower bounds; the targets are 30 % for the first place and 55 % for the first ten.
_ACCEPT: Final = {1: 0.20, 3: 0.28, 5: 0.33, 10: 0.38}


def case_request(row: dict[str, Any]) -> dict[str, Any]:
    """The terms, age and sex of a case, without the annotations that come from its own publication."""
    asked = {
        "present": list(dict.fromkeys(row["present"]))[:MAX_TERMS],
        "excluded": list(dict.fromkeys(row.get("excluded") or ()))[:MAX_TERMS],
        "exclude_references": [row["publication"]] if row.get("publication") else [],
        "age": years(row.get("age")),
        "sex": _SEXES.get(row.get("sex") or ""),
    }
    return {"input": {"rare": {key: value for key, value in asked.items() if value is not None}}}


def years(age: str | None) -> float | None:
    """An ISO 8601 duration in years, None where it is none."""
    found = _AGE.fullmatch(age) if age else None
    if found is None or not any(found.groups()):
        return None
    return min(130.0, sum(int(part or 0) * unit for part, unit in zip(found.groups(), _YEARS, strict=True)))


def is_case(row: dict[str, Any]) -> bool:
    """Whether a row is a case with phenotype terms and its disease."""
    return "present" in row and "disease" in row


def _among(most: int) -> Callable[[dict[str, Any], Proposal[Any]], bool]:
    def right(row: dict[str, Any], proposal: Proposal[Any]) -> bool:
        return any(c.id == row["disease"] and c.rank <= most for c in proposal.body.candidates)

    return right


RARE_ENDPOINTS: Final = tuple(
    Endpoint(
        id=f"rare-top-{most}",
        name=f"top_{most}",
        question=f"Of the published cases of rare diseases, how many have their disease among the first {most}?",
        dataset="rare_disease_cases.jsonl",
        source="GA4GH Phenopacket Store, Danis et al., HGG Adv 2025",
        request=case_request,
        success=_among(most),
        accept=_ACCEPT[most],
        applies=is_case,
    )
    for most in (1, 3, 5, 10)
)
