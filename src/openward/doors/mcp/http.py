"""MCP over streamable HTTP at /mcp; every request carries the caller's token, and is identified anew."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from openward.domain.actor import Actor
from openward.domain.errors import OpenWardError, UnknownCallerError
from openward.doors.http.call import bearer
from openward.doors.http.problems import on_house_error
from openward.doors.mcp.server import mcp_server
from openward.ward import Ward

PATH = "/mcp"


@dataclass(frozen=True)
class McpMount:
    """The routes of the door, and the manager that must run while it is open."""

    routes: list[BaseRoute]
    manager: StreamableHTTPSessionManager

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Runs the session manager."""
        async with self.manager.run():
            yield


def mcp_mount(ward: Ward) -> McpMount:
    """The door for one ward; other hosts than the one it listens on are refused (DNS rebinding)."""
    manager = StreamableHTTPSessionManager(app=mcp_server(ward, _actor_of), security_settings=_security(ward))
    return McpMount([Route(PATH, _Guard(ward, manager.handle_request))], manager)


def _security(ward: Ward) -> TransportSecuritySettings:
    hosts = ["127.0.0.1:*", "localhost:*", "[::1]:*", f"{ward.settings.host}:*"]
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True, allowed_hosts=hosts, allowed_origins=[f"http://{h}" for h in hosts]
    )


def _actor_of(context: Any) -> Actor:
    request = context.request
    actor = request.scope.get("openward.actor") if request is not None else None
    if not isinstance(actor, Actor):
        msg = "the MCP request came without a caller"
        raise UnknownCallerError(msg)
    return actor


class _Guard:
    """Lets a request in only with a valid token, and remembers whose it is."""

    def __init__(self, ward: Ward, app: ASGIApp) -> None:
        self._ward = ward
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Identifies the caller, then passes the request on."""
        request = Request(scope, receive)
        try:
            actor = await run_in_threadpool(self._ward.access.identify, bearer(request))
        except OpenWardError as error:
            response = await on_house_error(request, error)
            await response(scope, receive, send)
            return
        await self._app({**scope, "openward.actor": actor}, receive, send)
