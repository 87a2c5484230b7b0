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
from openward.doors.fhir import everything, history, reading, searching
from openward.doors.fhir.call import Call, Handler
from openward.doors.fhir.capability import capability
from openward.doors.fhir.failing import on_house_error, on_http_error, on_surprise
from openward.doors.fhir.formats import Format, format_of, respond
from openward.doors.fhir.outcome import NotSupportedError, TooLargeError
from openward.doors.fhir.parameters import resource_types
from openward.ward import Ward

_MOST_BODY: Final = 65_536
_MOST_PARAMETERS: Final = 100
_FORM: Final = "application/x-www-form-urlencoded"
_ENCODER: Final = msgspec.json.Encoder()
_BEARER: Final = re.compile(r"bearer +(\S+) *", re.IGNORECASE)


def fhir_app(ward: Ward) -> Starlette:
    """The application of one ward, to be mounted at /fhir."""

    async def metadata(request: Request) -> Response:
        format = format_of(request, request.query_params.multi_items())
        return respond(format, _ENCODER.encode(capability(_base(request), ward.clock.now())))

    routes = [
        Route("/metadata", metadata),
        Route("/_history", _endpoint(ward, history.of_many)),
        Route("/Patient/{id}/$everything", _endpoint(ward, everything.everything)),
        Route("/{type}/_search", _endpoint(ward, searching.search), methods=["POST"]),
        Route("/{type}/_history", _endpoint(ward, history.of_many)),
        Route("/{type}/{id}/_history/{version}", _endpoint(ward, reading.read)),
        Route("/{type}/{id}/_history", _endpoint(ward, history.history)),
        Route("/{type}/{id}", _endpoint(ward, reading.read)),
        Route("/{type}", _endpoint(ward, searching.search)),
    ]
    return Starlette(
        routes=routes,
        exception_handlers={OpenWardError: on_house_error, HTTPException: on_http_error, Exception: on_surprise},
    )


def _endpoint(ward: Ward, handler: Handler) -> Any:
    async def endpoint(request: Request) -> Response:
        parameters = [*request.query_params.multi_items(), *await _form(request)]
        if len(parameters) > _MOST_PARAMETERS:
            raise InputError(f"a search may have {_MOST_PARAMETERS} parameters")
        format = format_of(request, parameters)
        return await run_in_threadpool(_call, ward, handler, request, tuple(parameters), format)

    return endpoint


def _call(
    ward: Ward, handler: Handler, request: Request, parameters: tuple[tuple[str, str], ...], format: Format
) -> Response:
    actor = ward.access.identify(_credential(request))
    type = request.path_params.get("type", "Patient")
    if type not in resource_types() and type not in ward.stores.record.counts():
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
            if_modified_since=request.headers.get("if-modified-since", ""),
        )
    )
    return respond(format, answer.body, status=answer.status, headers=dict(answer.headers))


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
