"""The desk where a person decides: what waits for them, what they are shown, and their signed decision."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import msgspec

from openward.access.access import Access
from openward.access.scopes import DECIDE
from openward.domain.actor import Actor
from openward.domain.card import Card
from openward.domain.errors import AccessError, NotFoundError, OpenWardError, SignOffError, StoreError
from openward.domain.run import Choice, Decision, Door, Run, Showing
from openward.ports.clock import Clock
from openward.ports.ids import Ids
from openward.ports.signer import Signer
from openward.ports.store import RunStore
from openward.review import signature
from openward.review.amendment import Amendment, BodyReader, amendment
from openward.review.rules import ALREADY, Attempt, Refusal, RefusedError, intact, refusal, signable
from openward.trail.trail import Trail

PAGE: Final = 200


class _Form(msgspec.Struct, frozen=True, kw_only=True):
    """What a person hands in."""

    showing: str
    digest: str
    choice: Choice
    reason: str
    amended: bytes | None


@dataclass(frozen=True)
class Desk:
    """Takes decisions, and takes them only from persons.

    `card_of` gives the card of an installed service (or raises); `body_of` decodes an amended body as the service's
    own type; `minutes` is how long something shown may be decided on.

    Every attempt is in the trail before its effect is told. A `decision.accept`, `.amend` or `.reject` there is written
    before the decision is kept, so that none is kept unwritten; the rare one that could not be kept after all is
    followed by a `decision.refused` that names the same decision (by nothing, if the machine died in between: then the
    trail names a decision that the store does not have).
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
            found = signable(run, card, person) or intact(run) or (ALREADY if self.runs.decision(run.id) else None)
            if found:
                raise RefusedError(found)
        now = self.clock.now()
        showing = Showing(
            id=self.ids.new("showing"), run=run.id, person=person.id, digest=run.proposal_digest or "", shown=now,
            expires=now + timedelta(minutes=self.minutes),
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
            change = self._judge(form, run, card, person)
            person = self.access.confirm(person, passphrase)
        return self._keep(self._decision(form, run, person, change), run, person, door)

    def _judge(self, form: _Form, run: Run, card: Card, person: Actor) -> Amendment | None:
        """Puts the attempt before the rules and reads the amendment, if it is one."""
        attempt = Attempt(
            actor=person, now=self.clock.now(), run=run, card=card, decided=self.runs.decision(run.id) is not None,
            showing=self.runs.showing(form.showing), digest=form.digest, choice=form.choice, reason=form.reason,
            amended=form.amended is not None,
        )  # fmt: skip
        found = refusal(attempt)
        if found:
            raise RefusedError(found)
        if form.amended is None:
            return None
        return amendment(run, form.amended, self.body_of, most_bytes=card.budget.proposal_bytes)

    def _decision(self, form: _Form, run: Run, person: Actor, change: Amendment | None) -> Decision:
        """The decision, signed with the ward's key."""
        bare = Decision(
            id=self.ids.new("decision"), run=run.id, showing=form.showing, digest=form.digest, choice=form.choice,
            reason=form.reason.strip(), person=person.id, role=person.role, decided=self.clock.now(),
            amended=change.body if change else None, changes=change.changes if change else (),
        )  # fmt: skip
        return signature.sign(bare, self.signer)

    def _keep(self, decision: Decision, run: Run, person: Actor, door: Door | None) -> Decision:
        """Writes the decision into the trail, then keeps it; takes the entry back when it could not be kept."""
        detail: dict[str, str | int] = {
            "decision": decision.id, "digest": decision.digest, "changes": len(decision.changes),
        }  # fmt: skip
        self.trail.write(
            person, f"decision.{decision.choice}", "execute", patient=run.patient, run=run.id, subject=decision.showing,
            door=door, detail=detail,
        )  # fmt: skip
        with self._witnessed("decision.refused", person, run, door, decision=decision.id):
            if not self.runs.decide(decision):
                raise RefusedError(ALREADY)
        return decision

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
        card = self._card(run)
        if card is None:
            msg = "the service that made this run is not installed any more, so nobody can sign for it"
            raise RefusedError(Refusal("unknown-service", msg))
        return run, card

    def _card(self, run: Run) -> Card | None:
        """The card of the run's service, None when the service is not installed."""
        try:
            return self.card_of(run.service)
        except OpenWardError:
            return None

    def _waiting(self, person: Actor, service: str | None, limit: int, before: str | None) -> Iterator[Run]:
        """The undecided runs that this person may sign, up to a number."""
        left = limit
        while page := self.runs.list(service=service, undecided=True, limit=PAGE, before=before):
            for run in page:
                if left <= 0:
                    return
                card = self._card(run) if run.parent is None else None
                if card and signable(run, card, person) is None:
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
        except (AccessError, SignOffError, NotFoundError, StoreError) as error:
            code = error.code if isinstance(error, RefusedError) else type(error).__name__
            detail: dict[str, str | int] = {"reason": code, "decision": decision} if decision else {"reason": code}
            self.trail.write(
                actor, what, "execute", outcome="failure" if isinstance(error, StoreError) else "refused", door=door,
                patient=run.patient if run else None, run=run.id if run else None, detail=detail,
            )  # fmt: skip
            raise
