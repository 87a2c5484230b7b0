"""Who somebody is, on a way where it may not go."""

import re
from collections.abc import Iterable
from typing import Final

from openward.checks.guards.stop import Stop, held, refused
from openward.language.traces import forms_in, known_of, plain

GUARD: Final = "personal-data"
# Forms that a text about nobody may hold: a guideline's address, the date of a review.
_OF_NOBODY: Final = frozenset({"LINK", "DATE"})


def known_person(text: str, identifiers: Iterable[str]) -> tuple[Stop, ...]:
    """Refuses a text that says, however it is written, what is known of a person."""
    known = tuple(identifiers)
    if known and known_of(known).stands_in(plain(text)):
        return (refused(GUARD, "it says who the patient is"),)
    return ()


def of_others(text: str, identifiers: Iterable[str]) -> tuple[Stop, ...]:
    """Holds each place that names another person than the one it is about."""
    known = tuple(identifiers)
    if not known:
        return ()
    places: list[tuple[int, int]] = []

    def noted(match: re.Match[str]) -> str:
        places.append(match.span())
        return match.group()

    known_of(known).sub(noted, text)
    return tuple(held(GUARD, "it names another person", start, end) for start, end in places)


def formed(text: str) -> tuple[Stop, ...]:
    """Holds what tells by its form who somebody is: numbers of identity, telephone, mail, names behind a title."""
    return tuple(
        held(GUARD, f"it may say who somebody is ({form.kind.lower()})", *match.span())
        for form in forms_in(text)
        if form.kind not in _OF_NOBODY
        for match in form.pattern.finditer(text)
    )
