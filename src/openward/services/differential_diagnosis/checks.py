"""What must hold of a differential before a person sees it, besides what holds for every proposal."""

from itertools import pairwise
from typing import Any, Final

from openward.domain.proposal import Proposal
from openward.domain.run import Verdict
from openward.record.chart import Chart
from openward.services.differential_diagnosis.proposal import DifferentialDiagnosis

_SLACK: Final = 1e-3


def the_list_is_in_order(proposal: Proposal[DifferentialDiagnosis], _chart: Chart | None, _given: Any) -> list[Verdict]:
    """Ranks count from one without a gap, scores never rise, and the shares are parts of one whole."""
    found = proposal.body.candidates
    ranks = [c.rank for c in found] == list(range(1, len(found) + 1))
    scores = all(one.score >= next.score for one, next in pairwise(found))
    shares = [c.share for c in found if c.share is not None]
    whole = all(0 <= s <= 1 for s in shares) and sum(shares) <= 1 + _SLACK
    return [
        _verdict(
            "order", "the candidates are not in order, or their shares are no parts of a whole", ranks, scores, whole
        )
    ]


def nothing_is_ranked_without_cover(
    proposal: Proposal[DifferentialDiagnosis], _chart: Chart | None, _given: Any
) -> list[Verdict]:
    """An answer that is not covered ranks nothing and says why."""
    body = proposal.body
    said = any(note.code == "not-covered" for note in proposal.not_checked)
    holds = bool(body.candidates) if body.covered else not body.candidates and said
    return [_verdict("cover", "conditions are ranked although the question is not covered, or it is not said", holds)]


def what_must_not_be_missed_is_in_view(
    proposal: Proposal[DifferentialDiagnosis], _chart: Chart | None, _given: Any
) -> list[Verdict]:
    """Every candidate that must not be missed stands among what is kept in view."""
    viewed = {view.id for view in proposal.body.keep_in_view}
    holds = all(c.id in viewed for c in proposal.body.candidates if c.must_not_miss)
    return [_verdict("in-view", "a condition that must not be missed is not kept in view", holds)]


def _verdict(check: str, reason: str, *holds: bool) -> Verdict:
    return Verdict(check=check, outcome="pass") if all(holds) else Verdict(check=check, outcome="refuse", reason=reason)


CHECKS: Final = (
    the_list_is_in_order,
    nothing_is_ranked_without_cover,
    what_must_not_be_missed_is_in_view,
)
