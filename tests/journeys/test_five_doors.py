"""The same order gives the same finding through every door."""

import asyncio
import json
import subprocess
import sys

import httpx
import pytest
from tests.wards import bearer

from openward.access.access import HOUSE

ORDER = "clarithromycin 500 mg oral twice daily"
REQUEST = {"patient": "p1", "input": {"orders": [ORDER]}}
DRAFT = {
    "resourceType": "MedicationRequest", "id": "draft-1", "status": "draft", "intent": "order",
    "subject": {"reference": "Patient/p1"},
    "medicationCodeableConcept": {"text": "clarithromycin 500 mg"},
    "dosageInstruction": [{"text": "500 mg oral twice daily"}],
}  # fmt: skip


def told(proposal):
    """What a person is told: codes, severity, how it is shown, in which words."""
    return [(f["code"]["code"], f["severity"], f["present"], f["headline"]) for f in proposal["findings"]]


def cli(house, *arguments, input=None):
    command = [sys.executable, "-m", "openward", "--home", str(house.ward.settings.home), *arguments]
    return subprocess.run(command, input=input, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def expected(house):
    run = house.ward.run("prescription-review", REQUEST["input"], patient="p1")
    assert run.proposal is not None, run.failure
    found = told(json.loads(bytes(run.proposal)))
    assert any(present == "interrupt" for _, _, present, _ in found)
    return found


def test_the_command_line(house, expected):
    done = cli(house, "run", "prescription-review", "--input", "-", "--patient", "p1", "--output", "json",
               input=json.dumps(REQUEST["input"]))  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert told(json.loads(done.stdout)["proposal"]) == expected


def test_http(program, expected):
    assert told(program.post("/v1/services/prescription-review/run", json=REQUEST).json()["proposal"]) == expected


def test_mcp_over_http(house, address, expected):
    import httpx2
    from mcp.client.session import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def ask():
        async with (
            httpx2.AsyncClient(headers=bearer(house.program)) as client,
            streamable_http_client(f"{address}/mcp", http_client=client) as streams,
            ClientSession(streams[0], streams[1]) as session,
        ):
            await session.initialize()
            return await session.call_tool("prescription-review", REQUEST)

    assert told(asyncio.run(ask()).structured_content["proposal"]) == expected


def test_mcp_over_standard_input_and_output(house, expected):
    from mcp import StdioServerParameters
    from mcp.client.session import ClientSession
    from mcp.client.stdio import stdio_client

    server = StdioServerParameters(
        command=sys.executable, args=["-m", "openward", "--home", str(house.ward.settings.home), "mcp"],
        env={"OPENWARD_TOKEN": house.program},
    )  # fmt: skip

    async def ask():
        async with stdio_client(server) as (reader, writer), ClientSession(reader, writer) as session:
            await session.initialize()
            return await session.call_tool("prescription-review", REQUEST)

    assert told(asyncio.run(ask()).structured_content["proposal"]) == expected


def test_cds_hooks(program, expected):
    drafts = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": DRAFT}]}
    request = {
        "hook": "order-sign",
        "hookInstance": "1",
        "context": {"userId": "Practitioner/1", "patientId": "p1", "draftOrders": drafts},
    }
    cards = program.post("/cds-services/prescription-review-order-sign", json=request).json()["cards"]
    critical = [c["summary"] for c in cards if c["indicator"] == "critical"]
    assert critical == [headline for _, _, present, headline in expected if present == "interrupt"]


def test_batch(house, tmp_path, expected):
    source = tmp_path / "in.ndjson"
    source.write_text(json.dumps(REQUEST) + "\n")
    done = cli(
        house,
        "map",
        "prescription-review",
        "--input",
        str(source),
        "--output",
        str(tmp_path / "out.ndjson"),
        "--workers",
        "1",
    )
    assert done.returncode == 0, done.stderr
    row = json.loads((tmp_path / "out.ndjson").read_text())
    assert told(row["run"]["proposal"]) == expected


def test_the_console(house, address, expected):
    from tests.wards import PASSPHRASE

    with httpx.Client(base_url=address, follow_redirects=True) as visitor:
        visitor.post("/console/sign-in", data={"person": house.clinician, "passphrase": PASSPHRASE})
        page = visitor.post("/console/patients/p1/run/prescription-review", data={"input.orders": ORDER})
        assert page.status_code == 200
        assert all(headline in page.text for _, _, _, headline in expected)


def test_every_door_left_one_run(house):
    doors = {r.door for r in house.ward.stores.runs.list(limit=200)}
    assert {"python", "cli", "http", "mcp", "cds-hooks", "console"} <= doors
    assert all(r.actor for r in house.ward.stores.runs.list(limit=200))
    assert house.ward.trail.verify().ok
    assert HOUSE.kind == "house"
