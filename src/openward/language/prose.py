"""Clinical prose as words: every word folded, with its place in the text as it was given."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from openward.language.words import fold

_WIDE: Final = {0xFF01 + n: 0x21 + n for n in range(94)} | {
    0x3000: " ", 0xA0: " ", 0x2019: "'", 0x2018: "'", 0x2010: "-", 0x2011: "-", 0x2012: "-", 0x2013: "-", 0x2014: "-",
    0x2212: "-", 0xFE63: "-", 0xB5: "μ", 0xFF61: "。",
}  # fmt: skip
_CHINESE: Final = r"\u3400-\u9fff\uf900-\ufaff"
_TOKEN: Final = re.compile(
    rf"\d+(?:[.,]\d+)*|[{_CHINESE}]|(?:[^\W\d_{_CHINESE}]|[\u0300-\u036f])+|\n|(?<!\w)['-]|['-](?!\w)|[^\w\s'-]"
)
_VOWELS: Final = frozenset("aeiouy")
_UNDOUBLED: Final = frozenset("lszfo")
_SIGNS: Final = "\u3400"  # from here on a word is one Chinese sign, which folding would not change
_SHORT: Final = 3
_WHOLE: Final = frozenset({
    "evening", "morning", "during", "nothing", "something", "anything", "everything", "being", "spine",
})  # fmt: skip
LONGEST: Final = 24


class Prose:
    """The words of a text: `words` folded, `stems` without inflection, `starts` and `ends` in the given text."""

    __slots__ = ("ends", "plain", "starts", "stems", "words")

    def __init__(self, text: str) -> None:
        self.plain = lowered(text)
        self.words: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for found in _TOKEN.finditer(self.plain):
            self.words.append(found.group())
            self.starts.append(found.start())
            self.ends.append(found.end())
        if not self.plain.isascii():
            self.words = [word if word.isascii() or word > _SIGNS else fold(word) for word in self.words]
        self.stems = [stem(word) for word in self.words]


def narrowed(text: str) -> str:
    """The text in half width, of the same length."""
    return text if text.isascii() else text.translate(_WIDE)


def lowered(text: str) -> str:
    """The text in lower case and half width, of the same length, so that places stay true."""
    if text.isascii():
        return text.lower()
    narrow = narrowed(text)
    small = narrow.lower()
    if len(small) == len(narrow):
        return small
    return "".join(low if len(low := c.lower()) == 1 else c for c in narrow)


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """An English word without plural, -ed and -ing; any other word as it is."""
    if len(word) <= _SHORT or word in _WHOLE or not word.isascii() or not word.isalpha():
        return word
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = _singular(word)
    return _base(word)


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > _SHORT + 2 else word[:-1]
    if word.endswith(("sses", "shes", "ches", "xes", "zes")) and word not in {"aches", "headaches"}:
        return word[:-2]
    return word[:-1]


def _base(word: str) -> str:
    if word.endswith("ied") and len(word) > _SHORT + 1:
        return word[:-3] + "y"
    for ending in ("ing", "ed"):
        left = word.removesuffix(ending)
        if left != word and len(left) >= _SHORT and not word.endswith("eed") and _VOWELS & set(left):
            return _verb(left)
    return word[:-1] if word.endswith("e") and len(word) > _SHORT + 1 else word


def _verb(left: str) -> str:
    """A verb whose ending was cut: `runn` is run, `bit` is bite, `sneez` stays (as sneeze without its e)."""
    if left[-1] == left[-2] and left[-1] not in _UNDOUBLED:
        return left[:-1]
    closed = len(left) == _SHORT and left[-1] not in "aeiouywx" and left[0] not in _VOWELS
    if (closed and left[1] in _VOWELS) or left in {"ach", "urg"}:
        return left + "e"
    return left


class Node:
    """A place in a tree of phrases: what may follow, and what ends here."""

    __slots__ = ("heads", "lengths", "next", "prefixes", "values")

    def __init__(self) -> None:
        self.next: dict[str, Node] = {}
        self.prefixes: dict[str, Node] = {}
        self.heads: set[str] = set()  # the prefixes cut to the shortest, to turn most words away at once
        self.lengths: tuple[int, ...] = ()
        self.values: list[int] = []

    def begins(self, key: str, word: str) -> bool:
        """Whether any phrase begins with a word."""
        return key in self.next or bool(self.lengths and word[: self.lengths[0]] in self.heads)

    def add(self, keys: Sequence[str], value: int) -> None:
        """Files a value under a phrase; a key that ends in `*` is the beginning of a word."""
        node = self
        for key in keys:
            if key.endswith("*"):
                prefix = key[:-1]
                node.lengths = tuple(sorted({*node.lengths, len(prefix)}))
                after = node.prefixes.setdefault(prefix, Node())
                node.heads = {known[: node.lengths[0]] for known in node.prefixes}
                node = after
            else:
                node = node.next.setdefault(key, Node())
        if value not in node.values:
            node.values.append(value)


def found_at(
    root: Node, keys: Sequence[str], words: Sequence[str], place: int, skipped: frozenset[str] = frozenset()
) -> list[tuple[int, list[int]]]:
    """All phrases that begin at a word, as (end, values), shortest first; `skipped` words may stand inside."""
    found: list[tuple[int, list[int]]] = []
    active = _step(root, keys[place], words[place])
    at = place + 1
    most = min(len(keys), place + LONGEST)
    while active:
        found += [(at, node.values) for node in active if node.values]
        after: list[Node] = []
        while at < most and not after:
            for node in active:
                after += _step(node, keys[at], words[at])
            if not after and words[at] not in skipped:
                return found
            at += 1
        active = after
    return found


def _step(node: Node, key: str, word: str) -> list[Node]:
    after = node.next.get(key)
    if not node.lengths or word[: node.lengths[0]] not in node.heads:
        return [after] if after is not None else []
    found = [after] if after is not None else []
    return found + [node.prefixes[word[:n]] for n in node.lengths if n <= len(word) and word[:n] in node.prefixes]
