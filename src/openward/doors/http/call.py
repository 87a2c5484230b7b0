"""One call of the HTTP API: who calls, with what; and its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from openward.access.scopes import DECIDE
from openward.domain.actor import Actor
from openward.domain.errors import InputError, OpenWardError, decoding
from openward.ward import Ward

MAX_BODY: Final = 64 * 1024 * 1024
_MAX_PAGE: Final = 500
_ENCODER: Final = msgspec.json.Encoder()
Typed = TypeVar("Typed")


class TooLargeError(OpenWardError):
    """The body is larger than this door takes."""

    status = 413


class MediaTypeError(OpenWardError):
    """The body is not JSON."""

    status = 415


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call: the ward, the caller, path and query parameters, the body as bytes."""

    ward: Ward
    actor: Actor
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes = b""
    language: str = "en"

    def number(self, name: str, default: int) -> int:
        """A query parameter that counts; InputError outside of 1 to 500."""
        text = self.query.get(name, str(default))
        if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= _MAX_PAGE):  # noqa: PLR2004
            msg = f"the query parameter '{name}' must be a whole number from 1 to {_MAX_PAGE}"
            raise InputError(msg)
        return int(text)

    def decoded(self, type: type[Typed]) -> Typed:
        """The body as a Struct; InputError names the path of what is wrong."""
        try:
            return msgspec.json.decode(self.body, type=type)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            msg = f"the body is wrong: {decoding(error)}"
            raise InputError(msg) from error

    def decided(self, type: type[Typed]) -> Typed:
        """The body of a decision; what is wrong with one is told only to a person who may decide (else AccessError)."""
        try:
            return self.decoded(type)
        except InputError:
            self.ward.access.require(self.ward.access.present(self.actor), DECIDE)
            raise


@dataclass(frozen=True)
class Answer:
    """What a handler gives back; `body` is a Struct or plain data."""

    body: Any = None
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Answer]


def bearer(request: Request) -> str | None:
    """The credential of a request: the Bearer token, None when there is none."""
    scheme, _, credential = request.headers.get("authorization", "").partition(" ")
    return credential.strip() if scheme.lower() == "bearer" and credential else None


def language_of(request: Request, default: str) -> str:
    """Chinese when the caller asks for it first (RFC 9110 Accept-Language), else English, else the ward's own."""
    first = request.headers.get("accept-language", "").partition(",")[0].strip().lower()
    if first.startswith("zh"):
        return "zh"
    return "en" if first.startswith("en") else default


async def body_of(request: Request, limit: int = MAX_BODY) -> bytes:
    """The body, read piece by piece, so that one that is too large is refused before it is held."""
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            msg = f"the body is larger than {limit // (1024 * 1024)} MiB; import large bundles with `openward import`"
            raise TooLargeError(msg)
        pieces.append(piece)
    return b"".join(pieces)


async def json_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """The body, if it says that it is JSON, or nothing of what it is."""
    body = await body_of(request, limit)
    if body and "json" not in request.headers.get("content-type", "json"):
        msg = "the body must be JSON: send Content-Type: application/json"
        raise MediaTypeError(msg)
    return body


def endpoint_of(ward: Ward, handler: Handler, *, public: bool = False) -> Callable[[Request], Any]:
    """A Starlette endpoint around a handler: who calls, the body, the answer; the handler runs in a worker thread."""

    async def endpoint(request: Request) -> Response:
        body = await json_body(request)
        return await run_in_threadpool(_answer, ward, handler, request, body, public=public)

    return endpoint


def _answer(ward: Ward, handler: Handler, request: Request, body: bytes, *, public: bool) -> Response:
    from openward.access.access import NOBODY

    actor = NOBODY if public else ward.access.identify(bearer(request))
    answer = handler(
        Call(
            ward=ward,
            actor=actor,
            path=request.path_params,
            query=dict(request.query_params),
            body=body,
            language=language_of(request, ward.settings.language),
        )
    )
    content = b"" if answer.body is None else _ENCODER.encode(answer.body)
    return Response(content, answer.status, dict(answer.headers), "application/json")
