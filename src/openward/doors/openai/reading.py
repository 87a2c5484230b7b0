"""Reads requests for chat completions and responses; what this ward cannot do is refused by name, as OpenAI does.

The agent's manifest alone decides model, temperature, tools and limits. Fields that only tune a model are taken and
have no effect; fields that promise another answer (several choices, tools of the caller, a JSON schema) are refused.
Words of the roles `system` and `developer` count as said by the user: they have no more say than the user has.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import msgspec

from openward.domain.agent import MAX_SAID
from openward.domain.errors import decoding
from openward.domain.proposal import Language
from openward.domain.run import RunRequest
from openward.doors.agents import spoken
from openward.doors.openai.wrong import WrongError

PATIENT_HEADER: Final = "openward-patient"
_MAX_ID: Final = 128
_NO_EFFECT: Final = frozenset(
    {"max_tokens", "max_completion_tokens", "max_output_tokens", "temperature", "top_p", "seed", "presence_penalty",
     "frequency_penalty", "service_tier", "store", "user", "safety_identifier", "prompt_cache_key",
     "prompt_cache_retention", "reasoning", "reasoning_effort", "verbosity", "parallel_tool_calls", "max_tool_calls",
     "truncation", "include", "stream_options", "top_logprobs", "prediction"}
)  # fmt: skip
# What would change the answer into one that an agent does not give, and the values that ask for nothing.
_REFUSED: Final[dict[str, tuple[Any, ...]]] = {
    "n": (1,), "stop": ([], ""), "tools": ([],), "tool_choice": ("none", "auto"), "functions": ([],),
    "function_call": ("none", "auto"), "logprobs": (False,), "logit_bias": ({},), "modalities": (["text"],),
    "response_format": ({"type": "text"},), "text": ({"format": {"type": "text"}}, {}), "background": (False,),
    "audio": (), "web_search_options": (), "prompt": (), "context_management": (), "moderation": (),
}  # fmt: skip
_CHAT: Final = frozenset({"model", "messages", "stream", "metadata"})
_RESPONSES: Final = frozenset(
    {"model", "input", "instructions", "stream", "metadata", "previous_response_id", "conversation"}
)
_SPEAKERS: Final[dict[str, Literal["user", "assistant"]]] = {
    "user": "user", "system": "user", "developer": "user", "assistant": "assistant",
}  # fmt: skip
_PARTS: Final = frozenset({"text", "input_text", "output_text"})


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a request wants; `messages` are what an agent is asked, `usage` whether a stream ends with the counts."""

    model: str
    messages: tuple[dict[str, str], ...]
    stream: bool
    usage: bool
    metadata: dict[str, str]
    patient: str | None
    conversation: str | None = None
    previous: str | None = None

    def request(self, language: Language | None, conversation: str | None = None) -> RunRequest:
        """The request to the agent; without a language that of the last message is taken."""
        asked: dict[str, Any] = {"messages": self.messages}
        if held := conversation or self.conversation:
            asked["conversation"] = held
        language = language or spoken(self.messages[-1]["text"])
        return RunRequest(input=msgspec.Raw(msgspec.json.encode(asked)), patient=self.patient, language=language)


def chat_of(body: bytes, headers: Mapping[str, str]) -> Wanted:
    """A request for a chat completion.

    Raises:
        WrongError: it cannot be read, or wants what an agent does not give.
    """
    told = _told(body, _CHAT)
    said = tuple(_said(_listed(told, "messages"), "messages"))
    return _wanted(told, headers, said)


def response_of(body: bytes, headers: Mapping[str, str]) -> Wanted:
    """A request for a response; raises as `chat_of`."""
    told = _told(body, _RESPONSES)
    given = told.get("input")
    listed = [{"role": "user", "content": given}] if isinstance(given, str) else _listed(told, "input")
    instructions = told.get("instructions")
    first = [{"role": "system", "content": instructions}] if instructions is not None else []
    said = (*_said(first, "instructions"), *_said(listed, "input"))
    wanted = _wanted(told, headers, said)
    conversation = told.get("conversation")
    if isinstance(conversation, dict):
        conversation = conversation.get("id")
    return msgspec.structs.replace(
        wanted, previous=_text(told, "previous_response_id"),
        conversation=_string(conversation, "conversation") or wanted.conversation,
    )  # fmt: skip


