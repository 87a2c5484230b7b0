"""What the engine of an agent is given besides its input: a talker, tools, a journal, and somebody to tell."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

import msgspec

from openward.domain.actor import Actor
from openward.domain.agent import AgentEvent, Said
from openward.domain.card import Card
from openward.domain.model import Tool
from openward.domain.run import Run
from openward.ports.model import Talker
from openward.ports.tools import RemoteTools

Kept = TypeVar("Kept", bound=msgspec.Struct)


class Journal(Protocol):
    """What happened in one run, each step kept before the next is taken."""

    def once(self, name: str, type: type[Kept], make: Callable[[], Kept], *, firm: bool = False) -> Kept:
        """What was kept under this name; where nothing was, what `make` gives, which is kept before it is given back.

        What is `firm` outlives a power cut, everything else the process.

        Raises:
            StoreError: it cannot be kept, or another process goes on with this run.
        """
        ...

    def kept(self, name: str, type: type[Kept]) -> Kept | None:
        """What was kept under this name."""
        ...

    def approved(self, call: int, digest: str) -> bool:
        """Whether a person approved this call with exactly these arguments, and no call has used that up."""
        ...


class Memory(Protocol):
    """What an agent remembers of one conversation with one actor about one patient."""

    @property
    def conversation(self) -> str:
        """Its id, to go on with it."""
        ...

    remembered: tuple[Said, ...]

    def keep(self, turns: tuple[Said, ...]) -> None:
        """Keeps the turns in place of what was kept."""
        ...


class Told(msgspec.Struct):
    """What tools really said in this run: their texts by `steps[n]`, and the runs that they left, by id."""

    texts: dict[str, str] = {}
    runs: dict[str, Run] = {}


@dataclass(frozen=True, kw_only=True)
class Agency:
    """What an agent may use in one run; the Runner makes it.

    `tool` gives a service as a tool, None when this ward has none of that id or the actor may not run it; `general`
    says that one is about nobody in particular. `call` runs one for the same patient, with the arguments as JSON; its
    run names this one as its parent. `past` lets a run count that was left before this one went on. `memory` gives a
    conversation by id (None: a new one), kept for some hours. `skills` is the folder of the skills of this ward,
    `remote` the tools of the servers that it lists. `tell` hands an event to whoever watches; what it raises ends the
    run. `identifiers` are the names, numbers and addresses of the patient. What is put into `afterwards` is done when
    the run has passed its checks and is kept. Once `over` is set, nothing can be told or called any more.
    """

    run: str
    card: Card
    actor: Actor
    talker: Talker
    tool: Callable[[str], Tool | None]
    general: Callable[[str], bool]
    call: Callable[[str, bytes], Run]
    tell: Callable[[AgentEvent], None]
    journal: Journal
    identifiers: tuple[str, ...] = ()
    skills: Path | None = None
    remote: RemoteTools | None = None
    memory: Callable[[str | None, int], Memory | None] = lambda _, __: None
    past: Callable[[str], None] = lambda _: None
    told: Told = field(default_factory=Told)
    over: threading.Event = field(default_factory=threading.Event)
    afterwards: list[Callable[[], None]] = field(default_factory=list)
