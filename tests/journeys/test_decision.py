"""A person decides over HTTP; whatever a program holds, it cannot."""

import httpx
import pytest
from tests.wards import PASSPHRASE, bearer

from openward.access.access import HOUSE
from openward.domain.errors import AccessError

RUN = {"patient": "p1", "input": {"orders": ["clarithromycin 500 mg oral twice daily"]}}


@pytest.fixture
def run(program):
    return program.post("/v1/services/prescription-review/run", json=RUN).json()


def shown(client, run):
    answer = client.post(f"/v1/runs/{run['id']}/showing")
    assert answer.status_code == 201, answer.text
    return answer.json()["showing"]


def decide(client, run, shown_now, **more):
    body = {"showing": shown_now["id"], "digest": shown_now["digest"], "choice": "reject", "reason": "tolerated before",
            "passphrase": PASSPHRASE, **more}  # fmt: skip
    return client.post(f"/v1/runs/{run['id']}/decision", json=body)


def test_a_pharmacist_rejects_with_a_reason_once(pharmacist, program, run):
    showing = shown(pharmacist, run)
    answer = decide(pharmacist, run, showing)
    assert answer.status_code == 201, answer.text
    assert answer.json()["signature"]
    assert program.get(f"/v1/runs/{run['id']}").json()["decision"]["choice"] == "reject"
    assert decide(pharmacist, run, showing).status_code == 409


def test_an_amendment_keeps_the_difference(pharmacist, run):
    showing = shown(pharmacist, run)
    body = dict(run["proposal"]["body"])
    body["orders"] = (
        [{**body["orders"][0], "route": "oral, changed by hand"}]
        if "route" in body["orders"][0]
        else body["orders"][:0]
    )
    answer = decide(pharmacist, run, showing, choice="amend", amended=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["changes"]


def test_a_token_of_a_program_cannot_decide_and_the_trail_says_so(program, pharmacist, run, house):
    showing = shown(pharmacist, run)
    assert program.post(f"/v1/runs/{run['id']}/showing").status_code == 403
    assert decide(program, run, showing).status_code == 403
    refused = house.ward.trail.entries(what="decision.refused", limit=1000)
    assert any(run["id"].encode() in bytes(e.event) for e in refused)
    assert house.ward.stores.runs.decision(run["id"]) is None


@pytest.mark.parametrize("body", ["[", '{"nonsense": 1}', '{"showing": 7}'])
def test_who_may_not_decide_is_refused_before_the_body_is_judged(program, pharmacist, address, run, house, body):
    url = f"/v1/runs/{run['id']}/decision"
    assert program.post(url, content=body).status_code == 403
    assert httpx.post(address + url, content=body).status_code == 401
    assert pharmacist.post(url, content=body).status_code == 400
    assert house.ward.stores.runs.decision(run["id"]) is None


def test_no_credential_that_an_agent_may_hold_decides(pharmacist, run, house, address):
    showing = shown(pharmacist, run)
    every = [s for role in ("administrator", "service", "pharmacist", "clinician") for s in [role]]
    tokens = [house.admin, *(house.ward.access.issue(HOUSE, label=f"as {r}", role=r)[1] for r in every)]
    for token in tokens:
        with httpx.Client(base_url=address, headers=bearer(token)) as agent:
            assert decide(agent, run, showing).status_code == 403
            assert agent.post(f"/v1/runs/{run['id']}/showing").status_code == 403
    with pytest.raises(AccessError):
        house.ward.access.issue(HOUSE, label="too much", scopes=["run.decide"])
    assert house.ward.stores.runs.decision(run["id"]) is None


def test_a_clinician_cannot_sign_what_a_pharmacist_must(house, address, run):
    with httpx.Client(base_url=address, headers=bearer(house.session(house.clinician))) as clinician:
        assert clinician.post(f"/v1/runs/{run['id']}/showing").status_code == 409


@pytest.mark.parametrize("change", [
    {"digest": "0" * 64}, {"showing": "showing-none"}, {"passphrase": "wrong"}, {"passphrase": None}, {"reason": ""},
    {"choice": "amend"},
])  # fmt: skip
def test_a_decision_that_is_not_exactly_right_changes_nothing(pharmacist, run, house, change):
    answer = decide(pharmacist, run, shown(pharmacist, run), **change)
    assert answer.status_code in {400, 401, 403, 409}
    assert house.ward.stores.runs.decision(run["id"]) is None
