"""The conversation as the talker sees it: what is asked, what was before, what came along, what tools gave."""

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

import msgspec

from openward.domain.agent import ToolResult
from openward.domain.model import ChatRequest, Message
from openward.domain.proposal import Language
from openward.models.embedded.interviewing import Said

_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
# A text of a stranger, between marks that name where it comes from.
_SILENCE: Final = frozenset({"Please begin.", "请开始。"})  # stands where the person said nothing
_MARK: Final = re.compile(r"\s*\[[\d.]+\]")
_FENCE: Final = re.compile(
    r"<data origin=(?P<origin>\w+) fence=(?P<mark>\w+)>\n?(?P<text>.*?)\n?</data fence=(?P=mark)>", re.DOTALL
)


class Turn:
    """One request, read."""

    def __init__(self, request: ChatRequest) -> None:
        self.request = request
        messages = request.messages
        users = [(place, *_parted(one.text)) for place, one in enumerate(messages) if one.role == "user"]
        said = [(place, text) for place, text, _ in users if text and text not in _SILENCE]
        last = max((place for place, _, _ in users), default=-1)
        self.asked: str = said[-1][1] if said else ""
        self.before: tuple[str, ...] = tuple(text for _, text in said[:-1])
        self.documents: tuple[str, ...] = tuple(dict.fromkeys(text for _, _, texts in users for text in texts))
        self.results: tuple[ToolResult, ...] = tuple(_results(messages[last + 1 :]))
        self.talk: tuple[Said, ...] = tuple(_talk(messages))
        self.answered: bool = any(one.role == "assistant" and one.text for one in messages[:last])

    @cached_property
    def language(self) -> Language:
        """The language to answer in: that of the request, or Chinese where the words are."""
        return "zh" if self.request.language == "zh" or _CHINESE.search(self.asked) else "en"


def _parted(text: str) -> tuple[str, list[str]]:
    """What a person said, and the texts that came along with it."""
    documents = [found["text"] for found in _FENCE.finditer(text) if found["origin"] != "user"]
    if documents:
        return "", documents
    return _FENCE.sub(lambda found: found["text"], text).strip(), []


def _talk(messages: Sequence[Message]) -> Iterable[Said]:
    """What the person said from the beginning, each with the question that stood before it."""
    question = ""
    for one in messages:
        if one.role == "assistant" and one.text:
            question = _question(one.text)
        elif one.role == "user" and (said := _parted(one.text)[0]):
            yield Said(question, said)
            question = ""


def _question(text: str) -> str:
    """The last question of an answer, without marks."""
    plain = [_MARK.sub("", line).strip(" -*") for line in text.splitlines()]
    return next((line for line in reversed(plain) if line.endswith(("?", "？"))), "")


def _results(messages: Sequence[Message]) -> Iterable[ToolResult]:
    names = {call.id: call.name for one in messages for call in one.tool_calls}
    for number, one in enumerate((one for one in messages if one.role == "tool"), 1):
        yield _result(one, names.get(one.answers or "", ""), number)


def _result(message: Message, tool: str, number: int) -> ToolResult:
    """What a tool said; a stranger's words that are no result are told whole, as its summary."""
    found = _FENCE.search(message.text)
    text = found["text"] if found else message.text
    try:
        return msgspec.json.decode(text, type=ToolResult)
    except msgspec.ValidationError:
        return ToolResult(tool=tool, mark=str(number), body=msgspec.json.decode(text))
    except msgspec.DecodeError:
        return ToolResult(tool=tool, mark=str(number), summary=text.strip())
