"""Agents: what is asked of one, what it may use, what it answers, and the steps in between."""

from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec

from openward.domain.evidence import Evidence
from openward.domain.guide import Guide
from openward.domain.model import Data
from openward.domain.text import Text

MAX_SAID = 20_000
MAX_DOCUMENT = 200_000
Audience = Literal["clinician", "patient"]
# suggest: it answers and nobody signs; draft: a person signs what it wrote. Nothing acts by itself in this house.
Oversight = Literal["suggest", "draft"]
# Observations are told apart: results of the laboratory, and vital signs with everything else that was measured.
ChartSection = Literal[
    "demographics", "problems", "allergies", "medications", "laboratory", "vitals", "procedures", "encounters",
    "immunizations", "documents",
]  # fmt: skip
StepKind = Literal["model", "tool", "guard"]
StepOutcome = Literal["done", "failed", "blocked", "waiting"]
# answered: it came to an end; emergency: a guard gave the safe answer in its place; refused: a guard stopped it;
# steps, budget: it ran out of these and says what it has; waiting: a person must approve a call first.
Stopped = Literal["answered", "emergency", "refused", "steps", "budget", "waiting"]
EventKind = Literal["step-begun", "step-ended", "sentence", "held", "answer"]


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One message of the conversation."""

    role: Literal["user", "assistant"]
    text: Annotated[str, msgspec.Meta(max_length=MAX_SAID)]


class Attached(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text that came along (a letter, a note, a page); whatever it says, it is read and never obeyed."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=80, pattern=r"^[\w.-]+$")]
    text: Annotated[str, msgspec.Meta(max_length=MAX_DOCUMENT)]
    title: Annotated[str, msgspec.Meta(max_length=300)] = ""


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One turn of a conversation with an agent; the last message is the one to answer.

    `conversation` goes on with what the agent remembers of an earlier turn; the caller need not send that again.
    """

    messages: Annotated[tuple[Said, ...], msgspec.Meta(max_length=200)] = ()
    documents: Annotated[tuple[Attached, ...], msgspec.Meta(max_length=20)] = ()
    conversation: Annotated[str, msgspec.Meta(max_length=80)] | None = None


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The most that one run of an agent may use; `money` is in the currency of the registry of models."""

    steps: int = 8
    calls: int = 12
    tokens: int = 60_000
    money: Decimal | None = None
    seconds: float = 120.0


class RemoteTool(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tool of a stranger's MCP server: it is offered only while its description has this digest (SHA-256, hex).

    `writes` says that it changes something outside: then each call waits for a person's approval of its arguments.
    """

    server: str
    tool: str
    digest: str
    writes: bool = True


class AgentSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an agent is to the harness; a manifest of the studio becomes a Card and one of these.

    `persona` opens the prompt. `tools` are ids of services, `chart` the sections of the chart that it may read,
    `remote` tools of MCP servers, `skills` digests of skill folders by name. `fixed` holds, by tool, arguments that the
    agent cannot choose (the corpora to search). `guards` may add guards by name, those of the house stay.
    """

    id: str
    persona: Text
    audience: Audience = "clinician"
    oversight: Oversight = "draft"
    data: Data = "patient"
    model: str | None = None
    department: str = ""
    tools: tuple[str, ...] = ()
    chart: tuple[ChartSection, ...] = ()
    remote: tuple[RemoteTool, ...] = ()
    skills: dict[str, str] = {}
    fixed: dict[str, dict[str, Any]] = {}
    guards: tuple[str, ...] = ()
    limits: Limits = Limits()
    guide: Guide
    remembers_hours: int = 24


class ToolFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding of a tool as a talker is told it; `mark` cites it: `[2.1]` is the first one of the second call."""

    mark: str
    severity: str
    headline: str
    why: str = ""
    advice: str = ""


class ToolResult(msgspec.Struct, frozen=True, kw_only=True):
    """What a tool gave, as a talker is told it (JSON, the text of a `tool` message).

    `mark` (`[2]`) cites the whole result. `body` is plain data; `cut` says that it was too long and is not whole.
    """

    tool: str
    mark: str
    summary: str = ""
    findings: tuple[ToolFinding, ...] = ()
    not_checked: tuple[str, ...] = ()
    body: object = None
    cut: bool = False
    failed: str = ""


class AgentStep(msgspec.Struct, frozen=True, kw_only=True):
    """One step: a model was asked, a tool called, a guard stopped something; `run` is the run that a tool left."""

    number: int
    kind: StepKind
    name: str
    outcome: StepOutcome = "done"
    why: str = ""
    run: str | None = None
    arguments: str = ""
    seconds: float = 0.0
    tokens: int = 0
    cost: Decimal = Decimal(0)


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence that may be shown; `clinical` says that it states something that evidence had to support."""

    text: str
    clinical: bool = False
    evidence: tuple[Evidence, ...] = ()


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence that a guard holds back, and why; it is shown as held, never as said."""

    text: str
    guard: str
    why: str


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A call that waits for a person: the approval is bound to this tool and the digest of these arguments, once."""

    step: int
    tool: str
    arguments: str
    digest: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What an agent answers: `text` is what may be shown, the sentences that hold, with line breaks as they were."""

    text: str
    sentences: tuple[Sentence, ...] = ()
    held: tuple[Held, ...] = ()
    steps: tuple[AgentStep, ...] = ()
    stopped: Stopped = "answered"
    talker: str = ""
    conversation: str | None = None
    pending: tuple[Pending, ...] = ()
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal = Decimal(0)


class AgentEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What happens while an agent runs: a step begins or ends, a sentence may be shown, one is held, all is said."""

    kind: EventKind
    run: str = ""
    step: AgentStep | None = None
    sentence: Sentence | None = None
    held: Held | None = None
    answer: Answer | None = None
