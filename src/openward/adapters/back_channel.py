"""Asks the identity provider over HTTP: no redirects, no proxies, no cookies, little time, little text.

Certificates are verified against the authorities of this machine (`SSL_CERT_FILE` names others).
"""

import base64
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import quote_plus, urlencode, urlsplit

from openward.domain.errors import SignInError

SECONDS: Final = 8.0
MOST_BYTES: Final = 512 * 1024
_PIECE: Final = 64 * 1024
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class HttpBackChannel:
    """Asks over https; over plain http only a server of this machine."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds

    def get(self, address: str) -> bytes:
        """What stands at an address."""
        return self._asked("GET", address, None, {})

    def post(self, address: str, fields: Mapping[str, str], basic: tuple[str, str] | None = None) -> bytes:
        """The answer to a form."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if basic is not None:
            told = ":".join(quote_plus(part) for part in basic).encode()
            headers["Authorization"] = f"Basic {base64.b64encode(told).decode()}"
        return self._asked("POST", address, urlencode(fields).encode(), headers)

    def _asked(self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        end = time.monotonic() + self._seconds
        try:
            connection, path = self._connection(address)
            try:
                connection.request(method, path, body, {"Accept": "application/json", **headers})
                response = connection.getresponse()
                data = _body(connection, response, end)
            finally:
                connection.close()
        except (OSError, HTTPException, ValueError) as error:
            # Its words may quote what the other side sent; its class says enough.
            msg = f"the identity provider cannot be reached ({type(error).__name__}): try again, or use a passphrase"
            raise SignInError("unreachable", msg) from None
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise SignInError("unreachable", f"the identity provider does not work now (HTTP {response.status})")
        if response.status != HTTPStatus.OK:
            raise SignInError("refused", f"the identity provider refuses what it was asked (HTTP {response.status})")
        return data

    def _connection(self, address: str) -> tuple[HTTPConnection, str]:
        """A connection to the server of an address, and the rest of the address."""
        to = urlsplit(address)
        host = to.hostname or ""
        path = f"{to.path or '/'}?{to.query}" if to.query else to.path or "/"
        if to.scheme == "https":
            return HTTPSConnection(host, to.port, timeout=self._seconds), path
        if to.scheme != "http" or host not in _LOOPBACK:
            msg = "an identity provider is reached by https"
            raise ValueError(msg)
        return HTTPConnection(host, to.port, timeout=self._seconds), path


def _body(connection: HTTPConnection, response: HTTPResponse, end: float) -> bytes:
    """The whole body, as long as it is neither late nor long."""
    data = b""
    while piece := response.read1(_PIECE):
        data += piece
        if len(data) > MOST_BYTES:
            msg = "the answer is longer than it can be"
            raise ValueError(msg)
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(left)
    return data
