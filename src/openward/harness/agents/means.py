"""What all agents of a ward share, and what one run of one of them is given of it."""

from collections.abc import Callable

import msgspec

from openward.domain.actor import Actor
from openward.domain.agent import AgentEvent
from openward.domain.card import Card
from openward.domain.errors import ServiceError
from openward.domain.model import Tool
from openward.domain.proposal import Language
from openward.domain.run import Door, Run, RunRequest
from openward.harness.agency import Agency, Told
from openward.harness.agents.identifiers import identifiers_of
from openward.harness.agents.volatile import Volatile
from openward.harness.service import Service
from openward.ports.model import Talker

Watch = Callable[[AgentEvent], None]
May = Callable[[str], Service | None]


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


class Means:
    """What all agents of a ward share."""

    def __init__(self, *, talker: Callable[[], Talker]) -> None:
        self._talker = talker

    def seat(self, talker: Talker) -> None:
        """Lets another talker lead the agents from now on."""
        self._talker = lambda: talker

    def agency(
        self, beginning: Beginning, *, call: Callable[[str, bytes], Run], may: May, watch: Watch | None
    ) -> Agency:  # fmt: skip
        """What one run may use; `call` runs a service, `may` gives one if the actor may run it."""
        told = Told()

        def called(tool: str, given: bytes) -> Run:
            run = call(tool, given)
            told.runs[run.id] = run
            return run

        return Agency(
            run=beginning.run, card=beginning.card, actor=beginning.actor, talker=self._talker(), call=called,
            tool=lambda name: _tool(may(name), beginning.request.language), tell=_telling(watch),
            told=told, journal=Volatile(), identifiers=identifiers_of(beginning.who),
        )  # fmt: skip

    def end(self, run: str) -> None:
        """A run has come to its end."""


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


def _telling(watch: Watch | None) -> Watch:
    """Tells whoever watches; what they raise ends the run, and is not passed on: it may hold anything."""

    def tell(event: AgentEvent) -> None:
        if watch is None:
            return
        try:
            watch(event)
        except Exception as error:  # noqa: BLE001 - a stranger's code, whatever it raises
            raise ServiceError(f"who watched the run stopped it ({type(error).__name__})") from None

    return tell
