"""The OpenAI chat and embedding protocol: requests as bytes, answers as words of the house."""

import base64
import re
from typing import Any, Final, Literal

import msgspec

from openward.domain.errors import EndpointError
from openward.domain.model import ChatRequest, Finish, Message, Model, Reply, Tool, ToolCall
from openward.domain.usage import Usage

_FINISH: Final[dict[str, Finish]] = {
    "stop": "stop", "length": "length", "tool_calls": "tools", "function_call": "tools", "content_filter": "filtered",
}  # fmt: skip
_CODE: Final = re.compile(r"[a-z][a-z_]{0,40}")
_MOST_CALLS: Final = 128
_encode: Final = msgspec.json.Encoder().encode


class WireFunction(msgspec.Struct):
    """A function call; servers send its arguments as JSON text, some as an object."""

    name: str | None = None
    arguments: str | dict[str, Any] | None = None


class WireCall(msgspec.Struct):
    """A tool call, or a piece of one."""

    index: int = 0
    id: str | None = None
    function: WireFunction | None = None


class WireMessage(msgspec.Struct):
    """What a model said, or a piece of it; the field of its reasoning has two names."""

    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None
    tool_calls: list[WireCall] | None = None


class WireChoice(msgspec.Struct):
    """One of the answers, of which we always ask for one."""

    message: WireMessage | None = None
    delta: WireMessage | None = None
    finish_reason: str | None = None


class WireDetails(msgspec.Struct):
    """What of the input the server had at hand."""

    cached_tokens: int | None = None


