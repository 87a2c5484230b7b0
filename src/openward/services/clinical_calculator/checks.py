"""What must hold of a calculation before a person sees it, besides what holds for every proposal."""

from typing import Any, Final

from openward.domain.evidence import CalculationEvidence
from openward.domain.proposal import Proposal
from openward.domain.run import Verdict
from openward.record.chart import Chart
from openward.services.clinical_calculator.proposal import Calculation, ClinicalCalculator


def every_number_is_computed(proposal: Proposal[Any], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """A finding rests on a calculation with its formula, and shows the number that was computed."""
    bare = [f for f in proposal.findings if not any(isinstance(e, CalculationEvidence) for e in f.evidence)]
    return [
        Verdict(check="calculation", outcome="refuse", reason="a result without its calculation", finding=f.id)
        for f in bare
    ] or [Verdict(check="calculation", outcome="pass")]


def every_missing_input_is_named(
    proposal: Proposal[ClinicalCalculator], _chart: Chart | None, _given: Any
) -> list[Verdict]:
    """What the result lacks stands in `not_checked`, and no missing input has a value."""
    calculation = proposal.body.calculation
    if calculation is None:
        return [Verdict(check="missing", outcome="pass")]
    named = {reference for note in proposal.not_checked for reference in note.about}
    lost = [name for name in calculation.missing if f"inputs.{name}" not in named]
    invented = [i.id for i in calculation.inputs if i.origin == "missing" and i.value is not None]
    if lost or invented:
        reason = f"{len(lost)} missing inputs are not named, {len(invented)} have a value"
        return [Verdict(check="missing", outcome="refuse", reason=reason)]
    return [Verdict(check="missing", outcome="pass")]


def a_score_stays_within_its_bounds(
    proposal: Proposal[ClinicalCalculator], _chart: Chart | None, _given: Any
) -> list[Verdict]:
    """No score lies below the least or above the most that its items can give."""
    calculation = proposal.body.calculation
    if calculation is None or _within(calculation):
        return [Verdict(check="bounds", outcome="pass")]
    return [Verdict(check="bounds", outcome="refuse", reason="the score lies outside of its own bounds")]


def _within(calculation: Calculation) -> bool:
    low, high, least, most = calculation.low, calculation.high, calculation.least, calculation.most
    if low is None or high is None:
        return True
    return low <= high and (least is None or least <= low) and (most is None or high <= most)


CHECKS: Final = (every_number_is_computed, every_missing_input_is_named, a_score_stays_within_its_bounds)
