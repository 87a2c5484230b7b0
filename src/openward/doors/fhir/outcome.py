"""Errors as FHIR OperationOutcome."""

from http import HTTPStatus
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from openward.domain.errors import OpenWardError, UnknownCallerError

MEDIA_TYPE: Final = "application/fhir+json"
_ENCODER: Final = msgspec.json.Encoder()
# FHIR R4 value set issue-type
_CODES: Final = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "processing",
    503: "transient",
}


class NotSupportedError(OpenWardError):
    """The request is right FHIR that this door does not speak."""

    status = 400


class NotAcceptableError(OpenWardError):
    """The caller wants a format that this door does not write."""

    status = 406


class TooLargeError(OpenWardError):
    """The body is larger than this door takes."""

    status = 413


def outcome_response(status: int, words: str, *, code: str | None = None) -> Response:
    """One issue as a response; the words never hold patient data, since no error message of the house does."""
    body = {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code or _CODES.get(status, "exception"), "diagnostics": words}],
    }
    headers = {"WWW-Authenticate": 'Bearer realm="openward"'} if status == HTTPStatus.UNAUTHORIZED else {}
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "1"
    return Response(_ENCODER.encode(body), status, headers, MEDIA_TYPE)


async def on_house_error(_request: Request, error: Exception) -> Response:
    """An error of the house: its own words; why a credential is refused is not told."""
    assert isinstance(error, OpenWardError)
    if isinstance(error, UnknownCallerError):
        return outcome_response(401, "no valid credential came with the request: send Authorization: Bearer …")
    return outcome_response(
        error.status, str(error), code="not-supported" if isinstance(error, NotSupportedError) else None
    )


async def on_http_error(request: Request, error: Exception) -> Response:
    """No such path, or no such method on it."""
    status = getattr(error, "status_code", 500)
    words = "there is nothing at this path; GET metadata tells what there is"
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        words = f"{request.method} is not allowed here: this door only reads"
    response = outcome_response(status, words)
    response.headers.update(getattr(error, "headers", None) or {})
    return response


async def on_surprise(_request: Request, error: Exception) -> Response:
    """A fault of ours: its words may hold patient data, so only its class is told."""
    return outcome_response(500, f"the ward failed with {type(error).__name__}")