class WireUsage(msgspec.Struct):
    """Tokens; DeepSeek has a field of its own for those it had at hand."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    prompt_tokens_details: WireDetails | None = None
    prompt_cache_hit_tokens: int | None = None


class WireAnswer(msgspec.Struct):
    """A chat completion, or a chunk of one."""

    choices: list[WireChoice] | None = None
    usage: WireUsage | None = None
    error: Any = None


class WireVector(msgspec.Struct):
    """One vector of an answer."""

    index: int
    embedding: tuple[float, ...]


class WireVectors(msgspec.Struct):
    """The answer to a request for vectors."""

    data: list[WireVector]
    usage: WireUsage | None = None


class WireName(msgspec.Struct):
    """One model of a server."""

    id: str


class WireNames(msgspec.Struct):
    """The models of a server."""

    data: list[WireName]


_answer: Final = msgspec.json.Decoder(WireAnswer).decode
_names: Final = msgspec.json.Decoder(WireNames).decode
_vectors: Final = msgspec.json.Decoder(WireVectors).decode


def body_of(model: Model, request: ChatRequest, *, stream: bool) -> bytes:
    """The body of a request for a chat completion."""
    body: dict[str, Any] = {
        "model": model.name or model.id,
        "messages": [_message(message) for message in request.messages],
        model.limit_field: request.max_tokens,
        "temperature": request.temperature,
        "stream": stream,
    }
    if stream:
        body["stream_options"] = {"include_usage": True}
    if request.seed is not None:
        body["seed"] = request.seed
    if request.stop:
        body["stop"] = request.stop
    if request.tools:
        body["tools"] = [
            {
                "type": "function",
                "function": {"name": tool.name, "description": tool.description, "parameters": tool.parameters},
            }
            for tool in request.tools
        ]
        body["tool_choice"] = _choice(request.tool_choice)
    if request.schema is not None:
        body |= _format(model, request.schema)
    return _encode(body)


def embedding_body(model: Model, texts: tuple[str, ...]) -> bytes:
    """The body of a request for vectors."""
    return _encode({"model": model.name or model.id, "input": texts, "encoding_format": "float"})


def _message(message: Message) -> dict[str, Any]:
    told: dict[str, Any] = {"role": message.role, "content": message.text}
    if message.images:
        pictures = [{"type": "image_url", "image_url": {"url": _inline(i.media_type, i.data)}} for i in message.images]
        told["content"] = [{"type": "text", "text": message.text}, *pictures]
    if message.tool_calls:
        told["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
    if message.answers is not None:
        told["tool_call_id"] = message.answers
    return told


def _tool(tool: Tool) -> dict[str, Any]:
    told = {"name": tool.name, "description": tool.description, "parameters": tool.parameters}
    return {"type": "function", "function": told}


def _inline(media_type: str, data: bytes) -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _choice(choice: str) -> Any:
    return choice if choice in {"auto", "none", "required"} else {"type": "function", "function": {"name": choice}}


def _format(model: Model, schema: dict[str, Any]) -> dict[str, Any]:
    if "schema" in model.can:
        named = {"name": "answer", "schema": schema, "strict": True}
        return {"response_format": {"type": "json_schema", "json_schema": named}}
    return {"response_format": {"type": "json_object"}} if "json" in model.can else {}


def answer_of(data: bytes) -> WireAnswer:
    """A completion or a chunk out of bytes.

    Raises:
        EndpointError: they are none, or an error that the server reports inside of an answer.
    """
    try:
        answer = _answer(data)
    except (msgspec.DecodeError, RecursionError):
        raise EndpointError("the server's answer is no chat completion", again=True, used=True) from None
    if answer.error is not None:
        raise EndpointError(f"the server reports an error{code_of(data)}", again=True, used=True)
    return answer


def reply_of(model: Model, data: bytes) -> Reply:
    """The reply out of the bytes of a whole completion; raises as `answer_of`."""
    answer = answer_of(data)
    gathering = Gathering()
    for choice in (answer.choices or [])[:1]:
        gathering.add(choice, choice.message)
    gathering.usage = usage_of(answer.usage)
    return gathering.reply(model)


def vectors_of(data: bytes, count: int) -> tuple[tuple[tuple[float, ...], ...], Usage | None]:
    """The vectors in the order of the texts, and the usage.

    Raises:
        EndpointError: there is not one for each text, or they differ in length.
    """
    try:
        answer = _vectors(data)
    except (msgspec.DecodeError, RecursionError):
        raise EndpointError("the server's answer holds no vectors", again=True, used=True) from None
    found = {vector.index: vector.embedding for vector in answer.data}
    if sorted(found) != list(range(count)) or len({len(v) for v in found.values()}) > 1 or not all(found.values()):
        raise EndpointError("the server's answer does not hold one vector for each text", again=True, used=True)
    return tuple(found[n] for n in range(count)), usage_of(answer.usage)


def names_of(data: bytes) -> tuple[str, ...]:
    """The names of the models that a server has.

    Raises:
        EndpointError: it does not list them.
    """
    try:
        return tuple(one.id for one in _names(data).data)
    except (msgspec.DecodeError, RecursionError):
        raise EndpointError(
            "the server does not list its models; see that the address ends as it should (…/v1)"
        ) from None


def usage_of(told: WireUsage | None) -> Usage | None:
    """The usage as the server tells it; None when it does not."""
    if told is None or told.prompt_tokens is None:
        return None
    details = told.prompt_tokens_details
    cached = (details.cached_tokens if details else None) or told.prompt_cache_hit_tokens or 0
    return Usage(
        input_tokens=told.prompt_tokens, output_tokens=told.completion_tokens or 0, cached_tokens=max(0, cached)
    )


def code_of(data: bytes) -> str:
    """The code of an error, in brackets, if it is a plain word; never its text, which may quote the request."""
    try:
        told = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return ""
    error = told.get("error") if isinstance(told, dict) else None
    for name in ("code", "type"):
        code = error.get(name) if isinstance(error, dict) else None
        if isinstance(code, str) and _CODE.fullmatch(code):
            return f" ({code})"
    return ""


class Gathering:
    """Gathers the pieces of one answer."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._calls: dict[int, list[str]] = {}
        self._finish: str | None = None
        self.usage: Usage | None = None

    @property
    def finished(self) -> bool:
        """Whether the server said that the answer is at its end."""
        return self._finish is not None

    def add(self, choice: WireChoice, said: WireMessage | None) -> tuple[str, str]:
        """Adds a piece; gives its text and its reasoning."""
        self._finish = choice.finish_reason or self._finish
        if said is None:
            return "", ""
        text, reasoning = said.content or "", said.reasoning_content or said.reasoning or ""
        self._text.append(text)
        self._reasoning.append(reasoning)
        for place, call in enumerate(said.tool_calls or ()):
            self._add_call(call, place)
        return text, reasoning

    def _add_call(self, call: WireCall, place: int) -> None:
        # Whole answers number their calls by their place; in streams the server numbers them.
        index = max(call.index, place)
        if len(self._calls) >= _MOST_CALLS and index not in self._calls:
            raise EndpointError(f"the answer calls more than {_MOST_CALLS} tools", used=True)
        parts = self._calls.setdefault(index, ["", "", ""])
        parts[0] = call.id or parts[0]
        if call.function is not None:
            parts[1] += call.function.name or ""
            parts[2] += _arguments(call.function.arguments)

    def reply(self, model: Model) -> Reply:
        """The whole reply."""
        calls = tuple(
            ToolCall(id=id or f"call_{index}", name=name, arguments=arguments or "{}")
            for index, (id, name, arguments) in sorted(self._calls.items())
        )
        finish: Literal["stop", "length", "tools", "filtered"] = _FINISH.get(self._finish or "stop", "stop")
        return Reply(
            text="".join(self._text), reasoning="".join(self._reasoning), tool_calls=calls,
            finish="tools" if calls and finish == "stop" else finish, model=model.id, version=model.version,
            usage=self.usage,
        )  # fmt: skip


def _arguments(told: str | dict[str, Any] | None) -> str:
    return _encode(told).decode() if isinstance(told, dict) else told or ""
