"""Whatever is thrown at the doors: a clear error, nothing lost, and no word of the patient in message or log."""

import io
import json
import logging
import sqlite3
import threading
from datetime import timedelta

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.wards import PASSPHRASE, a_house, bearer, patient_bundle, served

from openward.access.access import HOUSE, Access
from openward.adapters.memory import FixedClock
from openward.domain.errors import InputError, OpenWardError, StoreError

SECRET = "Zebulon-Quartermaine-1939"
RUN = "/v1/services/prescription-review/run"


def test_a_hundred_thousand_orders_are_refused_with_the_limit(house):
    with pytest.raises(InputError, match=r"orders"):
        house.ward.run("prescription-review", {"orders": ["warfarin 5 mg"] * 100_000}, patient="p1")


def test_hostile_text_in_every_string_of_a_bundle_changes_no_door(program):
    hostile = "'; DROP TABLE resource; -- <script>alert(1)</script> {{7*7}} \u202e ../../etc/passwd %s %n"
    bundle = json.loads(json.dumps(patient_bundle("hostile")))
    for entry in bundle["entry"]:
        resource = entry["resource"]
        for concept in ("code", "medicationCodeableConcept"):
            if concept in resource:
                resource[concept] = {
                    "text": hostile,
                    "coding": [{"system": hostile, "code": hostile, "display": hostile}],
                }
    answer = program.post(RUN, json={"bundle": bundle, "input": {"orders": [hostile]}})
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "proposed"
    assert answer.json()["proposal"]["not_checked"]


def test_a_character_that_no_text_may_hold_is_refused_in_words(program):
    answer = program.post(RUN, json={"bundle": patient_bundle("nul"), "input": {"orders": ["warfarin\u0000 5 mg"]}})
    assert (answer.status_code, "NUL" in answer.text) == (400, True)


strings = st.text(max_size=30)
shapes = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | strings,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["resourceType", "id", "text", "coding", "system", "code", "display", "status", "dosageInstruction", "timing",
         "repeat", "subject", "reference", "value", "unit"]) | strings, inner, max_size=4),
    max_leaves=15,
)  # fmt: skip


@given(orders=st.lists(strings | shapes, max_size=4), resources=st.lists(shapes, max_size=3))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_order_and_any_resource_is_a_run_or_a_clear_error(house, orders, resources):
    entries = [{"resource": {"resourceType": "Patient", "id": "x"}}, *({"resource": r} for r in resources)]
    request = {"orders": orders}
    try:
        run = house.ward.run(
            "prescription-review", request, bundle={"resourceType": "Bundle", "type": "collection", "entry": entries}
        )
    except OpenWardError as error:
        assert str(error)
        return
    assert run.status == "proposed", run.failure


def test_cyclic_and_dangling_references_are_no_trouble(house):
    patient = {"reference": "Patient/loop"}
    resources = [
        {"resourceType": "Patient", "id": "loop", "link": [{"other": patient, "type": "seealso"}]},
        {"resourceType": "Condition", "id": "l1", "subject": patient, "partOf": [{"reference": "Condition/l2"}]},
        {"resourceType": "Condition", "id": "l2", "subject": patient, "partOf": [{"reference": "Condition/l1"}]},
        {"resourceType": "MedicationRequest", "id": "l3", "status": "active", "intent": "order", "subject": patient,
         "medicationReference": {"reference": "Medication/nowhere"}},
    ]  # fmt: skip
    report = house.ward.record.import_resources(resources, source="loop")
    assert report.quarantined == 0
    chart = house.ward.chart("loop")
    assert (len(chart.problems), len(chart.medications)) == (2, 1)
    assert house.ward.run("prescription-review", patient="loop").status == "proposed"


def test_an_import_that_a_full_disk_cuts_off_loses_nothing_and_goes_on(tmp_path):
    from openward.adapters.sqlite import open_sqlite

    lines = b"".join(
        json.dumps({"resourceType": "Patient", "id": f"n{n}", "name": [{"text": SECRET * 20}]}).encode() + b"\n"
        for n in range(20_000)
    )
    source = tmp_path / "many.ndjson"
    source.write_bytes(lines)
    with a_house(tmp_path / "home") as house:
        with sqlite3.connect(tmp_path / "home" / "ward.db") as database:
            pages = database.execute("PRAGMA page_count").fetchone()[0]
        database.close()
        with limited_pages(pages + 200), pytest.raises(StoreError, match="full") as caught:
            open_limited(house).import_paths([source])
        assert SECRET not in str(caught.value)
        assert house.ward.record.import_paths([source]).quarantined == 0
        assert house.ward.stores.record.counts()["Patient"] == 20_001
    assert open_sqlite(tmp_path / "home" / "ward.db").record.counts()["Patient"] == 20_001


