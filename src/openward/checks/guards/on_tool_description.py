"""What a stranger's MCP server says of a tool, before the tool is offered to a model."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from openward.checks.guards.stop import Stop, refused

_encode = msgspec.json.Encoder(order="deterministic").encode


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A tool as its server describes it (MCP `tools/list`)."""

    server: str
    tool: str
    description: str = ""
    schema: Mapping[str, Any] = {}
    annotations: Mapping[str, Any] = {}


def digest_of(described: Described) -> str:
    """SHA-256 (hex) of all that a server says of a tool: with any other word it is another tool."""
    return hashlib.sha256(_encode(msgspec.to_builtins(described))).hexdigest()


def on_tool_description(described: Described, pinned: str) -> tuple[Stop, ...]:
    """Refuses a tool whose description is not the one that was pinned, or that speaks to the model."""
    if digest_of(described) != pinned:
        return (refused("tool-digest", "the server describes the tool otherwise than when it was approved"),)
    return ()
