"""Who an identity provider says that somebody is."""

from datetime import datetime
from typing import Final, Protocol

import msgspec

from openward.domain.actor import Role

# Ids of persons and sessions that an identity provider vouches for; local ones may not begin like this.
PROVIDED: Final = "oidc-"


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """A verified statement of an identity provider.

    `session` stays the same as long as the person does not sign in again there; `authenticated` is when the person last
    did (OpenID Connect `auth_time`), None when the provider does not say, as for programs.
    """

    subject: str
    session: str
    role: Role
    expires: datetime
    name: str = ""
    authenticated: datetime | None = None

    @property
    def person(self) -> str:
        """The id that the person has in the ward."""
        return f"{PROVIDED}{self.subject}"


class IdentityProvider(Protocol):
    """Verifies the tokens of one identity provider (`openward.access.oidc` does)."""

    def verify(self, token: str, now: datetime) -> Identity:
        """Who the token speaks of.

        Raises:
            UnknownCallerError: the token is not to be believed.
            AccessError: the token is genuine, but gives its bearer no role here.
        """
        ...
