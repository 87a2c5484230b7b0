"""Tools of MCP servers that are listed in `mcp.toml` of the ward's home, over the official client.

Each use is a connection of its own that offers the server nothing: no sampling, no roots, no questions to a person.
"""

import tomllib
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import msgspec

from openward.domain.errors import ServiceError, SettingsError
from openward.domain.tool import ToolDescription

FILE: Final = "mcp.toml"
_MOST_TOOLS: Final = 200
_MOST_TEXT: Final = 100_000
Result = TypeVar("Result")


class Server(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One server: a command that speaks over its standard streams, or a URL; only `tools` are ever seen of it."""

    tools: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    command: str = ""
    args: tuple[str, ...] = ()
    env: dict[str, str] = {}
    url: str = ""
    seconds: float = 20.0


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    servers: dict[str, Server] = {}


class McpTools:
    """The tools of the servers that are listed."""

    def __init__(self, servers: Mapping[str, Server]) -> None:
        self._servers = servers

    def described(self, server: str) -> tuple[ToolDescription, ...]:
        """The tools of a listed server that were let in, as it describes them now."""
        known = self._known(server)

        async def look(client: Any) -> tuple[ToolDescription, ...]:
            return await _described(server, known, client)

        return self._with(server, known.seconds, look)

    def call(self, tool: ToolDescription, arguments: Mapping[str, Any], seconds: float) -> str:
        """What a tool says; first it is looked up whether it is still the same tool."""
        known = self._known(tool.server)

        async def use(client: Any) -> str:
            if tool not in await _described(tool.server, known, client):
                raise ServiceError(f"the server '{tool.server}' describes '{tool.tool}' otherwise than it did")
            return _said(tool, await client.call_tool(tool.tool, dict(arguments)))

        return self._with(tool.server, min(seconds, known.seconds), use)

    def _known(self, server: str) -> Server:
        if server not in self._servers:
            raise ServiceError(f"the server '{server[:80]}' is not listed in {FILE} of this ward, so it is not asked")
        return self._servers[server]

    def _with(self, server: str, seconds: float, work: Callable[[Any], Awaitable[Result]]) -> Result:
        """Connects, works and leaves; what goes wrong is told without the server's words."""
        import anyio

        async def connected() -> Result:
            with anyio.fail_after(seconds):
                async with _client(self._servers[server]) as client:
                    return await work(client)

        try:
            return anyio.run(connected)
        except BaseException as error:
            if (ours := _ours(error)) is not None:
                raise ours from None
            if not isinstance(error, Exception):
                raise
            raise ServiceError(f"the server '{server}' did not answer as it should ({type(error).__name__})") from None


def mcp_tools(home: Path) -> McpTools:
    """The tools of the servers that `mcp.toml` lists; without the file there are none.

    Raises:
        SettingsError: the file cannot be read, or says something that cannot be.
    """
    path = home / FILE
    try:
        told = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File)
    except FileNotFoundError:
        return McpTools({})
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    for name, server in told.servers.items():
        if bool(server.command) == bool(server.url):
            raise SettingsError(f"{path}: the server '{name}' needs either 'command' or 'url'")
    return McpTools(told.servers)


def _client(server: Server) -> Any:
    from mcp import Client
    from mcp.client.stdio import StdioServerParameters

    if server.url:
        return Client(server.url)
    return Client(StdioServerParameters(command=server.command, args=list(server.args), env=server.env or None))


async def _described(name: str, server: Server, client: Any) -> tuple[ToolDescription, ...]:
    found: list[ToolDescription] = []
    cursor = None
    while len(found) <= _MOST_TOOLS:
        page = await client.list_tools(cursor=cursor, cache_mode="bypass")
        found += [_description(name, tool) for tool in page.tools if tool.name in server.tools]
        cursor = page.next_cursor
        if not cursor:
            break
    return tuple(found[:_MOST_TOOLS])


def _description(server: str, tool: Any) -> ToolDescription:
    annotations = tool.annotations.model_dump(mode="json", exclude_none=True) if tool.annotations else {}
    return ToolDescription(
        server=server, tool=tool.name, description=tool.description or "", schema=dict(tool.input_schema),
        annotations=annotations,
    )  # fmt: skip


def _said(tool: ToolDescription, result: Any) -> str:
    if result.is_error:
        raise ServiceError(f"the tool '{tool.tool}' of '{tool.server}' says that it failed")
    texts = [part.text for part in result.content if getattr(part, "type", "") == "text"]
    if not texts and result.structured_content is not None:
        texts = [msgspec.json.encode(result.structured_content).decode()]
    return "\n".join(texts)[:_MOST_TEXT]


def _ours(error: BaseException) -> ServiceError | None:
    """Our own error, out of the groups that a task group makes of it."""
    if isinstance(error, BaseExceptionGroup):
        return next((ours for one in error.exceptions if (ours := _ours(one)) is not None), None)
    return error if isinstance(error, ServiceError) else None