def test_a_locked_database_is_a_clear_error_and_the_next_try_works(tmp_path):
    with a_house(tmp_path) as house, served(house.ward) as url, sqlite3.connect(tmp_path / "ward.db") as other:
        other.execute("BEGIN IMMEDIATE")
        answer = httpx.post(url + RUN, json={"patient": "p1", "input": {}}, headers=bearer(house.program), timeout=60)
        assert answer.status_code == 503
        assert "cannot do this now" in answer.json()["detail"]
        other.rollback()
        again = httpx.post(url + RUN, json={"patient": "p1", "input": {}}, headers=bearer(house.program), timeout=60)
        assert again.status_code == 200
    other.close()


def test_an_expired_token_is_no_credential(house):
    _, token = house.ward.access.issue(HOUSE, label="short", days=1)
    later = FixedClock(house.ward.clock.now() + timedelta(days=2))
    access = Access(house.ward.stores.access, house.ward.trail, later, house.ward.ids)
    with pytest.raises(OpenWardError, match="expired"):
        access.identify(token)


def test_no_log_and_no_message_holds_a_word_of_the_patient(house, program):
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger().addHandler(handler)
    try:
        bundle = json.loads(json.dumps(patient_bundle("quiet")).replace("Synthetic Example", SECRET))
        bundle["entry"][1]["resource"]["code"] = {"text": [SECRET]}
        bundle["entry"].append({"resource": {"resourceType": "Observation", "id": SECRET + "!", "status": 5}})
        answers = [
            program.post(RUN, json={"bundle": bundle, "input": {"orders": [{"resourceType": SECRET}]}}),
            program.post(RUN, json={"bundle": {"resourceType": SECRET}, "input": {}}),
            program.post(RUN, json={"patient": SECRET, "input": {}}),
            program.post(RUN, json={"input": {"orders": [{"a": SECRET}], SECRET: 1}}),
            program.get(f"/fhir/Patient/{SECRET}"),
        ]
    finally:
        logging.getLogger().removeHandler(handler)
    problems = [a.text for a in answers if a.status_code >= 400]
    assert len(problems) >= 3
    assert SECRET not in written.getvalue()
    leaks = [p for p in problems if SECRET in p.replace(f"/fhir/Patient/{SECRET}", "")]
    assert leaks == []


def test_many_at_once_leave_one_run_each(house, address):
    codes = []

    def ask():
        answer = httpx.post(
            address + RUN, json={"patient": "p1", "input": {}}, headers=bearer(house.program), timeout=60
        )
        codes.append((answer.status_code, answer.json().get("id")))

    threads = [threading.Thread(target=ask) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {code for code, _ in codes} == {200}
    assert len({run for _, run in codes}) == 24
    assert house.ward.trail.verify().ok


def test_two_persons_race_for_one_decision_and_one_wins(house, address):
    run = house.ward.run("prescription-review", {"orders": ["clarithromycin 500 mg"]}, patient="p1")
    house.ward.access.add_person(HOUSE, id="d.pharmacist", name="Second", role="pharmacist", passphrase=PASSPHRASE)
    answers = []

    def race(person):
        with httpx.Client(base_url=address, headers=bearer(house.session(person)), timeout=60) as client:
            showing = client.post(f"/v1/runs/{run.id}/showing").json()["showing"]
            barrier.wait()
            body = {"showing": showing["id"], "digest": showing["digest"], "choice": "accept", "passphrase": PASSPHRASE}
            answers.append(client.post(f"/v1/runs/{run.id}/decision", json=body).status_code)

    barrier = threading.Barrier(2)
    racers = [threading.Thread(target=race, args=(p,)) for p in ("a.pharmacist", "d.pharmacist")]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(answers) == [201, 409]


def limited_pages(pages):
    """The next SQLite database opened may hold no more than so many pages."""
    from contextlib import contextmanager

    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    @contextmanager
    def limited():
        def limit(connection, _record):
            if isinstance(connection, sqlite3.Connection):
                connection.execute(f"PRAGMA max_page_count = {pages}")

        event.listen(Engine, "connect", limit)
        try:
            yield
        finally:
            event.remove(Engine, "connect", limit)

    return limited()


def open_limited(house):
    from openward.adapters.sqlite import open_sqlite
    from openward.record.record import Record

    return Record(open_sqlite(house.ward.settings.home / "ward.db").record, house.ward.clock)
