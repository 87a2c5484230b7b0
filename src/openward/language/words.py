"""Text as words: numbers, letter runs, single Chinese characters and separators, each with its place."""

import re
import unicodedata
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(
    r"\d+(?:[.,]\d+)*|[\u3400-\u9fff\uf900-\ufaff]|[^\W\d_\u3400-\u9fff\uf900-\ufaff]+|[/+&;,、()\[\]{}%]"
)


class Token(NamedTuple):
    """One word, folded (lower case, no accents), and where it stands in the normalised text."""

    word: str
    start: int
    end: int


def normal(text: str) -> str:
    """The text with compatibility forms replaced (full-width letters, ligatures; Unicode NFKC)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def fold(word: str) -> str:
    """A word without case and accents."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFD", word.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def tokens(text: str) -> list[Token]:
    """The words of a normalised text, in linear time; letters and digits are parted (`500mg` is two words)."""
    if text.isascii():
        return [Token(found.group(), found.start(), found.end()) for found in _TOKEN.finditer(text.lower())]
    return [Token(fold(found.group()), found.start(), found.end()) for found in _TOKEN.finditer(text)]


def words(text: str) -> list[str]:
    """The words alone."""
    if text.isascii():
        return _TOKEN.findall(text.lower())
    return [fold(word) for word in _TOKEN.findall(normal(text))]


def is_chinese(word: str) -> bool:
    """Whether the word is one Chinese character."""
    return len(word) == 1 and ("\u3400" <= word <= "\u9fff" or "\uf900" <= word <= "\ufaff")
