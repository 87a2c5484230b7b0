"""Agents over HTTP: the run as JSON, events while it runs, and what happens when nobody listens any more."""

import json
import threading
import time

import httpx
import pytest
from tests.harness.agents.staged import NAME, Scripted, agent, calls, says, seat
from tests.harness.agents.test_approvals import TOOL, Clinic, booker
from tests.wards import PASSPHRASE, a_house, bearer

import openward.doors.agents as doors_agents
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


def test_who_hangs_up_while_waiting_for_the_whole_run_ends_it_too(house, address, monkeypatch):
    monkeypatch.setattr(doors_agents, "SILENCE", 0.05)
    left = threading.Event()

    def slow(_request):
        assert left.wait(20)
        return calls(REVIEW)

    sit(house, slow, says("Never said."))
    before = house.ward.stores.runs.list(service=NAME, limit=1)[0].id
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(address + URL, json=ASK, headers=bearer(house.program), timeout=0.5)
    time.sleep(0.3)
    left.set()
    assert ended(house, but=before)[0].id != before


def ended(house, but=None):
    """The newest run of the agent, once it is kept."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        runs = house.ward.stores.runs.list(service=NAME, limit=1)
        if runs and runs[0].id != but and runs[0].status == "failed" and "Gone" in runs[0].failure.message:
            return runs
        time.sleep(0.05)
    pytest.fail("the run went on without anybody listening")


def test_the_events_stand_in_the_document_of_the_api(address):
    document = httpx.get(f"{address}/openapi.json").json()
    operation = document["paths"]["/v1/agents/{agent}/ask"]["post"]
    events = operation["responses"]["200"]["content"]["text/event-stream"]["x-events"]
    assert {"step-begun", "step-ended", "sentence", "held", "answer", "run", "error"} == set(events)
    assert events["sentence"]["$ref"].endswith("AgentEvent")


def test_when_too_many_agents_answer_the_next_one_is_asked_to_come_back(house, program, monkeypatch):
    monkeypatch.setattr(doors_agents, "_places", threading.BoundedSemaphore(1))
    assert doors_agents._places.acquire(blocking=False)
    answer = program.post(URL, json=ASK)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    chat = program.post("/v1/chat/completions", json={"model": NAME, "messages": [{"role": "user", "content": "Hi"}]})
    assert (chat.status_code, chat.json()["error"]["code"]) == (503, "overloaded")
    doors_agents._places.release()
    sit(house, says("Good."))
    assert program.post(URL, json=ASK).status_code == 200
    assert doors_agents._places.acquire(timeout=10)


@pytest.fixture
def booking(house, monkeypatch):
    """An agent that may book visits at a stranger's server."""
    clinic = Clinic()
    monkeypatch.setattr(house.ward.means, "remote", clinic)
    seat(house.ward, Scripted(calls((TOOL, {"day": "Tuesday"})), says("The visit is booked [1].")), booker())
    return clinic


def test_a_call_that_changes_something_waits_for_a_person_at_this_door_too(house, address, booking):
    with httpx.Client(base_url=address, headers=bearer(house.session(house.clinician)), timeout=30) as clinician:
        run = clinician.post(URL, json=ASK).json()
        assert run["proposal"]["body"]["stopped"] == "waiting"
        assert booking.done == []
        (waiting,) = clinician.get(f"/v1/runs/{run['id']}/pending").json()["items"]
        listed = clinician.get("/v1/agents/unfinished").json()["items"]
        assert run["id"] in [one["run"] for one in listed]
        url, yes = f"/v1/runs/{run['id']}/approvals", {"step": waiting["step"], "passphrase": PASSPHRASE}
        assert clinician.post(url, json=yes | {"digest": "0" * 64}).status_code == 409
        assert clinician.post(url, json=yes | {"digest": waiting["digest"]}).status_code == 201
        ended = clinician.post(f"/v1/runs/{run['id']}/resume").json()
    assert (ended["id"], ended["proposal"]["body"]["stopped"]) == (run["id"], "answered")
    assert booking.done == [{"day": "Tuesday"}]


@pytest.mark.usefixtures("booking")
def test_a_program_can_approve_nothing(house, address, program):
    run = httpx.post(address + URL, json=ASK, headers=bearer(house.session(house.clinician)), timeout=30).json()
    assert run["proposal"]["body"]["stopped"] == "waiting"
    assert program.get(f"/v1/runs/{run['id']}/pending").status_code == 403
    given = {"step": 1, "digest": "0" * 64, "passphrase": PASSPHRASE}
    assert program.post(f"/v1/runs/{run['id']}/approvals", json=given).status_code == 403
    with httpx.Client(base_url=address, headers=bearer(house.session())) as somebody_else:
        assert somebody_else.post(f"/v1/runs/{run['id']}/resume").status_code == 403
    assert program.post("/v1/runs/run-none/resume").status_code == 404


@pytest.mark.usefixtures("booking")
@pytest.mark.parametrize(
    "body", ['{"nonsense": 1}', "[", '{"step": 1, "digest": "DIGEST", "passphrase": "PASSPHRASE"}'],
)  # fmt: skip
def test_who_may_not_approve_is_refused_before_the_body_is_read(house, address, program, body):
    run = httpx.post(address + URL, json=ASK, headers=bearer(house.session(house.clinician)), timeout=30).json()
    digest = run["proposal"]["body"]["pending"][0]["digest"]
    url = f"/v1/runs/{run['id']}/approvals"
    sent = body.replace("DIGEST", digest).replace("PASSPHRASE", PASSPHRASE)
    assert program.post(url, content=sent).status_code == 403
    assert httpx.post(address + url, content=sent).status_code == 401
    assert house.ward.agents.pending(run["id"], house.ward.access.identify(house.session(house.clinician)))


def test_a_conversation_of_somebody_else_is_not_there_and_not_told(house, address, program):
    sit(house, says("Noted."))
    with httpx.Client(base_url=address, headers=bearer(house.session(house.clinician)), timeout=30) as clinician:
        begun = clinician.post(URL, json=ASK).json()["proposal"]["body"]["conversation"]
        assert begun
        again = {**ASK, "input": {**ASK["input"], "conversation": begun}}
        assert clinician.post(URL, json=again).json()["proposal"]["body"]["conversation"] == begun
    refused = program.post(URL, json=again)
    assert refused.status_code == 404
    assert "no such conversation of yours" in refused.json()["detail"]
    assert begun not in refused.text
    assert program.post(URL, json=again, headers=EVENTS).status_code == 404
