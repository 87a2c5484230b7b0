"""The MCP door: what a caller sees depends on the token; charts, runs and cards are resources."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx
import httpx2
import pytest
from mcp.client.session import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import PaginatedRequestParams
from tests.wards import bearer

from openward.access.access import HOUSE


@asynccontextmanager
async def session(address, token):
    async with (
        httpx2.AsyncClient(headers=bearer(token)) as client,
        streamable_http_client(f"{address}/mcp", http_client=client) as streams,
        ClientSession(streams[0], streams[1]) as opened,
    ):
        await opened.initialize()
        yield opened


def ask(address, token, question):
    async def asked():
        async with session(address, token) as opened:
            return await question(opened)

    return asyncio.run(asked())


def fault(address, token, question):
    async def caught(opened):
        with pytest.raises(MCPError) as error:
            await question(opened)
        return str(error.value)

    return ask(address, token, caught)


def issued(house, *scopes):
    return house.ward.access.issue(HOUSE, label="narrow", scopes=scopes)[1]


def test_every_tool_has_both_schemas_and_says_that_it_only_reads(house, address):
    tools = ask(address, house.program, lambda s: s.list_tools()).tools
    tool = next(t for t in tools if t.name == "prescription-review")
    assert tool.input_schema["type"] == "object"
    assert "orders" in json.dumps(tool.input_schema)
    assert "not_checked" in json.dumps(tool.output_schema)
    assert (tool.annotations.read_only_hint, tool.annotations.destructive_hint) == (True, False)


def test_a_caller_sees_only_the_tools_that_it_may_use(house, address):
    assert ask(address, issued(house, "run.read"), lambda s: s.list_tools()).tools == []


def test_a_tool_that_the_caller_may_not_use_is_refused(house, address):
    result = ask(address, issued(house, "run.read"), lambda s: s.call_tool("prescription-review", {"patient": "p1"}))
    assert result.is_error
    assert "scope" in result.content[0].text


def test_a_wrong_argument_is_a_result_that_says_what_to_do(house, address):
    result = ask(address, house.program, lambda s: s.call_tool("prescription-review", {"input": {"order": []}}))
    assert result.is_error
    assert "orders" in result.content[0].text


def test_an_unknown_tool_is_an_error_of_the_protocol(house, address):
    assert "no service" in fault(address, house.program, lambda s: s.call_tool("nothing", {}))


def test_charts_cards_and_runs_are_resources(house, address):
    run = house.ward.run("prescription-review", patient="p1").id
    listed = ask(address, house.program, lambda s: s.list_resources()).resources
    assert {"openward://patients/p1/chart", "openward://services/prescription-review/card"} <= {r.uri for r in listed}
    for uri, words in [
        ("openward://patients/p1/chart", "Warfarin"), (f"openward://runs/{run}", run),
        ("openward://services/prescription-review/card", "intended_use"),
    ]:  # fmt: skip
        held = ask(address, house.program, lambda s, uri=uri: s.read_resource(uri))
        assert words in held.contents[0].text
        assert json.loads(held.contents[0].text)


@pytest.mark.parametrize(
    "uri", ["openward://patients/nobody/chart", "openward://runs/none", "openward://x", "file:///etc/passwd"]
)
def test_a_resource_that_is_not_there_is_an_error(house, address, uri):
    assert fault(address, house.program, lambda s: s.read_resource(uri))


def test_a_chart_needs_its_scope_and_patients_are_not_listed_without(house, address):
    narrow = issued(house, "service/*.run")
    assert "scope" in fault(address, narrow, lambda s: s.read_resource("openward://patients/p1/chart"))
    listed = ask(address, narrow, lambda s: s.list_resources()).resources
    assert not [r for r in listed if "patients" in r.uri]


def test_templates_say_how_to_name_a_chart(house, address):
    found = ask(address, house.program, lambda s: s.list_resource_templates()).resource_templates
    assert "openward://patients/{id}/chart" in {t.uri_template for t in found}


def test_patients_are_listed_page_by_page(house, address):
    house.ward.record.import_resources(
        [{"resourceType": "Patient", "id": f"many-{n:03}"} for n in range(120)], source="many"
    )

    async def everything(opened):
        found, cursor = [], None
        while True:
            page = await opened.list_resources(params=PaginatedRequestParams(cursor=cursor))
            found += [r.uri for r in page.resources]
            cursor = page.next_cursor
            if cursor is None:
                return found

    found = ask(address, house.program, everything)
    assert len(found) == len(set(found))
    assert sum("many-" in uri for uri in found) == 120


def test_without_a_token_nothing_is_answered(address):
    assert httpx.post(f"{address}/mcp", json={"jsonrpc": "2.0", "id": 1, "method": "ping"}).status_code == 401


def test_no_tool_decides(house, address):
    names = [t.name for t in ask(address, house.program, lambda s: s.list_tools()).tools]
    assert not [n for n in names if any(w in n for w in ("decide", "sign", "accept", "review-run"))]
