"""Whether an answer is one that was asked for: tools that were offered, arguments and text that fit their schema."""

from functools import lru_cache
from typing import Any, Final

import msgspec

from openward.domain.model import ChatRequest, Message, Model, Reply

_SHOWN: Final = 40
_DEEPEST: Final = 64
_encode: Final = msgspec.json.Encoder(order="deterministic").encode


def fitting(request: ChatRequest, model: Model) -> ChatRequest:
    """The request as a model understands it: one that cannot be held to a schema is told of it in words."""
    if request.schema is None or "schema" in model.can:
        return request
    schema = _encode(request.schema).decode()
    told = f"Answer with one JSON document and nothing else. It must fit this JSON Schema: {schema}"
    return msgspec.structs.replace(request, messages=(Message(role="system", text=told), *request.messages))


def fault_of(reply: Reply, request: ChatRequest) -> str:
    """What is wrong with an answer, without its words; empty when nothing is."""
    if not reply.text.strip() and not reply.tool_calls:
        return "the answer is empty" if reply.finish != "filtered" else "the server filtered the answer away"
    offered = {tool.name: tool.parameters for tool in request.tools}
    for call in reply.tool_calls:
        if call.name not in offered:
            return "it calls a tool that was not offered"
        if not _fits(call.arguments, offered[call.name], must_be=dict):
            return f"the arguments of its call of '{call.name[:_SHOWN]}' do not fit the schema of the tool"
    if reply.tool_calls and request.tool_choice == "none":
        return "it calls a tool though none was allowed"
    if request.schema is not None and not reply.tool_calls and not _fits(reply.text, request.schema):
        return "the answer does not fit the schema" + (", it was cut off" if reply.finish == "length" else "")
    return ""


def _fits(text: str, schema: dict[str, Any], must_be: type = object) -> bool:
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    if not isinstance(value, must_be):
        return False
    try:
        return bool(_validator(_encode(schema)).is_valid(value))
    except RecursionError:
        return False


@lru_cache(maxsize=256)
def _validator(schema: bytes) -> Any:
    # Loaded only here: it takes 0.1 s, and most requests have no schema.
    from jsonschema import Draft202012Validator
    from referencing import Registry

    return Draft202012Validator(msgspec.json.decode(schema), registry=Registry())
