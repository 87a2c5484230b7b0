"""Wards for tests: on a disk of their own, with persons, tokens and a real web server on loopback."""

import json
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from openward.access.access import HOUSE
from openward.doors.web import web_app
from openward.ward import Ward

ROOT = Path(__file__).parents[1]
PUBLIC = ROOT.parent / "shared" / "data"
PASSPHRASE = "quiet river under 7 bridges"


def patient_bundle(patient="p1", **more):
    """A small synthetic patient: on warfarin and simvastatin, allergic to penicillin, with a recent creatinine."""
    subject = {"reference": f"Patient/{patient}"}
    loinc = "http://loinc.org"

    def resource(kind, id, **fields):
        return {"resource": {"resourceType": kind, "id": f"{patient}-{id}", **fields}}

    def observation(id, code, value, unit):
        return resource(
            "Observation", id, status="final", subject=subject, effectiveDateTime="2026-11-14T08:00:00Z",
            code={"coding": [{"system": loinc, "code": code}]},
            valueQuantity={"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
        )  # fmt: skip

    entries = [
        {"resource": {"resourceType": "Patient", "id": patient, "gender": "female", "birthDate": "1950-03-02",
                      "name": [{"text": "Synthetic Example"}]}},
        resource("AllergyIntolerance", "a1", patient=subject, type="allergy", criticality="high",
                 code={"text": "Penicillin"},
                 clinicalStatus={"coding": [{"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
                                             "code": "active"}]}),
        resource("MedicationRequest", "m1", status="active", intent="order", subject=subject, authoredOn="2026-10-01",
                 medicationCodeableConcept={"text": "Warfarin 5 mg tablet"},
                 dosageInstruction=[{"text": "5 mg oral once daily", "route": {"text": "oral"},
                                     "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}]),
        resource("MedicationRequest", "m2", status="active", intent="order", subject=subject, authoredOn="2026-10-01",
                 medicationCodeableConcept={"text": "Simvastatin 40 mg tablet"},
                 dosageInstruction=[{"text": "40 mg oral at night"}]),
        observation("o1", "2160-0", 0.9, "mg/dL"),
        observation("o2", "29463-7", 70, "kg"),
        observation("o3", "8302-2", 165, "cm"),
        *more.get("entries", []),
    ]  # fmt: skip
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


@dataclass
class House:
    """A ward with two persons and two tokens."""

    ward: Ward
    admin: str
    program: str
    pharmacist: str = "a.pharmacist"
    clinician: str = "b.clinician"

    def session(self, person=None):
        return self.ward.access.sign_in(person or self.pharmacist, PASSPHRASE)[1]


@contextmanager
def a_house(home, **settings):
    with Ward.open(home=home, **settings) as ward:
        admin = ward.access.first_start()
        _, program = ward.access.issue(HOUSE, label="a test program")
        for person, role in (("a.pharmacist", "pharmacist"), ("b.clinician", "clinician")):
            ward.access.add_person(HOUSE, id=person, name=f"Test {role}", role=role, passphrase=PASSPHRASE)
        ward.record.import_bytes("p1.json", json.dumps(patient_bundle()).encode())
        yield House(ward, admin, program)


@contextmanager
def served(ward, port=None, app=None):
    """The ward's web doors on a real server; gives the address."""
    port = port or free_port()
    server = uvicorn.Server(
        uvicorn.Config(app or web_app(ward), host="127.0.0.1", port=port, log_level="error", access_log=False)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server did not start in time"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def bearer(token):
    return {"Authorization": f"Bearer {token}"}
