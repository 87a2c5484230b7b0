"""Who acts: a person in a session, a program with a token, or the house itself."""

from datetime import datetime
from typing import Literal

import msgspec

Role = Literal["clinician", "pharmacist", "nurse", "researcher", "auditor", "administrator", "patient", "service"]
ActorKind = Literal["person", "service", "house"]


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, as proved by a credential.

    `kind` is "person" only inside a session that a person opened by passphrase or OIDC; an API token is always
    "service", whatever its role. `confirmed_at` is when the person last proved presence (passphrase or OIDC auth_time).
    `patient` is the one patient whom a guest may name, because who invited them was allowed to.
    """

    id: str
    kind: ActorKind
    role: Role
    scopes: frozenset[str] = frozenset()
    display: str = ""
    credential: str | None = None
    confirmed_at: datetime | None = None
    patient: str | None = None
