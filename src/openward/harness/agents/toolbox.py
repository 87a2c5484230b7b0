"""The tools of one run: services that the actor may run, the chart, skills, and tools of strangers' servers."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from openward.checks.guards.stop import Origin
from openward.domain.agent import AgentSpec
from openward.domain.errors import AccessError, InputError, ModelError, RecordError, ServiceError
from openward.domain.model import Tool, ToolCall
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.harness.agency import Agency
from openward.harness.agents import telling
from openward.harness.agents.sections import NAMES, READS, view
from openward.harness.agents.telling import Used
from openward.record.chart import Chart

CHART: Final = "chart"
_NAMED: Final = 12
_CHART_WORDS: Final = Text(
    "Reads one section of the patient's chart. 'state' says whether there are entries, whether the record says that "
    "there are none, or whether it says nothing.",
    "读取患者病历的一个部分。“state”说明有条目、记载为无，或未记载。",
)
Arguments = dict[str, Any]


class Offered(msgspec.Struct, frozen=True):
    """A tool as the model is told of it, and what it does with arguments and the number of its call.

    `general` says that what it gives does not rest on what its arguments say of a patient.
    """

    tool: Tool
    use: Callable[[Arguments, int], Used]
    writes: bool = False
    origin: Origin = "tool"
    general: bool = True

    @property
    def remote(self) -> bool:
        """Whether it is a stranger's."""
        return self.origin == "remote"


class Toolbox:
    """What may be called in one run."""

    def __init__(self, offered: Iterable[Offered]) -> None:
        self._offered: Mapping[str, Offered] = {one.tool.name: one for one in offered}

    @property
    def tools(self) -> tuple[Tool, ...]:
        """The tools as the model is told of them."""
        return tuple(one.tool for one in self._offered.values())

    @property
    def offered(self) -> tuple[Offered, ...]:
        """All of them."""
        return tuple(self._offered.values())

    def knows(self, name: str) -> bool:
        """Whether there is such a tool."""
        return name in self._offered

    def writes(self, name: str) -> bool:
        """Whether a tool changes something outside."""
        return name in self._offered and self._offered[name].writes

    def is_general(self, name: str) -> bool:
        """Whether what a tool gives does not rest on what its arguments say of a patient."""
        return name not in self._offered or self._offered[name].general

    def origin(self, name: str) -> Origin:
        """Where the words come from that a tool gives."""
        return self._offered[name].origin if name in self._offered else "house"

    def use(self, call: ToolCall, number: int) -> Used:
        """What a call gives; whatever is wrong with it is said in the result."""
        one = self._offered.get(call.name)
        if one is None:
            there = ", ".join(list(self._offered)[:_NAMED]) or "none"
            return telling.failed(call.name[:80], number, f"there is no such tool; there are: {there}")
        try:
            return one.use(arguments_of(call), number)
        except (InputError, AccessError, RecordError, ServiceError, ModelError) as error:
            return telling.failed(call.name, number, str(error))


def arguments_of(call: ToolCall) -> Arguments:
    """The arguments of a call.

    Raises:
        InputError: they are no JSON object.
    """
    try:
        return msgspec.json.decode(call.arguments or "{}", type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InputError("the arguments are not a JSON object; write them again as one") from None


def services(spec: AgentSpec, agency: Agency) -> Iterable[Offered]:
    """The services among its tools that the actor may run."""
    for name in spec.tools:
        tool = agency.tool(name)
        if tool is not None:
            fixed = spec.fixed.get(name, {})
            yield Offered(_without(tool, fixed), _service(agency, name, fixed), general=agency.general(name))


def _service(agency: Agency, name: str, fixed: Arguments) -> Callable[[Arguments, int], Used]:
    def use(arguments: Arguments, number: int) -> Used:
        run = agency.call(name, msgspec.json.encode(arguments | fixed))
        return telling.of_run(run, number)

    return use


def _without(tool: Tool, fixed: Arguments) -> Tool:
    """A tool without the arguments that nobody can choose."""
    if not fixed:
        return tool
    shown = {name: of for name, of in tool.parameters.get("properties", {}).items() if name not in fixed}
    required = [name for name in tool.parameters.get("required", []) if name not in fixed]
    return msgspec.structs.replace(tool, parameters={**tool.parameters, "properties": shown, "required": required})


def chart(spec: AgentSpec, agency: Agency, held: Chart | None, language: Language) -> Iterable[Offered]:
    """The chart, with those sections that the manifest and the card both allow."""
    may = [section for section in spec.chart if READS[section] & set(agency.card.reads)]
    if held is None or not may:
        return
    names = ", ".join(f"{section} ({NAMES[section].in_(language)})" for section in may)
    parameters = {
        "type": "object", "additionalProperties": False, "required": ["section"],
        "properties": {"section": {"enum": may, "description": names}},
    }  # fmt: skip

    def use(arguments: Arguments, number: int) -> Used:
        section = next((one for one in may if one == arguments.get("section")), None)
        if section is None or len(arguments) > 1:
            raise InputError(f"give 'section', one of: {', '.join(may)}")
        return telling.of_view(view(held, section, language), number)

    yield Offered(Tool(name=CHART, description=_CHART_WORDS.in_(language), parameters=parameters), use, origin="record")
