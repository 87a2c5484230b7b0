"""The account of one run: what went in, what came out, how long it took, what was checked, who decided what."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from openward.domain.actor import Actor
from openward.domain.card import Card
from openward.domain.errors import NotFoundError, RecordError
from openward.domain.evidence import CalculationEvidence, ChartEvidence, Evidence, InputEvidence
from openward.domain.proposal import Language, NotChecked, Proposal
from openward.domain.run import Choice, Decision, Feedback, Run, choice_of, unaltered
from openward.doors.changes import Changed, changed
from openward.doors.checks import Checked, checked
from openward.doors.evidence import Told, place_of, tell
from openward.doors.fields import given
from openward.doors.names import names_of
from openward.doors.proposals import body_of, proposal_of
from openward.review.signature import Seal, seal_of
from openward.trail.decisions import being_kept
from openward.ward import Ward

_LOOK: Final = "system/Patient.rs"
_SEQ: Final = re.compile(r"(?:^|\+)record:(\d+)")
_REFERENCE: Final = re.compile(r"[A-Z][A-Za-z]+/\S+")
_MOST_GIVEN: Final = 40


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """One step with its time, where it begins and its share of the whole (0 to 1).

    Of an agent's step also its `tokens`, and in `run` the run that it left.
    """

    name: str
    kind: str
    seconds: float
    start: float
    share: float
    tokens: int = 0
    run: str = ""
    outcome: str = ""


class Signing(msgspec.Struct, frozen=True, kw_only=True):
    """One person's decision, by name, with what they changed and whether the signature is the ward's over it."""

    decision: Decision
    name: str
    seal: Seal
    changes: tuple[Changed, ...] = ()


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """What was not checked: the `field` of the input that would help, and what it is about, by name."""

    item: NotChecked
    field: str = ""
    about: tuple[str, ...] = ()


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """A decision that stands in the trail and not in the store: what, when, by whom, and its id."""

    choice: Choice
    at: datetime
    name: str
    decision: str


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one run.

    `given` is what of the request the evidence quotes (the request itself is not kept), `entries` how many resources of
    each type the chart held, `sent` says that a bundle came along; `altered` that the stored content is not what was
    made, or not what was signed; `lost` is what the trail says was decided and the store does not say.
    """

    run: Run
    card: Card
    proposal: Proposal[Any] | None
    names: dict[str, str]
    headlines: dict[str, str]
    checks: tuple[Checked, ...]
    stages: tuple[Stage, ...]
    steps: tuple[Stage, ...]
    tokens: int
    gaps: tuple[Gap, ...]
    given: tuple[Told, ...]
    entries: dict[str, int]
    sent: bool
    signings: tuple[Signing, ...]
    feedback: tuple[Feedback, ...]
    altered: bool
    lost: tuple[Lost, ...]
    ran_by: str


def account_of(ward: Ward, actor: Actor, run: Run, language: Language) -> Account:
    """The account of a run for somebody; of the chart only for who may look at it."""
    card = ward.service(run.service).card
    proposal, body = proposal_of(run), body_of(run)
    evidence = list(_evidence(proposal))
    about = [ChartEvidence(one) for gap in _gaps(proposal) for one in gap.about if _REFERENCE.fullmatch(one)]
    names = names_of(ward, actor, [*evidence, *about], language) | given(run.service, language)
    fields = frozenset(ward.service(run.service).reads.__struct_fields__)
    return Account(
        run=run, card=card, proposal=proposal, names=names, checks=tuple(checked(run, language)),
        headlines={f.id: f.headline for f in (proposal.findings if proposal else ())},
        stages=tuple(_stages(run)), steps=tuple(_steps(body)) if card.kind == "agent" else (), tokens=_tokens(body),
        gaps=tuple(_gap(one, fields, names, language) for one in _gaps(proposal)),
        given=tuple(_given(evidence, language)), entries=_entries(ward, actor, run, card),
        sent="sha256:" in (run.chart_version or ""), signings=tuple(_signings(ward, run, body, language)),
        feedback=ward.stores.runs.feedback(run.id), altered=not unaltered(run, *signed_of(ward, run)),
        lost=tuple(lost_of(ward, run)),
        ran_by=person.name if (person := ward.stores.access.person(run.actor)) else run.actor,
    )  # fmt: skip


