"""What a form of the console posts: from our own pages only, and no more than a page reads."""

import base64
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message, Receive

from openward.domain.errors import AccessError, OpenWardError
from openward.doors.http.call import TooLargeError, body_of

MOST_FIELDS: Final = 300
MOST_KB: Final = 512
MOST_FILE_MB: Final = 16
_KB: Final = 1024
_READ_AWAY: Final = 8 * _KB * _KB
_WITH_FILES: Final = "multipart/form-data"
_FORMS: Final = frozenset({"application/x-www-form-urlencoded", _WITH_FILES})
_OWN: Final = frozenset({"same-origin", "none"})


class TooLongError(OpenWardError):
    """A form has more fields or is longer than a page reads."""

    status = 413


class NoFormError(OpenWardError):
    """What came is no form of a page, so that nothing could be read out of it."""

    status = 415


class ForeignError(AccessError):
    """A form came from another site."""


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form; a file is given as base64.

    Raises:
        ForeignError: it came from another site.
        TooLongError: it is too long, or was cut off.
        NoFormError: it is something else.
    """
    own(request)
    try:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        has_file = kind == _WITH_FILES
        body = await body_of(request, MOST_FILE_MB * _KB * _KB if has_file else MOST_KB * _KB)
        if body and kind not in _FORMS:
            raise NoFormError("a page takes a form, and this is none; programs use the API below /v1")
        again = Request(request.scope, _once(body))
        async with again.form(max_files=int(has_file), max_fields=MOST_FIELDS, max_part_size=MOST_KB * _KB) as form:
            return {k: v if isinstance(v, str) else await _encoded(v) for k, v in form.items()}
    except (TooLargeError, HTTPException) as error:
        raise TooLongError(f"a form may have {MOST_FIELDS} fields and {MOST_KB} kB") from error


async def _encoded(file: UploadFile) -> str:
    return base64.b64encode(await file.read()).decode("ascii")


def _once(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def read_away(request: Request) -> None:
    """Reads what is left of a body and keeps nothing: a browser that still sends may never see the answer."""
    size = 0
    try:
        async for piece in request.stream():
            size += len(piece)
            if size > _READ_AWAY:
                return
    except (ClientDisconnect, OpenWardError, RuntimeError):
        return  # gone, refused already, or read before


def own(request: Request) -> None:
    """Refuses what another site sent (the Origin must be ours; beyond that the cookie is SameSite=Strict).

    Raises:
        ForeignError: it came from another site.
    """
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site", "same-origin")
    if (origin is not None and urlsplit(origin).netloc != request.headers.get("host")) or site not in _OWN:
        msg = "the form came from another site"
        raise ForeignError(msg)
