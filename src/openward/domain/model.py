"""What is said to a model and by it: messages, tools, requests, replies; and the numbers that small models take."""

from decimal import Decimal
from typing import Any, Literal

import msgspec

from openward.domain.guide import Guide, Talk
from openward.domain.proposal import Language
from openward.domain.usage import Account, Price, Usage

Speaker = Literal["system", "user", "assistant", "tool"]
# Whether the words may hold something of a patient; what nobody declared is taken to hold it.
Data = Literal["patient", "none"]
Finish = Literal["stop", "length", "tools", "filtered"]
Kind = Literal["chat", "embedding", "predict"]
Locality = Literal["local", "remote"]
# schema: the server itself holds an answer to a JSON Schema; json: it answers with JSON, of any shape.
Capability = Literal["tools", "schema", "json", "vision"]


class Patience(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long to wait for a server, in seconds: to connect, and without a word while it streams."""

    connect: float = 5.0
    silence: float = 30.0


class Field(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One input of a small model; a number has a unit (UCUM, `1` for a pure number) and the range it was made for."""

    name: str
    type: Literal["number", "text", "flag"] = "number"
    unit: str = ""
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    required: bool = True


class Threshold(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value of an output from which on something is said."""

    name: str
    output: str
    at: float


class SmallCard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a small model declares; `digest` is the SHA-256 (hex) of its file: with any other file it does not run.

    `types` names what a file of skops may hold beyond the types that skops itself vouches for.
    """

    title: str
    intended_use: str
    owner: str
    digest: str = ""
    inputs: tuple[Field, ...] = ()
    outputs: tuple[str, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    types: tuple[str, ...] = ()


class Model(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model of the registry.

    `through` names the adapter that reaches it, `address` where (a URL, a file or `module:function`), `name` what the
    server calls it, `secret` the name of the key that it wants. `context` and `output` are the most tokens that it
    takes in all and gives. `overhead` bounds the tokens that its chat template adds to what was sent.
    """

    id: str
    kind: Kind = "chat"
    through: str = "openai"
    address: str = ""
    name: str = ""
    version: str = ""
    locality: Locality
    secret: str | None = None
    context: int = 8192
    output: int = 2048
    overhead: int = 512
    image_tokens: int = 4096
    can: tuple[Capability, ...] = ()
    prices: tuple[Price, ...] = ()
    fallbacks: tuple[str, ...] = ()
    patience: Patience = Patience()
    retries: int = 2
    at_once: int = 128
    limit_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    card: SmallCard | None = None


class ToolCall(msgspec.Struct, frozen=True, kw_only=True):
    """A tool that a model wants called; `arguments` is a JSON object, byte for byte as the model wrote it."""

    id: str
    name: str
    arguments: str = "{}"


class Image(msgspec.Struct, frozen=True):
    """A picture that goes with a message (`image/png`, `image/jpeg`)."""

    media_type: str
    data: bytes


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message; `answers` is the id of the tool call that a message of the tool answers."""

    role: Speaker
    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    answers: str | None = None
    images: tuple[Image, ...] = ()


class Tool(msgspec.Struct, frozen=True, kw_only=True):
    """A tool that a model may ask for; `parameters` is the JSON Schema of its arguments.

    `talk` is for the embedded talker and is never sent to a server.
    """

    name: str
    description: str
    parameters: dict[str, Any] = {}
    talk: Talk | None = None


class ChatRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a model is asked.

    `model` names one of the registry, None lets the policy choose. `schema` is the JSON Schema that the answer must
    fit. `tool_choice` is `auto`, `none`, `required` or the name of a tool. `identifiers` are the names, numbers and
    addresses that are known of the patient: what leaves the house must not hold any of them. `seconds` is the time for
    everything, retries and other models included. `fresh` forbids an answer that was kept. `guide` and `language` are
    for the embedded talker and are never sent to a server.
    """

    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    tool_choice: str = "auto"
    schema: dict[str, Any] | None = None
    model: str | None = None
    max_tokens: int = 1024
    temperature: float = 0.0
    seed: int | None = None
    stop: tuple[str, ...] = ()
    data: Data = "patient"
    identifiers: tuple[str, ...] = ()
    account: Account = Account()
    seconds: float = 60.0
    fresh: bool = False
    guide: Guide | None = None
    language: Language = "en"


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What a model answered.

    `model` is the id in the registry, `version` what the registry says of it; `cost` is in the registry's currency;
    `attempts` counts the calls that were made, failed ones and those to other models included; `masked` counts the
    places that were covered before the words left the house. `reasoning` is what the model said to itself.
    """

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    finish: Finish = "stop"
    model: str
    version: str = ""
    usage: Usage | None = None
    reasoning: str = ""
    cost: Decimal = Decimal(0)
    attempts: int = 1
    cached: bool = False
    masked: int = 0


class Delta(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of an answer that streams; the last one has the whole `reply` and nothing else."""

    text: str = ""
    reasoning: str = ""
    reply: Reply | None = None


class EmbedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Texts to turn into vectors."""

    texts: tuple[str, ...]
    model: str | None = None
    data: Data = "patient"
    identifiers: tuple[str, ...] = ()
    account: Account = Account()
    seconds: float = 60.0


class Embedding(msgspec.Struct, frozen=True, kw_only=True):
    """One vector for each text, in the same order."""

    vectors: tuple[tuple[float, ...], ...]
    model: str
    version: str = ""
    usage: Usage | None = None
    cost: Decimal = Decimal(0)


class PredictRequest(msgspec.Struct, frozen=True, kw_only=True):
    """The named inputs of a small model, as its card lists them; what is not known is left out, never guessed."""

    model: str
    inputs: dict[str, float | int | str | bool]
    account: Account = Account()
    seconds: float = 10.0


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """The named outputs of a small model; `over` names the thresholds of its card that an output reaches."""

    model: str
    version: str
    digest: str
    outputs: dict[str, float]
    over: tuple[str, ...] = ()
