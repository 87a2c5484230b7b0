"""Scopes: what a credential may do, as SMART App Launch 2 scopes and the platform's own, and who gets which."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, Literal

import msgspec

from openward.domain.actor import Role
from openward.domain.errors import InputError

EVERYTHING: Final = "*"
DECIDE: Final = "run.decide"
LOOK: Final = "system/Patient.rs"  # to look into the record of a patient, also by naming them to a service
ADMIN: Final = "admin"

PLAIN: Final = frozenset({"run.read", DECIDE, "trail.read", "record.write", "feedback.write", ADMIN})
_SMART: Final = re.compile(r"(system|user|patient)/([A-Z][A-Za-z]{1,63}|\*)\.(c?r?u?d?s?)")
_SERVICE: Final = re.compile(r"service/([a-z0-9][a-z0-9-]{0,79}|\*)\.run")

# What a session of each role may do, and an API token of the role that names no scopes (less `run.decide`).
# An administrator looks after the ward and signs nothing; a researcher runs services on what comes with the request.
BY_ROLE: Final[Mapping[Role, tuple[str, ...]]] = {
    "clinician": ("user/*.rs", "service/*.run", "run.read", "run.decide", "feedback.write"),
    "pharmacist": ("user/*.rs", "service/*.run", "run.read", "run.decide", "feedback.write"),
    "nurse": ("user/*.rs", "service/*.run", "run.read", "run.decide", "feedback.write"),
    "researcher": ("service/*.run",),
    "auditor": ("trail.read", "run.read"),
    "administrator": ("admin", "record.write", "system/*.rs", "service/*.run", "run.read", "trail.read"),
    "patient": ("patient/*.rs",),
    "service": ("system/*.rs", "service/*.run", "run.read", "feedback.write"),
}


class Scope(msgspec.Struct, frozen=True):
    """One scope, read: `name` is a resource type, a service or the plain word, "*" for all; `letters` out of cruds."""

    kind: Literal["record", "patient", "service", "plain"]
    name: str
    letters: frozenset[str] = frozenset()

    def covers(self, wanted: "Scope") -> bool:
        """Whether who has this scope may do what `wanted` names."""
        reaches = self.kind == wanted.kind or (self.kind, wanted.kind) == ("record", "patient")
        return reaches and self.name in {EVERYTHING, wanted.name} and wanted.letters <= self.letters


@lru_cache(maxsize=4096)
def parse(scope: str) -> Scope | None:
    """Reads one scope; None when it is none. `system/` and `user/` reach the same: the whole record of this ward."""
    if scope in PLAIN:
        return Scope("plain", scope)
    if match := _SERVICE.fullmatch(scope):
        return Scope("service", match[1])
    match = _SMART.fullmatch(scope)
    if match is None or not match[3]:
        return None
    return Scope("patient" if match[1] == "patient" else "record", match[2], frozenset(match[3]))


def allows(granted: Iterable[str], needed: str) -> bool:
    """Whether the granted scopes cover the needed one; what cannot be read is never allowed.

    `*` belongs to the house and covers everything but deciding, which takes a person.
    """
    wanted = parse(needed)
    if wanted is None:
        return False
    held = frozenset(granted)
    if EVERYTHING in held:
        return needed != DECIDE
    return needed in held or any(have.covers(wanted) for scope in held if (have := parse(scope)) is not None)


def holders(needed: str) -> tuple[Role, ...]:
    """The roles of persons whose sessions hold a scope."""
    return tuple(role for role, held in BY_ROLE.items() if role != "service" and allows(held, needed))


def check(scopes: Iterable[str]) -> tuple[str, ...]:
    """The scopes in order, each once.

    Raises:
        InputError: one of them is no scope.
    """
    found = tuple(sorted(frozenset(scopes)))
    for place, scope in enumerate(found):
        if parse(scope) is None:
            msg = (
                f"scope {place + 1} of {len(found)} is no scope: use system/Type.cruds, user/Type.cruds, "
                f"patient/Type.cruds, service/ID.run or one of {', '.join(sorted(PLAIN))}"
            )
            raise InputError(msg)
    return found
