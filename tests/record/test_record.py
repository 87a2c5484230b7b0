"""Charts of patients of the record, of what came with a request, and of both."""

import hashlib
import json

import pytest
from tests.record.fhir import NOW, UUIDS, bundle, empty_record, entry, observation, raw, resource

from openward.adapters.memory import FixedClock
from openward.domain.errors import NotFoundError, RecordError
from openward.ports.store import Stores
from openward.record.record import Record

PATIENT = resource("Patient", "p1", birthDate="1970-01-01")
ORDER = resource(
    "MedicationRequest",
    "m1",
    status="draft",
    intent="proposal",
    subject={"reference": "Patient/p1"},
    medicationCodeableConcept={"text": "warfarin"},
)


@pytest.fixture
def record(stores: Stores) -> Record:
    made = Record(stores.record, FixedClock(NOW))
    made.import_bytes("a.json", bundle(entry(PATIENT), entry(observation("o1")), entry(resource("Patient", "p2"))))
    return made


def held(record: Record, *args: object, **kwargs: object) -> list[str]:
    return sorted(f"{r.type}/{r.id}" for r in record.holding(*args, **kwargs).resources)  # type: ignore[arg-type]


def test_the_chart_of_a_patient_names_its_version(record: Record):
    chart = record.chart("p1")
    assert (chart.patient, chart.as_of, chart.resources) == ("p1", NOW, 2)
    seq = max(r.seq for r in record.holding("p1").resources)
    assert chart.version == f"record:{seq}"


def test_an_unknown_patient_is_an_error_that_does_not_say_whom_was_asked_for(record: Record):
    with pytest.raises(NotFoundError) as caught:
        record.chart("secret-name")
    assert "secret" not in str(caught.value)


def test_a_chart_needs_a_patient_or_a_bundle(record: Record):
    with pytest.raises(RecordError, match="needs a patient"):
        record.chart(None)


def test_only_the_types_asked_for_are_held(record: Record):
    assert held(record, "p1", types=["Observation"]) == ["Observation/o1"]
    assert record.chart("p1", types=["Observation"]).demographics is None
    assert held(record, "p1", types=["Condition"]) == []


def test_the_chart_as_of_an_earlier_moment_of_the_record(record: Record):
    before = max(r.seq for r in record.holding("p1").resources)
    record.import_bytes("b.json", bundle(entry(observation("o2")), entry(observation("o1", valueString="later"))))
    assert held(record, "p1") == ["Observation/o1", "Observation/o2", "Patient/p1"]
    assert held(record, "p1", at=before) == ["Observation/o1", "Patient/p1"]
    assert record.chart("p1", at=before).version == f"record:{before}"
    (earlier,) = [r for r in record.holding("p1", at=before).resources if r.type == "Observation"]
    assert earlier.version == 1


def test_medications_that_orders_speak_of_are_held_with_them(record: Record):
    order = {**ORDER, "medicationReference": {"reference": "Medication/d1"}}
    del order["medicationCodeableConcept"]
    drug = resource("Medication", "d1", code={"text": "warfarin"})
    record.import_bytes("m.json", bundle(entry(order), entry(drug), entry(resource("Medication", "d2"))))
    assert "Medication/d1" in held(record, "p1")
    assert "Medication/d2" not in held(record, "p1")
    assert "Medication/d1" in held(record, "p1", types=["MedicationRequest", "Medication"])
    assert "Medication/d1" not in held(record, "p1", types=["MedicationRequest"])
    assert record.chart("p1").medications.entries[0].concept.text == "warfarin"


# What came with a request.


def test_a_bundle_alone_is_the_chart():
    data = bundle(entry(PATIENT), entry(ORDER))
    chart = empty_record().chart(None, overlay=data)
    assert (chart.patient, chart.resources) == ("p1", 2)
    assert chart.version == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert all(entry.source.version is None for entry in chart.medications)


def test_a_single_resource_may_come_alone():
    assert empty_record().chart(None, overlay=raw(ORDER)).patient == "p1"


def test_a_bundle_is_laid_over_the_record(record: Record):
    data = bundle(entry(ORDER), entry(observation("o1", valueString="in the request")))
    holding = record.holding("p1", overlay=data)
    assert sorted(f"{r.type}/{r.id}/{r.version}" for r in holding.resources) == [
        "MedicationRequest/m1/0",
        "Observation/o1/0",
        "Patient/p1/1",
    ]
    seq, digest = holding.version.split("+")
    assert (seq[:7], digest) == ("record:", f"sha256:{hashlib.sha256(data).hexdigest()}")
    assert json.loads(record.resource("Observation/o1").body).get("valueString") is None


def test_a_resource_of_nobody_is_taken_for_the_patients(record: Record):
    order = {key: value for key, value in ORDER.items() if key not in {"subject", "id"}}
    assert len(record.holding("p1", overlay=raw(order)).resources) == 3


