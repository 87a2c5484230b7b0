"""Tools of strangers' servers, as their servers describe them."""

from typing import Any

import msgspec


class ToolDescription(msgspec.Struct, frozen=True, kw_only=True):
    """One tool as its MCP server describes it; `schema` is the JSON Schema of its arguments."""

    server: str
    tool: str
    description: str = ""
    schema: dict[str, Any] = {}
    annotations: dict[str, Any] = {}
