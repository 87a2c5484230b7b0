"""What a service declares of itself: a model card that a hospital's committee can read and a machine can enforce."""

from typing import Literal

import msgspec

from openward.domain.actor import Role
from openward.domain.guide import Talk
from openward.domain.text import Text

Kind = Literal["engine", "agent"]
Risk = Literal["informs", "drives", "treats-or-diagnoses"]
Hook = Literal["patient-view", "order-select", "order-sign", "encounter-start", "encounter-discharge"]


class OverrideReason(msgspec.Struct, frozen=True):
    """A reason that a clinician may give for not following a finding (CDS Hooks 2.0, Card.overrideReasons)."""

    code: str
    display: Text


class Reference(msgspec.Struct, frozen=True):
    """A document that the service stands on."""

    title: str
    year: int
    url: str | None = None


class Budget(msgspec.Struct, frozen=True):
    """What one run may use: wall-clock seconds, bytes of input, bytes of proposal, findings."""

    seconds: float = 10.0
    input_bytes: int = 64 * 1024 * 1024
    proposal_bytes: int = 8 * 1024 * 1024
    findings: int = 2000


class Card(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The card of a service (`card.toml`); names follow the CHAI applied model card where it has a word.

    `subject` says whether a run is about one patient ("optional": it can do a part of its work without a chart);
    `reads` lists the FHIR resource types that the chart given to
    the service holds (minimum necessary); `signs` is the role whose person must sign before a proposal takes effect,
    or "nobody"; `signs_own` says whether that may be who asked for the run; `countersigns` is the role of another
    person who must then agree to the same bytes, or "nobody";
    `hooks` are the CDS Hooks that it answers; `unit` is what is metered; `talk` is how a request in plain words finds
    it.
    """

    id: str
    version: str
    title: Text
    intended_use: Text
    not_for: Text
    population: Text
    audience: tuple[Role, ...]
    kind: Kind
    risk: Risk
    subject: Literal["patient", "optional", "none"] = "patient"
    reads: tuple[str, ...]
    signs: Role | Literal["nobody"]
    signs_own: bool = True
    countersigns: Role | Literal["nobody"] = "nobody"
    unit: str
    owner: str
    without_model: Text
    evidence: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    hooks: tuple[Hook, ...] = ()
    override_reasons: tuple[OverrideReason, ...] = ()
    budget: Budget = Budget()
    talk: Talk | None = None

    def __post_init__(self) -> None:
        if self.signs == "nobody" != self.countersigns:
            msg = "'countersigns' names who agrees with the one who signs: name that role in 'signs'"
            raise ValueError(msg)
