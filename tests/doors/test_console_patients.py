"""The list of patients: who is found, where they lie, how old they are, what is open, and who may see it."""

import json
from datetime import date

import httpx
import pytest
from tests.wards import PASSPHRASE

from openward.access.access import HOUSE
from openward.doors.console.people import somebody
from openward.doors.console.stays import inside, stays


def patient(id, **more):
    return {"resourceType": "Patient", "id": id, **more}


def stay(id, who, status="in-progress", kind="IMP", start="2026-11-18T08:00:00Z", **more):
    return {"resourceType": "Encounter", "id": id, "status": status, "class": {"code": kind},
            "subject": {"reference": f"Patient/{who}"}, "period": {"start": start}, **more}  # fmt: skip


GIVEN = (
    patient("k1", gender="male", birthDate="1961-02-03", name=[{"text": "王小明"}, {"text": "Wang Xiaoming"}],
            identifier=[{"value": "19770707"}]),
    patient("k2", gender="female", birthDate="1977-07-07", name=[{"family": "Kunz", "given": ["Ada"]}]),
    patient("k3", birthDate="1950", deceasedBoolean=True, name=[{"text": "Kunz Bert"}]),
    patient("k4", birthDate="1940-05-05", deceasedDateTime="2020-05-04", name=[{"text": "<b>Kunz</b> Carl"}]),
    {"resourceType": "Location", "id": "w7", "name": "Ward 7", "alias": ["七病区"]},
    stay("e1", "k1", location=[{"location": {"reference": "Location/w1"}, "status": "completed"},
                               {"location": {"reference": "Location/w7"}}]),
    stay("e2", "k1", status="finished", start="2026-11-20T08:00:00Z"),
    stay("e3", "k2", kind="AMB"),
    stay("e4", "k3", status="finished", start="2019-01-01"),
    stay("e5", "k4", location=[{"location": {"display": "Surgery"}}]),
)  # fmt: skip


@pytest.fixture(scope="module")
def ward(house):
    lines = "\n".join(json.dumps(one) for one in GIVEN)
    house.ward.record.import_bytes("k.ndjson", lines.encode())
    return house.ward


@pytest.fixture
def visitor(ward, address, house):
    assert ward is house.ward
    cookies = {"openward_session": house.session()}
    with httpx.Client(base_url=address, cookies=cookies, follow_redirects=True, timeout=60) as client:
        yield client


def found(visitor, **asked):
    page = visitor.get("/console/patients", params=asked).text
    return [id for id in ("k1", "k2", "k3", "k4") if f'href="/console/patients/{id}"' in page]


@pytest.mark.parametrize(("wanted", "ids"), [
    ("王小", ["k1"]), ("wang", ["k1"]), ("kunz", ["k2", "k3", "k4"]), ("kunz 1977-07-07", ["k2"]), ("k3", ["k3"]),
    ("1961-02-03", ["k1"]), ("1961/2/3", ["k1"]), ("1961年2月3日", ["k1"]), ("1961-02", ["k1"]), ("19610203", ["k1"]),
    ("19770707", ["k1"]), ("1961-13-40", []), ("nobody", []),
])  # fmt: skip
def test_patients_are_found_by_names_ids_and_days_of_birth(visitor, wanted, ids):
    assert found(visitor, q=wanted) == ids


def test_those_in_the_house_are_told_from_those_who_only_come_by(visitor, ward):
    who, whole = inside(ward)
    assert {"k1", "k4"} <= set(who)
    assert not {"k2", "k3"} & set(who)
    assert whole
    assert found(visitor, stay="in") == ["k1", "k4"]
    assert found(visitor, stay="in", q="kunz") == ["k4"]


def test_where_somebody_lies_has_its_name_in_the_language_and_the_place_that_was_left_does_not_count(ward):
    here = stays(ward, ["k1", "k2", "k3", "k4"], "en")
    assert (here["k1"].where, here["k1"].since, here["k1"].last) == ("Ward 7", "2026-11-18", "2026-11-20")
    assert stays(ward, ["k1"], "zh")["k1"].where == "七病区"
    assert here["k4"].where == "Surgery"
    assert (here["k3"].inside, here["k3"].last) == (False, "2019-01-01")
    assert stays(ward, [], "en") == {}


