"""Covers what tells who a patient is before words leave the house, and uncovers it in what comes back.

What is known of the patient (names, numbers, addresses) is found wherever it stands; beyond that, patterns find what
has a form: mail addresses, telephone and identity numbers, long numbers, full dates, names after a title or a heading.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec

from openward.domain.model import ChatRequest, Message, ToolCall

_SHORTEST_NAME: Final = 2
_MARK: Final = re.compile(r"\[(?:WHO|MAIL|PHONE|NUMBER|DATE|LINK)_\d{1,6}\]")
# The longest beginning of a mark that a stream must keep back until it is whole.
LONGEST_MARK: Final = 16
_WORDS: Final = re.compile(r"[^\W\d_][\w'’.-]*", re.UNICODE)
_HEADING: Final = r"(?:MRN|NHS(?: number)?|SSN|passport(?: no\.?)?|住院号|病历号|门诊号|病案号|身份证号?|医保卡?号|床号|病床|电话|手机号?)"
_PATTERNS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("LINK", re.compile(r"\bhttps?://[^\s<>\"'）)]+", re.IGNORECASE)),
    ("MAIL", re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")),
    ("NUMBER", re.compile(_HEADING + r"\s*(?:is\s+|[:：#]|为|是)?\s*(?P<it>[A-Za-z]{0,4}[-\s]?\d[\d -]{1,24}\d[Xx]?)", re.IGNORECASE)),
    ("DATE", re.compile(r"(?<!\d)(?:19|20)\d\d(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}[日号])(?!\d)")),
    ("DATE", re.compile(r"(?<![\d/.])\d{1,2}[/.]\d{1,2}[/.](?:19|20)\d\d(?!\d)")),
    ("DATE", re.compile(
        r"\b\d{1,2}(?:st|nd|rd|th)?\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?,?\s+(?:19|20)\d\d\b"
        r"|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d\d\b")),
    ("PHONE", re.compile(r"(?<![\d.])(?:\+\d{1,3}[ -]?)?(?:\(\d{2,4}\)|\d{2,4})[ -]\d{3,4}[ -]\d{3,4}(?![\d.])")),
    ("PHONE", re.compile(r"(?<![\d.])\+\d[\d -]{7,17}\d")),
    ("NUMBER", re.compile(r"(?<![\d.])\d{3}-\d{2}-\d{4}(?!\d)")),
    ("NUMBER", re.compile(r"(?<![\d.])\d{7,}[Xx]?(?![\d.])")),
    ("WHO", re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?\s+(?P<it>[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){0,2})")),
    ("WHO", re.compile(r"(?:姓名|患者姓名|联系人|家属姓名)\s*[:：]\s*(?P<it>[一-鿿·]{2,6})")),
    ("WHO", re.compile(r"\b(?:patient(?:'s)?\s+name|name of (?:the )?patient)\s*(?:is|:)\s*(?P<it>[A-Z][\w'’-]+(?:\s+[A-Z][\w'’-]+){0,2})", re.IGNORECASE)),
)  # fmt: skip


class Masking:
    """The masking of one request: the same words always get the same mark, so that the sense stays."""

    def __init__(self, identifiers: Iterable[str] = ()) -> None:
        self._known = [*_known(identifiers)]
        self._found = (
            re.compile("|".join(pattern for pattern, _ in self._known), re.IGNORECASE) if self._known else None
        )
        self._plain = {plain for _, plain in self._known if len(plain) > _SHORTEST_NAME}
        self._marks: dict[str, str] = {}
        self._words: dict[str, str] = {}
        self.places = 0

    def cover(self, text: str) -> str:
        """The text with marks for what tells who somebody is."""
        text = unicodedata.normalize("NFKC", text) if not text.isascii() else text
        if self._found is not None:
            text = self._found.sub(lambda match: self._mark("WHO", match.group()), text)
        for kind, pattern in _PATTERNS:
            text = pattern.sub(self._replacing(kind), text)
        return text

    def uncover(self, text: str) -> str:
        """The text with the words for its marks; a mark that the model made up stays as it is."""
        if not self._words or "[" not in text:
            return text
        return _MARK.sub(lambda match: self._words.get(match.group(), match.group()), text)

    def tells(self, text: str) -> bool:
        """Whether what is known of the patient still stands in a text, however it is spaced or written."""
        squeezed = _squeezed(text)
        return any(plain in squeezed for plain in self._plain)

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
        if _MARK.fullmatch(words):
            return words
        self.places += 1
        mark = self._marks.get(words)
        if mark is None:
            mark = self._marks[words] = f"[{kind}_{len(self._marks) + 1}]"
            self._words[mark] = words
        return mark

    def cover_request(self, request: ChatRequest) -> ChatRequest:
        """The request as it may leave the house; it no longer says who the patient is, nor who pays."""
        messages = tuple(self._cover_message(message) for message in request.messages)
        return msgspec.structs.replace(request, messages=messages, identifiers=())

    def _cover_message(self, message: Message) -> Message:
        calls = tuple(msgspec.structs.replace(call, arguments=_inside(call.arguments, self.cover)) for call in message.tool_calls)  # fmt: skip  # noqa: E501
        return msgspec.structs.replace(message, text=self.cover(message.text), tool_calls=calls)

    def uncover_call(self, call: ToolCall) -> ToolCall:
        """A tool call with the words for its marks."""
        return msgspec.structs.replace(call, arguments=_inside(call.arguments, self.uncover))


def _inside(arguments: str, change: Callable[[str], str]) -> str:
    """Changes the texts of a JSON document and leaves it one; what is no JSON is changed as it stands."""
    try:
        return msgspec.json.encode(_each(msgspec.json.decode(arguments), change)).decode()
    except (msgspec.DecodeError, RecursionError):
        return change(arguments)


def _each(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(str(name)): _each(held, change) for name, held in value.items()}
    if isinstance(value, list):
        return [_each(held, change) for held in value]
    return value


def _known(identifiers: Iterable[str]) -> list[tuple[str, str]]:
    """Patterns of what is known of a patient, with each as `tells` looks for it; the longest first.

    Each part of a name in letters counts by itself too: notes say "Smith" where the record says "John Smith".
    """
    whole = {unicodedata.normalize("NFKC", known).strip() for known in identifiers}
    parts = {part for known in whole if not re.search(r"\d", known) for part in _WORDS.findall(known)}
    wanted = sorted({known for known in whole | parts if len(known) >= _SHORTEST_NAME}, key=lambda k: (-len(k), k))
    return [(_pattern(known), _squeezed(known)) for known in wanted]


def _pattern(known: str) -> str:
    gap = r"[\s\u200b\u200c\u200d\ufeff.·-]*"
    loose = gap.join(re.escape(part) for part in re.split(r"\s+", known))
    if not known.isascii():
        return gap.join(re.escape(character) for character in known if not character.isspace())
    return rf"(?<![A-Za-z0-9]){loose}(?![A-Za-z0-9])"


def _squeezed(text: str) -> str:
    """A text without case, spaces, signs and invisible characters."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
