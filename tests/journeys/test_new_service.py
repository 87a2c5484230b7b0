"""A second service, written by one command, is reached through every door without another line of code."""

import json
import os
import subprocess
import sys

import httpx
import pytest
from tests.wards import PASSPHRASE, a_house, bearer, served

from openward.harness.shape import faults_of

NAME = "weight-watch"
REQUEST = {"patient": "p1", "input": {"days": 3}}


def openward(*arguments, env=None, input=None):
    return subprocess.run(
        [sys.executable, "-m", "openward", *arguments], capture_output=True, text=True, check=False, input=input,
        env={**os.environ, **(env or {})},
    )  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    done = openward("--home", str(home), "new", "service", NAME)
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="module")
def opened(home):
    with a_house(home) as house, served(house.ward) as url:
        yield house, url


def test_the_folder_has_the_shape(home):
    assert faults_of(home / "services" / "weight_watch") == []


def test_its_worked_examples_hold(opened):
    house, _ = opened
    folder = house.ward.services[NAME].folder
    for path in (folder / "cases").glob("*.json"):
        case = json.loads(path.read_text())
        run = house.ward.run(NAME, case["request"].get("input"), bundle=case["request"]["bundle"])
        assert run.status == "proposed", run.failure
        assert [f["code"]["code"] for f in json.loads(bytes(run.proposal))["findings"]] == case["expect"]["findings"]


def test_it_runs_at_the_command_line(home, opened):
    done = openward("--home", str(home), "run", NAME, "-i", "-", "-p", "p1", "-o", "json", input='{"days": 3}')
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["proposal"]["findings"][0]["id"] == "weight-is-old"


def test_it_runs_over_http_and_stands_in_openapi(opened):
    house, url = opened
    with httpx.Client(base_url=url, headers=bearer(house.program)) as client:
        found = client.post(f"/v1/services/{NAME}/run", json=REQUEST).json()["proposal"]["findings"]
        assert [f["id"] for f in found] == ["weight-is-old"]
        path = client.get("/openapi.json").json()["paths"][f"/v1/services/{NAME}/run"]
        assert path["post"]["operationId"] == "runWeightWatch"


def test_it_is_a_cds_hooks_service(opened):
    house, url = opened
    services = httpx.get(url + "/cds-services").json()["services"]
    assert f"{NAME}-patient-view" in [s["id"] for s in services]
    hook = {"hook": "patient-view", "hookInstance": "1", "context": {"userId": "Practitioner/1", "patientId": "p1"}}
    answer = httpx.post(f"{url}/cds-services/{NAME}-patient-view", json=hook, headers=bearer(house.program))
    assert answer.json() == {"cards": []}


def test_it_is_an_mcp_tool(opened):
    house, url = opened
    import asyncio

    import httpx2
    from mcp.client.session import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def ask():
        async with (
            httpx2.AsyncClient(headers=bearer(house.program)) as client,
            streamable_http_client(f"{url}/mcp", http_client=client) as streams,
            ClientSession(streams[0], streams[1]) as session,
        ):
            await session.initialize()
            tools = await session.list_tools()
            return [t.name for t in tools.tools], await session.call_tool(NAME, REQUEST)

    names, result = asyncio.run(ask())
    assert NAME in names
    assert result.structured_content["proposal"]["findings"][0]["id"] == "weight-is-old"


def test_it_runs_over_a_file(home, opened, tmp_path):
    (tmp_path / "in.ndjson").write_text(json.dumps(REQUEST) + "\n")
    done = openward(
        "--home",
        str(home),
        "map",
        NAME,
        "-i",
        str(tmp_path / "in.ndjson"),
        "-o",
        str(tmp_path / "out.ndjson"),
        "--workers",
        "1",
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out.ndjson").read_text())["run"]["proposal"]["findings"][0]["id"] == "weight-is-old"


def test_it_has_a_form_and_a_result_page(opened):
    house, url = opened
    with httpx.Client(base_url=url, follow_redirects=True) as visitor:
        visitor.post("/console/sign-in", data={"person": house.clinician, "passphrase": PASSPHRASE})
        assert f'action="/console/patients/p1/run/{NAME}"' in visitor.get("/console/patients/p1").text
        assert (
            "Body weight is older than 3 days"
            in visitor.post(f"/console/patients/p1/run/{NAME}", data={"input.days": "3"}).text
        )


def test_it_is_a_study_subject(home, opened, tmp_path):
    folder = home / "services" / "weight_watch"
    case = json.loads((folder / "cases" / "old_weight.json").read_text())
    row = {"id": "1", "bundle": case["request"]["bundle"], "findings": case["expect"]["findings"]}
    (tmp_path / f"{NAME}.jsonl").write_text(json.dumps(row) + "\n")
    done = openward("--home", str(home), "study", NAME, "--data", str(tmp_path), "--output", "json")
    figure = json.loads(done.stdout)["endpoints"][0]["figure"]
    assert (figure["hits"], figure["n"]) == (1, 1)
    assert done.returncode == 1, "one case cannot reach a lower bound of 90 %"


@pytest.mark.parametrize("name", ["Bad Name", "../escape", "x" * 100, "", "-x", "prescription_review"])
def test_a_bad_name_is_refused(home, name):
    done = openward("--home", str(home), "new", "service", "--", name)
    assert done.returncode == 2
    assert "name" in done.stderr


def test_an_installed_package_is_found_by_its_entry_point(tmp_path):
    wrote = openward("new", "service", "second-opinion", "--package", str(tmp_path / "src"))
    assert wrote.returncode == 0, wrote.stderr
    target = tmp_path / "site"
    installed = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target",
         str(target),
         str(tmp_path / "src" / "openward-second-opinion")], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert installed.returncode == 0, installed.stderr
    listed = openward("--home", str(tmp_path / "home"), "services", "-o", "json", env={"PYTHONPATH": str(target)})
    assert "second-opinion" in [c["id"] for c in json.loads(listed.stdout)], listed.stderr
    without = openward("--home", str(tmp_path / "home"), "services", "-o", "json")
    assert "second-opinion" not in [c["id"] for c in json.loads(without.stdout)]