@pytest.mark.parametrize(("id", "name", "other", "age", "died"), [
    ("k1", "王小明", "Wang Xiaoming", 65, False), ("k2", "Ada Kunz", "", 49, False),
    ("k3", "Kunz Bert", "", None, True), ("k4", "<b>Kunz</b> Carl", "", 79, True),
])  # fmt: skip
def test_ages_are_full_years_and_those_of_the_dead_stand_still(ward, id, name, other, age, died):
    one = somebody(ward.stores.record.read("Patient", id), date(2026, 11, 21))
    assert (one.name, one.other, one.age, one.died) == (name, other, age, died)


def test_a_name_is_only_text(visitor):
    page = visitor.get("/console/patients", params={"q": "kunz"}).text
    assert "<b>Kunz" not in page
    assert "&lt;b&gt;Kunz" in page
    part = visitor.get("/console/search", params={"find": "kunz"}, headers={"HX-Request": "true"}).text
    assert "<b>Kunz" not in part
    assert "<html" not in part


def test_the_worst_that_nobody_decided_on_and_what_waits_are_told(visitor, ward):
    orders = ["ibuprofen 400 mg oral three times daily", "clarithromycin 500 mg oral twice daily"]
    run = ward.run("prescription-review", {"orders": orders}, patient="p1")
    page = visitor.get("/console/patients", params={"q": "p1"}).text
    assert f'href="/console/runs/{run.id}"' in page
    assert '<span class="count">1</span> <span class="small">for you</span>' in page, "a pharmacist signs it"
    ward.run("triage", {"complaint": "cough for a week"}, patient="p1")
    page = visitor.get("/console/patients", params={"q": "p1"}).text
    assert '<span class="count">1</span> <span class="small">for you</span>' in page
    assert '<span class="count">1</span> <span class="small">nurse</span>' in page


def test_the_search_shows_nobody_to_who_may_see_no_patient(ward, address, house):
    ward.access.add_person(HOUSE, id="k.researcher", name="R", role="researcher", passphrase=PASSPHRASE)
    cookies = {"openward_session": house.session("k.researcher")}
    with httpx.Client(base_url=address, cookies=cookies, timeout=60) as client:
        page = client.get("/console/search", params={"find": "kunz"}).text
        assert "/console/patients/k2" not in page
        assert "Nothing is found" in page
        assert "/console/services/triage" in client.get("/console/search", params={"find": "tri"}).text
        assert "/console/trail" not in client.get("/console/search", params={"find": "trail"}).text


def test_who_saw_whom_in_a_search_is_in_the_trail(visitor, ward):
    visitor.get("/console/search", params={"find": "王小"})
    newest = ward.trail.look(what="patient", patient="k1", limit=1).entries[0][1]
    assert (newest.what, newest.actor, newest.door) == ("patient.list", "a.pharmacist", "console")


def test_the_list_says_what_the_chart_says_and_nothing_harmless_takes_an_alarm_away(visitor, ward):
    alarm = ward.run("lab-report", {"text": "Potassium 6.8 mmol/L"}, patient="k2")
    for harmless in ("Sodium 140 mmol/L", "hello world"):
        ward.run("lab-report", {"text": harmless}, patient="k2")
    listed = visitor.get("/console/patients", params={"q": "k2"}).text
    chart = visitor.get("/console/patients/k2").text
    assert f'href="/console/runs/{alarm.id}"' in listed
    for page in (listed, chart):
        assert "Critical value: Potassium 6.8 mmol/L" in page
    assert "Laboratory report made no finding in what was typed" in chart
    assert "No laboratory result could be read." in chart
    ward.run("lab-report", {"text": "Potassium 4.1 mmol/L"}, patient="k2")
    for path in ("/console/patients?q=k2", "/console/patients/k2"):
        assert "Critical value" not in visitor.get(path).text


def test_who_was_never_looked_at_is_not_said_to_have_nothing_open(visitor, ward):
    draft = {
        "resourceType": "MedicationRequest", "id": "k3-d", "status": "draft", "intent": "order",
        "subject": {"reference": "Patient/k3"}, "medicationCodeableConcept": {"text": "Warfarin 5 mg"},
    }  # fmt: skip
    ward.record.import_bytes("d.ndjson", json.dumps(draft).encode())
    page = visitor.get("/console/patients", params={"q": "k3"}).text
    assert "no service has looked yet" in page
    assert "1 draft order not reviewed" in page
    assert "nothing found is open" not in page
    ward.run("prescription-review", patient="k3")
    page = visitor.get("/console/patients", params={"q": "k3"}).text
    assert "not reviewed" not in page
    assert "no service has looked yet" not in page
