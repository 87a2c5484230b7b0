"""How many tokens a request can be at most, and about how many it is, without the tokenizer of the model."""

from typing import Final

import msgspec

from openward.domain.model import ChatRequest, Message, Model, Tool

_PER_MESSAGE: Final = 16
_PER_TOOL: Final = 64
_ASCII_PER_TOKEN: Final = 4
_encode: Final = msgspec.json.Encoder().encode


def most_input(request: ChatRequest, model: Model) -> int:
    """The most tokens that the input can be: every tokenizer in use makes at most one token of a byte of UTF-8."""
    images = sum(len(message.images) for message in request.messages)
    size = sum(_bytes(message) for message in request.messages)
    size += sum(len(_told(tool)) + _PER_TOOL for tool in request.tools)
    size += len(_encode(request.schema)) if request.schema else 0
    return size + images * model.image_tokens + model.overhead


def most_output(request: ChatRequest, model: Model) -> int:
    """The most tokens that the answer can be."""
    return max(1, min(request.max_tokens, model.output))


def about_input(request: ChatRequest) -> int:
    """About how many tokens the input is: four letters of ASCII, or one other character, a token."""
    texts = [text for message in request.messages for text in _texts(message)]
    texts += [_told(tool).decode() for tool in request.tools]
    return sum(about(text) for text in texts)


def about(text: str) -> int:
    """About how many tokens a text is."""
    plain = len(text) if text.isascii() else len(text.encode("ascii", "ignore"))
    return -(-plain // _ASCII_PER_TOKEN) + len(text) - plain


def _bytes(message: Message) -> int:
    return _PER_MESSAGE + sum(len(text.encode("utf-8", "replace")) for text in _texts(message))


def _told(tool: Tool) -> bytes:
    """What a server is told of a tool."""
    return _encode((tool.name, tool.description, tool.parameters))


def _texts(message: Message) -> list[str]:
    called = [part for call in message.tool_calls for part in (call.id, call.name, call.arguments)]
    return [message.text, message.answers or "", *called]
