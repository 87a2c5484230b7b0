"""Access: who somebody is, and what they may do."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Final, NoReturn

import msgspec

from openward.access import passphrase as passphrases
from openward.access import scopes as scoping
from openward.access import tokens
from openward.access.identity import PROVIDED, Identity, IdentityProvider
from openward.access.sessions import Sessions
from openward.access.standing import HOUSE, LAPSED, NOBODY, in_session, lapsed, of_token
from openward.access.throttle import Throttle, Turnstile
from openward.access.witness import Witness
from openward.domain.access import Person, TokenRecord
from openward.domain.actor import Actor, Role
from openward.domain.errors import AccessError, InputError, NotFoundError, UnknownCallerError
from openward.ports.clock import Clock
from openward.ports.ids import Ids
from openward.ports.store import AccessStore

__all__ = ["HOUSE", "NOBODY", "Access"]

FRESH: Final = timedelta(minutes=5)
FIRST_TOKEN_DAYS: Final = 365
MOST_DAYS: Final = 366
_PERSON_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_MOST_NAME: Final = 200


class Access:
    """Persons, sessions and API tokens of one ward.

    A session belongs to a person who opened it with a passphrase, or whom the identity provider vouches for. An API
    token belongs to a program: its actor is always of kind "service" and never holds `run.decide`.
    """

    def __init__(  # noqa: PLR0913 - the ports it needs, and four settings
        self,
        store: AccessStore,
        trail: Witness,
        clock: Clock,
        ids: Ids,
        *,
        provider: IdentityProvider | None = None,
        session_minutes: int = 480,
        idle_minutes: int = 0,
        cost: passphrases.Cost = passphrases.Cost(),  # noqa: B008 - a frozen value
    ) -> None:
        self._store = store
        self._trail = trail
        self._clock = clock
        self._ids = ids
        self._provider = provider
        longest = timedelta(minutes=session_minutes)
        idle = timedelta(minutes=idle_minutes) if idle_minutes else longest
        self._sessions = Sessions(store, trail, clock, ids, longest=longest, idle=idle)
        self._cost = cost
        self._throttle = Throttle()
        self._turnstile = Turnstile()

    def first_start(self) -> str | None:
        """The administrator's API token, made when the ward has none and never had one; None otherwise.

        It is shown this once: only the hash of its secret is kept. It expires after a year.
        """
        if any(t.kind == "api" and t.role == "administrator" for t in self._store.tokens()):
            return None
        _, token = self._make(HOUSE, "first start", "administrator", None, FIRST_TOKEN_DAYS)
        return token

    def issue(
        self, actor: Actor, *, label: str, role: Role = "service", scopes: Iterable[str] | None = None, days: int = 90
    ) -> tuple[TokenRecord, str]:
        """An API token for a program: its record, and the token itself, which is not kept.

        Without `scopes` it gets those of its role, less `run.decide`.

        Raises:
            AccessError: the actor may not, or asks for what no program may hold.
            InputError: a scope, the label or the number of days cannot be.
        """
        self.require(actor, scoping.ADMIN)
        wanted = None if scopes is None else frozenset(scopes)
        if wanted and wanted & {scoping.DECIDE, scoping.EVERYTHING}:
            self._trail.write(actor, "token.refused", "create", outcome="refused", detail={"reason": "needs-a-person"})
            msg = (
                "an API token cannot carry `run.decide` or `*`: only a person decides, in a session of their own; "
                "leave the scope out"
            )
            raise AccessError(msg)
        if not (label.strip() and len(label) <= _MOST_NAME) or not 1 <= days <= MOST_DAYS:
            msg = f"a token has a label of 1 to {_MOST_NAME} characters and lives 1 to {MOST_DAYS} days"
            raise InputError(msg)
        return self._make(actor, label, role, None if wanted is None else scoping.check(wanted), days)

    def revoke(self, actor: Actor, token: str) -> TokenRecord:
        """Ends an API token or a session at once: one's own, or any with the scope `admin`.

        Raises:
            AccessError: the actor may not.
            NotFoundError: there is no such token.
        """
        record = self._store.token(token)
        own = token == actor.credential or (record is not None and record.person == actor.id)
        if not own:
            self.require(actor, scoping.ADMIN)
        if record is None:
            msg = "there is no token with this id: give the part before the dot"
            raise NotFoundError(msg)
        if record.revoked:
            return record
        self._trail.write(actor, "token.revoke", "delete", subject=record.id)
        record = msgspec.structs.replace(record, revoked=self._clock.now())
        self._store.put_token(record)
        return record

    def add_person(
        self, actor: Actor, *, id: str, name: str, role: Role, passphrase: str, confirmation: str | None = None
    ) -> Person:
        """Adds somebody who may sign in.

        Only the house (whoever holds the machine) and an administrator in a session, who confirms with a passphrase of
        their own, may do this: a program that could make persons could make itself one, and sign.

        Raises:
            AccessError: the actor may not.
            InputError: the id is taken or no id, the name is empty, or the passphrase is too weak.
        """
        self.require(actor, scoping.ADMIN)
        if actor.kind == "service":
            self._denied(actor, "needs-a-person", subject=scoping.ADMIN)
            msg = "an API token cannot add persons: do it on the ward's own machine or in an administrator's session"
            raise AccessError(msg)
        if actor.kind == "person":
            actor = self.confirm(actor, confirmation)
        self._check_person(id, name, role)
        passphrases.check(passphrase, names=(id, name))
        kept = passphrases.make(passphrase, self._ids.secret(), self._cost)
        person = Person(id=id, name=name.strip(), role=role, hash=kept, created=self._clock.now())
        self._trail.write(actor, "person.create", "create", subject=_subject(person), detail={"role": role})
        self._store.put_person(person)
        return person

    def disable(self, actor: Actor, person: str) -> Person:
        """Keeps somebody out from now on; sessions that are open end at once.

        Raises:
            AccessError: the actor may not.
            NotFoundError: there is no such person.
        """
        self.require(actor, scoping.ADMIN)
        known = self._store.person(person)
        if known is None:
            msg = "there is no person with this id"
            raise NotFoundError(msg)
        self._trail.write(actor, "person.disable", "update", subject=_subject(known))
        known = msgspec.structs.replace(known, disabled=True)
        self._store.put_person(known)
        return known

    def persons(self, actor: Actor) -> tuple[Person, ...]:
        """All persons, by id, without their hashes."""
        self.require(actor, scoping.ADMIN)
        return tuple(msgspec.structs.replace(person, hash="") for person in self._store.persons())

    def tokens(self, actor: Actor) -> tuple[TokenRecord, ...]:
        """All API tokens and sessions, by id, without their hashes."""
        self.require(actor, scoping.ADMIN)
        return tuple(msgspec.structs.replace(token, hash="") for token in self._store.tokens())

    def sign_in(self, person: str, passphrase: str) -> tuple[TokenRecord, str]:
        """Opens a session: its record, and the token that the person's browser or terminal holds.

        Raises:
            UnknownCallerError: wrong, unknown, disabled (the message does not tell which), or too soon after failures.
        """
        with self._turnstile.turn():
            self._throttle.enter(f"sign-in {person}", self._clock.now())
            known = self._store.person(person)
            kept = known.hash if known and known.hash else passphrases.decoy(self._cost)
            right = passphrases.matches(passphrase, kept)
        if known is None or known.disabled or not right:
            subject = _subject(known) if known else None
            self._trail.write(NOBODY, "session.refused", "create", outcome="refused", subject=subject)
            msg = "the person or the passphrase is wrong, or the person may not sign in"
            raise UnknownCallerError(msg)
        self._throttle.passed(f"sign-in {person}")
        return self._sessions.open(known, label="passphrase", confirmed=self._clock.now())

    def arrive(self, identity: Identity, again: str = "") -> tuple[TokenRecord, str]:
        """Opens a session for a person who came from the identity provider's own page: its record, and its token.

        `again` is the session that this sign-in confirms: it ends, and the new one takes its place.

        Raises:
            UnknownCallerError: the person is disabled here, or the session to confirm is not a live one of theirs.
        """
        self._let_in(identity)
        person = self._sessions.vouched(identity)
        if again:
            former = self._store.token(again)
            if former is None or former.person != person.id:
                self._end(NOBODY, "expired", None)
            self.revoke(self._standing(former), again)
        return self._sessions.open(person, label="oidc", confirmed=identity.authenticated, prefix=PROVIDED)

    def sessions(self, actor: Actor) -> tuple[TokenRecord, ...]:
        """The open sessions of a person, for that person, newest first.

        Raises:
            AccessError: who asks is no person in a session of their own.
        """
        return self._sessions.live(self.present(actor).id)

    def confirm(self, actor: Actor, passphrase: str | None) -> Actor:
        """The person of a live session, who has just proved to be there, with the time of it in `confirmed_at`.

        With a passphrase session that takes the passphrase, each time. With an identity provider's it takes a sign-in
        there within the last five minutes.

        Raises:
            AccessError: nobody proved to be there, or there is no live session.
            UnknownCallerError: too many wrong passphrases, or too many persons at once.
        """
        live = self.present(actor)
        now = self._clock.now()
        fresh = self.freshly_provided(live)
        if fresh is not None:
            if not fresh:
                self._denied(live, "not-confirmed")
                msg = "this needs a fresh sign-in at your identity provider, within the last five minutes"
                raise AccessError(msg)
            return live
        if not passphrase:
            self._denied(live, "not-confirmed")
            msg = "this needs your passphrase: give it together with the request"
            raise AccessError(msg)
        with self._turnstile.turn():
            self._throttle.enter(f"confirm {live.id}", now)
            known = self._store.person(live.id)
            right = known is not None and passphrases.matches(passphrase, known.hash)
        if not right:
            self._denied(live, "wrong-passphrase")
            msg = "the passphrase is wrong"
            raise AccessError(msg)
        self._throttle.passed(f"confirm {live.id}")
        self._trail.write(live, "session.confirm", "update", subject=live.credential)
        return msgspec.structs.replace(live, confirmed_at=now)

    def freshly_provided(self, actor: Actor) -> bool | None:
        """Whether the person signed in at the identity provider just now; None where a passphrase confirms instead."""
        if not (actor.credential or "").startswith(PROVIDED):
            return None
        return actor.confirmed_at is not None and self._clock.now() - actor.confirmed_at <= FRESH

    def identify(self, credential: str | None, *, used: bool = True) -> Actor:
        """Who presents a credential: `Bearer <id>.<secret>`, `<id>.<secret>`, or a token of the identity provider.

        A session goes on when it is used; with `used` false a page asks by itself, and nobody may be there.

        Raises:
            UnknownCallerError: none, or a malformed, unknown, expired or revoked one, or that of a disabled person.
        """
        word = tokens.bearer(credential or "")
        if self._provider and word.count(".") == 2:  # noqa: PLR2004 - header.payload.signature (RFC 7519)
            return self._provided(self._provider.verify(word, self._clock.now()))
        parts = tokens.split(word)
        record = self._store.token(parts[0]) if parts else None
        if parts is None or record is None:
            msg = "who asks is not known: sign in, or send `Authorization: Bearer` with a token of this ward"
            raise UnknownCallerError(msg)
        if not tokens.matches(record, parts[1]):
            self._denied(NOBODY, "wrong-secret", subject=record.id)
            msg = "who asks is not known: the token is wrong; sign in again or ask for a new one"
            raise UnknownCallerError(msg)
        actor = self._standing(record)
        if used:
            self._sessions.prolong(record)
        return actor

    def present(self, actor: Actor) -> Actor:
        """The person behind an actor as the ward knows them at this moment.

        Raises:
            AccessError: the actor is a program or the house, or has no session.
            UnknownCallerError: the session has expired or was revoked, or the person is disabled.
        """
        record = self._store.token(actor.credential) if actor.kind == "person" and actor.credential else None
        if record is None or record.kind != "session" or record.person != actor.id:
            self._denied(actor, "needs-a-person")
            msg = "this takes a person in a session of their own: a program's token or the ward itself cannot do it"
            raise AccessError(msg)
        return self._standing(record)

    def may(self, actor: Actor, scope: str) -> bool:
        """Whether an actor holds a scope; to ask is no attempt and leaves no trace."""
        held = actor.scopes if actor.kind == "house" else actor.scopes - {scoping.EVERYTHING}
        return scoping.allows(held, scope) and (scope != scoping.DECIDE or actor.kind == "person")

    def require(self, actor: Actor, scope: str) -> None:
        """Lets an actor pass who holds a scope.

        Raises:
            AccessError: the actor does not; the refusal is in the trail.
        """
        if self.may(actor, scope):
            return
        self._denied(actor, "scope", subject=scope)
        msg = f"this needs the scope `{scope}`, which the credential does not hold: ask an administrator for it"
        raise AccessError(msg, scope=scope)

    def _make(
        self, actor: Actor, label: str, role: Role, scopes: tuple[str, ...] | None, days: int
    ) -> tuple[TokenRecord, str]:
        """Makes and keeps an API token."""
        now, name, secret = self._clock.now(), self._ids.new("token"), self._ids.secret()
        held = scoping.BY_ROLE[role] if scopes is None else scopes
        record = TokenRecord(
            id=name, kind="api", role=role, scopes=tuple(s for s in held if s != scoping.DECIDE),
            hash=tokens.hash_of(name, secret), created=now, expires=now + timedelta(days=days), label=label.strip(),
        )  # fmt: skip
        self._trail.write(actor, "token.create", "create", subject=name, detail={"role": role, "days": days})
        self._store.put_token(record)
        return record, tokens.join(name, secret)

    def _standing(self, record: TokenRecord) -> Actor:
        """The actor of a credential that is genuine, if it still counts."""
        person = self._store.person(record.person) if record.person else None
        reason = lapsed(record, person, self._clock.now())
        if reason:
            self._end(of_token(record), reason, record.id)
        return in_session(record, person) if person else of_token(record)

    def _end(self, actor: Actor, reason: str, subject: str | None) -> NoReturn:
        """Refuses a genuine credential that counts no more."""
        self._denied(actor, reason, subject=subject)
        msg = f"the credential {LAPSED[reason]}: sign in again or ask for a new one"
        raise UnknownCallerError(msg)

    def _provided(self, identity: Identity) -> Actor:
        """The actor of whom a token of the identity provider speaks; person and session are kept, to be ended here."""
        self._let_in(identity)
        if identity.authenticated is None:
            # Nothing proves that a person was there: programs get tokens from the same provider.
            held = frozenset(scoping.BY_ROLE[identity.role]) - {scoping.DECIDE}
            return Actor(id=identity.person, kind="service", role=identity.role, scopes=held, display=identity.name)
        return self._standing(self._sessions.of_token(identity, self._sessions.vouched(identity)))

    def _let_in(self, identity: Identity) -> None:
        """Refuses whom the provider knows, but the ward keeps out."""
        known = self._store.person(identity.person)
        if known and known.disabled:
            self._end(NOBODY, "person-changed", _subject(known))

    def _check_person(self, id: str, name: str, role: Role) -> None:
        """Refuses what cannot be a person."""
        if not _PERSON_ID.fullmatch(id) or id.startswith(PROVIDED) or id in {HOUSE.id, NOBODY.id}:
            msg = "a person's id has 2 to 64 of the characters a-z 0-9 . _ - and begins with a letter or digit"
            raise InputError(msg)
        if not name.strip() or len(name) > _MOST_NAME or role == "service":
            msg = f"a person has a name of 1 to {_MOST_NAME} characters and a role other than service"
            raise InputError(msg)
        if self._store.person(id):
            msg = "this id is taken: choose another one"
            raise InputError(msg)

    def _denied(self, actor: Actor, reason: str, *, subject: str | None = None) -> None:
        """Writes a refusal down."""
        self._trail.write(
            actor, "access.denied", "execute", outcome="refused", subject=subject, detail={"reason": reason}
        )


def _subject(person: Person) -> str | None:
    """The id of a person for the trail; a patient's names a patient and stays out."""
    return None if person.role == "patient" else person.id
