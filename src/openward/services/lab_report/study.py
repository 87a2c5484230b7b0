"""How the reading is known to work: labelled reports, what must be found in each and what must not.

A row is `id, report (text), age?, sex?, pregnant?, expect: [codes], forbid: [codes]`; codes are those of the findings.
The set that ships with the service (`cases/labelled_reports.jsonl`) is our own, written before the rules were tuned.
"""

from typing import Any, Final

from openward.domain.proposal import Proposal
from openward.domain.study import Endpoint, Study

_PERSON: Final = ("age", "age_days", "sex", "pregnant", "fasting", "medications")
_SEVERE: Final = frozenset({"critical", "high"})


def report_request(row: dict[str, Any]) -> dict[str, Any]:
    """The report as text, with what is said of the person."""
    person = {key: row[key] for key in _PERSON if row.get(key) is not None}
    return {"input": {"text": row["report"], **person}, "language": row.get("language", "en")}


def codes_of(proposal: Proposal[Any]) -> set[str]:
    """The codes of all findings."""
    return {f.code.code for f in proposal.findings if f.code.code}


def finds_all(row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether every expected finding is there."""
    return set(row["expect"]) <= codes_of(proposal)


def keeps_quiet(row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether no forbidden finding is there."""
    return not set(row.get("forbid", ())) & codes_of(proposal)


def all_right(row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether all expected findings are there and no forbidden one."""
    return finds_all(row, proposal) and keeps_quiet(row, proposal)


def stays_calm(_row: dict[str, Any], proposal: Proposal[Any]) -> bool:
    """Whether a report without an expected finding gives none that presses."""
    return not any(f.severity in _SEVERE for f in proposal.findings)


def is_labelled(row: dict[str, Any]) -> bool:
    """Whether the row says what is right; one that does not is no case of this study."""
    return "expect" in row


def expects(row: dict[str, Any]) -> bool:
    """Rows in which something is to be found."""
    return bool(row.get("expect"))


def expects_nothing(row: dict[str, Any]) -> bool:
    """Rows in which nothing is to be found."""
    return is_labelled(row) and not row["expect"]


_OWN: Final = "labelled_reports.jsonl"
_SOURCE: Final = "OpenWard, our own labelled reports, 2026"

STUDY: Final = Study(
    id="lab-report-labelled",
    title="Labelled laboratory reports",
    endpoints=(
        Endpoint(
            id="accuracy", question="How many reports give all expected findings and no forbidden one?",
            request=report_request, success=all_right, applies=is_labelled, accept=0.85, dataset=_OWN, source=_SOURCE,
        ),
        Endpoint(
            id="found", question="Of the reports with expected findings, how many give them all?",
            request=report_request, success=finds_all, applies=expects, accept=0.85, dataset=_OWN, source=_SOURCE,
        ),
        Endpoint(
            id="false_findings", question="How many reports give a finding that is forbidden there?",
            request=report_request, success=keeps_quiet, applies=is_labelled, counts="wrong", accept=0.10,
            dataset=_OWN, source=_SOURCE,
        ),
        Endpoint(
            id="calm", question="Of the reports where nothing is to be found, how many give nothing that presses?",
            request=report_request, success=stays_calm, applies=expects_nothing, accept=0.70,
            dataset=_OWN, source=_SOURCE,
        ),
    ),
)  # fmt: skip
