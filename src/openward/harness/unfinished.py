"""Runs of agents that have not ended: who they are, going on with them, approving their calls, forgetting them."""

from datetime import datetime, timedelta
from typing import Final, NoReturn

import msgspec

from openward.access.access import Access
from openward.access.scopes import ADMIN, DECIDE
from openward.domain.actor import Actor
from openward.domain.agent import Pending
from openward.domain.errors import AccessError, NotFoundError, RecordError, SignOffError
from openward.domain.journal import Approval, Journal, JournalState
from openward.domain.run import Door, Run
from openward.harness.agents.journal import OPENING, PENDING, RESULT, Opening
from openward.harness.agents.means import Means, Watch
from openward.harness.runner import Order, Runner
from openward.trail.trail import Trail


class Unfinished(msgspec.Struct, frozen=True, kw_only=True):
    """A run that has not ended."""

    run: str
    service: str
    actor: str
    opened: datetime
    state: JournalState
    pending: int = 0


class Agents:
    """The unfinished runs of one ward.

    A call of a tool that changes something waits for a person in a session of their own, freshly confirmed: the yes
    is bound to the run, the call and the digest of its arguments, counts once, and expires.
    """

    def __init__(self, runner: Runner, means: Means, access: Access, trail: Trail, *, minutes: int = 30) -> None:
        self._runner = runner
        self._means = means
        self._access = access
        self._trail = trail
        self._minutes = timedelta(minutes=minutes)

    def unfinished(self) -> tuple[Unfinished, ...]:
        """All of them, oldest first; nothing of what was said in them."""
        return tuple(
            Unfinished(
                run=one.run, service=one.service, actor=one.actor, opened=one.opened, state=one.state,
                pending=len(self._pending(one)) if one.state == "waiting" else 0,
            )
            for one in self._means.stores.journals.unfinished()
        )  # fmt: skip

    def pending(self, run: str, actor: Actor, *, door: Door | None = None) -> tuple[Pending, ...]:
        """The calls of a run that wait, with their arguments; that somebody looked is in the trail.

        Raises:
            AccessError: the actor is no person in a live session who may decide.
            NotFoundError: there is no such run that waits.
        """
        person = self._access.present(actor)
        self._access.require(person, DECIDE)
        journal = self._known(run)
        patient = self._opening(journal).patient
        self._trail.write(person, "agent.pending", "read", patient=patient, run=run, door=door)
        return self._pending(journal)

    def approve(
        self, run: str, step: int, digest: str, *, actor: Actor, passphrase: str | None = None,
        door: Door | None = None,
    ) -> Approval:  # fmt: skip
        """Lets a run make one call, with exactly the arguments of this digest, once, for a while.

        Raises:
            AccessError: the actor is no person in a live session, may not decide, or did not prove to be there.
            NotFoundError: there is no such run that waits.
            SignOffError: no such call waits, its arguments are others, or it was approved and made already.
        """
        person = self._access.present(actor)
        self._access.require(person, DECIDE)
        journal = self._known(run)
        waiting = next((one for one in self._pending(journal) if one.step == step), None)
        if journal.state != "waiting" or waiting is None or waiting.digest != digest:
            self._refused(person, run, door)
        person = self._access.confirm(person, passphrase)
        now = self._means.clock.now()
        approval = Approval(run=run, call=step, digest=digest, person=person.id, at=now, expires=now + self._minutes)
        patient = self._opening(journal).patient
        detail: dict[str, str | int] = {"call": step, "digest": digest}
        self._trail.write(person, "agent.approve", "execute", patient=patient, run=run, door=door, detail=detail)
        if not self._means.stores.journals.approve(approval):
            self._refused(person, run, door)
        return approval

    def resume(self, run: str, actor: Actor, *, door: Door | None = None, watch: Watch | None = None) -> Run:
        """Goes on with a run where it was: what was answered and done is not asked or done again.

        Raises:
            AccessError: somebody else began the run, or may not run its agent any more.
            NotFoundError: there is no such unfinished run.
            RecordError: the chart or the agent has changed since; ask anew.
        """
        journal = self._known(run)
        if actor.id != journal.actor:
            self._trail.write(actor, "agent.resume", "execute", outcome="refused", run=run, door=door)
            raise AccessError("only who began a run goes on with it: it uses their rights")
        if (ended := self._means.stores.runs.get(run)) is not None:
            self._means.end(run)
            return ended
        if self._runner.service(journal.service).card.version != journal.version:
            raise RecordError("the agent has another version than when this run began: forget it and ask anew")
        opening = self._opening(journal)
        self._trail.write(actor, "agent.resume", "execute", patient=opening.patient, run=run, door=door)
        order = Order(
            service=journal.service, request=opening.request, actor=actor, door=door or opening.door, id=run,
            watch=watch,
        )  # fmt: skip
        return self._runner.carry_out(order)

    def forget(self, run: str, actor: Actor, *, door: Door | None = None) -> None:
        """Throws the key of a run's journal away, and all that was sealed with it.

        Raises:
            AccessError: somebody else began the run, and the actor is no administrator.
            NotFoundError: there is no journal of such a run.
        """
        journal = self._means.stores.journals.get(run)
        if journal is None:
            raise NotFoundError(_NO_RUN)
        if actor.id != journal.actor:
            self._access.require(actor, ADMIN)
        self._trail.write(actor, "agent.forget", "delete", run=run, door=door)
        self._means.stores.journals.forget(run)

    def forget_conversation(self, conversation: str, actor: Actor, *, door: Door | None = None) -> int:
        """Drops what any agent remembers of a conversation with this actor; returns how many memories."""
        self._trail.write(actor, "agent.forget", "delete", door=door)
        return self._means.shelf.forget(conversation, actor.id)

    def _known(self, run: str) -> Journal:
        journal = self._means.stores.journals.get(run)
        if journal is None or journal.state == "ended":
            raise NotFoundError(_NO_RUN)
        return journal

    def _opening(self, journal: Journal) -> Opening:
        opening = self._means.open(journal).kept(OPENING, Opening)
        if opening is None:
            raise RecordError("the run ended before it had begun: forget it and ask anew")
        return opening

    def _pending(self, journal: Journal) -> tuple[Pending, ...]:
        sealed, names = self._means.open(journal), self._means.stores.journals.names(journal.run)
        found = (sealed.kept(name, Pending) for name in names if name.startswith(PENDING))
        return tuple(one for one in found if one is not None and f"{RESULT}{one.step}" not in names)

    def _refused(self, person: Actor, run: str, door: Door | None) -> NoReturn:
        self._trail.write(person, "agent.approve", "execute", outcome="refused", run=run, door=door)
        raise SignOffError("no such call waits with these arguments: look again at what the run is waiting for")


_NO_RUN: Final = "there is no such unfinished run: `openward agents list` names those that there are"
