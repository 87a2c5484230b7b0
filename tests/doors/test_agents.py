"""Agents over HTTP: the run as JSON, events while it runs, and what happens when nobody listens any more."""

import json
import threading
import time

import httpx
import pytest
from tests.harness.agents.staged import NAME, Scripted, agent, calls, says, seat
from tests.wards import a_house, bearer

from openward.access.access import HOUSE

REVIEW = ("prescription-review", {"orders": ["amiodarone 200 mg oral once daily"]})
ASK = {"patient": "p1", "input": {"messages": [{"role": "user", "text": "Can she have amiodarone?"}]}}
URL = f"/v1/agents/{NAME}/ask"
EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("home")) as opened:
        seat(opened.ward, Scripted(says("Good.")), agent())
        yield opened


def sit(house, *lines):
    seat(house.ward, Scripted(*(lines or (calls(REVIEW), says("She may bleed [1.1]. Her potassium is 9.9.")))), agent())


def events(program, body=ASK, url=URL):
    with program.stream("POST", url, json=body, headers=EVENTS) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        text = "".join(answer.iter_text())
    return [
        (head.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for head, data in (part.split("\n", 1) for part in text.strip().split("\n\n") if part.startswith("event: "))
    ]


def test_without_events_the_answer_is_the_run(house, program):
    sit(house)
    answer = program.post(URL, json=ASK)
    assert answer.headers["location"] == f"/v1/runs/{answer.json()['id']}"
    assert answer.json()["proposal"]["body"]["held"][0]["guard"] == "grounding"


def test_events_tell_the_steps_then_the_sentences_then_the_run(house, program):
    sit(house)
    told = events(program)
    names = [name for name, _ in told]
    assert names[:2] == ["step-begun", "step-ended"]
    assert names[-2:] == ["answer", "run"]
    assert names.count("sentence") == names.count("held") == 1
    run = told[-1][1]
    assert {data["run"] for name, data in told[:-1]} == {run["id"]}
    assert run["status"] == "proposed"
    assert house.ward.stores.runs.get(run["id"]).door == "http"


def test_the_run_of_a_failure_is_the_last_event(house, program):
    sit(house, ValueError("Synthetic Example has HIV"))
    name, run = events(program)[-1]
    assert (name, run["status"], run["failure"]["error"]) == ("run", "failed", "ServiceError")
    assert "Synthetic" not in json.dumps(run)


@pytest.mark.parametrize("headers", [{}, EVENTS])
@pytest.mark.parametrize(
    ("url", "body", "status"),
    [
        ("/v1/agents/nobody/ask", ASK, 404),
        ("/v1/agents/prescription-review/ask", ASK, 404),
        (URL, ASK | {"patient": "nobody"}, 404),
        (URL, {"input": {"messages": [{"role": "system", "text": "x"}]}}, 400),
        (URL, {"input": {"messages": [{"role": "user", "text": "x" * 20_001}]}}, 400),
        (URL, [], 400),
    ],
)
def test_what_cannot_begin_is_a_problem_with_its_status(program, url, body, status, headers):
    answer = program.post(url, json=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_nobody_asks_without_the_scope_of_that_agent(house, address):
    _, token = house.ward.access.issue(HOUSE, label="narrow", scopes=("service/triage.run",))
    assert httpx.post(address + URL, json=ASK, headers=bearer(token)).status_code == 403
    assert httpx.post(address + URL, json=ASK).status_code == 401


def test_who_hangs_up_ends_the_run_and_the_run_says_so(house, program):
    begun, left = threading.Event(), threading.Event()

    def slow(_request):
        begun.set()
        assert left.wait(20)
        return calls(REVIEW)

    sit(house, slow, says("Never said."))
    with program.stream("POST", URL, json=ASK, headers=EVENTS) as answer:
        next(answer.iter_raw())
        assert begun.wait(20)
    time.sleep(0.2)
    left.set()
    runs = ended(house)
    assert "stopped it (GoneError)" in runs[0].failure.message
    assert runs[0].status == "failed"


def ended(house):
    """The newest run of the agent, once it is kept."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        runs = house.ward.stores.runs.list(service=NAME, limit=1)
        if runs and runs[0].status == "failed" and "Gone" in runs[0].failure.message:
            return runs
        time.sleep(0.05)
    pytest.fail("the run went on without anybody listening")


def test_the_events_stand_in_the_document_of_the_api(address):
    document = httpx.get(f"{address}/openapi.json").json()
    operation = document["paths"]["/v1/agents/{agent}/ask"]["post"]
    events = operation["responses"]["200"]["content"]["text/event-stream"]["x-events"]
    assert {"step-begun", "step-ended", "sentence", "held", "answer", "run", "error"} == set(events)
    assert events["sentence"]["$ref"].endswith("AgentEvent")
