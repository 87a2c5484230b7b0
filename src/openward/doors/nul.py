"""Refuses NUL: no text of a record holds one, and not every database takes one.

It is looked for in the address and, while it is read, in the body of a request, so that no door has to.
"""

import re
from typing import Final

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from openward.domain.errors import InputError

_RAW: Final = rb"\x00"
_FORM: Final = rb"%00"
_JSON: Final = rb"(?<!\\)(?:\\\\)*\\u0000"
_KINDS: Final = (
    ("json", re.compile(_JSON)),
    ("urlencoded", re.compile(rb"|".join((_RAW, _FORM)))),
    ("multipart", re.compile(_RAW)),
)
_UNSAID: Final = re.compile(rb"|".join((_RAW, _FORM, _JSON)))
# As much of a piece of a body as may be the beginning of a NUL that goes on in the next.
_TAIL: Final = 5


class NulError(InputError):
    """A NUL came with a request."""

    def __init__(self) -> None:
        super().__init__("the request holds a NUL character (U+0000), which no text may hold; leave it out")


def addressed(scope: Scope) -> bool:
    """Whether a path or a query holds one."""
    return "\0" in scope["path"] or any(nul in scope["query_string"] for nul in (b"%00", b"\0"))


def watched(scope: Scope, receive: Receive) -> Receive:
    """What receives the body of a request, and raises NulError at a NUL in a form or in JSON."""
    said = Headers(scope=scope).get("content-type", "").lower()
    nul = next((nul for kind, nul in _KINDS if kind in said), None if said else _UNSAID)
    if nul is None:
        return receive
    tail, refused = b"", False

    async def receiving() -> Message:
        nonlocal tail, refused
        if refused:
            return {"type": "http.disconnect"}
        message = await receive()
        piece = tail + message.get("body", b"")
        refused = nul.search(piece) is not None
        if refused:
            raise NulError
        tail = piece[-_TAIL:]
        return message

    return receiving
