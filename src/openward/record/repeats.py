"""JSON objects that name one element twice: readers differ in which of the two they take (RFC 8259, section 4)."""

import json
from typing import Final

import msgspec

_decode: Final = msgspec.json.Decoder().decode
_encode: Final = msgspec.json.Encoder().encode

REASON: Final = "an object names the same element twice, so that its meaning would depend on who reads it"


def repeats(body: bytes) -> bool:
    """Whether an object in JSON names an element twice: then it has fewer names once it was read.

    What is read and written again is mostly the same; where only numbers or escapes differ the names are as many.
    """
    try:
        close, again = msgspec.json.format(body, indent=-1), _encode(_decode(body))
        if close == again or _names(close) == _names(again):
            return False
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    return _surely(body)


def _names(body: bytes) -> int:
    """How many elements JSON without blanks names; within a string a quote is escaped."""
    return body.count(b'":') - body.count(b'\\":')


def _surely(body: bytes) -> bool:
    found: list[bool] = []

    def note(pairs: list[tuple[str, object]]) -> None:
        found.append(len(dict(pairs)) < len(pairs))

    try:
        json.loads(body, object_pairs_hook=note)
    except (ValueError, RecursionError):
        return False
    return any(found)
