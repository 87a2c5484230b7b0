"""Other agents find ours by their card and send them messages."""

import json

import httpx
import pytest
from tests.harness.agents.staged import NAME, Scripted, agent, calls, says, seat
from tests.wards import a_house, bearer

from openward.access.access import HOUSE

REVIEW = ("prescription-review", {"orders": ["amiodarone 200 mg oral once daily"]})
CARD = "/.well-known/agent-card.json"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("home")) as opened:
        seat(opened.ward, Scripted(says("Good.")), agent(signs="nobody"))
        yield opened


def message(text="Can she have amiodarone?", **more):
    return {"role": "user", "kind": "message", "messageId": "m-1", "parts": [{"kind": "text", "text": text}], **more}


def send(program, url=f"/a2a/{NAME}", **params):
    call = {"jsonrpc": "2.0", "id": 7, "method": "message/send", "params": {"message": message()} | params}
    answer = program.post(url, json=call)
    assert answer.status_code == 200
    assert (answer.json()["jsonrpc"], answer.json()["id"]) == ("2.0", 7)
    return answer.json()


def test_the_card_of_the_ward_names_each_agent_as_a_skill(address, house):
    card = httpx.get(address + CARD).json()
    assert {"protocolVersion", "name", "description", "url", "version", "capabilities", "skills", "defaultInputModes",
            "defaultOutputModes", "securitySchemes", "preferredTransport"} <= card.keys()  # fmt: skip
    assert card["url"] == f"{address}/a2a"
    agents = {s.id for s in house.ward.services.values() if s.card.kind == "agent"}
    assert {skill["id"] for skill in card["skills"]} == agents
    assert all(skill["name"] and skill["description"] and skill["tags"] for skill in card["skills"])


def test_each_agent_has_a_card_of_its_own(address):
    card = httpx.get(f"{address}/a2a/{NAME}{CARD}").json()
    assert card["url"] == f"{address}/a2a/{NAME}"
    assert [skill["id"] for skill in card["skills"]] == [NAME]
    assert httpx.get(f"{address}/a2a/prescription-review{CARD}").status_code == 404


def test_a_message_is_answered_with_what_may_be_read(house, program):
    seat(house.ward, Scripted(calls(REVIEW), says("She may bleed [1.1]. Her potassium is 9.9.")), agent(signs="nobody"))
    result = send(program, "/a2a", message=message(metadata={"agent": NAME, "patient": "p1"}))["result"]
    assert (result["kind"], result["role"]) == ("message", "agent")
    assert result["parts"][0]["text"].startswith("She may bleed.")
    assert "9.9" not in json.dumps(result)
    assert result["metadata"]["openward"]["heldBack"] == 1
    kept = house.ward.stores.runs.get(result["messageId"])
    assert (kept.door, kept.patient) == ("a2a", "p1")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"message": {"role": "user"}}, -32602),
        ({"message": message(taskId="t")}, -32001),
        ({"message": message() | {"parts": [{"kind": "file", "file": {}}]}}, -32005),
        ({"message": message(metadata={"patient": "nobody"})}, -32602),
        ({"message": message(metadata={"patient": 7})}, -32602),
        ({"message": message("x" * 20_001)}, -32602),
    ],
)
def test_what_cannot_be_answered_has_a_code(program, params, code):
    assert send(program, **params)["error"]["code"] == code


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"{", -32700), (b"\xff", -32700), (b"[]", -32600), (b"{}", -32600),
     (b'{"jsonrpc": "2.0", "id": 1, "method": "tasks/get"}', -32601)],
)  # fmt: skip
def test_bytes_that_are_no_call_have_a_code(program, body, code):
    answer = program.post("/a2a", content=body, headers={"Content-Type": "application/json"}).json()
    assert answer["error"]["code"] == code


def test_without_the_name_of_an_agent_nothing_is_asked(program):
    assert "name an agent" in send(program, "/a2a")["error"]["message"]
    assert "no agent" in send(program, "/a2a/triage")["error"]["message"]


def test_nobody_unknown_and_nobody_without_the_scope_is_answered(address, house):
    assert httpx.post(f"{address}/a2a/{NAME}", json={}).status_code == 401
    _, token = house.ward.access.issue(HOUSE, label="narrow", scopes=("run.read",))
    with httpx.Client(base_url=address, headers=bearer(token)) as narrow:
        assert send(narrow)["error"]["data"] == {"status": 403}


def test_a_failure_tells_no_words_of_a_stranger(house, program):
    seat(house.ward, Scripted(ValueError("Synthetic Example has HIV")), agent())
    error = send(program)["error"]
    assert error["code"] == -32603
    assert "Synthetic" not in json.dumps(error)
