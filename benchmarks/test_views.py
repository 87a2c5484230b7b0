"""Typed views against `fhir.resources` on the same bytes, and a warm chart against plain JSON parsing, in one run."""

import json
import timeit
from datetime import UTC, datetime

import msgspec
import pytest
from fhir.resources.R4B import get_fhir_model_class

from openward.domain.resource import Stored
from openward.record import views
from openward.record.charting import chart_of

NOW = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
SUBJECT = {"reference": "Patient/p"}
LAB = {"coding": [{"system": "http://loinc.org", "code": "2160-0", "display": "Creatinine"}], "text": "Creatinine"}
CATEGORY = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}
META = {"versionId": "1", "lastUpdated": "2026-01-01T10:00:00.000+00:00"}
RESOURCES = {
    "Patient": {
        "birthDate": "1950-03-02", "gender": "female", "meta": META,
        "identifier": [{"system": "urn:mrn", "value": "1"}], "name": [{"family": "Example", "given": ["Ada", "Maria"]}],
        "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "en"}]}}],
    },
    "Observation": {
        "status": "final", "category": [CATEGORY], "code": LAB, "subject": SUBJECT, "meta": META,
        "effectiveDateTime": "2026-01-05T08:00:00+01:00", "issued": "2026-01-05T09:00:00.000+01:00",
        "valueQuantity": {"value": 1.13, "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL"},
        "referenceRange": [{"low": {"value": 0.6, "unit": "mg/dL"}, "high": {"value": 1.1, "unit": "mg/dL"}}],
    },
    "Condition": {
        "clinicalStatus": {"coding": [{"code": "active"}]}, "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "44054006"}]}, "subject": SUBJECT,
        "meta": META, "onsetDateTime": "2019-05-03", "recordedDate": "2019-05-04T10:00:00Z",
    },
    "MedicationRequest": {
        "status": "active", "intent": "order", "subject": SUBJECT, "authoredOn": "2026-01-05", "meta": META,
        "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "B01AA03"}]},
        "dosageInstruction": [
            {"text": "5 mg once daily", "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
             "doseAndRate": [{"doseQuantity": {"value": 5, "unit": "mg"}}], "asNeededBoolean": False}
        ],
    },
    "AllergyIntolerance": {
        "clinicalStatus": {"coding": [{"code": "active"}]}, "patient": SUBJECT, "type": "allergy", "meta": META,
        "category": ["medication"], "criticality": "high", "code": {"text": "Penicillin"},
        "reaction": [{"manifestation": [{"text": "hives"}], "severity": "severe"}],
    },
    "Encounter": {
        "status": "finished", "class": {"code": "AMB"}, "subject": SUBJECT, "meta": META,
        "period": {"start": "2026-01-05T08:00:00Z", "end": "2026-01-05T08:30:00Z"}, "type": [{"text": "check-up"}],
    },
}  # fmt: skip


def body_of(type, id="x"):
    return json.dumps({"resourceType": type, "id": id} | RESOURCES[type]).encode()


def seconds(function, times):
    """The shortest time of one call, out of five rounds."""
    return min(timeit.repeat(function, number=times, repeat=5)) / times


@pytest.mark.parametrize("type", RESOURCES)
def test_a_view_is_decoded_ten_times_faster_than_by_fhir_resources(benchmark, type):
    body, peer = body_of(type), get_fhir_model_class(type)
    assert peer.model_validate_json(body).id == "x"
    theirs = seconds(lambda: peer.model_validate_json(body), 100)
    ours = seconds(lambda: views.decode(type, body), 5000)
    benchmark.extra_info |= {"fhir.resources µs": theirs * 1e6, "ours µs": ours * 1e6, "ratio": theirs / ours}
    benchmark(views.decode, type, body)
    assert theirs / ours >= 10


def test_a_warm_chart_of_two_thousand_resources_against_plain_parsing(benchmark):
    shares = [("Observation", 1500), ("Condition", 100), ("MedicationRequest", 200), ("Encounter", 199)]
    bodies = [(type, f"{type}-{n}") for type, count in shares for n in range(count)] + [("Patient", "p")]
    resources = [
        Stored(type=t, id=i, version=1, seq=n, body=body_of(t, i), digest="", received=NOW, patient="p")
        for n, (t, i) in enumerate(bodies)
    ]
    assert len(resources) == 2000

    def chart():
        return chart_of(resources, patient="p", as_of=NOW, version="v")

    assert len(chart().observations) == 1500
    ours = seconds(chart, 3)
    floor = seconds(lambda: [msgspec.json.decode(r.body) for r in resources], 3)
    benchmark.extra_info |= {"chart ms": ours * 1e3, "parsing ms": floor * 1e3, "ratio": ours / floor}
    benchmark(chart)
