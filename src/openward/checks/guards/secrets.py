"""Keys, passwords and tokens, and the house's own words to a model: they leave by no door."""

import re
from collections.abc import Iterable
from typing import Final

from openward.checks.guards.plain import Plain
from openward.checks.guards.stop import Stop, held

GUARD: Final = "secrets"
LEAK: Final = "prompt-leak"
_SECRET: Final = re.compile(
    r"\bsk-(?:[a-z]+-)?[A-Za-z0-9_-]{20,}|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bglpat-[\w-]{20,}|\bxox[abprs]-[\w-]{10,}|"
    r"\bAIza[\w-]{35}|\bhf_[A-Za-z0-9]{30,}|\bnpm_[A-Za-z0-9]{30,}|-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|"
    r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}|\b[Bb]earer\s+[\w.~+/-]{20,}=*|\b(?:postgres(?:ql)?|mysql|mongodb|redis|amqp|https?)://"
    r"[^\s:/@]{1,80}:[^\s@/]{3,200}@|(?<![\w.])[A-Za-z0-9_-]{10,40}\.[A-Za-z0-9_-]{43}(?![\w-])|"
    r"(?i:\b(?:password|passwd|passphrase|pwd|api[_ -]?key|secret(?:[_ -]?key)?|access[_ -]?token|client[_ -]?secret|密码|口令|密钥|令牌)"
    r"\s*(?:is|为|是|[:：=])\s*[\"'“]?(?!\*|<|\[|null|none|required|of\b|the\b|to\b)[^\s\"'，。,;；]{6,200})"
)
_SHINGLE: Final = 8  # so many words in the order of the prompt are no chance
_SHINGLE_ZH: Final = 16
_WORD: Final = re.compile(r"[^\W_]+")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")


def secrets(text: str) -> tuple[Stop, ...]:
    """Each key, password or token."""
    return tuple(held(GUARD, "a key, a password or a token", *match.span()) for match in _SECRET.finditer(text))


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
