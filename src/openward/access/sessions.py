"""Sessions of persons: opened here, or vouched for by each token of an identity provider."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

import msgspec

from openward.access import scopes as scoping
from openward.access import tokens
from openward.access.identity import PROVIDED, Identity
from openward.access.standing import HOUSE, in_session
from openward.access.witness import Witness
from openward.domain.access import Person, TokenRecord
from openward.ports.clock import Clock
from openward.ports.ids import Ids
from openward.ports.store import AccessStore

# The end of a session that is in use moves on in steps of this, so that not every request writes.
_STEP: Final = timedelta(minutes=1)


class Sessions:
    """Opens and prolongs sessions: one ends after `longest`, or when it was not used for `idle`."""

    def __init__(
        self, store: AccessStore, trail: Witness, clock: Clock, ids: Ids, *, longest: timedelta, idle: timedelta
    ) -> None:
        self._store = store
        self._trail = trail
        self._clock = clock
        self._ids = ids
        self._longest = longest
        self._idle = min(idle, longest)

    def open(
        self, person: Person, *, label: str, confirmed: datetime | None, prefix: str = ""
    ) -> tuple[TokenRecord, str]:
        """A new session of a person: its record, and the token that the person's browser or terminal holds."""
        now, name, secret = self._clock.now(), prefix + self._ids.new("session"), self._ids.secret()
        record = TokenRecord(
            id=name, kind="session", role=person.role, scopes=scoping.BY_ROLE[person.role],
            hash=tokens.hash_of(name, secret), created=now, expires=now + self._idle, label=label, person=person.id,
            confirmed_at=confirmed,
        )  # fmt: skip
        self._trail.write(in_session(record, person), "session.open", "create", subject=name)
        self._store.put_token(record)
        return record, tokens.join(name, secret)

    def prolong(self, record: TokenRecord) -> None:
        """Notes that a session was used; one that follows a provider's token ends with that."""
        if record.kind != "session" or not record.hash:
            return
        until = min(record.created + self._longest, self._clock.now() + self._idle)
        if until - record.expires >= _STEP:
            # When the record has changed meanwhile, it was revoked or prolonged by another request: both stand.
            self._store.replace_token(record, msgspec.structs.replace(record, expires=until))

    def live(self, person: str) -> tuple[TokenRecord, ...]:
        """The open sessions of a person, without their hashes, newest first."""
        now = self._clock.now()
        own = (t for t in self._store.tokens() if t.kind == "session" and t.person == person)
        held = [msgspec.structs.replace(t, hash="") for t in own if t.revoked is None and t.expires > now]
        return tuple(sorted(held, key=lambda t: t.created, reverse=True))

    def vouched(self, identity: Identity) -> Person:
        """The person whom the identity provider speaks of, kept with name and role as it tells them now."""
        known = self._store.person(identity.person)
        if known and (known.name, known.role) == (identity.name, identity.role):
            return known
        fresh = Person(
            id=identity.person, name=identity.name, role=identity.role, hash="",
            created=known.created if known else self._clock.now(),
        )  # fmt: skip
        subject = None if fresh.role == "patient" else fresh.id
        self._trail.write(HOUSE, "person.provided", "update", subject=subject, detail={"role": fresh.role})
        self._store.put_person(fresh)
        return fresh

    def of_token(self, identity: Identity, person: Person) -> TokenRecord:
        """The session that a provider's token belongs to, kept when it is new or lives longer now."""
        told = f"{person.id} {identity.session} {identity.authenticated}"
        name = f"{PROVIDED}{hashlib.sha256(told.encode()).hexdigest()[:32]}"
        known = self._store.token(name)
        if known and known.role == identity.role and known.expires >= identity.expires:
            return known
        fresh = TokenRecord(
            id=name, kind="session", role=identity.role, scopes=scoping.BY_ROLE[identity.role], hash="",
            created=known.created if known else self._clock.now(), expires=identity.expires, label="oidc",
            person=person.id, confirmed_at=identity.authenticated, revoked=known.revoked if known else None,
        )  # fmt: skip
        if known is None:
            self._trail.write(in_session(fresh, person), "session.open", "create", subject=name)
        self._store.put_token(fresh)
        return fresh
