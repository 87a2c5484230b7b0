"""What a person changed in a proposal, in words: where, what stood there, what stands there now."""

from collections.abc import Sequence
from typing import Any

import msgspec

from openward.domain.errors import InputError
from openward.domain.proposal import Language
from openward.domain.run import Change
from openward.doors.evidence import place_of
from openward.doors.outline import outline, said_of
from openward.review.difference import apply


class Changed(msgspec.Struct, frozen=True):
    """One change; an empty `before` was added, an empty `after` taken out."""

    place: str
    before: str
    after: str


def changed(body: dict[str, Any], changes: Sequence[Change], language: Language) -> list[Changed]:
    """The changes of a decision in their order, each against the body as it was just before."""
    found, now = [], body
    for change in changes:
        try:
            then = apply(now, [change])
        except InputError:  # the body is another one: what was changed still can be named
            then = now
        before = _at(now, change.path) if change.op != "add" else None
        after = None if change.op == "remove" else change.value
        found.append(Changed(_place(change.path, language), _said(before, language), _said(after, language)))
        now = then
    return found


def _parts(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def _place(pointer: str, language: Language) -> str:
    """A JSON Pointer in words: `/orders/1/dose` is "Orders, line 2, Dose"."""
    path = "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in _parts(pointer))
    return place_of(path.lstrip("."), language)


def _at(value: Any, pointer: str) -> Any:
    for part in _parts(pointer):
        if isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            return None
    return value


def _said(value: Any, language: Language) -> str:
    """A value for a person: words as they are, a struct as its fields."""
    if isinstance(value, dict):
        rows = [row for block in outline(value, language) for row in block.rows]
        return "; ".join(" ".join(cell for cell in row if cell) for row in rows)
    if isinstance(value, list):
        return "; ".join(_said(item, language) for item in value)
    if isinstance(value, bool):
        return said_of("yes" if value else "no", language)
    return "" if value is None or value is msgspec.UNSET else said_of(str(value), language)
