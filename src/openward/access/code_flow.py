"""Sign-in at an identity provider in a browser: OpenID Connect, the authorization code flow with PKCE.

What a sign-in that is under way needs to know travels in a cookie, signed by the ward; nothing is kept here but which
ones have ended. State, nonce and code verifier are made of one secret, which never leaves that cookie.
"""

import base64
import hashlib
import hmac
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec

from openward.access.identity import Identity
from openward.access.links import link_word, named_by
from openward.access.oidc import LEEWAY, Oidc
from openward.access.provider import Client, Provider
from openward.access.standing import NOBODY
from openward.access.witness import Witness
from openward.domain.actor import Actor
from openward.domain.errors import AccessError, NotFoundError, SignInError, SignInFault, UnknownCallerError
from openward.ports.clock import Clock
from openward.ports.ids import Ids
from openward.ports.signer import Signer

LIVES: Final = timedelta(minutes=10)
LONGEST_WAY: Final = 1500
_MOST_ENDED: Final = 10_000
_PURPOSE: Final = "sign-in under way"
_WORDS: Final = 3500
# Answers that say that somebody broke off, or has to do something first (OpenID Connect Core 1.0, section 3.1.2.6).
_DECLINED: Final = frozenset(
    {"access_denied", "login_required", "interaction_required", "consent_required", "account_selection_required"}
)


