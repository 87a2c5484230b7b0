"""Persons and tokens, as they are kept: never a secret, only its scrypt hash."""

from datetime import datetime
from typing import Literal

import msgspec

from openward.domain.actor import Role

TokenKind = Literal["session", "api"]


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may sign in; `hash` is the scrypt hash of the passphrase with its parameters and salt."""

    id: str
    name: str
    role: Role
    hash: str
    created: datetime
    disabled: bool = False


class TokenRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A credential: a person's session or a program's API token.

    The token as handed out is `<id>.<secret>`; only the secret's hash is kept. `person` is set for sessions only;
    `confirmed_at` is when the person last proved presence.
    """

    id: str
    kind: TokenKind
    role: Role
    scopes: tuple[str, ...]
    hash: str
    created: datetime
    expires: datetime
    label: str = ""
    person: str | None = None
    confirmed_at: datetime | None = None
    revoked: datetime | None = None
