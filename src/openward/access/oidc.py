"""Tokens of an OpenID Connect provider: JSON Web Tokens, verified with the provider's published keys.

The keys (a JWK set, RFC 7517) come from a file that the house keeps up to date, or from the provider itself, and are
read again when a token names a key that is not among them.
"""

import contextlib
import hmac
from collections.abc import Callable, Mapping
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


class _IdClaims(msgspec.Struct, frozen=True):
    """The claims of an ID token that tie it to one sign-in (OpenID Connect Core 1.0, sections 2 and 3.1.3.7)."""

    nonce: _Word
    azp: str | None = None
    aud: str | tuple[str, ...] = ()


Keys = Path | Mapping[str, Any] | Callable[[], Mapping[str, Any]]


class Oidc:
    """Verifies the tokens of one issuer for one audience.

    `role_claim` is the claim that holds the bearer's roles, with dots for claims within claims
    (`realm_access.roles`); `roles` turns its values into roles of the ward: the first that fits, in this order, counts.
    """

    def __init__(
        self,
        issuer: str,
        audience: str,
        keys: Keys,
        *,
        role_claim: str = "roles",
        roles: Mapping[str, Role] = _SAME,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._source = keys
        self._role_claim = role_claim.split(".")
        self._roles = roles
        # Keys of the provider itself are asked for when the first token comes: the ward opens without it.
        self._keys = KeySet([]) if callable(keys) else _key_set(keys)

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
        return self._identity(self._claims(token, now), now)

    def verify_id(self, token: str, now: datetime, nonce: str) -> Identity:
        """Who the ID token of a sign-in speaks of; it has to carry the nonce of that sign-in.

        Raises:
            UnknownCallerError: as for `verify`, or the token belongs to another sign-in or another client.
            AccessError: the token is genuine, but none of the bearer's roles has a place here.
        """
        claims = self._claims(token, now)
        try:
            told = msgspec.convert(claims, _IdClaims)
        except msgspec.ValidationError:
            msg = "the identity provider's token carries no nonce: sign in again"
            raise UnknownCallerError(msg) from None
        if not hmac.compare_digest(told.nonce.encode(), nonce.encode()):
            msg = "the identity provider's token belongs to another sign-in: sign in again"
            raise UnknownCallerError(msg)
        shared = isinstance(told.aud, tuple) and len(told.aud) > 1
        if (told.azp is None and shared) or told.azp not in (None, self._audience):
            msg = "the identity provider's token was made for another client: sign in again"
            raise UnknownCallerError(msg)
        return self._identity(claims, now)

    def _claims(self, token: str, now: datetime) -> dict[str, Any]:
        """The claims of a token that is genuine, in time, of this issuer and for this audience."""
        try:
            claims = jwt.decode(token, self._key, algorithms=ALGORITHMS).claims
            self._rules(now).validate(claims)
        except (JoseError, ValueError) as error:
            # The library's message may quote the token; its class says enough.
            msg = f"the identity provider's token is not accepted ({type(error).__name__}): sign in again"
            raise UnknownCallerError(msg) from None
        return claims

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


def roles_of(text: str) -> Mapping[str, Role]:
    """What a provider's values mean here, out of `Apotheke=pharmacist, Arzt=clinician`; the ward's own names if empty.

    Raises:
        SettingsError: it names a role that there is not, or is written otherwise.
    """
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    told = {value.strip(): role.strip() for value, _, role in pairs}
    if wrong := [value for value, role in told.items() if not value or role not in _SAME]:
        msg = f"oidc_roles: '{wrong[0]}' leads to no role; write value=role, with the roles {', '.join(_SAME)}"
        raise SettingsError(msg)
    return {value: _SAME[role] for value, role in told.items()} or _SAME


def _key_set(source: Keys) -> KeySet:
    """The public keys of a JWK set that sign."""
    told = source() if callable(source) else source
    try:
        told = msgspec.json.decode(told.read_bytes()) if isinstance(told, Path) else told
        keys = [
            key for key in told["keys"] if key.get("kid") and key.get("use", "sig") == "sig" and key["kty"] != "oct"
        ]
        return KeySet.import_key_set({"keys": keys})
    except (OSError, msgspec.DecodeError, JoseError, KeyError, TypeError, ValueError, AttributeError) as error:
        msg = f"the identity provider's keys cannot be read ({type(error).__name__}): give a JWK set with key ids"
        raise SettingsError(msg) from error
