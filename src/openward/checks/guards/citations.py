"""An answer cites only what a tool gave it, and an answer in a form has that form."""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from openward.checks.guards.arguments import validator
from openward.checks.guards.stop import Stop, held, refused

GUARD: Final = "citation"
FORM: Final = "output-schema"
# [2] or [2.1], several behind a comma; what stands after a letter or a bracket is a list index, not a citation.
_MARK: Final = re.compile(r"[\[【](\d{1,3}(?:\.\d{1,3})?(?:\s*[,，;]\s*\d{1,3}(?:\.\d{1,3})?){0,20})[\]】]")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")


def unknown_marks(text: str, marks: frozenset[str]) -> tuple[Stop, ...]:
    """Each citation of something that no tool gave."""
    return tuple(
        held(GUARD, f"[{mark}] names nothing that a tool gave", *match.span())
        for match in _MARK.finditer(text)
        for mark in _NUMBER.findall(match.group(1))
        if mark not in marks
    )


def out_of_form(text: str, schema: Mapping[str, Any] | None) -> tuple[Stop, ...]:
    """Refuses an answer that does not fit the schema it was asked in."""
    if schema is None:
        return ()
    try:
        value = msgspec.json.decode(text)
        fits = validator(schema).is_valid(value)
    except (msgspec.DecodeError, RecursionError):
        return (refused(FORM, "the answer is no JSON, or nests too deeply"),)
    return () if fits else (refused(FORM, "the answer does not fit the schema"),)
