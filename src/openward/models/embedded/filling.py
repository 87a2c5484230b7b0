"""Fills the input of a tool from the words of a request."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Final

import msgspec

from openward.language.passages import sentences
from openward.language.words import words
from openward.models.embedded.hearing import HOUSE, Heard
from openward.models.embedded.interviewing import Said, answers, told
from openward.models.embedded.ordered import orders_in
from openward.models.embedded.signs import Signs

NAME: Final = "name:"
_COLON: Final = re.compile(r"[:：]\s*")
_LONG: Final = 30
_LEADING: Final = re.compile(
    r"^(?:[\s,，.。:：;；?？!！、-]|(?:please|pls|can|could|would|you|i|we|me|the|a|an|any|some|is|are|there|for|of|in|on|about|"
    r"and|or|to|tell|find|give|show|look|up|what|which|does|do|say|says|with|this|that|these|his|her|my|it|be|how|why|"
    r"might|may|must|by|from|if|check|compute|calculate|latest|calculators?|instruments?|scores?|measures?|search)(?![^\W\d_\u4e00-\u9fff])|"
    r"有没有|有什么|有哪些|[请帮我一下吗呢的了看查找是给他她它再那把对怎么说样做算换成还和与关于哪些什])+",
    re.IGNORECASE,
)
_TRAILING: Final = re.compile(
    r"(?:[\s,，.。:：;；?？!！、-]|(?<![^\W\d_])(?:please|in|on|for|of|the|a|an|about|and|do|say|with|is|are|does|to|be)|[请吗呢的了么一下有])+$",
    re.IGNORECASE,
)
_PMID: Final = re.compile(r"\bPMID:?\s*(\d{1,9})\b|(?<!\d)(\d{7,8})(?!\d)", re.IGNORECASE)
_DOI: Final = re.compile(r"\b10\.\d{4,9}/[^\s,;，。；)]+")
_MOST_CALLS: Final = 6
_SAYS_MORE: Final = 4
_LEFT_OUT: Final = object()
_ENDS: Final = re.compile(r"^[\s,，:：;；?？.。!！、-]+|[\s?？:：,，、]+$")
_Source = Callable[["Material"], Any]


class Material:
    """What there is to fill an input with: the request, its signs, what came along, the words that asked."""

    def __init__(
        self, text: str, documents: tuple[str, ...] = (), heard: Iterable[Heard] = (), talk: tuple[Said, ...] = ()
    ) -> None:
        self.text = text
        self.documents = documents
        self.talk = talk
        self.heard = tuple(heard)

    @cached_property
    def signs(self) -> Signs:
        """What the request holds."""
        return Signs(self.text)

    def source(self, name: str) -> Any:
        """What a source of `Talk.takes` gives; None when it has nothing."""
        if name.startswith("="):
            return _fixed(name[1:])
        if name.startswith(NAME):
            named = self.signs.names(name.removeprefix(NAME))
            return [self.signs.text[one.start : one.end] for one in named] or None
        return _SOURCES[name](self) if name in _SOURCES else None

    def document(self) -> str | None:
        """The texts that came along, else what stands behind the first colon, or the lines after the first."""
        if self.documents:
            return "\n\n".join(self.documents)
        head, _, rest = self.text.partition("\n")
        if len(rest.strip()) > _LONG:
            return rest.strip()
        colon = _COLON.search(head)
        return (self.text[colon.end() :].strip() or None) if colon else None

    def focus(self) -> str | None:
        """What is asked about: the sentences that ask, without the words that only ask."""
        said = " ".join(self._without_asking().split())
        return _TRAILING.sub("", _LEADING.sub("", said)) or None

    def _without_asking(self) -> str:
        plain = self.signs.text
        kept = list(plain)
        for one in self.heard:
            if one.strong and not one.what.startswith(HOUSE) and _only_asks(plain[one.start : one.end]):
                kept[one.start : one.end] = " " * (one.end - one.start)
        return "".join(kept)

    def noted(self) -> str | None:
        """The request, where it holds results or findings."""
        known = self.signs.measured or self.signs.findings or self.document()
        return self.source("text") if known else None

    def rest(self) -> str | None:
        """The request, where it says more than what is asked for."""
        known = self.signs.results or self.signs.findings or self.document()
        return self.told() if known or len(words(self.focus() or "")) >= _SAYS_MORE else None

    def told(self) -> str:
        """The request as a statement: without the words that ask, which would make a question of what it states."""
        said = "\n\n".join((self._without_asking(), *self.documents)).strip()
        return _ENDS.sub("", said) or self.text

    def results(self) -> str | None:
        """The sentences with results, where there are any."""
        if not self.signs.results:
            return None
        document = self.document()
        return document if document and Signs(document).results else self.text

    def citations(self) -> list[dict[str, str]] | None:
        """The works that are named by number."""
        found = [{"pmid": one or other} for one, other in _PMID.findall(self.text)]
        return found + [{"doi": one} for one in _DOI.findall(self.text)] or None


_SOURCES: Final[dict[str, _Source]] = {
    "text": lambda material: "\n\n".join((material.text, *material.documents)).strip() or None,
    "document": Material.document,
    "orders": lambda material: list(orders_in(material.signs)) or None,
    "focus": Material.focus,
    "rest": Material.rest,
    "noted": Material.noted,
    "results": Material.results,
    "citations": Material.citations,
    "conversation": lambda material: told(material.talk or (Said("", material.text),)) or None,
    "answers": lambda material: answers(material.talk),
}


def inputs(takes: Mapping[str, str], material: Material) -> tuple[dict[str, Any], ...]:
    """The inputs of the calls that a request asks for: one, or one for each name of a table that it has."""
    filled: dict[str, Any] = {}
    many: dict[str, list[str]] = {}
    for field, source in takes.items():
        given = material.source(source)
        if given is None:
            continue
        if source.startswith(NAME):
            many[field] = given
        else:
            _put(filled, field, given)
    for field, names in many.items():
        return tuple({field: name, **filled} for name in names[:_MOST_CALLS])
    return (filled,)


def planned(input: Any, material: Material) -> tuple[Any, bool]:
    """An input of a guide with its `$sources` filled, and whether each of them had something."""
    if isinstance(input, str) and input.startswith("$"):
        given = material.source(input[1:].rstrip("?"))
        if given is None and input.endswith("?"):
            return _LEFT_OUT, True
        return (given[0] if input.startswith(f"${NAME}") and given else given), given is not None
    if isinstance(input, dict):
        told = {key: planned(value, material) for key, value in input.items()}
        return {key: value for key, (value, has) in told.items() if has and value is not _LEFT_OUT}, all(
            has for _, has in told.values()
        )
    if isinstance(input, list):
        listed = [planned(value, material) for value in input]
        return [value for value, has in listed if has and value is not _LEFT_OUT], all(has for _, has in listed)
    return input, True


def _put(filled: dict[str, Any], field: str, given: Any) -> None:
    *outer, last = field.split(".")
    for name in outer:
        filled = filled.setdefault(name, {})
    filled[last] = given


def _fixed(word: str) -> Any:
    try:
        return msgspec.json.decode(word)
    except msgspec.DecodeError:
        return word


def _only_asks(phrase: str) -> bool:
    """Whether a phrase is short enough to be the asking alone, and not a whole sentence between two of its parts."""
    return len(phrase) <= _LONG and len(sentences(phrase)) <= 1
