"""How triage is known to work: labelled vignettes, English and Chinese; a missed emergency is counted on its own.

The vignettes of the house (`knowledge/vignettes.jsonl`) were written by us: half of them before the rules, the others
after the rules were frozen and before they were run on them. Rules were amended after that first run, so a figure on
them today says that nothing was lost, not how triage does on strangers' cases.
"""

from typing import Any, Final

from openward.domain.proposal import Proposal
from openward.domain.study import Endpoint, Study

_RIGHT: Final = {"em": {"emergency"}, "ne": {"urgent", "routine"}, "sc": {"self-care"}}
_DATASET: Final = "triage_vignettes.jsonl"
_SOURCE: Final = "labelled triage vignettes: em = emergency, ne = a doctor but no emergency, sc = care at home"


def request(row: dict[str, Any]) -> dict[str, Any]:
    """The vignette as the complaint of a person without a chart."""
    return {"input": {"complaint": row["case_description"]}}


def right(row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether the level is the labelled one; what is not covered is wrong."""
    return proposal.body.level in _RIGHT.get(row["urgency_level"], ())


def is_labelled(row: dict[str, Any]) -> bool:
    """Whether the row says what is right; one that does not is no case of this study."""
    return "urgency_level" in row


def is_emergency(row: dict[str, Any]) -> bool:
    """Whether the row is labelled as an emergency."""
    return bool(row.get("urgency_level") == "em")


STUDY: Final = Study(
    id="triage-vignettes",
    title="Labelled vignettes: level of acuity from the text alone",
    endpoints=(
        Endpoint(
            id="triage-accuracy",
            name="accuracy",
            question="Of all vignettes, how many get the labelled level?",
            dataset=_DATASET,
            source=_SOURCE,
            request=request,
            success=right,
            accept=0.7,
            applies=is_labelled,
        ),
        Endpoint(
            id="triage-emergencies-missed",
            name="emergencies_missed",
            question="Of the emergencies, how many get a lower level?",
            dataset=_DATASET,
            source=_SOURCE,
            request=request,
            success=right,
            accept=0.05,
            applies=is_emergency,
            counts="wrong",
        ),
    ),
)
