"""The way from the ward to its identity provider, which no browser sees."""

from collections.abc import Mapping
from typing import Protocol


class BackChannel(Protocol):
    """Asks the identity provider's own server."""

    def get(self, address: str) -> bytes:
        """What stands at an address.

        Raises:
            SignInError: it does not answer in time, or not as it should.
        """
        ...

    def post(self, address: str, fields: Mapping[str, str], basic: tuple[str, str] | None = None) -> bytes:
        """The answer to a form; `basic` are a name and a secret for HTTP Basic (RFC 6749, 2.3.1).

        Raises:
            SignInError: it does not answer in time, or refuses.
        """
        ...
