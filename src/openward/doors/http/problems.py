"""Errors as RFC 9457 problem details."""

from http import HTTPStatus

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from openward.domain.errors import OpenWardError, UnknownCallerError, told

MEDIA_TYPE = "application/problem+json"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A problem detail (RFC 9457); `type` names the class of error of the house."""

    type: str
    title: str
    status: int
    detail: str
    instance: str


def problem_of(request: Request, error: Exception) -> Problem:
    """An error as a problem; of what is not of the house only the class is told."""
    if isinstance(error, OpenWardError):
        return _problem(request, error.status, type(error).__name__, _own_words(error))
    return _problem(request, 500, "internal", _surprise(error))


def _problem(request: Request, status: int, kind: str, detail: str) -> Problem:
    return Problem(
        type=f"urn:openward:error:{kind}", title=HTTPStatus(status).phrase, status=status, detail=detail,
        instance=request.url.path,
    )  # fmt: skip


def _own_words(error: OpenWardError) -> str:
    return "no valid credential came with the request" if isinstance(error, UnknownCallerError) else told(error)


def _surprise(error: Exception) -> str:
    return f"the ward failed with {type(error).__name__}; nothing was written beyond what the trail says"


def problem_response(request: Request, *, status: int, kind: str, detail: str) -> Response:
    """One problem as a response; it never holds patient data, since no error message of the house does."""
    problem = _problem(request, status, kind, detail)
    headers = {"WWW-Authenticate": 'Bearer realm="openward"'} if status == HTTPStatus.UNAUTHORIZED else {}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "1"
    return Response(msgspec.json.encode(problem), status, headers, MEDIA_TYPE)


async def on_house_error(request: Request, error: Exception) -> Response:
    """An error of the house: its own words."""
    assert isinstance(error, OpenWardError)
    return problem_response(request, status=error.status, kind=type(error).__name__, detail=_own_words(error))


async def on_http_error(request: Request, error: Exception) -> Response:
    """No such path, or no such method on it."""
    status = getattr(error, "status_code", 500)
    response = problem_response(request, status=status, kind="http", detail=_words(request, status))
    response.headers.update(getattr(error, "headers", None) or {})
    return response


def _words(request: Request, status: int) -> str:
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"{request.method} is not allowed here"
    return "there is nothing at this path; see GET /openapi.json"


async def on_surprise(request: Request, error: Exception) -> Response:
    """A fault of ours: its words may hold patient data, so only its class is told."""
    return problem_response(request, status=500, kind="internal", detail=_surprise(error))
