"""Tools of strangers' servers: offered only while their description is the one that was pinned."""

from collections.abc import Callable, Iterator

import msgspec

from openward.checks.guards import Described, Stop, on_tool_description
from openward.checks.guards.stop import refused
from openward.domain.agent import AgentSpec, RemoteTool
from openward.domain.errors import ServiceError
from openward.domain.model import Tool
from openward.domain.tool import ToolDescription
from openward.harness.agents import telling
from openward.harness.agents.telling import Used
from openward.harness.agents.toolbox import Arguments, Offered
from openward.ports.tools import RemoteTools

UNREACHABLE = "remote-tool"
_SECONDS = 30.0


def remote(spec: AgentSpec, tools: RemoteTools, taken: frozenset[str]) -> Iterator[Offered | Stop]:
    """The remote tools of an agent, or why one of them is not offered; `taken` are the names of its other tools."""
    for wanted in spec.remote:
        described = _described(wanted, tools)
        if isinstance(described, Stop):
            yield described
            continue
        told = Described(**msgspec.structs.asdict(described))
        stops = on_tool_description(told, wanted.digest, taken)
        yield stops[0] if stops else _offered(described, tools, writes=wanted.writes)


def _described(wanted: RemoteTool, tools: RemoteTools) -> ToolDescription | Stop:
    try:
        found = [one for one in tools.described(wanted.server) if one.tool == wanted.tool]
    except ServiceError as error:
        return refused(UNREACHABLE, str(error))
    if len(found) != 1:
        return refused(UNREACHABLE, f"the server '{wanted.server}' has no such tool, or several of the name")
    return found[0]


def _offered(described: ToolDescription, tools: RemoteTools, *, writes: bool) -> Offered:
    name = f"{described.server}__{described.tool}"[:64]
    tool = Tool(name=name, description=described.description, parameters=described.schema)
    return Offered(tool, _use(name, described, tools), writes=writes, origin="remote", general=False)


def _use(name: str, described: ToolDescription, tools: RemoteTools) -> Callable[[Arguments, int], Used]:
    def use(arguments: Arguments, number: int) -> Used:
        return telling.of_words(name, number, tools.call(described, arguments, _SECONDS))

    return use
