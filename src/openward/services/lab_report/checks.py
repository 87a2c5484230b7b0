"""What must hold of a reading before a person sees it, besides what holds for every proposal."""

from typing import Any, Final

from openward.domain.proposal import Proposal
from openward.domain.run import Verdict
from openward.record.chart import Chart
from openward.services.lab_report.proposal import LabReport

# Words that would tell a patient a diagnosis, or frighten without need; the explanation must do without them.
_NOT_FOR_PATIENTS: Final = (
    "cancer", "leukaemia", "leukemia", "tumour", "tumor", "malignan", "fatal", "death", "die ", "you have diabetes",
    "癌", "白血病", "肿瘤", "恶性", "致命", "死亡", "您患有", "您患了",
)  # fmt: skip


def critical_values_are_told(proposal: Proposal[LabReport], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """Every critical result has a finding and a read-back task."""
    critical = sum(r.critical for r in proposal.body.results)
    found = sum(f.code.code == "critical-value" for f in proposal.findings)
    if critical == found == len(proposal.body.read_back):
        return [Verdict(check="critical", outcome="pass")]
    reason = f"{critical} critical results, {found} findings, {len(proposal.body.read_back)} tasks"
    return [Verdict(check="critical", outcome="refuse", reason=reason)]


def nothing_is_lost(proposal: Proposal[LabReport], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """A result without an analyte stands in `not_checked`."""
    named = {about for note in proposal.not_checked for about in note.about}
    lost = [r.place for r in proposal.body.results if r.analyte is None and r.place not in named]
    if lost:
        return [Verdict(check="nothing-lost", outcome="refuse", reason=f"{len(lost)} results are not accounted for")]
    return [Verdict(check="nothing-lost", outcome="pass")]


def patients_are_not_alarmed(proposal: Proposal[LabReport], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """The words for the patient hold no diagnosis and no frightening word."""
    said = " ".join(proposal.body.for_patient).casefold()
    if any(word in said for word in _NOT_FOR_PATIENTS):
        return [Verdict(check="plain-words", outcome="refuse", reason="the words for the patient alarm or diagnose")]
    return [Verdict(check="plain-words", outcome="pass")]


CHECKS: Final = (critical_values_are_told, nothing_is_lost, patients_are_not_alarmed)
