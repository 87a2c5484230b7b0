"""What all agents of a ward share, and what one run of one of them is given of it."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import msgspec

from openward.domain.actor import Actor
from openward.domain.agent import AgentEvent
from openward.domain.card import Card
from openward.domain.errors import NotFoundError, RecordError, ServiceError
from openward.domain.journal import Journal
from openward.domain.model import Tool
from openward.domain.proposal import Language
from openward.domain.run import Door, Run, RunRequest
from openward.harness.agency import Agency, Memory, Told
from openward.harness.agency import Journal as Journaling
from openward.harness.agents import memory
from openward.harness.agents.identifiers import identifiers_of
from openward.harness.agents.journal import MEMORY, OPENING, Opening, Sealed, TakenOverError, Turns
from openward.harness.agents.volatile import Volatile
from openward.harness.service import Service
from openward.ports.clock import Clock
from openward.ports.ids import Ids
from openward.ports.model import Talker
from openward.ports.signer import Signer
from openward.ports.store import Stores
from openward.ports.tools import RemoteTools
from openward.ports.vault import Vault

UNFINISHED_FOR: Final = timedelta(days=7)
ENDED_FOR: Final = timedelta(hours=24)
Watch = Callable[[AgentEvent], None]
May = Callable[[str], Service | None]
_NOT_YOURS: Final = (
    "there is no such conversation of yours with this agent about this patient, or it is forgotten: "
    "leave `conversation` out to begin a new one"
)


class _Named(msgspec.Struct, frozen=True):
    """The conversation that a request goes on with."""

    conversation: str | None = None


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """A run of an agent that begins, or goes on; `who` are the Patient resources of its patient."""

    run: str
    card: Card
    actor: Actor
    door: Door
    request: RunRequest
    kept: bool
    resumed: bool = False
    patient: str | None = None
    chart_version: str | None = None
    who: tuple[bytes, ...] = ()


@dataclass(kw_only=True)
class Means:
    """What all agents of a ward share; `talker` is asked for when a run begins."""

    talker: Callable[[], Talker]
    stores: Stores
    vault: Vault
    signer: Signer
    clock: Clock
    ids: Ids
    skills: Path | None = None
    remote: RemoteTools | None = None

    @property
    def shelf(self) -> memory.Shelf:
        """Where conversations are kept."""
        return memory.Shelf(self.stores.journals, self.vault, self.signer, self.clock)

    def agency(
        self, beginning: Beginning, *, call: Callable[[str, bytes], Run], may: May, watch: Watch | None
    ) -> Agency:  # fmt: skip
        """What one run may use; `call` runs a service, `may` gives one if the actor may run it.

        Raises:
            NotFoundError: the request names a conversation that this actor did not begin with this agent about this
                patient, or that is forgotten.
        """
        self._check_conversation(beginning)
        told, over = Told(), threading.Event()
        journal = self._journal(beginning) if beginning.kept else Volatile()

        def called(tool: str, given: bytes) -> Run:
            _go_on(over)
            run = call(tool, given)
            told.runs[run.id] = run
            return run

        def past(run: str) -> None:
            known = self.stores.runs.get(run) if run not in told.runs else None
            if known is not None and known.parent == beginning.run:
                told.runs[run] = known

        return Agency(
            run=beginning.run, card=beginning.card, actor=beginning.actor, talker=self.talker(), call=called,
            told=told, over=over, journal=journal, identifiers=identifiers_of(beginning.who), past=past,
            tell=_telling(watch, beginning.run, over), tool=lambda name: _tool(may(name), beginning.request.language),
            general=lambda name: (known := may(name)) is not None and known.card.subject == "none",
            skills=self.skills, remote=self.remote,
            memory=lambda conversation, hours: self._memory(beginning, journal, conversation, hours),
        )  # fmt: skip

    def open(self, journal: Journal) -> Sealed:
        """The journal of a run, to be read, or written in its turn."""
        return Sealed(self.stores.journals, self.vault, self.clock, journal)

    def wait(self, run: str) -> None:
        """A run waits for a person."""
        self.stores.journals.set_state(run, "waiting", self.clock.now() + UNFINISHED_FOR)

    def end(self, run: str) -> None:
        """A run has come to its end."""
        self.stores.journals.set_state(run, "ended", self.clock.now() + ENDED_FOR)

    def _journal(self, beginning: Beginning) -> Sealed:
        """The journal of a run, begun or taken over; what was kept long enough is forgotten on the way."""
        store, now = self.stores.journals, self.clock.now()
        opening = Opening(
            request=beginning.request, door=beginning.door, patient=beginning.patient,
            chart_version=beginning.chart_version,
        )  # fmt: skip
        if beginning.resumed:
            return self._taken_over(beginning.run, opening)
        store.forget_expired(now)
        journal = Journal(
            run=beginning.run, service=beginning.card.id, version=beginning.card.version, actor=beginning.actor.id,
            opened=now, expires=now + UNFINISHED_FOR, key=self.vault.new_key(),
        )  # fmt: skip
        store.begin(journal)
        sealed = self.open(journal)
        sealed.once(OPENING, Opening, lambda: opening)
        return sealed

    def _taken_over(self, run: str, opening: Opening) -> Sealed:
        journal = self.stores.journals.get(run)
        if journal is None or not self.stores.journals.take_over(run, journal.turn):
            raise TakenOverError("this run has ended, or somebody else goes on with it")
        sealed = self.open(msgspec.structs.replace(journal, turn=journal.turn + 1))
        known = sealed.kept(OPENING, Opening)
        if known is None or (known.patient, known.chart_version) != (opening.patient, opening.chart_version):
            raise RecordError("the patient's chart has changed since this run began: forget it and ask anew")
        return sealed

    def _check_conversation(self, beginning: Beginning) -> None:
        """Whose a conversation is, is settled before anything is kept or told; what is not the actor's is not there."""
        if not beginning.kept or beginning.resumed:
            return
        named = msgspec.json.decode(beginning.request.input, type=_Named).conversation
        if named is not None and not self.shelf.knows(_whose(beginning, named)):
            raise NotFoundError(_NOT_YOURS)

    def _memory(
        self, beginning: Beginning, journal: Journaling, conversation: str | None, hours: int
    ) -> Memory | None:  # fmt: skip
        """What is remembered of a conversation, as it was when the run began; a new one where none is named."""
        if not beginning.kept or hours <= 0:
            return None

        def turns() -> Turns:
            named = conversation or self.ids.new("conversation")
            return Turns(named, self.shelf.recall(_whose(beginning, named)))

        known = journal.once(MEMORY, Turns, turns)
        return memory.Memory(self.shelf, _whose(beginning, known.conversation), known.said, hours)