class _Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in that is under way; `session` and `person` are of whoever confirms to be still there."""

    secret: str
    begun: float
    after: str
    session: str = ""
    person: str = ""


class Begun(msgspec.Struct, frozen=True):
    """Where the browser goes, and the word that it keeps until it comes back."""

    address: str
    pending: str


class Arrival(msgspec.Struct, frozen=True):
    """Who came back, where to, and which session of theirs is confirmed by that (empty: a new one begins)."""

    identity: Identity
    after: str
    session: str


class CodeFlow:
    """Sends browsers to the provider and reads what they bring back."""

    def __init__(  # noqa: PLR0913 - the ports it needs
        self,
        provider: Provider,
        tokens: Oidc,
        client: Client,
        *,
        signer: Signer,
        trail: Witness,
        clock: Clock,
        ids: Ids,
        scopes: str = "openid profile",
    ) -> None:
        self._provider = provider
        self._tokens = tokens
        self._client = client
        self._signer = signer
        self._trail = trail
        self._clock = clock
        self._ids = ids
        self._scopes = scopes
        self._lock = threading.Lock()
        self._ended: dict[str, datetime] = {}

    def begin(self, *, back: str, after: str, language: str = "en", again: Actor | None = None) -> Begun:
        """A sign-in that comes back to the address `back` and leads on to the path `after`.

        With `again` it asks the provider for a fresh sign-in of that person.

        Raises:
            SignInError: the provider does not answer.
        """
        pending = _Pending(
            secret=self._ids.secret(), begun=self._clock.now().timestamp(), after=after[:LONGEST_WAY],
            session=(again.credential or "") if again else "", person=again.id if again else "",
        )  # fmt: skip
        challenge = _text(hashlib.sha256(_derived(pending, "verifier").encode()).digest())
        asked = {
            "response_type": "code", "client_id": self._client.id, "redirect_uri": back, "scope": self._scopes,
            "state": _derived(pending, "state"), "nonce": _derived(pending, "nonce"), "code_challenge": challenge,
            "code_challenge_method": "S256", "ui_locales": "zh-CN" if language == "zh" else language,
            **({"prompt": "login", "max_age": "0"} if again else {}),
        }  # fmt: skip
        address = _with(self._provider.addresses().authorization_endpoint, asked)
        return Begun(address, link_word(_PURPOSE, msgspec.json.encode(pending).decode(), self._signer))

    def finish(self, word: str, told: Mapping[str, str], *, back: str) -> Arrival:
        """Who came back with what the provider told the browser.

        Raises:
            SignInError: nobody whom the ward would know; the fault says why.
        """
        pending = self._pending(word, told.get("state", ""))
        try:
            identity = self._identity(pending, told, back)
            if pending.session:
                _check_same(identity, pending)
        except SignInError as error:
            self._trail.write(NOBODY, "session.refused", "create", outcome="refused", detail={"reason": error.fault})
            raise
        return Arrival(identity, pending.after, pending.session)

    def way(self, word: str) -> tuple[str, bool]:
        """Where a sign-in that failed was to lead, and whether it was to confirm an open session."""
        try:
            pending = self._read(word)
        except SignInError:
            return "", False
        return pending.after, bool(pending.session)

    def leave(self, back: str) -> str:
        """Where a browser goes to sign out at the provider as well; empty when the provider has no such place.

        Raises:
            SignInError: the provider does not answer.
        """
        end = self._provider.addresses().end_session_endpoint
        return _with(end, {"client_id": self._client.id, "post_logout_redirect_uri": back}) if end else ""

    def _read(self, word: str) -> _Pending:
        try:
            return msgspec.json.decode(named_by(_PURPOSE, word, self._signer, longest=_WORDS), type=_Pending)
        except (NotFoundError, msgspec.DecodeError):
            raise _stale() from None

    def _pending(self, word: str, state: str) -> _Pending:
        """The sign-in that a browser comes back from; each counts once."""
        pending, now = self._read(word), self._clock.now()
        late = now - datetime.fromtimestamp(pending.begun, UTC) > LIVES
        if late or not hmac.compare_digest(state.encode(), _derived(pending, "state").encode()):
            raise _stale()
        with self._lock:
            if state in self._ended:
                raise _stale()
            while self._ended and (len(self._ended) >= _MOST_ENDED or now - next(iter(self._ended.values())) > LIVES):
                self._ended.pop(next(iter(self._ended)))
            self._ended[state] = now
        return pending

    def _identity(self, pending: _Pending, told: Mapping[str, str], back: str) -> Identity:
        """Whom the provider vouches for."""
        named = self._provider.addresses().authorization_response_iss_parameter_supported
        if told.get("iss", "" if named else self._provider.issuer) != self._provider.issuer:
            raise SignInError("refused", "another identity provider than ours answered: sign in again")
        code = told.get("code", "")
        if not code:
            fault: SignInFault = "declined" if told.get("error") in _DECLINED else "refused"
            raise SignInError(fault, "the identity provider signed nobody in: sign in again, or use a passphrase")
        token = self._provider.exchange(self._client, code, _derived(pending, "verifier"), back)
        try:
            return self._tokens.verify_id(token, self._clock.now(), _derived(pending, "nonce"))
        except SignInError:
            raise
        except UnknownCallerError as error:
            raise SignInError("refused", str(error)) from None
        except AccessError as error:
            raise SignInError("no_role", str(error)) from None


def _check_same(identity: Identity, pending: _Pending) -> None:
    """Refuses anybody but the person who wanted to confirm, and a sign-in of before that."""
    if identity.person != pending.person:
        raise SignInError("another_person", "somebody else than the person of this session signed in: sign in again")
    if identity.authenticated is None:
        msg = "the identity provider does not say when you signed in: whoever runs it lets it send auth_time"
        raise SignInError("no_time", msg)
    if identity.authenticated.timestamp() < pending.begun - LEEWAY:
        raise SignInError("not_fresh", "the identity provider did not ask who you are once more: sign in there again")


def _stale() -> SignInError:
    return SignInError("stale", "this sign-in was not begun in this browser, is too old, or was used: sign in again")


def _derived(pending: _Pending, what: str) -> str:
    """A secret for one use out of that of a sign-in: 43 characters, as RFC 7636 wants of a code verifier."""
    return _text(hmac.new(pending.secret.encode(), what.encode(), hashlib.sha256).digest())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _with(address: str, fields: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(fields)}"