def test_a_resource_of_another_patient_is_left_out_and_named(record: Record):
    data = bundle(entry(ORDER), entry(observation("o9", of="Patient/p2")))
    chart = record.chart("p1", overlay=data)
    assert [reference for reference, _ in chart.unread] == ["Observation/o9"]
    assert "another patient" in chart.unread[0][1]


def test_what_cannot_be_read_of_a_request_is_named_in_the_chart(record: Record):
    wrong = {"resource": {"resourceType": "Observation", "status": 7}}
    chart = record.chart("p1", overlay=bundle(entry(ORDER), wrong))
    assert [place for place, _ in chart.unread] == ["bundle[1]"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b"\xff", b"<a/>", b"3"])
def test_a_request_that_cannot_be_read_at_all_is_an_error(record: Record, data: bytes):
    with pytest.raises(RecordError):
        record.chart(None, overlay=data)


def test_an_unreadable_overlay_over_a_known_patient_is_an_error_too(record: Record):
    with pytest.raises(RecordError, match="cannot be read"):
        record.chart("p1", overlay=b'{"resourceType":"Patient"')


@pytest.mark.parametrize(
    "entries",
    [
        [resource("Patient", "p1"), resource("Patient", "p2")],
        [observation("o1"), observation("o2", of="Patient/p2")],
        [resource("Medication", "m")],
    ],
)
def test_a_bundle_alone_must_be_about_one_patient(entries):
    with pytest.raises(RecordError, match="name the one"):
        empty_record().chart(None, overlay=bundle(*(entry(e) for e in entries)))


def test_a_bundle_alone_may_name_its_patient_by_urn():
    urn = f"urn:uuid:{UUIDS[0]}"
    data = bundle(entry(resource("Patient", None), urn), entry(observation(None, of=urn)))
    assert empty_record().holding(None, overlay=data).patient == UUIDS[0]


# Single resources.


def test_a_resource_is_read_by_reference_and_version(record: Record):
    record.import_bytes("b.json", raw(observation("o1", valueString="2")))
    assert record.resource("Observation/o1").version == 2
    assert record.resource("Observation/o1", 1).version == 1
    for reference, version in (("Observation/none", None), ("Observation/o1", 9), ("nonsense", None), ("", None)):
        with pytest.raises(NotFoundError):
            record.resource(reference, version)


# Resources as US Core and QI-Core write them.


def test_resources_in_the_manner_of_us_core_are_read_with_all_they_say(record: Record):
    race = {
        "url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
        "extension": [{"url": "text", "valueString": "unknown"}],
    }
    patient = resource(
        "Patient",
        "us1",
        extension=[race],
        identifier=[{"system": "urn:oid:1.2.3", "value": "4"}],
        birthDate="1980-05",
        _birthDate={"extension": [{"url": "urn:why", "valueCode": "asked"}]},
        name=[{"family": "Example", "given": ["Ada", None], "_given": [None, {"extension": []}]}],
    )
    vital = observation(
        "bp1",
        of="Patient/us1",
        meta={"profile": ["http://hl7.org/fhir/us/core/StructureDefinition/us-core-blood-pressure"]},
        code={"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
        effectiveDateTime="2024-02-01T09:00:00Z",
        component=[
            {
                "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
                "valueQuantity": {
                    "value": 128,
                    "unit": "mmHg",
                    "system": "http://unitsofmeasure.org",
                    "code": "mm[Hg]",
                },
            },
            {
                "code": {"coding": [{"system": "http://loinc.org", "code": "8462-4"}]},
                "dataAbsentReason": {"coding": [{"code": "unknown"}]},
            },
        ],
    )
    report = record.import_bytes("us.json", bundle(entry(patient), entry(vital)))
    assert (report.refused, report.resources) == (0, 2)
    assert len(record.holding("us1").resources) == 2
    assert json.loads(record.resource("Patient/us1").body) == patient
    systolic = record.chart("us1").latest("8480-6")
    assert systolic is not None
    assert systolic.measure is not None
    assert systolic.measure.value == 128


def test_a_refusal_in_the_manner_of_qi_core_is_kept_with_its_extensions(record: Record):
    not_done = resource(
        "MedicationRequest",
        "nd1",
        status="completed",
        intent="order",
        doNotPerform=True,
        subject={"reference": "Patient/p1"},
        medicationCodeableConcept={
            "extension": [{"url": "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-notDoneValueSet"}]
        },
        reasonCode=[{"coding": [{"system": "http://snomed.info/sct", "code": "183932001"}]}],
    )
    assert record.import_bytes("qi.json", raw(not_done)).refused == 0
    (found,) = record.chart("p1").medications
    assert found.do_not_perform is True
