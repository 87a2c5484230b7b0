"""Keys, passwords and tokens, and the house's own words to a model: they leave by no door."""

import re
from collections.abc import Iterable
from typing import Final

from openward.checks.guards.patterns import matching
from openward.checks.guards.plain import Plain
from openward.checks.guards.stop import Stop, held

GUARD: Final = "secrets"
LEAK: Final = "prompt-leak"
_SHINGLE: Final = 8  # so many words in the order of the prompt are no chance
_SHINGLE_ZH: Final = 16
_WORD: Final = re.compile(r"[^\W_]+")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")


def secrets(text: str) -> tuple[Stop, ...]:
    """Each key, password or token."""
    return tuple(held(GUARD, "a key, a password or a token", *match.span()) for _, match in matching("secrets", text))


def prompt_leak(text: str, secret: Iterable[str]) -> tuple[Stop, ...]:
    """Each stretch that repeats what only the model was told."""
    pieces = {piece for words in secret for piece in _pieces(words)}
    if not pieces:
        return ()
    plain = Plain(text)
    return tuple(
        held(LEAK, "it repeats what only the model was told", *plain.span(start, end))
        for start, end, piece in _stretches(plain.text)
        if piece in pieces
    )


def _pieces(text: str) -> set[str]:
    return {piece for _, _, piece in _stretches(Plain(text).text)}


def _stretches(text: str) -> list[tuple[int, int, str]]:
    """Every run of eight words, or of sixteen Chinese characters, with its place."""
    words = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(text)]
    found = [
        (words[at][0], words[at + _SHINGLE - 1][1], " ".join(word for _, _, word in words[at : at + _SHINGLE]))
        for at in range(len(words) - _SHINGLE + 1)
    ]
    chinese = [(m.start(), m.group()) for m in _CHINESE.finditer(text)]
    found += [
        (chinese[at][0], chinese[at + _SHINGLE_ZH - 1][0] + 1, "".join(c for _, c in chinese[at : at + _SHINGLE_ZH]))
        for at in range(len(chinese) - _SHINGLE_ZH + 1)
    ]
    return found
