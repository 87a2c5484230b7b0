"""An identity provider as its own server describes it: addresses, keys, and the exchange of a code for a token."""

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec

from openward.domain.errors import SignInError
from openward.ports.back_channel import BackChannel
from openward.ports.clock import Clock

WELL_KNOWN: Final = "/.well-known/openid-configuration"
_KEEP: Final = timedelta(hours=1)
# Whoever sends a token may invent key ids: the provider is not asked for its keys more often than this.
_REST: Final = timedelta(minutes=1)
_BASIC: Final = "client_secret_basic"
Told = TypeVar("Told")


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Where the provider's doors are (OpenID Connect Discovery 1.0, 3; RP-Initiated Logout 1.0, 2.1)."""

    authorization_endpoint: str = ""
    token_endpoint: str = ""
    jwks_uri: str = ""
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = (_BASIC,)
    # RFC 9207: whether each answer of the provider names it.
    authorization_response_iss_parameter_supported: bool = False


class _Described(Addresses, frozen=True, kw_only=True):
    issuer: str


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str


class Client(msgspec.Struct, frozen=True):
    """What this ward is at the provider; one without a secret proves itself by PKCE alone."""

    id: str
    secret: str | None = None


class Provider:
    """One identity provider; `given` are addresses that the settings name, and discovery is not asked if they do."""

    def __init__(self, issuer: str, channel: BackChannel, clock: Clock, given: Addresses) -> None:
        self.issuer = issuer
        self._channel = channel
        self._clock = clock
        self._given = given
        self._lock = threading.Lock()
        self._found: tuple[datetime, Addresses] | None = None
        self._keys: tuple[datetime, Mapping[str, Any]] | None = None

    def addresses(self) -> Addresses:
        """The provider's doors, by the settings or by its discovery document.

        Raises:
            SignInError: the provider does not answer, or describes another one.
        """
        if self._given.authorization_endpoint and self._given.token_endpoint:
            return self._given
        now = self._clock.now()
        with self._lock:
            found = self._found
        if found is None or now - found[0] > _KEEP:
            found = now, self._discovered()
            with self._lock:
                self._found = found
        return found[1]

    def keys(self) -> Mapping[str, Any]:
        """The provider's JWK set.

        Raises:
            SignInError: the provider does not answer, or with something else.
        """
        now = self._clock.now()
        with self._lock:
            kept = self._keys
        if kept is None or now - kept[0] > _REST:
            address = self._given.jwks_uri or self.addresses().jwks_uri
            kept = now, _decoded(self._channel.get(address), dict[str, Any])
            with self._lock:
                self._keys = kept
        return kept[1]

    def exchange(self, client: Client, code: str, verifier: str, back: str) -> str:
        """The ID token for the code that came back (RFC 6749, section 4.1.3; RFC 7636, section 4.5).

        Raises:
            SignInError: the provider does not answer, or refuses the code.
        """
        addresses = self.addresses()
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
        if client.secret is not None and _BASIC in addresses.token_endpoint_auth_methods_supported:
            data = self._channel.post(addresses.token_endpoint, fields, (client.id, client.secret))
        else:
            secret = {} if client.secret is None else {"client_secret": client.secret}
            data = self._channel.post(addresses.token_endpoint, {**fields, "client_id": client.id, **secret})
        return _decoded(data, _Tokens).id_token

    def _discovered(self) -> Addresses:
        told = _decoded(self._channel.get(self.issuer.rstrip("/") + WELL_KNOWN), _Described)
        if told.issuer != self.issuer:
            raise SignInError("refused", "the identity provider gives itself another name than the setting oidc_issuer")
        if not told.authorization_endpoint or not told.token_endpoint:
            raise SignInError("refused", "the identity provider names no way to sign in with a code")
        return told


def _decoded(data: bytes, type: type[Told]) -> Told:
    try:
        return msgspec.json.decode(data, type=type)
    except msgspec.DecodeError:
        msg = "the identity provider answers with something else than was asked: check the setting oidc_issuer"
        raise SignInError("refused", msg) from None
