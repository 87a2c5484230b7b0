"""CDS Hooks 2.0: discovery, cards, prefetch, feedback."""

import httpx
import pytest
from tests.wards import patient_bundle

SERVICE = "/cds-services/prescription-review-order-sign"


def order(drug, id="draft-1"):
    return {
        "resourceType": "MedicationRequest", "id": id, "status": "draft", "intent": "order",
        "subject": {"reference": "Patient/p1"}, "medicationCodeableConcept": {"text": drug},
    }  # fmt: skip


def hook(*orders, prefetch=None, **more):
    drafts = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": o} for o in orders]}
    context = {"userId": "Practitioner/1", "patientId": "p1", "draftOrders": drafts, **more}
    request = {"hook": "order-sign", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context": context}
    return {**request, "prefetch": prefetch} if prefetch is not None else request


def by_type(type, patient="p1"):
    entries = [e for e in patient_bundle(patient)["entry"] if e["resource"]["resourceType"] == type]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries}


def whole_prefetch():
    return {
        "patient": by_type("Patient")["entry"][0]["resource"], "medicationRequests": by_type("MedicationRequest"),
        "allergyIntolerances": by_type("AllergyIntolerance"), "observations": by_type("Observation"),
        "conditions": None,
    }  # fmt: skip


def test_discovery_is_open_and_names_every_hook_with_prefetch(address):
    services = httpx.get(address + "/cds-services").json()["services"]
    hooks = {s["hook"] for s in services if s["id"].startswith("prescription-review")}
    assert hooks == {"order-select", "order-sign", "patient-view"}
    for service in services:
        assert {"hook", "id", "title", "description", "prefetch"} <= service.keys()
        assert service["prefetch"]["patient"] == "Patient/{{context.patientId}}"


def test_an_interacting_order_gets_a_critical_card(program):
    cards = program.post(SERVICE, json=hook(order("Clarithromycin 500 mg tablet"))).json()["cards"]
    assert cards[0]["indicator"] == "critical"
    assert "simvastatin" in (cards[0]["summary"] + cards[0]["detail"]).lower()
    assert len(cards[0]["summary"]) <= 140
    assert cards[0]["source"]["label"]
    assert cards[0]["overrideReasons"]


def test_the_prefetch_alone_gives_the_same_as_the_record(program):
    request = order("Clarithromycin 500 mg tablet")
    of_record = program.post(SERVICE, json=hook(request)).json()["cards"]
    of_prefetch = program.post(SERVICE, json=hook(request, prefetch=whole_prefetch())).json()["cards"]
    assert [c["summary"] for c in of_prefetch] == [c["summary"] for c in of_record]


def test_the_suggestion_names_the_draft_to_remove(program):
    cards = program.post(SERVICE, json=hook(order("Clarithromycin 500 mg tablet"))).json()["cards"]
    actions = [a for c in cards for s in c.get("suggestions", []) for a in s["actions"]]
    assert {"delete"} == {a["type"] for a in actions}
    assert {"MedicationRequest/draft-1"} == {a["resourceId"] for a in actions}


def test_only_the_selected_order_is_reviewed(program):
    both = [order("Clarithromycin 500 mg tablet", "a"), order("Paracetamol 500 mg tablet", "b")]
    body = {**hook(*both, selections=["MedicationRequest/b"]), "hook": "order-select"}
    cards = program.post("/cds-services/prescription-review-order-select", json=body).json()["cards"]
    assert not [c for c in cards if c["indicator"] == "critical"]


def test_a_patient_whom_nobody_sent_and_nobody_knows_is_a_precondition(program):
    body = hook(order("Clarithromycin 500 mg tablet"))
    body["context"]["patientId"] = "stranger"
    answer = program.post(SERVICE, json=body)
    assert answer.status_code == 412
    assert "prefetch" in answer.json()["detail"]


def test_what_was_not_checked_is_a_card_too(program):
    cards = program.post(SERVICE, json=hook(order("Nosuchdrugol 5 mg"))).json()["cards"]
    assert any("nosuchdrugol" in c["detail"].lower() for c in cards)


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"{}", b'{"hook": "patient-view", "hookInstance": "1", "context": {"patientId": "p1"}}']
)
def test_a_bad_request_is_a_problem(program, body):
    answer = program.post(SERVICE, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_feedback_is_kept_with_the_run(program, house):
    card = program.post(SERVICE, json=hook(order("Clarithromycin 500 mg tablet"))).json()["cards"][0]
    said = {"card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": "2026-11-21T10:00:00Z",
            "overrideReason": {"reason": card["overrideReasons"][0], "userComment": "INR is watched"}}  # fmt: skip
    assert program.post(f"{SERVICE}/feedback", json={"feedback": [said]}).status_code == 200
    run, _, finding = card["uuid"].partition("/")
    kept = house.ward.stores.runs.feedback(run)
    assert [(f.finding, f.outcome, f.comment) for f in kept] == [(finding, "overridden", "INR is watched")]


def test_feedback_on_a_card_that_was_never_given_is_refused(program):
    said = {"card": "run-x/finding-y", "outcome": "accepted", "outcomeTimestamp": "2026-11-21T10:00:00Z"}
    assert program.post(f"{SERVICE}/feedback", json={"feedback": [said]}).status_code == 404
