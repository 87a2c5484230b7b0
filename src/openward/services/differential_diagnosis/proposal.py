"""What the service puts forward: ranked conditions with their reasons, what to keep in view, what to ask next."""

from typing import Final, Literal

import msgspec

from openward.domain.proposal import Severity

SYSTEM: Final = "urn:openward:differential-diagnosis"
Kind = Literal["common", "rare"]
State = Literal["present", "absent"]
Origin = Literal["text", "reading", "given", "chart"]
Basis = Literal["cited", "expert"]


class Understood(msgspec.Struct, frozen=True, kw_only=True):
    """One finding as the service took it: what it is, whether it is there, and where that was said.

    `place` is the input's field, or the chart entry as `Type/id`; `start` and `end` are offsets in a text field.
    """

    finding: str
    name: str
    state: State
    origin: Origin
    place: str
    quote: str = ""
    start: int | None = None
    end: int | None = None
    days: float | None = None
    past: bool = False


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why a finding speaks for or against a condition: `weight` is the natural logarithm of the likelihood ratio.

    `basis` says whether the row behind it cites a document or is the authors' judgement; `row` is that row's id.
    """

    finding: str
    name: str
    weight: float
    basis: Basis
    note: str = ""
    row: str | None = None


class OnRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the problem list that names a condition and is not over.

    `reference` is the chart entry, `name` its words; `recorded` is the day on which it was entered, `onset` that on
    which the illness began; None where the record says no such day.
    """

    reference: str
    name: str
    recorded: str | None = None
    onset: str | None = None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One condition in its place.

    `score` orders the candidates; `share` is its part of the probability among all conditions that the service knows,
    None where the method gives no such number. `unexplained` names present findings that it does not account for.
    `known` says that it is on the problem list already, which changes neither score nor rank.
    """

    id: str
    name: str
    rank: int
    score: float
    share: float | None = None
    severity: Severity | None = None
    must_not_miss: bool = False
    icd10: str | None = None
    speaks_for: tuple[Reason, ...] = ()
    speaks_against: tuple[Reason, ...] = ()
    unexplained: tuple[str, ...] = ()
    known: OnRecord | None = None


class InView(msgspec.Struct, frozen=True, kw_only=True):
    """A condition that must not be missed with this complaint, whatever its rank; `rules_out` is what to look for."""

    id: str
    name: str
    because: str
    rank: int | None = None
    share: float | None = None
    severity: Severity | None = None
    icd10: str | None = None
    rules_out: tuple[str, ...] = ()
    row: str | None = None


class NextFinding(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask or look for next: `bits` is the information expected of the answer; `separates` names conditions."""

    finding: str
    name: str
    question: str
    bits: float
    separates: tuple[str, ...] = ()


class DifferentialDiagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """The body. `covered` is False when nothing was understood or no known condition fits: then there is no ranking."""

    kind: Kind
    covered: bool
    understood: tuple[Understood, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    keep_in_view: tuple[InView, ...] = ()
    next_findings: tuple[NextFinding, ...] = ()
