"""The MCP server of one ward; every call is made for the actor behind the caller's token."""

from collections.abc import Callable
from typing import Any

import anyio
import mcp_types as types
import msgspec
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

import openward
from openward.access.scopes import allows
from openward.domain.actor import Actor
from openward.domain.errors import OpenWardError, told
from openward.domain.proposal import Proposal
from openward.domain.resource import Page, SearchQuery
from openward.domain.run import Run
from openward.doors.agents import agents_for, shown
from openward.doors.mcp.prompts import asked, prompt_of
from openward.doors.mcp.words import words_of
from openward.doors.schemas import tool_schemas
from openward.harness.request import request_of
from openward.harness.service import Service
from openward.ward import Ward

_SCHEME = "openward://"
_JSON = "application/json"
_PATIENTS_A_PAGE = 50
ActorOf = Callable[[Any], Actor]


def mcp_server(ward: Ward, actor_of: ActorOf) -> "Server[Any]":
    """A server whose tools are the services that the caller may run; `actor_of` finds the caller of a request."""
    desk = _Desk(ward, actor_of)
    return Server(
        "openward",
        version=openward.__version__,
        title="OpenWard",
        instructions=(
            "Clinical services that compute with evidence. A result is a proposal: a person decides, no tool can sign. "
            "Read `not_checked` before you say that nothing was found."
        ),
        on_list_tools=desk.list_tools,
        on_call_tool=desk.call_tool,
        on_list_resources=desk.list_resources,
        on_list_resource_templates=desk.list_templates,
        on_read_resource=desk.read_resource,
        on_list_prompts=desk.list_prompts,
        on_get_prompt=desk.get_prompt,
    )


