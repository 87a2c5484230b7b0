"""The HTTP API: who may, what comes back, and how it fails."""

import httpx
import pytest
from tests.wards import PASSPHRASE, bearer

RUN = "/v1/services/prescription-review/run"
ORDERS = {"orders": ["clarithromycin 500 mg oral twice daily"]}


def problem(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == answer.status_code
    assert told["type"].startswith("urn:openward:error:")
    return told


@pytest.mark.parametrize("path", ["/v1/services", "/v1/runs", "/v1/trail", "/v1/patients/p1/chart", "/v1/queue"])
def test_nothing_is_told_without_a_credential(address, path):
    answer = httpx.get(address + path)
    assert problem(answer)["status"] == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("token", ["x", "token-x.y", "a.b.c", "токен"])
def test_a_wrong_credential_is_no_credential(address, token):
    answer = httpx.get(address + "/v1/services", headers={"Authorization": f"Bearer {token}".encode()})
    assert problem(answer)["status"] == 401


def test_a_service_runs_and_the_run_can_be_read_again(program):
    run = program.post(RUN, json={"patient": "p1", "input": ORDERS}).json()
    assert run["status"] == "proposed"
    again = program.get(f"/v1/runs/{run['id']}").json()
    assert again["run"] == run
    assert again["decision"] is None


def test_services_tell_their_card_and_schemas(program):
    cards = program.get("/v1/services").json()["items"]
    assert "prescription-review" in [c["id"] for c in cards]
    detail = program.get("/v1/services/prescription-review").json()
    assert "orders" in str(detail["input_schema"])
    assert "not_checked" in str(detail["proposal_schema"])


def test_the_language_follows_the_caller(program):
    told = program.post(
        RUN, json={"patient": "p1", "input": ORDERS}, headers={"Accept-Language": "zh-CN,en;q=0.5"}
    ).json()
    assert told["language"] == "zh"
    asked = program.post(
        RUN, json={"patient": "p1", "input": ORDERS, "language": "en"}, headers={"Accept-Language": "zh"}
    )
    assert asked.json()["language"] == "en"


BAD = {
    "broken JSON": (b"{", 400),
    "no JSON": (b"\xff\xfe\x00", 400),
    "a list": (b"[]", 400),
    "a wrong type": (b'{"patient": 7}', 400),
    "an unknown field of the input": (b'{"input": {"order": []}}', 400),
    "a wrong type deep in the input": (b'{"input": {"orders": [7]}}', 400),
    "an unknown patient": (b'{"patient": "nobody", "input": {}}', 404),
    "too deep": (b'{"input": ' + b"[" * 1000 + b"]" * 1000 + b"}", 400),
    "a bundle that is none": (
        b'{"bundle": {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {}}]}}',
        422,
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_a_clear_problem(program, name):
    body, status = BAD[name]
    told = problem(program.post(RUN, content=body, headers={"Content-Type": "application/json"}))
    assert told["status"] == status
    assert len(told["detail"]) > 20


def test_a_body_that_is_no_json_is_refused_by_its_type(program):
    answer = program.post(RUN, content=b"<x/>", headers={"Content-Type": "application/xml"})
    assert problem(answer)["status"] == 415


def test_a_body_over_64_mib_is_refused_before_it_is_held(program):
    def pieces():
        for _ in range(65):
            yield b" " * 1024 * 1024

    answer = program.post(RUN, content=pieces(), headers={"Content-Type": "application/json"})
    assert problem(answer)["status"] == 413


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/v1/nothing", 404), ("GET", "/v1/runs/none", 404), ("GET", RUN, 405), ("GET", "/v1/services/none", 404),
    ("GET", "/v1/runs?limit=0", 400), ("GET", "/v1/runs?limit=501", 400), ("GET", "/v1/runs?limit=x", 400),
    ("GET", "/v1/runs?status=odd", 400),
])  # fmt: skip
def test_what_is_not_there_is_a_problem_too(program, method, path, status):
    assert problem(program.request(method, path))["status"] == status


def test_runs_are_paged_without_loss(program):
    for _ in range(5):
        program.post(RUN, json={"patient": "p1", "input": ORDERS})
    everything = [r["id"] for r in program.get("/v1/runs?limit=500").json()["items"]]
    found, before = [], None
    while True:
        page = program.get("/v1/runs", params={"limit": 2, **({"before": before} if before else {})}).json()
        found += [r["id"] for r in page["items"]]
        before = page["next"]
        if before is None:
            break
    assert found == everything
    assert len(set(found)) == len(found) >= 5


def test_a_person_signs_in_and_out(address, house):
    opened = httpx.post(address + "/v1/sessions", json={"person": house.pharmacist, "passphrase": PASSPHRASE})
    assert opened.status_code == 201
    session = bearer(opened.json()["token"])
    assert httpx.get(address + "/v1/queue", headers=session).status_code == 200
    assert httpx.delete(address + "/v1/sessions/current", headers=session).status_code == 204
    assert httpx.get(address + "/v1/queue", headers=session).status_code == 401


def test_a_wrong_passphrase_opens_nothing(address, house):
    answer = httpx.post(address + "/v1/sessions", json={"person": house.clinician, "passphrase": "wrong"})
    assert problem(answer)["status"] == 401


def test_the_trail_is_for_those_who_may_read_it(program, address, house):
    assert problem(program.get("/v1/trail"))["status"] == 403
    admin = httpx.Client(base_url=address, headers=bearer(house.admin))
    entries = admin.get("/v1/trail?limit=500").json()["items"]
    assert "service.run" in {e["event"]["what"] for e in entries}
    house.ward.chart("p1")
    for _ in range(2):
        found = admin.get("/v1/trail/verification").json()
        assert (found["ok"], found["unproven"] > 0) == (True, True)
    assert admin.post("/v1/trail/verification").json()["unproven"] == found["unproven"]
    assert admin.get("/v1/trail/verification").json()["unproven"] == 0
    assert problem(program.post("/v1/trail/verification"))["status"] == 403


def test_feedback_is_kept_with_the_run(program):
    run = program.post(RUN, json={"patient": "p1", "input": ORDERS}).json()
    finding = run["proposal"]["findings"][0]["id"]
    said = program.post(f"/v1/runs/{run['id']}/feedback", json={"finding": finding, "outcome": "accepted"})
    assert said.status_code == 201
    assert [f["finding"] for f in program.get(f"/v1/runs/{run['id']}").json()["feedback"]] == [finding]
    wrong = program.post(f"/v1/runs/{run['id']}/feedback", json={"finding": "none", "outcome": "accepted"})
    assert problem(wrong)["status"] == 404


def test_every_answer_has_the_safe_headers(program):
    headers = program.get("/v1/services").headers
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


def test_no_problem_names_the_patient(program):
    told = program.post(RUN, json={"patient": "MRN-12345-Zhang", "input": {}})
    assert "Zhang" not in told.text.replace(told.json()["instance"], "")


CHEST_PAIN = {"input": {"complaint": "headache since this morning", "age": {"value": 34, "unit": "a"}, "sex": "female"}}


def test_an_interview_asks_goes_on_and_ends_in_a_kept_run(program):
    opened = program.post("/v1/services/triage/interviews", json=CHEST_PAIN)
    assert opened.status_code == 201
    turn = opened.json()
    assert program.get(opened.headers["location"]).json()["question"] == turn["question"]
    while not turn["ended"]:
        answer = {"question": turn["question"], "value": "no"}
        turn = program.post(f"/v1/interviews/{turn['interview']}/answers", json=answer).json()
    assert program.get(f"/v1/runs/{turn['run']['id']}").status_code == 200
    assert problem(program.get(f"/v1/interviews/{turn['interview']}"))["status"] == 404


def test_an_interview_may_be_finished_before_its_end(program):
    turn = program.post("/v1/services/triage/interviews", json=CHEST_PAIN).json()
    finished = program.post(f"/v1/interviews/{turn['interview']}/finish").json()
    assert finished["ended"] is True
    assert finished["run"]["proposal"]["body"]["not_asked"]


def test_a_wrong_answer_says_which_question_waits(program):
    turn = program.post("/v1/services/triage/interviews", json=CHEST_PAIN).json()
    wrong = program.post(f"/v1/interviews/{turn['interview']}/answers", json={"question": "none", "value": "yes"})
    assert turn["question"] in problem(wrong)["detail"]


def test_a_service_that_asks_nothing_cannot_be_interviewed(program):
    assert problem(program.post("/v1/services/prescription-review/interviews", json={"input": {}}))["status"] == 400
