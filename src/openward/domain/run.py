"""One execution of a service, whole, and the verdicts and decision that belong to it."""

import hashlib
from datetime import datetime
from typing import Any, Literal, get_args

import msgspec

from openward.domain.actor import Role
from openward.domain.errors import InputError
from openward.domain.proposal import Language

Door = Literal["python", "cli", "http", "mcp", "openai", "a2a", "cds-hooks", "batch", "console", "study"]
RunStatus = Literal["proposed", "held", "failed"]
Outcome = Literal["pass", "hold", "refuse"]
Choice = Literal["accept", "amend", "reject"]


class RunRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every door sends to run a service.

    `patient` is the id of a patient in the record; `bundle` a FHIR R4 Bundle (or one resource) that came with the
    request: alone it is the chart, together with `patient` it is laid over the record (a resource of the same type and
    id wins). `focus` names the resources of the bundle that are in question (CDS Hooks `selections`); `input` is the
    service's own typed input.
    """

    input: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b"{}"))
    patient: str | None = None
    bundle: msgspec.Raw | None = None
    focus: tuple[str, ...] = ()
    language: Language = "en"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one check over a proposal; `finding` is the finding it speaks of, None for the whole proposal."""

    check: str
    outcome: Outcome
    reason: str = ""
    finding: str | None = None


class Failure(msgspec.Struct, frozen=True):
    """Why a run failed: the class of error and a message without patient data."""

    error: str
    message: str


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What a run used: wall-clock seconds and metered units."""

    seconds: float
    unit: str
    units: float = 1.0


class Step(msgspec.Struct, frozen=True):
    """One step of a run and how long it took (wall-clock seconds)."""

    name: str
    seconds: float


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One execution of a service.

    `proposal` holds the exact bytes (JSON) that a person is shown and signs; `proposal_digest` is their SHA-256 (hex);
    None when the run failed. `input_digest` is the SHA-256 of the request as received. Digests are lower-case hex.
    `parent` is the run of the agent that asked for this one; such a run waits for nobody's signature.
    """

    id: str
    site: str
    service: str
    service_version: str
    status: RunStatus
    door: Door
    actor: str
    started: datetime
    cost: Cost
    input_digest: str
    language: Language = "en"
    patient: str | None = None
    chart_version: str | None = None
    proposal: msgspec.Raw | None = None
    proposal_digest: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    failure: Failure | None = None
    trace: tuple[Step, ...] = ()
    parent: str | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between what was proposed and what a person made of it (RFC 6902 operation)."""

    op: Literal["add", "remove", "replace"]
    path: str
    value: Any = msgspec.UNSET


class Showing(msgspec.Struct, frozen=True, kw_only=True):
    """Exact bytes that were put before one person, once, until a time; a decision must name it.

    `first` is the decision of another person who signed first; with an amendment its body is what is shown.
    """

    id: str
    run: str
    person: str
    digest: str
    shown: datetime
    expires: datetime
    first: str | None = None


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed first, and what, where two persons must agree; `decision` is its id."""

    decision: str
    person: str
    role: str
    choice: Choice
    reason: str
    decided: datetime
    key: str
    signature: str


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """A person's accept, amend or reject, bound to the bytes that were shown; signed by the ward's key (Ed25519).

    `awaits` is the role of another person who must agree before it takes effect; the decision of that person says in
    `first` with whom. Who agrees with an amendment decides to amend likewise.
    """

    id: str
    run: str
    showing: str
    digest: str
    choice: Choice
    reason: str
    person: str
    role: str
    decided: datetime
    amended: msgspec.Raw | None = None
    changes: tuple[Change, ...] = ()
    awaits: Role | msgspec.UnsetType = msgspec.UNSET
    first: Signed | msgspec.UnsetType = msgspec.UNSET
    key: str = ""
    signature: str = ""


class Outline(msgspec.Struct, frozen=True):
    """One run without its proposal, and what was decided on it."""

    run: Run
    choice: Choice | None = None


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one run, without its patient: for counts."""

    service: str
    status: RunStatus
    started: datetime
    seconds: float
    choice: Choice | None = None


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """What a clinician did with one finding outside of a sign-off (CDS Hooks 2.0 feedback)."""

    id: str
    run: str
    finding: str
    outcome: Literal["accepted", "overridden"]
    reason_code: str | None = None
    comment: str | None = None
    actor: str
    at: datetime


def digest_of(content: bytes) -> str:
    """The SHA-256 of bytes, as hex."""
    return hashlib.sha256(content).hexdigest()


def unaltered(run: Run, *signed: Decision | None) -> bool:
    """Whether a run still holds, byte for byte, what was made and what each who signed it was shown, in their order."""
    shown = None if run.proposal is None else digest_of(bytes(run.proposal))
    if shown != run.proposal_digest:
        return False
    for decision in signed:
        if decision is not None:
            if (decision.run, decision.digest) != (run.id, shown):
                return False
            shown = shown if decision.amended is None else digest_of(bytes(decision.amended))
    return True


def choice_of(word: str) -> Choice:
    """The choice that a word names.

    Raises:
        InputError: it names none.
    """
    for choice in get_args(Choice):
        if choice == word:
            return choice  # type: ignore[no-any-return]
    msg = "a decision is accept, amend or reject"
    raise InputError(msg)