def _whose(beginning: Beginning, conversation: str) -> memory.Whose:
    return memory.Whose(
        agent=beginning.card.id, actor=beginning.actor.id, patient=beginning.patient, conversation=conversation
    )  # fmt: skip


def _tool(service: Service | None, language: Language) -> Tool | None:
    """A service as a tool: its input is what a model may choose, patient and chart are those of the run."""
    if service is None:
        return None
    schema = msgspec.json.schema(service.reads)
    parts = schema.get("$defs", {})
    top = parts.pop(schema["$ref"].rpartition("/")[2]) if "$ref" in schema else schema
    card = service.card
    return Tool(
        name=card.id, description=f"{card.title.in_(language)}: {card.intended_use.in_(language)}", talk=card.talk,
        parameters={**top, "$defs": parts} if parts else top,
    )  # fmt: skip


def _go_on(over: threading.Event) -> None:
    """Ends the thread of a run that has used up its time: its end is written already."""
    if over.is_set():
        raise ServiceError("the run is over")


def _telling(watch: Watch | None, run: str, over: threading.Event) -> Watch:
    """Tells whoever watches; what they raise ends the run, and is not passed on: it may hold anything."""

    def tell(event: AgentEvent) -> None:
        _go_on(over)
        if watch is None:
            return
        try:
            watch(msgspec.structs.replace(event, run=run))
        except Exception as error:  # noqa: BLE001 - a stranger's code, whatever it raises
            raise ServiceError(f"who watched the run stopped it ({type(error).__name__})") from None

    return tell