def _told(body: bytes, fields: frozenset[str]) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise WrongError(f"the body is no JSON object: {decoding(error)}") from None
    for name, value in told.items():
        if name in _REFUSED:
            if value is not None and value not in _REFUSED[name]:
                said = f"Unsupported parameter: '{name}' is decided by the agent's manifest"
                raise WrongError(said, param=name, code="unsupported_parameter")
        elif name not in fields and name not in _NO_EFFECT:
            raise WrongError(f"Unknown parameter: '{name[:60]}'.", param=name[:60], code="unknown_parameter")
    return told


def _wanted(told: dict[str, Any], headers: Mapping[str, str], said: tuple[dict[str, str], ...]) -> Wanted:
    if not said or said[-1]["role"] != "user":
        raise WrongError("the last message must be the user's", param="messages", code="invalid_value")
    metadata = told.get("metadata") or {}
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise WrongError("'metadata' must be an object of strings", param="metadata", code="invalid_type")
    stream = told.get("stream") or False
    options = told.get("stream_options") or {}
    if not isinstance(stream, bool) or not isinstance(options, dict):
        raise WrongError("'stream' must be true or false", param="stream", code="invalid_type")
    model = _text(told, "model")
    if not model:
        raise WrongError(
            "you must provide a model: the id of an agent", param="model", code="missing_required_parameter"
        )
    return Wanted(
        model=model, messages=said, stream=stream, usage=bool(options.get("include_usage")), metadata=metadata,
        patient=_patient(told, headers, metadata), conversation=metadata.get("conversation"),
    )  # fmt: skip


def _patient(told: dict[str, Any], headers: Mapping[str, str], metadata: dict[str, str]) -> str | None:
    """The patient that the header, `metadata.patient` or `user` (`Patient/ID`) names; they must not contradict."""
    user = _text(told, "user") or ""
    named = {headers.get(PATIENT_HEADER), metadata.get("patient"), user if user.startswith("Patient/") else None}
    ids = {name.removeprefix("Patient/") for name in named if name}
    if len(ids) > 1 or any(not 0 < len(id) <= _MAX_ID for id in ids):
        said = f"header, 'metadata.patient' and 'user' must name one patient, by at most {_MAX_ID} characters"
        raise WrongError(said, param="metadata.patient", code="invalid_value")
    return next(iter(ids), None)


def _listed(told: dict[str, Any], name: str) -> list[Any]:
    listed = told.get(name)
    if not isinstance(listed, list) or not listed:
        raise WrongError(f"'{name}' must be a list with at least one message", param=name, code="invalid_type")
    return listed


def _said(messages: list[Any], name: str) -> Iterator[dict[str, str]]:
    for number, message in enumerate(messages):
        place = f"{name}[{number}]"
        if not isinstance(message, dict) or message.get("type", "message") != "message":
            raise WrongError(f"{place} must be a message", param=place, code="invalid_type")
        role = _SPEAKERS.get(str(message.get("role")))
        if role is None:
            said = f"{place}.role must be one of {', '.join(_SPEAKERS)}; the tools are the agent's own"
            raise WrongError(said, param=f"{place}.role", code="invalid_value")
        text = "\n".join(_texts(message.get("content"), f"{place}.content"))
        if len(text) > MAX_SAID:
            said = f"{place}.content has {len(text)} characters; a message may have {MAX_SAID}"
            raise WrongError(said, param=f"{place}.content", code="string_above_max_length")
        yield {"role": role, "text": text}


def _texts(content: Any, place: str) -> Iterator[str]:
    parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
    if not isinstance(parts, list):
        raise WrongError(f"{place} must be a string or a list of parts", param=place, code="invalid_type")
    for number, part in enumerate(parts):
        if not isinstance(part, dict) or part.get("type") not in _PARTS or not isinstance(part.get("text"), str):
            said = f"{place}[{number}] must be a text: agents read no pictures, sounds or files at this door"
            raise WrongError(said, param=f"{place}[{number}]", code="invalid_value")
        yield part["text"]


def _text(told: dict[str, Any], name: str) -> str | None:
    return _string(told.get(name), name)


def _string(value: Any, name: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise WrongError(f"'{name}' must be a string", param=name, code="invalid_type")
    return value
