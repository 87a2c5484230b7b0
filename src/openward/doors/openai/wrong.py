"""What is wrong, in the shape that OpenAI's clients know."""

from http import HTTPStatus
from typing import Final

import msgspec
from starlette.responses import Response

from openward.domain.errors import OpenWardError, UnknownCallerError, told

_INVALID: Final = "invalid_request_error"
_KINDS: Final[dict[int, tuple[str, str | None]]] = {
    401: (_INVALID, "invalid_api_key"),
    403: (_INVALID, "insufficient_permissions"),
    404: (_INVALID, None),
    429: ("insufficient_quota", "insufficient_quota"),
    503: ("server_error", "overloaded"),
}


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One error; `param` names the field that it is about."""

    message: str
    type: str = _INVALID
    param: str | None = None
    code: str | None = None


class WrongError(OpenWardError):
    """A request that cannot be taken as it is, with the field that is wrong and OpenAI's code for that."""

    status = 400

    def __init__(self, message: str, *, param: str | None = None, code: str | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.param = param
        self.code = code
        self.status = status


def fault_of(error: Exception) -> tuple[int, Fault]:
    """The status and the error; of what is not of the house only the class is told."""
    if isinstance(error, WrongError):
        return error.status, Fault(message=str(error), param=error.param, code=error.code)
    if isinstance(error, UnknownCallerError):
        said = "no valid credential came with the request; the API key is a token of this ward"
        return error.status, Fault(message=said, code="invalid_api_key")
    if isinstance(error, OpenWardError):
        kind, code = _KINDS.get(error.status, (_INVALID if error.status < 500 else "server_error", None))  # noqa: PLR2004
        return error.status, Fault(message=told(error), type=kind, code=code)
    said = f"the ward failed with {type(error).__name__}; nothing was written beyond what the trail says"
    return HTTPStatus.INTERNAL_SERVER_ERROR, Fault(message=said, type="server_error")


def faulty(error: Exception) -> Response:
    """An error as a response."""
    status, fault = fault_of(error)
    headers = {"Retry-After": "1"} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return Response(msgspec.json.encode({"error": fault}), status, headers, "application/json")