def _gaps(proposal: Proposal[Any] | None) -> tuple[NotChecked, ...]:
    return proposal.not_checked if proposal else ()


def _evidence(proposal: Proposal[Any] | None) -> Iterator[Evidence]:
    for finding in proposal.findings if proposal else ():
        yield from finding.evidence


def _given(evidence: list[Evidence], language: Language) -> Iterator[Told]:
    """What of the request the evidence quotes, in the order of its places."""
    parts = [part for one in evidence for part in (one.inputs if isinstance(one, CalculationEvidence) else (one,))]
    quoted = dict.fromkeys(part for part in parts if isinstance(part, InputEvidence) and part.value is not None)
    for one in sorted(quoted, key=lambda e: e.path)[:_MOST_GIVEN]:
        yield tell(one, language)


def _gap(item: NotChecked, fields: frozenset[str], names: dict[str, str], language: Language) -> Gap:
    field = next((name for one in item.about if (name := _field(one)) in fields), "")
    others = (one for one in item.about if _field(one) != field or not field)
    about = (names.get(one, "") if _REFERENCE.fullmatch(one) else place_of(one, language) for one in others)
    return Gap(item=item, field=field, about=tuple(dict.fromkeys(word for word in about if word)))


def _field(about: str) -> str:
    """The field of the input that is spoken of as a whole; a line of it (`orders[1]`) was given already."""
    return "" if "[" in about else about.partition(".")[0]


def _stages(run: Run) -> Iterator[Stage]:
    whole = max(run.cost.seconds, sum(step.seconds for step in run.trace)) or 1.0
    begun = 0.0
    for step in run.trace:
        yield Stage(
            name=step.name, kind=step.name, seconds=step.seconds, start=begun / whole, share=step.seconds / whole
        )
        begun += step.seconds


def _steps(body: dict[str, Any]) -> Iterator[Stage]:
    """The steps of an agent one after the other."""
    steps: list[dict[str, Any]] = body.get("steps", [])
    whole = sum(step.get("seconds", 0.0) for step in steps) or 1.0
    begun = 0.0
    for step in steps:
        seconds = step.get("seconds", 0.0)
        yield Stage(
            name=step["name"], kind=step["kind"], seconds=seconds, start=begun / whole, share=seconds / whole,
            tokens=step.get("tokens", 0), run=step.get("run") or "", outcome=step.get("outcome", "done"),
        )  # fmt: skip
        begun += seconds


def _tokens(body: dict[str, Any]) -> int:
    held = (body.get("input_tokens"), body.get("output_tokens"))
    return sum(n for n in held if isinstance(n, int))


def _entries(ward: Ward, actor: Actor, run: Run, card: Card) -> dict[str, int]:
    """How many resources of each type the service was given of the record, as it was then."""
    seq = _SEQ.search(run.chart_version or "")
    if run.patient is None or seq is None or not ward.access.may(actor, _LOOK):
        return {}
    try:
        held = ward.record.holding(run.patient, types=card.reads, at=int(seq[1])).resources
    except (NotFoundError, RecordError):
        return {}
    return dict(Counter(resource.type for resource in held).most_common())


def signed_of(ward: Ward, run: Run) -> tuple[Decision, ...]:
    """Who signed a run, in order: two where two must agree."""
    runs = ward.stores.runs
    return tuple(one for one in (runs.first(run.id), runs.decision(run.id)) if one)


def lost_of(ward: Ward, run: Run) -> Iterator[Lost]:
    """What the trail says was decided on a run and the store does not, unless it may be kept at this moment."""
    for event in ward.trail.lost(run.id):
        if not being_kept(event, ward.clock.now()):
            person = ward.stores.access.person(event.actor)
            name = person.name if person else event.actor
            yield Lost(
                choice=choice_of(event.what.partition(".")[2]), at=event.at, name=name,
                decision=str(event.detail.get("decision", "")),
            )  # fmt: skip


def _signings(ward: Ward, run: Run, body: dict[str, Any], language: Language) -> Iterator[Signing]:
    signed = signed_of(ward, run)
    for place, decision in enumerate(signed, 1):
        person = ward.stores.access.person(decision.person)
        yield Signing(
            decision=decision, name=person.name if person else decision.person,
            seal=seal_of(run, signed[:place], ward.signer), changes=tuple(changed(body, decision.changes, language)),
        )  # fmt: skip
