"""The rules of signing off: when a decision cannot be taken, and why. Each is a question over one attempt."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, get_args

import msgspec

from openward.domain.actor import Actor
from openward.domain.card import Card
from openward.domain.errors import SignOffError
from openward.domain.run import Choice, Decision, Run, Showing, digest_of, unaltered
from openward.domain.trail import Event

MOST_REASON: Final = 4000
MOST_TOGETHER: Final = 50
CHOICES: Final[tuple[Choice, ...]] = get_args(Choice)


class Refusal(msgspec.Struct, frozen=True):
    """Why a decision is not taken: a word for machines, and what to tell the person."""

    code: str
    message: str


class RefusedError(SignOffError):
    """A decision is not taken because a rule speaks against it; `code` is the rule's word for machines."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.code = refusal.code


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that an attempt to decide stands on; `first` is the other signature where two persons must agree."""

    actor: Actor
    now: datetime
    run: Run
    card: Card
    decided: bool
    showing: Showing | None
    digest: str
    choice: Choice
    reason: str
    amended: bool
    first: Decision | None = None


def digest_to_sign(run: Run, first: Decision | None) -> str:
    """The digest of the bytes that are shown and signed: the proposal, or what the first person made of its body."""
    if first is not None and first.amended is not None:
        return digest_of(bytes(first.amended))
    return run.proposal_digest or ""


def signable(run: Run, card: Card, actor: Actor, first: Decision | None = None) -> Refusal | None:
    """Whether this person may sign this run at all."""
    if card.signs == "nobody":
        return Refusal("signs-nobody", "there is nothing to sign: what this service gives is for information only")
    if first is not None and first.person == actor.id:
        return Refusal("same-person", "you signed this already: now another person must agree")
    role = card.signs if first is None else card.countersigns
    if role != actor.role:
        return Refusal("wrong-role", f"this is signed by the role {role}: pass it on to somebody who has it")
    if run.actor == actor.id and not card.signs_own:
        return Refusal("own-request", "you asked for this yourself: another person must decide on it")
    if run.status == "failed" or run.proposal is None:
        return Refusal("failed-run", "this run failed, so there is no proposal to decide on: run the service again")
    return None


def intact(run: Run, *signed: Decision | None) -> Refusal | None:
    """Whether the stored proposal is still, byte for byte, the one that was made and that others signed."""
    if run.proposal is None or not unaltered(run, *signed):
        return Refusal("changed-bytes", "the stored proposal is not the one that was made: tell who runs the ward")
    return None


def lost_decision(event: Event) -> Refusal:
    """Why a run cannot be decided on of whose decision only the trail still knows."""
    return Refusal(
        "lost-decision",
        f"a decision of {event.at:%Y-%m-%d %H:%M} UTC by {event.actor} stands in the trail and is missing from the "
        "store: tampering or a partial restore; keep the database as it is, tell who runs the ward, and run the "
        "service again",
    )


def together(cards: Sequence[Card], choice: Choice) -> Refusal | None:
    """Whether several proposals, each of the service of its card, may be decided on at once."""
    if not 0 < len(cards) <= MOST_TOGETHER:
        return Refusal("together-count", f"decide on 1 to {MOST_TOGETHER} proposals at once")
    if any(card.risk != "informs" for card in cards):
        return Refusal("together-risk", "only what informs may be decided on together: decide on each of these alone")
    if any(card.countersigns != "nobody" for card in cards):
        return Refusal("together-two-persons", "two persons must agree to each of these: decide on each alone")
    if choice == "amend":
        return Refusal("together-amend", "an amendment is of one proposal: accept or reject these, or amend each alone")
    return None


def _signable(attempt: Attempt) -> Refusal | None:
    return signable(attempt.run, attempt.card, attempt.actor, attempt.first)


def _intact(attempt: Attempt) -> Refusal | None:
    return intact(attempt.run, attempt.first)


def _known_choice(attempt: Attempt) -> Refusal | None:
    if attempt.choice not in CHOICES:
        return Refusal("unknown-choice", f"a decision is one of {', '.join(CHOICES)}")
    return None


def _undecided(attempt: Attempt) -> Refusal | None:
    return ALREADY if attempt.decided else None


def _own_showing(attempt: Attempt) -> Refusal | None:
    """The showing must be this person's, of this run, and still open."""
    showing = attempt.showing
    if showing is None or showing.person != attempt.actor.id or showing.run != attempt.run.id:
        return Refusal("no-showing", "this was not shown to you: open the run again and decide on what you see")
    if showing.first != (attempt.first.id if attempt.first else None):
        return Refusal("signed-meanwhile", "somebody signed this since it was shown to you: open the run again")
    if attempt.now >= showing.expires:
        return Refusal("expired-showing", "too long ago that this was shown to you: open the run again, then decide")
    return None


def _same_bytes(attempt: Attempt) -> Refusal | None:
    """What is signed must be what was shown and what is stored (`intact` looks at the stored bytes)."""
    shown = attempt.showing.digest if attempt.showing else None
    if not attempt.digest == shown == digest_to_sign(attempt.run, attempt.first):
        return Refusal("other-bytes", "the decision names other bytes than those shown to you: open the run again")
    return None


def _held(attempt: Attempt) -> Refusal | None:
    """A held run can only be rejected: a check found that it must not take effect, and an edit is not a new check."""
    if attempt.run.status == "held" and attempt.choice != "reject":
        return Refusal(
            "held-run", "a check holds this proposal back, so it can only be rejected: run the service again"
        )
    return None


def _reasoned(attempt: Attempt) -> Refusal | None:
    """Who changes or rejects a proposal says why."""
    if attempt.choice != "accept" and not attempt.reason.strip():
        return Refusal("no-reason", "to amend or reject, say why")
    if len(attempt.reason) > MOST_REASON:
        return Refusal("long-reason", f"the reason is longer than {MOST_REASON} characters: shorten it")
    return None


def _amended(attempt: Attempt) -> Refusal | None:
    """An amended body comes with `amend`, and with nothing else; who signs second agrees or rejects."""
    if attempt.first is not None and attempt.choice == "amend":
        return Refusal("second-amends", "another person signed this first: accept what they signed, or reject it")
    if attempt.amended != (attempt.choice == "amend"):
        return Refusal("amendment", "send the amended body with the choice amend, and only with it")
    return None


ALREADY: Final = Refusal("already-decided", "this run is already decided")
RULES: Final[tuple[Callable[[Attempt], Refusal | None], ...]] = (
    _signable, _intact, _known_choice, _undecided, _own_showing, _same_bytes, _held, _reasoned, _amended,
)  # fmt: skip


def refusal(attempt: Attempt) -> Refusal | None:
    """The first rule that an attempt breaks, None when it breaks none."""
    return next((found for rule in RULES if (found := rule(attempt)) is not None), None)
