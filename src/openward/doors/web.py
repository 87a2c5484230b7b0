"""The web server: the API and every other web door, mounted together."""

import contextlib
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from openward.domain.errors import OpenWardError, SettingsError
from openward.doors import nul
from openward.doors.http.api import OPERATIONS
from openward.doors.http.openapi import document
from openward.doors.http.problems import on_house_error, on_http_error, on_surprise
from openward.doors.warming import warming
from openward.knowledge import tables
from openward.ward import Ward

_BROWSE_AFTER_SECONDS = 1.0
_ANY = {"0.0.0.0", "::"}  # noqa: S104 - told apart, not bound here
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (
        b"content-security-policy",
        b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)
_COMPRESSED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf")
_LEVEL = 6


def web_app(ward: Ward) -> ASGIApp:
    """The application of one ward."""
    from openward.doors.a2a.app import a2a_routes
    from openward.doors.cds_hooks.app import cds_hooks_routes
    from openward.doors.console.app import console_routes
    from openward.doors.fhir.app import fhir_app
    from openward.doors.http.page import page_routes
    from openward.doors.mcp.http import mcp_mount
    from openward.doors.openai.app import openai_routes

    mcp = mcp_mount(ward)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(mcp.running())
            yield

    routes: list[BaseRoute] = [
        *(Route(o.path, o.at(ward), methods=[o.method]) for o in OPERATIONS),
        Route("/openapi.json", _openapi(ward)),
        Route("/healthz", _health),
        *openai_routes(ward),
        *page_routes(ward),
        *a2a_routes(ward),
        *cds_hooks_routes(ward),
        Mount("/fhir", fhir_app(ward)),
        *mcp.routes,
        *console_routes(ward),
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[Middleware(GZipMiddleware, compresslevel=_LEVEL, exclude_content_types=_COMPRESSED)],
        exception_handlers={
            OpenWardError: on_house_error,
            HTTPException: on_http_error,
            Exception: on_surprise,
        },
    )
    shell = Shell(app, _without_nul(ward))
    trusted = [proxy.strip() for proxy in ward.settings.trusted_proxies.split(",") if proxy.strip()]
    return ProxyHeadersMiddleware(shell, trusted_hosts=trusted) if trusted else shell  # type: ignore[arg-type,return-value]


def _openapi(ward: Ward) -> Callable[[Request], Awaitable[Response]]:
    async def openapi(_request: Request) -> Response:
        return Response(msgspec.json.encode(document(ward)), media_type="application/json")

    return openapi


def _without_nul(ward: Ward) -> Callable[[Request], Awaitable[Response]]:
    """Answers an address that holds a NUL, in the way of the door that it is of."""
    from openward.doors.console.visit import FRONT, Visit, page_of
    from openward.doors.fhir import failing

    def refused(_visit: Visit) -> Response:
        raise nul.NulError

    page: Callable[[Request], Awaitable[Response]] = page_of(ward, refused, public=True)

    async def answer(request: Request) -> Response:
        path = request.url.path
        if path.startswith("/fhir/"):
            return await failing.on_house_error(request, nul.NulError())
        if path.startswith((FRONT, "/i/")):
            return await page(Request({**request.scope, "path": FRONT, "method": "GET", "query_string": b""}))
        return await on_house_error(request, nul.NulError())

    return answer


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


class Shell:
    """The outermost layer: headers that every answer has, and a plain problem for whatever was not foreseen."""

    def __init__(self, app: ASGIApp, without_nul: Callable[[Request], Awaitable[Response]]) -> None:
        self._app = app
        self._without_nul = without_nul

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in _HEADERS if h[0] not in given)]
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # The answer to what was not foreseen has gone out by then; a traceback in a log may hold patient data.
        with contextlib.suppress(Exception):
            # The page behind a link tells a word that is none of ours in its own way, before it looks anything up.
            if nul.addressed(scope) and not scope["path"].startswith("/a/"):
                app: ASGIApp = await self._without_nul(Request(scope, receive))
            else:
                app = self._app
            await app(scope, nul.watched(scope, receive), sending)


def serve(ward: Ward, *, host: str, port: int, browse: bool = False) -> None:
    """Serves the ward until interrupted; the access log is off, since addresses hold patients' ids.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    listening = _listen(host, port)
    shown = "127.0.0.1" if host in _ANY else host
    address = f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
    sys.stderr.write(f"OpenWard is open at {address} (Ctrl-C closes it)\n")
    for what in (*ward.services.faults.values(), *tables.faults().values()):
        sys.stderr.write(f"Out of order: {what}\n")
    if browse:
        threading.Timer(_BROWSE_AFTER_SECONDS, webbrowser.open, [address]).start()
    # Which proxies are believed is the ward's own setting; uvicorn would believe any program of this machine.
    config = uvicorn.Config(
        web_app(ward), access_log=False, log_level="warning", server_header=False, proxy_headers=False
    )
    with contextlib.closing(listening), warming(ward):
        uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except (OSError, OverflowError) as error:
        opened.close()
        reason = getattr(error, "strerror", None) or error
        msg = f"{host}:{port} cannot be listened on: {reason}; choose another with --host and --port"
        raise SettingsError(msg) from error
    return opened
