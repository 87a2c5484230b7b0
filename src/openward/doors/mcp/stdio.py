"""MCP over standard input and output, for one caller whose token comes with the command."""

import anyio
from mcp.server.stdio import stdio_server

from openward.doors.mcp.server import mcp_server
from openward.ward import Ward


def serve_stdio(ward: Ward, token: str) -> None:
    """Serves until the client closes the stream; the token is looked at again for each request."""
    ward.access.identify(token)

    async def serve() -> None:
        server = mcp_server(ward, lambda _context: ward.access.identify(token))
        async with stdio_server() as (reader, writer):
            await server.run(reader, writer, server.create_initialization_options())

    anyio.run(serve)
