"""What a genuine credential stands for: a person, a program, or nothing any more."""

from datetime import datetime
from typing import Final

from openward.access import scopes as scoping
from openward.domain.access import Person, TokenRecord
from openward.domain.actor import Actor

LAPSED: Final = {
    "revoked": "was revoked",
    "expired": "has expired",
    "person-changed": "belongs to a person who may no longer sign in, or has another role now",
}

HOUSE: Final = Actor(
    id="house", kind="house", role="service", scopes=frozenset({scoping.EVERYTHING}), display="the ward itself"
)
NOBODY: Final = Actor(id="unknown", kind="service", role="service", display="a caller who is not known")


def lapsed(record: TokenRecord, person: Person | None, now: datetime) -> str | None:
    """Why a credential counts no more, None while it does."""
    if record.revoked:
        return "revoked"
    if now >= record.expires:
        return "expired"
    if record.kind == "session" and (person is None or person.disabled or person.role != record.role):
        return "person-changed"
    return None


def in_session(record: TokenRecord, person: Person) -> Actor:
    """A person in a session."""
    return Actor(
        id=person.id, kind="person", role=record.role, scopes=frozenset(record.scopes), display=person.name,
        credential=record.id, confirmed_at=record.confirmed_at,
    )  # fmt: skip


def of_token(record: TokenRecord) -> Actor:
    """A program with an API token; whatever its row says, it cannot decide and is not the house."""
    held = frozenset(record.scopes) - {scoping.DECIDE, scoping.EVERYTHING}
    return Actor(
        id=record.person or record.id, kind="service", role=record.role, scopes=held, display=record.label,
        credential=record.id,
    )  # fmt: skip
