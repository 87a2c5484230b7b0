"""The desk where a person decides: what waits for them, what they are shown, and their signed decision."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import msgspec

from openward.access.access import Access
from openward.access.scopes import DECIDE
from openward.domain.actor import Actor, Role
from openward.domain.card import Card
from openward.domain.errors import AccessError, NotFoundError, OpenWardError, SignOffError, StoreError, TrailError
from openward.domain.run import Choice, Decision, Door, Run, Showing, Signed
from openward.domain.trail import EventOutcome
from openward.ports.clock import Clock
from openward.ports.ids import Ids
from openward.ports.signer import Signer
from openward.ports.store import RunStore
from openward.review import signature
from openward.review.amendment import Amendment, BodyReader, amendment
from openward.review.entry import detail_of, word_of
from openward.review.rules import (
    ALREADY,
    Attempt,
    Refusal,
    RefusedError,
    digest_to_sign,
    intact,
    lost_decision,
    refusal,
    signable,
    together,
)
from openward.trail.decisions import being_kept
from openward.trail.trail import Trail

PAGE: Final = 200


class Shown(msgspec.Struct, frozen=True):
    """What was shown to a person of one run, as they name it when they decide."""

    run: str
    showing: str
    digest: str


class _Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a person hands in."""

    showing: str
    digest: str
    choice: Choice
    reason: str
    amended: bytes | None


