"""Tokens of an OpenID Connect provider: JSON Web Tokens, verified with the provider's published keys.

Nothing is fetched: the keys (a JWK set, RFC 7517) come from a file that the house keeps up to date, and are read again
when a token names a key that is not among them.
"""

import contextlib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, Key, KeySet

from openward.access.identity import Identity
from openward.domain.actor import Role
from openward.domain.errors import AccessError, SettingsError, UnknownCallerError

# Public-key signatures only: with a shared-secret algorithm the provider's public key would be the secret.
ALGORITHMS: Final = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA",
)  # fmt: skip
LEEWAY: Final = 30
_MOST_TEXT: Final = 200
_SAME: Final[Mapping[str, Role]] = {
    role: role for role in ("clinician", "pharmacist", "nurse", "researcher", "auditor", "administrator", "patient")
}

_Word = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
# Seconds since 1970 (RFC 7519 NumericDate), up to the year 9999.
_Moment = Annotated[float, msgspec.Meta(ge=0, lt=253_402_300_800)]


class _Claims(msgspec.Struct, frozen=True):
    """The claims that are read, apart from roles (OpenID Connect Core 1.0, section 2)."""

    sub: _Word
    exp: _Moment
    sid: str = ""
    name: str = ""
    preferred_username: str = ""
    auth_time: _Moment | None = None


class Oidc:
    """Verifies the tokens of one issuer for one audience.

    `role_claim` is the claim that holds the bearer's roles, with dots for claims within claims
    (`realm_access.roles`); `roles` turns its values into roles of the ward: the first that fits, in this order, counts.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        keys: Path | Mapping[str, Any],
        *,
        role_claim: str = "roles",
        roles: Mapping[str, Role] = _SAME,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._source = keys
        self._role_claim = role_claim.split(".")
        self._roles = roles
        self._keys = _key_set(keys)

    def reload(self) -> None:
        """Reads the keys again.

        Raises:
            SettingsError: they cannot be read; the former ones stay in use.
        """
        self._keys = _key_set(self._source)

    def verify(self, token: str, now: datetime) -> Identity:
        """Who the token speaks of.

        Raises:
            UnknownCallerError: the token is forged, expired, for somebody else, or from somebody else.
            AccessError: the token is genuine, but none of the bearer's roles has a place here.
        """
        try:
            claims = jwt.decode(token, self._key, algorithms=ALGORITHMS).claims
            self._rules(now).validate(claims)
        except (JoseError, ValueError) as error:
            # The library's message may quote the token; its class says enough.
            msg = f"the identity provider's token is not accepted ({type(error).__name__}): sign in again"
            raise UnknownCallerError(msg) from None
        return self._identity(claims, now)

    def _key(self, token: GuestProtocol) -> Key:
        """The key that a token names, after another look at the keys when it is not at hand."""
        kid = token.headers().get("kid")
        if not isinstance(kid, str):
            msg = "a token must name its key"
            raise ValueError(msg)  # noqa: TRY004 - the token is wrong, not the program
        if kid not in {key.kid for key in self._keys}:
            # Whoever sends a token may invent key ids: a damaged file must not turn that into our failure.
            with contextlib.suppress(SettingsError):
                self.reload()
        return self._keys.get_by_kid(kid)

    def _rules(self, now: datetime) -> jwt.JWTClaimsRegistry:
        """What the claims must say."""
        return jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    def _identity(self, claims: dict[str, Any], now: datetime) -> Identity:
        """The claims that matter here, typed."""
        try:
            told = msgspec.convert(claims, _Claims)
        except msgspec.ValidationError:
            msg = "the identity provider's token has a claim of the wrong type: ask who runs the provider"
            raise UnknownCallerError(msg) from None
        if told.auth_time is not None and told.auth_time > now.timestamp() + LEEWAY:
            msg = "the identity provider's token speaks of a sign-in that is yet to come: check both clocks"
            raise UnknownCallerError(msg)
        return Identity(
            subject=told.sub,
            session=told.sid,
            role=self._role(claims),
            expires=datetime.fromtimestamp(told.exp, UTC),
            name=(told.name or told.preferred_username)[:_MOST_TEXT],
            authenticated=None if told.auth_time is None else datetime.fromtimestamp(told.auth_time, UTC),
        )

    def _role(self, claims: dict[str, Any]) -> Role:
        """The bearer's role in the ward."""
        value: Any = claims
        for name in self._role_claim:
            value = value.get(name) if isinstance(value, dict) else None
        held = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        for name, role in self._roles.items():
            if name in held:
                return role
        msg = f"the identity provider gives you no role here: it must be in the claim {'.'.join(self._role_claim)}"
        raise AccessError(msg)


def _key_set(source: Path | Mapping[str, Any]) -> KeySet:
    """The public keys of a JWK set that sign."""
    try:
        told = msgspec.json.decode(source.read_bytes()) if isinstance(source, Path) else source
        keys = [
            key for key in told["keys"] if key.get("kid") and key.get("use", "sig") == "sig" and key["kty"] != "oct"
        ]
        return KeySet.import_key_set({"keys": keys})
    except (OSError, msgspec.DecodeError, JoseError, KeyError, TypeError, ValueError, AttributeError) as error:
        msg = f"the identity provider's keys cannot be read ({type(error).__name__}): give a JWK set with key ids"
        raise SettingsError(msg) from error
