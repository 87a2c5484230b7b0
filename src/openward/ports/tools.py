"""Tools outside of the house."""

from collections.abc import Mapping
from typing import Any, Protocol

from openward.domain.tool import ToolDescription


class RemoteTools(Protocol):
    """Tools of strangers' MCP servers; none unless a person listed the server."""

    def described(self, server: str) -> tuple[ToolDescription, ...]:
        """The tools of a listed server that were let in, as it describes them now.

        Raises:
            ServiceError: the server is not listed, or does not answer.
        """
        ...

    def call(self, tool: ToolDescription, arguments: Mapping[str, Any], seconds: float) -> str:
        """What a tool says.

        Raises:
            ServiceError: the server does not answer, describes the tool otherwise now, or says that it failed.
        """
        ...
