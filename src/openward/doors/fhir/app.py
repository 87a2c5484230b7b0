"""The FHIR door as an application: routes, who calls, formats, errors."""

import re
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from openward.domain.errors import InputError, NotFoundError, OpenWardError
from openward.doors.fhir import reading
from openward.doors.fhir.capability import capability
from openward.doors.fhir.outcome import (
    MEDIA_TYPE,
    NotAcceptableError,
    NotSupportedError,
    TooLargeError,
    on_house_error,
    on_http_error,
    on_surprise,
)
from openward.doors.fhir.reading import Call, Handler
from openward.record.index import known
from openward.ward import Ward

_MOST_BODY: Final = 65_536
_MOST_PARAMETERS: Final = 100
_FORM: Final = "application/x-www-form-urlencoded"
_JSON: Final = frozenset(
    {"*/*", "application/*", "application/fhir+json", "application/json", "application/json+fhir", "text/json", "json"}
)
_ENCODER: Final = msgspec.json.Encoder()
_BEARER: Final = re.compile(r"bearer +(\S+) *", re.IGNORECASE)


def fhir_app(ward: Ward) -> Starlette:
    """The application of one ward, to be mounted at /fhir."""

    async def metadata(request: Request) -> Response:
        _check_format(request, request.query_params.multi_items())
        statement = capability(_base(request), ward.clock.now())
        return Response(_ENCODER.encode(statement), media_type=MEDIA_TYPE)

    routes = [
        Route("/metadata", metadata),
        Route("/Patient/{id}/$everything", _endpoint(ward, reading.everything)),
        Route("/{type}/_search", _endpoint(ward, reading.search), methods=["POST"]),
        Route("/{type}/{id}/_history/{version}", _endpoint(ward, reading.read)),
        Route("/{type}/{id}/_history", _endpoint(ward, reading.history)),
        Route("/{type}/{id}", _endpoint(ward, reading.read)),
        Route("/{type}", _endpoint(ward, reading.search)),
    ]
    return Starlette(
        routes=routes,
        exception_handlers={OpenWardError: on_house_error, HTTPException: on_http_error, Exception: on_surprise},
    )


def _endpoint(ward: Ward, handler: Handler) -> Any:
    async def endpoint(request: Request) -> Response:
        parameters = [*request.query_params.multi_items(), *await _form(request)]
        _check_format(request, parameters)
        return await run_in_threadpool(_call, ward, handler, request, tuple(parameters))

    return endpoint


def _call(ward: Ward, handler: Handler, request: Request, parameters: tuple[tuple[str, str], ...]) -> Response:
    actor = ward.access.identify(_credential(request))
    type = request.path_params.get("type", "Patient")
    if not known(type) and type not in ward.stores.record.counts():
        raise NotFoundError("FHIR R4 has no such resource type; GET metadata lists those that there are")
    answer = handler(
        Call(
            ward=ward,
            actor=actor,
            base=_base(request),
            path=request.path_params,
            parameters=parameters,
            strict="handling=strict" in request.headers.get("prefer", "").replace(" ", ""),
            if_none_match=request.headers.get("if-none-match", ""),
        )
    )
    return Response(answer.body, answer.status, dict(answer.headers), MEDIA_TYPE)


def _base(request: Request) -> str:
    """The address of this door: where the whole application is reached, and where in it the door is mounted."""
    return f"{request.url.scheme}://{request.url.netloc}{request.scope.get('root_path', '')}"


def _credential(request: Request) -> str | None:
    match = _BEARER.fullmatch(request.headers.get("authorization", ""))
    return match.group(1) if match else None


async def _form(request: Request) -> list[tuple[str, str]]:
    """The parameters in the body of a search by POST."""
    if request.method != "POST":
        return []
    if request.headers.get("content-type", _FORM).partition(";")[0].strip().lower() != _FORM:
        raise NotSupportedError(f"a search by POST has its parameters in a body of {_FORM}")
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BODY:
            raise TooLargeError(f"the body of a search may hold {_MOST_BODY} bytes")
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        raise InputError(f"the body is no UTF-8 form of at most {_MOST_PARAMETERS} parameters") from None


def _check_format(request: Request, parameters: list[tuple[str, str]]) -> None:
    """Refuses what is not JSON; `_format` goes before the Accept header (FHIR R4 3.1.0.1.11)."""
    if len(parameters) > _MOST_PARAMETERS:
        raise InputError(f"a search may have {_MOST_PARAMETERS} parameters")
    asked = next((value for name, value in parameters if name == "_format"), None)
    wanted = [asked.replace(" ", "+")] if asked else (request.headers.get("accept") or "*/*").split(",")
    if not any(kind.partition(";")[0].strip().lower() in _JSON for kind in wanted):
        raise NotAcceptableError("this door writes application/fhir+json only; ask for _format=json")
