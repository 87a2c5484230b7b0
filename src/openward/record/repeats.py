"""JSON objects that name one element twice: readers differ in which of the two they take (RFC 8259, section 4)."""

import json
from typing import Final

import msgspec

REASON: Final = "an object names the same element twice, so that its meaning would depend on who reads it"


def repeats(body: bytes) -> bool:
    """Whether an object in JSON names an element twice."""
    try:
        close = msgspec.json.format(body, indent=-1)
        if _names(close) == _names(msgspec.json.encode(msgspec.json.decode(body))):
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
