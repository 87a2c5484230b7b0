"""The guards of the house around one run: at what is asked, at what came along, at each call, at the answer."""

from collections.abc import Iterable
from typing import Final

from openward.checks.guards import Allowed, Call, Stop, Words, on_answer, on_ask, on_call, on_words
from openward.checks.guards import Said as Wanted
from openward.checks.guards.calling import Offered
from openward.checks.guards.stop import Origin
from openward.domain.agent import AgentSpec, Ask
from openward.domain.model import ToolCall
from openward.domain.proposal import Language
from openward.harness.agency import Agency
from openward.harness.agents.prompt import opening
from openward.harness.agents.toolbox import Offered as InToolbox
from openward.harness.agents.toolbox import Toolbox
from openward.language.passages import sentences

BREAK: Final = "\n"


class Guarding:
    """What the guards know of one run; `seen` are the strangers' texts that the model has been told so far."""

    def __init__(self, spec: AgentSpec, ask: Ask, agency: Agency, language: Language) -> None:
        self._spec = spec
        self._ask = ask
        self._agency = agency
        self._language = language
        self.seen: list[Words] = []

    def asked(self) -> tuple[Stop, ...]:
        """What stands in the messages of the person; the last one counts for an emergency."""
        said = [one.text for one in self._ask.messages if one.role == "user"]
        return on_ask(said[-1], audience=self._spec.audience, language=self._language) if said else ()

    def read(self, text: str, origin: Origin) -> Words:
        """A stranger's text as the model may see it."""
        words = on_words(text, origin)
        self.seen.append(words)
        return words

    def note(self, words: Words | None) -> None:
        """A stranger's text that the model is told from now on."""
        if words is not None:
            self.seen.append(words)

    def called(self, call: ToolCall, toolbox: Toolbox, *, approved: bool) -> tuple[Stop, ...]:
        """What speaks against a call."""
        allowed = Allowed(
            role=self._agency.actor.role, risk=self._agency.card.risk, audience=self._spec.audience,
            oversight=self._spec.oversight, tools={one.tool.name: _offered(one) for one in toolbox.offered},
        )  # fmt: skip
        wanted = Call(
            tool=call.name, arguments=call.arguments, seen=tuple(self.seen), identifiers=self._agency.identifiers,
            asked=tuple(one.text for one in self._ask.messages if one.role == "user"), approved=approved,
        )  # fmt: skip
        return on_call(wanted, allowed)

    def answered(self, text: str, marks: Iterable[str]) -> tuple[Stop, ...]:
        """What speaks against an answer or parts of it."""
        wanted = Wanted(
            text=text, audience=self._spec.audience, language=self._language, marks=frozenset(marks),
            secrets=(opening(self._spec, self._language).text,), strict=frozenset(self._spec.guards),
        )  # fmt: skip
        return on_answer(wanted)


def _offered(one: InToolbox) -> Offered:
    return Offered(
        schema=one.tool.parameters, description=one.tool.description, remote=one.remote, writes=one.writes
    )  # fmt: skip


def blanked(words: Words, text: str) -> str:
    """The text as it came, without the sentences in which something was held back: nothing can be cited for them.

    Line breaks stand in their place, so that every other word stays where it was.
    """
    if not words.attacked:
        return text
    places = [
        (s.start, s.end) for s in words.found if s.outcome != "alert" and s.start is not None and s.end is not None
    ]
    for sentence in sentences(text):
        if any(start < sentence.end and end > sentence.start for start, end in places):
            text = f"{text[: sentence.start]}{BREAK * (sentence.end - sentence.start)}{text[sentence.end :]}"
    return text
