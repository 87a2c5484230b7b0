"""Covers what tells who a patient is before words leave the house, and uncovers it in what comes back.

What is known of the patient (names, numbers, addresses) is found wherever it stands; beyond that, what has a form is
found: mail addresses, telephone and identity numbers, full dates, names after a title or a heading. A name that nobody
told and that stands alone is not found: so a request must say whose data it may hold.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final

import msgspec

from openward.domain.model import ChatRequest, Message, ToolCall
from openward.language.traces import forms_in, known_of, plain

_MARK: Final = re.compile(r"\[(?:WHO|MAIL|PHONE|NUMBER|DATE|LINK)_\d{1,6}\]")
_LONGEST_MARK: Final = 16
_DEEPEST: Final = 64


class Masking:
    """The masking of one request: the same words always get the same mark, so that the sense stays."""

    def __init__(self, identifiers: Iterable[str] = ()) -> None:
        self._known = known_of(tuple(identifiers))
        self._marks: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self.places = 0

    def cover(self, text: str) -> str:
        """The text with marks for what tells who somebody is."""
        text = self._known.sub(lambda match: self._mark("WHO", match.group()), text)
        for form in forms_in(text):
            text = form.pattern.sub(self._replacing(form.kind), text)
        return text

    def uncover(self, text: str) -> str:
        """The text with the words for its marks; a mark that the model made up stays as it is."""
        if not self._words or "[" not in text:
            return text
        return _MARK.sub(lambda match: self._words.get(match.group(), match.group()), text)

    def uncover_call(self, call: ToolCall) -> ToolCall:
        """A tool call with the words for its marks."""
        return msgspec.structs.replace(call, arguments=_inside(call.arguments, self.uncover))

    def cover_request(self, request: ChatRequest) -> ChatRequest:
        """The request as it may leave the house; it no longer says who the patient is."""
        messages = tuple(self._cover_message(message) for message in request.messages)
        return msgspec.structs.replace(request, messages=messages, identifiers=())

    def tells(self, request: ChatRequest) -> bool:
        """Whether a request still says, anywhere and however it is written, what is known of the patient."""
        said = [text for message in request.messages for text in _said(message)]
        fixed = msgspec.to_builtins((request.tools, request.schema, request.stop, request.tool_choice))
        return self._known.stands_in(plain("\n".join((*said, *_texts(fixed)))))

    def _cover_message(self, message: Message) -> Message:
        calls = tuple(self._cover_call(call) for call in message.tool_calls)
        return msgspec.structs.replace(message, text=self.cover(message.text), tool_calls=calls)

    def _cover_call(self, call: ToolCall) -> ToolCall:
        return msgspec.structs.replace(call, arguments=_inside(call.arguments, self.cover))

    def _replacing(self, kind: str) -> Callable[[re.Match[str]], str]:
        def replaced(match: re.Match[str]) -> str:
            whole = match.group()
            named = match.groupdict().get("it")
            if named is None:
                return self._mark(kind, whole)
            start = match.start("it") - match.start()
            return whole[:start] + self._mark(kind, named) + whole[start + len(named) :]

        return replaced

    def _mark(self, kind: str, words: str) -> str:
        self.places += 1
        mark = self._marks.get(words)
        if mark is None:
            mark = self._marks[words] = f"[{kind}_{len(self._marks) + 1}]"
            self._words[mark] = words
        return mark


class Uncovering:
    """Uncovers an answer that comes in pieces: a mark that may go on in the next piece is kept back."""

    def __init__(self, masking: Masking) -> None:
        self._masking = masking
        self._rest = ""

    def add(self, piece: str) -> str:
        """What can be shown after one more piece."""
        text = self._rest + piece
        start = text.rfind("[", max(0, len(text) - _LONGEST_MARK))
        cut = start if start >= 0 and "]" not in text[start:] else len(text)
        self._rest = text[cut:]
        return self._masking.uncover(text[:cut])

    def end(self) -> str:
        """What was kept back."""
        rest, self._rest = self._rest, ""
        return self._masking.uncover(rest)


def _inside(arguments: str, change: Callable[[str], str]) -> str:
    """Changes the texts of a JSON document and leaves it one; what is no JSON is changed as it stands."""
    try:
        return msgspec.json.encode(_each(msgspec.json.decode(arguments), change, _DEEPEST)).decode()
    except (msgspec.DecodeError, RecursionError):
        return change(arguments)


def _each(value: object, change: Callable[[str], str], depth: int) -> object:
    if isinstance(value, str):
        return change(value)
    if not depth:
        raise RecursionError
    if isinstance(value, Mapping):
        return {change(str(name)): _each(held, change, depth - 1) for name, held in value.items()}
    if isinstance(value, list):
        return [_each(held, change, depth - 1) for held in value]
    return value


def _said(message: Message) -> Iterator[str]:
    yield message.text
    yield message.answers or ""
    for call in message.tool_calls:
        yield from (call.id, call.name, call.arguments)
        with suppress(msgspec.DecodeError, RecursionError):
            yield from _texts(msgspec.json.decode(call.arguments))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, held in value.items():
            yield str(name)
            yield from _texts(held)
    elif isinstance(value, list | tuple):
        for held in value:
            yield from _texts(held)