class _Desk:
    """Answers the requests of MCP clients."""

    def __init__(self, ward: Ward, actor_of: ActorOf) -> None:
        self._ward = ward
        self._actor_of = actor_of
        self._tools: dict[tuple[str, str], types.Tool] = {}

    async def list_tools(self, context: Any, _params: Any) -> types.ListToolsResult:
        """The services that the caller may run."""
        actor = self._actor_of(context)
        allowed = [s for s in self._ward.services.values() if allows(actor.scopes, f"service/{s.id}.run")]
        return types.ListToolsResult(tools=[self._tool(service) for service in allowed])

    def _tool(self, service: Service) -> types.Tool:
        """A service as a tool, made once for each of its versions."""
        named = (service.id, service.card.version)
        if named not in self._tools:
            self._tools[named] = _tool(service)
        return self._tools[named]

    async def call_tool(self, context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        """Runs a service; an error of the caller is a result that says what to do, so that a model can repair it."""
        actor = self._actor_of(context)
        if params.name not in self._ward.services and params.name not in self._ward.services.faults:
            raise MCPError(code=types.INVALID_PARAMS, message=f"Unknown tool: there is no service '{params.name[:80]}'")
        try:
            run = await anyio.to_thread.run_sync(self._run, actor, params.name, params.arguments or {})
        except OpenWardError as error:
            return types.CallToolResult(content=[types.TextContent(text=told(error))], is_error=True)
        return self._result(run)

    def _run(self, actor: Actor, service: str, arguments: dict[str, Any]) -> Run:
        return self._ward.execute(service, request_of(msgspec.json.encode(arguments)), actor=actor, door="mcp")

    def _result(self, run: Run) -> types.CallToolResult:
        if run.proposal is None:
            message = run.failure.message if run.failure else "the run failed"
            return types.CallToolResult(content=[types.TextContent(text=message)], is_error=True)
        service = self._ward.services[run.service]
        proposal: Proposal[Any] = msgspec.json.decode(run.proposal, type=Proposal[service.body])  # type: ignore[name-defined]
        said = shown(run, service) if service.card.kind == "agent" else None
        return types.CallToolResult(
            content=[types.TextContent(text=said.whole if said else words_of(run, proposal))],
            structured_content=msgspec.json.decode(msgspec.json.encode(run)),
        )

    async def list_prompts(self, context: Any, _params: Any) -> types.ListPromptsResult:
        """One for each agent that the caller may ask."""
        agents = agents_for(self._ward, self._actor_of(context))
        return types.ListPromptsResult(prompts=[prompt_of(agent) for agent in agents])

    async def get_prompt(self, context: Any, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        """The prompt of an agent, filled in."""
        for agent in agents_for(self._ward, self._actor_of(context)):
            if agent.id == params.name:
                return asked(agent, params.arguments or {})
        raise MCPError(code=types.INVALID_PARAMS, message=f"Unknown prompt: there is no agent '{params.name[:80]}'")

    async def list_resources(self, context: Any, params: Any) -> types.ListResourcesResult:
        """The services' cards, then the charts of the patients in the record, page by page."""
        actor = self._actor_of(context)
        cursor = params.cursor if params else None
        cards = [] if cursor else [_card_resource(s) for s in self._ward.services.values()]
        if not allows(actor.scopes, "system/Patient.rs"):
            return types.ListResourcesResult(resources=cards)
        try:
            page = await anyio.to_thread.run_sync(self._patients, actor, cursor)
        except OpenWardError as error:
            raise MCPError(code=types.INVALID_PARAMS, message=told(error)) from error
        charts = [_chart_resource(p.id) for p in page.items]
        return types.ListResourcesResult(resources=[*cards, *charts], next_cursor=page.next)

    def _patients(self, actor: Actor, cursor: str | None) -> Page:
        query = SearchQuery(type="Patient", count=_PATIENTS_A_PAGE, after=cursor)
        return self._ward.patients(query, actor=actor, door="mcp")

    async def list_templates(self, _context: Any, _params: Any) -> types.ListResourceTemplatesResult:
        """How to name a chart, a run or a card."""
        templates = [
            types.ResourceTemplate(uri_template=f"{_SCHEME}patients/{{id}}/chart", name="chart", mime_type=_JSON,
                                   description="A patient's chart: every value with its resource and version."),
            types.ResourceTemplate(uri_template=f"{_SCHEME}runs/{{id}}", name="run", mime_type=_JSON,
                                   description="One run of a service, whole."),
            types.ResourceTemplate(uri_template=f"{_SCHEME}services/{{id}}/card", name="card", mime_type=_JSON,
                                   description="What a service is for, not for, reads, and who signs."),
        ]  # fmt: skip
        return types.ListResourceTemplatesResult(resource_templates=templates)

    async def read_resource(self, context: Any, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        """One chart, run or card as JSON."""
        actor = self._actor_of(context)
        uri = str(params.uri)
        try:
            value = await anyio.to_thread.run_sync(self._read, actor, uri.removeprefix(_SCHEME).split("/"))
        except OpenWardError as error:
            raise MCPError(code=types.INVALID_PARAMS, message=told(error)) from error
        if value is None:
            raise MCPError(code=types.INVALID_PARAMS, message=f"Resource not found: {uri[:200]}", data={"uri": uri})
        text = msgspec.json.encode(value).decode()
        return types.ReadResourceResult(contents=[types.TextResourceContents(uri=uri, mime_type=_JSON, text=text)])

    def _read(self, actor: Actor, parts: list[str]) -> Any:
        match parts:
            case ["patients", patient, "chart"]:
                return self._ward.chart(patient, actor=actor, door="mcp")
            case ["services", service, "card"] if service in self._ward.services:
                return self._ward.services[service].card
            case ["runs", run]:
                return self._read_run(actor, run)
        return None

    def _read_run(self, actor: Actor, id: str) -> Run | None:
        self._ward.access.require(actor, "run.read")
        run = self._ward.stores.runs.get(id)
        if run is not None:
            self._ward.trail.write(actor, "run.read", "read", patient=run.patient, run=run.id, door="mcp")
        return run


def _tool(service: Service) -> types.Tool:
    request, run = tool_schemas(service)
    card = service.card
    return types.Tool(
        name=service.id, title=card.title.en,
        description=f"{card.intended_use.en} Not for: {card.not_for.en} Population: {card.population.en}",
        input_schema=request, output_schema=run,
        annotations=types.ToolAnnotations(
            title=card.title.en, read_only_hint=True, destructive_hint=False,
            idempotent_hint=card.kind == "engine", open_world_hint=False,
        ),
    )  # fmt: skip


def _card_resource(service: Service) -> types.Resource:
    return types.Resource(
        uri=f"{_SCHEME}services/{service.id}/card",
        name=f"{service.id}-card",
        title=service.card.title.en,
        mime_type=_JSON,
    )


def _chart_resource(patient: str) -> types.Resource:
    return types.Resource(uri=f"{_SCHEME}patients/{patient}/chart", name=f"chart-{patient}", mime_type=_JSON)
