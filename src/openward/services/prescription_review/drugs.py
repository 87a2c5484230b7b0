"""One drug as the review sees it, whether it is being ordered or is in use already."""

from typing import Final, Literal

import msgspec

from openward.domain.evidence import ChartEvidence, InputEvidence
from openward.record.chart import Measure, Source

Route = Literal[
    "systemic", "topical", "ophthalmic", "otic", "nasal", "inhaled", "vaginal", "rectal", "intrathecal", "unknown"
]
Given = Literal["oral", "parenteral"]
EVERYWHERE: Final = frozenset({"systemic", "rectal", "intrathecal", "unknown"})
DrugEvidence = InputEvidence | ChartEvidence


class DoseInUse(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a drug is given: `amount` each time, `per_day` times in 24 h; None is not known.

    `daily` is the greatest amount in 24 h that the words allow; `interval_h` the hours between administrations.
    """

    amount: Measure | None = None
    per_day: float | None = None
    daily: Measure | None = None
    interval_h: float | None = None
    as_needed: bool | None = None
    text: str | None = None


class DrugInUse(msgspec.Struct, frozen=True, kw_only=True):
    """One drug that the patient gets or is about to get.

    `label` is the words to show; `ingredients` are ids of the ingredients table, empty when the drug was not resolved;
    `route` says where it acts ("systemic" covers every route into the whole body), `given` how it gets there;
    `is_order` marks an order under review, `order` its index; `current` is None when the record does not say, True for
    a draft; `reference` names it in a finding's `about` (`orders[0]` or `Type/id`); `source` is set when it stands in
    the chart; `evidence` cites its words there; `unresolved` are words of its name that were not understood,
    `suggestions` names that look alike, `warnings` what in an order's words is doubtful; `stops`
    marks an order to stop, `several` a sentence that names several drugs that are no known product; `ended` marks a
    dose that was given lately under an order that has ended since. `over` has, for a drug that the record says was
    stopped, how and when ("stopped", "2026-11-18"); such a drug is only told of, never compared.
    """

    label: str
    ingredients: tuple[str, ...]
    route: Route
    is_order: bool
    order: int | None
    current: bool | None
    reference: str
    evidence: tuple[DrugEvidence, ...]
    source: Source | None = None
    given: Given | None = None
    dose: DoseInUse = DoseInUse()
    draft: bool = False
    unresolved: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    stops: bool = False
    several: bool = False
    ended: bool = False
    over: tuple[str, str] | None = None

    @property
    def site(self) -> str:
        """Where it acts: "systemic", or one local site; an unknown route counts as systemic."""
        return "systemic" if self.route in EVERYWHERE else self.route

    def shares(self, other: "DrugInUse") -> frozenset[str]:
        """The ingredients that both hold."""
        return frozenset(self.ingredients) & frozenset(other.ingredients)
