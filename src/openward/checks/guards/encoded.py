"""Words in a code that people do not read and models do: base64, hexadecimal, escapes, spelled letters, backwards."""

import base64
import binascii
import html
import re
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Final

from openward.checks.guards.instructions import speaks_to_a_model
from openward.checks.guards.stop import Stop, held

GUARD: Final = "encoded-text"
_SHORTEST: Final = 20
_READABLE: Final = 0.9
_MOST: Final = 20_000
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{24,20000}={0,2}|(?:[A-Za-z0-9+/]{60,80}\r?\n){2,}[A-Za-z0-9+/]*={0,2}")
_BASE32: Final = re.compile(r"\b[A-Z2-7]{32,4000}={0,6}")
_HEX: Final = re.compile(r"(?:\\x|0x|%|\b)?[0-9a-fA-F]{2}(?:[ :,]?(?:\\x|0x|%)?[0-9a-fA-F]{2}){15,10000}")
_ESCAPED: Final = re.compile(r"(?:\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|&#x?[0-9a-fA-F]{2,6};|%[0-9a-fA-F]{2}){8,4000}")
_SPELLED: Final = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .\-_*·/]{1,2}){11,2000}[^\W\d_](?![^\W_])")
_JOINED: Final = re.compile(r"(?<![^\W_])(?:[^\W\d_][-_*.·]){4,9}[^\W\d_](?![^\W_])")
_GLUE: Final = re.compile(r"[-_*.·]")
_COMMANDS: Final = frozenset({"ignore", "forget", "bypass", "override", "disregard", "reveal", "execute", "system"})
_BITS: Final = re.compile(r"(?:[01]{8}[ ,]?){8,2000}")
_MORSE: Final = re.compile(r"(?:[.\-]{1,6}[ /]{1,3}){12,2000}[.\-]{1,6}")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_MORSE_SIGNS: Final = 4  # a ruler of dashes has one or two
_LETTERS: Final = re.compile(r"[A-Za-z\u4e00-\u9fff\s.,!?，。！？:：'\"0-9()/_-]")


def encoded(text: str) -> tuple[Stop, ...]:
    """Stretches that decode to words, and words that only spell an instruction when they are read otherwise."""
    codes = (held(GUARD, f"words in a code ({name})", *span) for name, span in _codes(text))
    backwards = text[::-1] if len(text) <= _MOST and speaks_to_a_model(text[::-1]) else ""
    return (*codes, *((held(GUARD, "words that are written backwards", 0, len(text)),) if backwards else ()))


def _codes(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    for name, pattern, decode in _KINDS:
        for match in pattern.finditer(text):
            if _is_words(decode(match.group())):
                yield name, match.span()
    for match in _JOINED.finditer(text):
        if _GLUE.sub("", match.group()).lower() in _COMMANDS:
            yield "spelled letters", match.span()
    yield from (("spelled letters", match.span()) for match in _SPELLED.finditer(text))
    yield from (("Morse", m.span()) for m in _MORSE.finditer(text) if len(set(m.group().split())) >= _MORSE_SIGNS)


def _is_words(decoded: bytes) -> bool:
    """Whether bytes are a text that a person or a model reads."""
    if len(decoded) < _SHORTEST - 8:
        return False
    try:
        said = decoded.decode("utf-8")
    except UnicodeDecodeError:
        return False
    readable = len(_LETTERS.findall(said)) >= _READABLE * len(said)
    return readable and (" " in said or bool(_CHINESE.search(said)) or speaks_to_a_model(said))


def _of_base64(word: str) -> bytes:
    plain = re.sub(r"\s", "", word).rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _of_base32(word: str) -> bytes:
    plain = word.rstrip("=")
    try:
        return base64.b32decode(plain + "=" * (-len(plain) % 8))
    except (binascii.Error, ValueError):
        return b""


def _of_hex(word: str) -> bytes:
    digits = re.sub(r"\\x|0x|[^0-9a-fA-F]", "", word)
    return bytes.fromhex(digits[: len(digits) // 2 * 2])


def _of_escapes(word: str) -> bytes:
    letters = re.sub(r"\\[ux]([0-9a-fA-F]{2,4})", lambda m: chr(int(m[1], 16)), word)
    return html.unescape(urllib.parse.unquote(letters)).encode("utf-8", "replace")


def _of_bits(word: str) -> bytes:
    return bytes(int(byte, 2) for byte in re.findall(r"[01]{8}", word))


_KINDS: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], bytes]], ...]] = (
    ("base64", _BASE64, _of_base64),
    ("base32", _BASE32, _of_base32),
    ("hexadecimal", _HEX, _of_hex),
    ("escapes", _ESCAPED, _of_escapes),
    ("binary", _BITS, _of_bits),
)