class _Judged(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt that no rule speaks against, and what another person signed first."""

    form: _Form
    run: Run
    first: Decision | None
    change: Amendment | None
    completes: str = ""


@dataclass(frozen=True)
class Desk:
    """Takes decisions, and takes them only from persons.

    `card_of` gives the card of an installed service (or raises); `body_of` decodes an amended body as the service's
    own type; `minutes` is how long something shown may be decided on.

    Every attempt is in the trail before its effect is told. A `decision.accept`, `.amend` or `.reject` there is
    written, and the trail signed up to it, before the decision is kept: none is kept unwritten, none can be cut off
    unseen. The rare one that could not be kept after all is followed by a `decision.refused` that names the same
    decision.

    A run of which the trail names a decision that the store does not have is not decided on anew: somebody took the
    decision away, or only a part was restored, or the machine died between the two. What tells the last one apart is
    that the person is still there with what was on their screen: who hands in the same choice over the same bytes under
    the same showing, while it counts, completes the decision under its own id. Otherwise the service is run again.

    Where a card names who countersigns, the run waits until a second person has agreed to what the first one signed; a
    rejection by either ends it.

    `effect` does what a proposal that was signed for good does in the ward; where it fails, the decision stands, and
    the trail says that it had no effect.
    """

    runs: RunStore
    access: Access
    trail: Trail
    signer: Signer
    clock: Clock
    ids: Ids
    card_of: Callable[[str], Card]
    minutes: int = 30
    body_of: BodyReader | None = None
    effect: Callable[[str], None] | None = None

    def queue(
        self, actor: Actor, *, service: str | None = None, limit: int = 50, before: str | None = None,
        door: Door | None = None,
    ) -> tuple[Run, ...]:  # fmt: skip
        """Runs that wait for a decision that this person's role may take, newest first, before a given run.

        Raises:
            AccessError: the actor is no person in a live session, or may not decide.
        """
        person = self._person(actor)
        found = tuple(self._waiting(person, service, limit, before))
        shown: dict[str | None, int] = dict(Counter(run.patient for run in found)) or {None: 0}
        patients: dict[str | None, dict[str, str | int]] = {patient: {"runs": n} for patient, n in shown.items()}
        self.trail.write_each(person, "queue.read", "read", patients=patients, door=door)
        return found

    def show(self, run_id: str, actor: Actor, *, door: Door | None = None) -> tuple[Run, Showing]:
        """Puts a run before a person who may sign it, and notes which bytes they see and until when that counts.

        Raises:
            AccessError: the actor is no person in a live session, or may not decide.
            NotFoundError: there is no such run.
            SignOffError: the run is not this role's to sign, failed, or is decided.
        """
        run = self.runs.get(run_id)
        with self._witnessed("showing.refused", actor, run, door):
            person = self._person(actor)
            run, card = self._known(run)
            first = self._first(run, card)
            decided = ALREADY if self.runs.decision(run.id) else self._lost(run)
            if found := decided or signable(run, card, person, first) or intact(run, first) or self._forged(first):
                raise RefusedError(found)
        now = self.clock.now()
        showing = Showing(
            id=self.ids.new("showing"), run=run.id, person=person.id, digest=digest_to_sign(run, first), shown=now,
            expires=now + timedelta(minutes=self.minutes), first=first.id if first else None,
        )  # fmt: skip
        self.trail.write(person, "run.show", "read", patient=run.patient, run=run.id, subject=showing.id, door=door)
        self.runs.show(showing)
        return run, showing

    def decide(  # noqa: PLR0913 - what a person hands in, each part named
        self,
        run_id: str,
        *,
        showing: str,
        digest: str,
        choice: Choice,
        actor: Actor,
        reason: str = "",
        amended: bytes | msgspec.Raw | None = None,
        passphrase: str | None = None,
        door: Door | None = None,
    ) -> Decision:
        """Takes a person's decision on what they were shown, signs and keeps it.

        `amended` is the whole amended body of the proposal (JSON), with the choice "amend" only; `passphrase` proves
        that the person is there (a session of an identity provider does so by a sign-in within five minutes).

        Raises:
            AccessError: the actor is no person in a live session, may not decide, or did not prove to be there.
            NotFoundError: there is no such run.
            SignOffError: a rule speaks against it (see `openward.review.rules`), or somebody else was faster.
            TrailError: the trail cannot be written, so nothing was decided.
        """
        form = _Form(
            showing=showing, digest=digest, choice=choice, reason=reason,
            amended=None if amended is None else bytes(amended),
        )  # fmt: skip
        run = self.runs.get(run_id)
        with self._witnessed("decision.refused", actor, run, door):
            person = self._person(actor)
            run, card = self._known(run)
            judged = self._judge(form, run, card, person)
            person = self.access.confirm(person, passphrase)
        return self._keep(self._decision(judged, card, person), judged, person, door)

    def decide_together(
        self,
        shown: Sequence[Shown],
        *,
        choice: Choice,
        actor: Actor,
        reason: str = "",
        passphrase: str | None = None,
        door: Door | None = None,
    ) -> tuple[Decision | Refusal, ...]:
        """Takes one decision on several proposals of services that inform: each is judged and signed for itself.

        One that a rule speaks against, or on which somebody else was faster, is answered with why; the others are kept.

        Raises:
            AccessError: the actor is no person in a live session, may not decide, or did not prove to be there.
            NotFoundError: one of the runs does not exist; nothing was decided.
            SignOffError: they cannot be decided on together (see `openward.review.rules`); nothing was decided.
        """
        with self._witnessed("decision.refused", actor, None, door):
            known = [self._known(self.runs.get(one.run)) for one in shown]
            if found := together([card for _, card in known], choice):
                raise RefusedError(found)
            person = self.access.confirm(self._person(actor), passphrase)
        answers: list[Decision | Refusal] = []
        for one, (run, card) in zip(shown, known, strict=True):
            form = _Form(showing=one.showing, digest=one.digest, choice=choice, reason=reason, amended=None)
            try:
                with self._witnessed("decision.refused", person, run, door):
                    judged = self._judge(form, run, card, person)
                answers.append(self._keep(self._decision(judged, card, person), judged, person, door))
            except RefusedError as error:
                answers.append(Refusal(error.code, str(error)))
        return tuple(answers)

    def preview(self, run: Run, amended: bytes) -> Amendment:
        """What an amended body would change, without deciding anything.

        Raises:
            RefusedError: it cannot be an amendment of this run's proposal.
        """
        _, card = self._known(run)
        return amendment(run, amended, self.body_of, most_bytes=card.budget.proposal_bytes)

    def first(self, run: Run) -> Decision | None:
        """What another person signed first, where two must agree and the second has not yet decided."""
        card = self._card(run.service)
        first = self._first(run, card) if card else None
        return None if first is None or self.runs.decision(run.id) else first

    def _first(self, run: Run, card: Card) -> Decision | None:
        return None if card.countersigns == "nobody" else self.runs.first(run.id)

    def _forged(self, first: Decision | None) -> Refusal | None:
        """Whether what another person signed first is not what this ward's key says they signed."""
        if first is None or signature.genuine(first, self.signer.verify):
            return None
        return Refusal("forged-first", "the first signature does not fit what it signs: tell who runs the ward")

    def _judge(self, form: _Form, run: Run, card: Card, person: Actor) -> _Judged:
        """Puts the attempt before the rules and reads the amendment, if it is one."""
        first = self._first(run, card)
        attempt = Attempt(
            actor=person, now=self.clock.now(), run=run, card=card, decided=self.runs.decision(run.id) is not None,
            showing=self.runs.showing(form.showing), digest=form.digest, choice=form.choice, reason=form.reason,
            amended=form.amended is not None, first=first,
        )  # fmt: skip
        if found := refusal(attempt) or self._forged(first):
            raise RefusedError(found)
        change = None
        if form.amended is not None:
            change = amendment(run, form.amended, self.body_of, most_bytes=card.budget.proposal_bytes)
        judged = _Judged(form=form, run=run, first=first, change=change)
        if lost := self._lost(run):
            if not (name := self._completes(judged, person)):
                raise RefusedError(lost)
            judged = msgspec.structs.replace(judged, completes=name)
        return judged

    def _lost(self, run: Run) -> Refusal | None:
        """Why a run cannot be decided on that the trail says was decided on, and the store does not."""
        lost = self.trail.lost(run.id)
        if lost and being_kept(lost[-1], self.clock.now()):
            return Refusal("being-decided", "somebody is deciding on this right now: open the run again in a moment")
        return lost_decision(lost[-1]) if lost else None

    def _completes(self, judged: _Judged, person: Actor) -> str:
        """The id of the lost decision that this is, exactly; empty when it is another one, or may be kept right now."""
        event = self.trail.lost(judged.run.id)[-1]
        decision = self._decision(judged, self.card_of(judged.run.service), person)
        same = msgspec.structs.replace(decision, id=str(event.detail.get("decision", "")))
        said = (event.what, event.actor, event.subject, event.detail)
        if being_kept(event, self.clock.now()) or said != (word_of(same), person.id, same.showing, detail_of(same)):
            return ""
        return same.id

    def _decision(self, judged: _Judged, card: Card, person: Actor) -> Decision:
        """The decision, signed with the ward's key; who agrees with an amendment signs the same body and changes."""
        form, first, change = judged.form, judged.first, judged.change
        awaits: Role | msgspec.UnsetType = msgspec.UNSET
        if card.countersigns != "nobody" and first is None and form.choice != "reject":
            awaits = card.countersigns
        bare = Decision(
            id=judged.completes or self.ids.new("decision"), run=judged.run.id, showing=form.showing,
            digest=form.digest, choice=form.choice, reason=form.reason.strip(), person=person.id, role=person.role,
            decided=self.clock.now(), amended=change.body if change else None, changes=change.changes if change else (),
            awaits=awaits, first=_signed(first) if first else msgspec.UNSET,
        )  # fmt: skip
        if first is not None and form.choice == "accept":
            bare = msgspec.structs.replace(bare, choice=first.choice, amended=first.amended, changes=first.changes)
        return signature.sign(bare, self.signer)

    def _keep(self, decision: Decision, judged: _Judged, person: Actor, door: Door | None) -> Decision:
        """Writes the decision into the trail and signs that, then keeps it; takes it back when it could not be kept.

        One that was being completed is not taken back: it stands in the trail since before.
        """
        run = judged.run
        self.trail.write(
            person, word_of(decision), "execute", patient=run.patient, run=run.id, subject=decision.showing, door=door,
            detail=detail_of(decision),
        )  # fmt: skip
        named = "" if judged.completes else decision.id
        with self._witnessed("decision.refused", person, run, door, decision=named):
            self.trail.checkpoint()
            if not (self.runs.sign_first(decision) if decision.awaits else self.runs.decide(decision)):
                raise RefusedError(ALREADY)
        if not decision.awaits and decision.choice != "reject":
            self._take_effect(decision, run, person, door)
        return decision

    def _take_effect(self, decision: Decision, run: Run, person: Actor, door: Door | None) -> None:
        """Lets a signed proposal take effect; that it could not is in the trail before it is told."""
        if self.effect is None:
            return
        try:
            self.effect(run.service)
        except OpenWardError as error:
            self.trail.write(
                person, "decision.no-effect", "execute", outcome="failure", patient=run.patient, run=run.id, door=door,
                detail={"decision": decision.id, "reason": type(error).__name__},
            )  # fmt: skip
            raise

    def _person(self, actor: Actor) -> Actor:
        """The actor as a person in a live session who may decide."""
        person = self.access.present(actor)
        self.access.require(person, DECIDE)
        return person

    def _known(self, run: Run | None) -> tuple[Run, Card]:
        """The run and the card of its service."""
        if run is None:
            msg = "there is no such run: `openward runs` lists those that there are"
            raise NotFoundError(msg)
        card = self._card(run.service)
        if card is None:
            msg = "the service that made this run is not installed any more, so nobody can sign for it"
            raise RefusedError(Refusal("unknown-service", msg))
        return run, card

    def _card(self, service: str) -> Card | None:
        """The card of a service, None when it is not installed."""
        try:
            return self.card_of(service)
        except OpenWardError:
            return None

    def _waiting(self, person: Actor, service: str | None, limit: int, before: str | None) -> Iterator[Run]:
        """The undecided runs that this person may sign, up to a number."""
        cards = {id: card for id in self.runs.services() if service in {None, id} and (card := self._card(id))}
        mine = {id: card for id, card in cards.items() if person.role in {card.signs, card.countersigns}}
        left = limit
        while mine and (page := self.runs.waiting(tuple(mine), limit=PAGE, before=before)):
            for run in page:
                if left <= 0:
                    return
                card = mine[run.service]
                if run.parent is None and signable(run, card, person, self._first(run, card)) is None:
                    left -= 1
                    yield run
            before = page[-1].id

    @contextmanager
    def _witnessed(
        self, what: str, actor: Actor, run: Run | None, door: Door | None, *, decision: str = ""
    ) -> Iterator[None]:
        """Writes a refusal or failure inside into the trail before it is told."""
        try:
            yield
        except (AccessError, SignOffError, NotFoundError, StoreError, TrailError) as error:
            code = error.code if isinstance(error, RefusedError) else type(error).__name__
            detail: dict[str, str | int] = {"reason": code, "decision": decision} if decision else {"reason": code}
            outcome: EventOutcome = "failure" if isinstance(error, StoreError | TrailError) else "refused"
            self.trail.write(
                actor, what, "execute", outcome=outcome, door=door,
                patient=run.patient if run else None, run=run.id if run else None, detail=detail,
            )  # fmt: skip
            raise


def _signed(first: Decision) -> Signed:
    """The first signature as the second decision names it."""
    return Signed(
        decision=first.id, person=first.person, role=first.role, choice=first.choice, reason=first.reason,
        decided=first.decided, key=first.key, signature=first.signature,
    )  # fmt: skip
