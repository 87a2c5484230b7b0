"""A stranger's MCP server over standard streams, for tests; its first argument is how it describes its tool."""

import sys

from mcp.server.mcpserver import MCPServer

server = MCPServer("clinic")


def opening_hours(day: str) -> str:
    """Says when the clinic is open."""
    if day == "never":
        raise ValueError("Zebulon Quartermaine is not open")
    return f"On {day} it is open."


server.add_tool(opening_hours, description=sys.argv[1] if len(sys.argv) > 1 else "Says when the clinic is open.")
server.add_tool(lambda: "secret", name="hidden", description="Hidden.")

if __name__ == "__main__":
    server.run("stdio")
