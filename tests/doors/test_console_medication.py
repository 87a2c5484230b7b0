"""The medication view: what is taken, how much a day, what acts on what, and what is not known."""

import json
import re

import httpx
import pytest
from tests.wards import PASSPHRASE, patient_bundle


def dosage(amount, times):
    """So much each time, so often a day."""
    quantity = {"value": amount, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    repeat = {"frequency": times, "period": 1, "periodUnit": "d"}
    return [
        {"text": f"{amount} mg × {times}", "timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": quantity}]}
    ]


def request(patient, id, name, *, status="active", dose=None):
    return {"resource": {
        "resourceType": "MedicationRequest", "id": f"{patient}-{id}", "status": status, "intent": "order",
        "subject": {"reference": f"Patient/{patient}"}, "authoredOn": "2026-11-01",
        "medicationCodeableConcept": {"text": name}, **({"dosageInstruction": dosage(*dose)} if dose else {}),
    }}  # fmt: skip


@pytest.fixture(scope="module")
def visitor(address, house):
    taken = patient_bundle("m1", entries=[
        request("m1", "h1", "St John's wort 300 mg tablet", dose=(300, 3)),
        request("m1", "h2", "复方中成药颗粒"),
        request("m1", "h3", "Metoprolol 50 mg tablet", dose=(50, 2)),
        request("m1", "over", "Ramipril 5 mg tablet", status="stopped"),
    ])  # fmt: skip
    drafted = patient_bundle("m2", entries=[
        request("m2", "d1", "Ibuprofen 400 mg tablet", status="draft", dose=(400, 3)),
        request("m2", "u1", "Metoprolol 50 mg tablet", dose=(50, 2)),
        request("m2", "h1", "St John's wort 300 mg tablet", dose=(300, 3)),
    ])  # fmt: skip
    nobody = {"resourceType": "Patient", "id": "m3"}
    over = {"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {"resourceType": "Patient", "id": "m4"}},
        request("m4", "over", "Ramipril 5 mg tablet", status="stopped"),
    ]}  # fmt: skip
    for bundle in (taken, drafted, nobody, over):
        house.ward.record.import_bytes("m.json", json.dumps(bundle).encode())
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"person": house.clinician, "passphrase": PASSPHRASE})
        yield client


def view(visitor, patient):
    page = visitor.get(f"/console/patients/{patient}/medication")
    assert page.status_code == 200
    return page.text


def test_the_chart_leads_to_it(visitor):
    assert 'href="/console/patients/p1/medication"' in visitor.get("/console/patients/p1").text


def test_drugs_in_use_stand_with_their_dose_a_day_and_a_line_to_what_they_act_on(visitor, house):
    before = len(house.ward.stores.runs.list(limit=1000))
    page = view(visitor, "m1")
    assert 'class="map web"' in page
    assert "900 mg/d" in page
    assert "100 mg/d" in page
    assert page.count('<td class="number">–</td>') == 3, "words alone are shown as words"
    assert 'id="MedicationRequest/m1-m1"' in page
    assert "Penicillin" in page
    assert len(house.ward.stores.runs.list(limit=1000)) == before


def test_what_was_stopped_is_in_the_timeline_only(visitor):
    page = view(visitor, "m1")
    assert 'id="MedicationRequest/m1-over"' not in page
    assert 'class="use over"' in page


def test_a_plant_and_a_traditional_product_are_marked_and_nothing_else(visitor):
    assert view(visitor, "m1").count("herbal or traditional") == 2
    assert "herbal or traditional" not in view(visitor, "p1")


def test_a_draft_comes_first_and_is_compared_with_what_is_in_use(visitor):
    page = view(visitor, "m2")
    assert page.index('id="MedicationRequest/m2-d1"') < page.index('id="MedicationRequest/m2-m1"')
    assert "1200 mg/d" in page
    assert "100 mg/d" in page, "also of what the review did not have in question"
    assert "Drafts:" in page


def test_drugs_in_use_are_compared_among_themselves_also_beside_a_draft(visitor):
    page = view(visitor, "m2")
    assert "warfarin with ibuprofen" in page
    assert "hypericum lowers warfarin" in page


def test_of_a_record_without_drugs_nothing_is_claimed(visitor):
    page = view(visitor, "m3")
    assert "The record says nothing about drugs in use" in page
    assert 'class="map web"' not in page
    assert "No drug is in use or being ordered" in view(visitor, "m4")


def test_a_dose_stands_beside_what_is_usual_and_gives_way_to_a_grave_finding_on_the_drug(visitor):
    page = view(visitor, "m2")
    assert 'class="dose concern"' in page, "ibuprofen beside warfarin"
    assert "within the adult range" not in page
    link = re.search(r'<div class="dose-why"><p><a href="#(finding-[^"]+)"', page)
    assert f'id="{link[1]}"' in page
    assert "usual 1200 mg to 3200 mg; at most 3200 mg in 24 h; at most 800 mg at once" in page
    assert "No usual dose in the tables" in page, "of St John's wort and metoprolol the tables say nothing"
    assert "dose not in numbers" in page, "warfarin is ordered in words alone"


def test_hostile_words_of_a_record_stay_words(house, visitor):
    bundle = patient_bundle("m5", entries=[request("m5", "x", "<script>alert(1)</script> warfarin", dose=(5, 1))])
    house.ward.record.import_bytes("m.json", json.dumps(bundle).encode())
    page = view(visitor, "m5")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_that_somebody_looked_is_in_the_trail_once(visitor, house):
    before = [*house.ward.trail.entries(after=0, limit=10_000)][-1].seq
    view(visitor, "m1")
    new = [json.loads(bytes(entry.event))["what"] for entry in house.ward.trail.entries(after=before, limit=100)]
    assert new.count("chart.read") == 1


def test_who_may_not_run_the_review_sees_the_drugs_without_it(address, house):
    from openward.access.access import HOUSE

    _, token = house.ward.access.issue(HOUSE, label="reader", scopes=["system/*.rs"])
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"token": token})
        page = client.get("/console/patients/p1/medication").text
    assert "Warfarin 5 mg tablet" in page
    assert "not run the review" in page


def test_an_unknown_patient_is_told(visitor):
    assert visitor.get("/console/patients/nobody/medication").status_code == 404


@pytest.fixture(scope="module")
def crowded(house):
    """Patients with more drugs in use than one review takes, one of them with a draft beside."""
    taken = [("m6", []), ("m7", [request("m7", "d", "Ibuprofen 400 mg tablet", status="draft", dose=(400, 3))])]
    for patient, drafts in taken:
        used = [request(patient, f"u{n}", f"Drug {n} 5 mg tablet", dose=(5, 2)) for n in range(250)]
        bundle = patient_bundle(patient, entries=[*used, *drafts])
        house.ward.record.import_bytes("m.json", json.dumps(bundle).encode())


def test_more_drugs_than_one_review_takes_are_shown_with_why_there_is_no_map(visitor, crowded):
    page = view(visitor, "m6")
    assert "more than one review takes, so none was made and there is no map of interactions" in page
    assert 'class="map web"' not in page
    assert "No finding" not in page
    assert "Drug 249 5 mg tablet" in page
    assert "10 mg/d" in page
    assert 'class="courses' in page or "Used together when" in page


def test_of_many_drugs_the_drafts_are_reviewed_and_the_rest_is_said_not_to_be(visitor, crowded):
    page = view(visitor, "m7")
    assert "The drafts were reviewed, but not what is in use by itself" in page
    assert "ibuprofen" in page
