"""What a caller is told when something goes wrong: an OperationOutcome in the format that the caller reads."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from openward.domain.errors import OpenWardError, UnknownCallerError, told
from openward.doors.fhir.formats import respond, wanted_or_json
from openward.doors.fhir.outcome import NotSupportedError, outcome


async def on_house_error(request: Request, error: Exception) -> Response:
    """An error of the house: its own words; why a credential is refused is not told."""
    assert isinstance(error, OpenWardError)
    if isinstance(error, UnknownCallerError):
        return _told(request, 401, "no valid credential came with the request: send Authorization: Bearer …")
    code = "not-supported" if isinstance(error, NotSupportedError) else None
    return _told(request, error.status, told(error), code=code)


async def on_http_error(request: Request, error: Exception) -> Response:
    """No such path, or no such method on it."""
    status = getattr(error, "status_code", 500)
    words = "there is nothing at this path; GET metadata tells what there is"
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        words = f"{request.method} is not allowed here: this door only reads"
    return _told(request, status, words, headers=getattr(error, "headers", None))


async def on_surprise(request: Request, error: Exception) -> Response:
    """A fault of ours: its words may hold patient data, so only its class is told."""
    return _told(request, 500, f"the ward failed with {type(error).__name__}")


def _told(
    request: Request, status: int, words: str, *, code: str | None = None, headers: dict[str, str] | None = None
) -> Response:
    sent = dict(headers or {})
    if status == HTTPStatus.UNAUTHORIZED:
        sent["WWW-Authenticate"] = 'Bearer realm="openward"'
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        sent["Retry-After"] = "1"
    return respond(wanted_or_json(request), outcome(status, words, code=code), status=status, headers=sent)
