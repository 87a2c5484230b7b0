"""Sections of a chart in rows: what is there, what is said to be absent, what nobody recorded, and from where."""

import json

import pytest

from openward.adapters.memory import FixedClock, memory_stores
from openward.harness.agents.identifiers import identifiers_of
from openward.harness.agents.sections import MOST_ROWS, view
from openward.record.record import Record

P = {"reference": "Patient/p"}
LOINC = "http://loinc.org"


def chart(*resources, **patient):
    who = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1950-03-02"} | patient
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in (who, *resources)]}
    return Record(memory_stores().record, FixedClock()).holding(None, overlay=json.dumps(bundle).encode()).chart()


def observation(id="o", value=0.9, category="laboratory", code="2160-0", **more):
    return {
        "resourceType": "Observation", "id": id, "status": "final", "subject": P,
        "category": [{"coding": [{"code": category}]}] if category else [],
        "code": {"coding": [{"system": LOINC, "code": code, "display": "Creatinine"}]},
        "effectiveDateTime": "2026-01-10T08:00:00Z", "valueQuantity": {"value": value, "unit": "mg/dL"},
        "referenceRange": [{"low": {"value": 0.5}, "high": {"value": 1.1, "unit": "mg/dL"}}],
    } | more  # fmt: skip


def test_a_laboratory_row_has_value_unit_date_interval_and_reference():
    (row,) = view(chart(observation()), "laboratory", "en").rows
    assert row.told() == {
        "what": "Creatinine", "value": 0.9, "unit": "mg/dL", "date": "2026-01-10 08:00", "interval": "0.5–1.1 mg/dL",
        "reference": "Observation/o",
    }  # fmt: skip
    assert row.words() == "Creatinine: 0.9 mg/dL, (0.5–1.1 mg/dL), 2026-01-10 08:00"
    assert row.source is not None


def test_laboratory_and_vital_signs_are_told_apart_also_without_a_category():
    held = chart(observation("a", category=""), observation("b", category="vital-signs", code="8480-6"),
                 observation("c", category="", code="8480-6"))  # fmt: skip
    assert [row.reference for row in view(held, "laboratory", "en").rows] == ["Observation/a"]
    assert {row.reference for row in view(held, "vitals", "en").rows} == {"Observation/b", "Observation/c"}


def test_absent_is_not_the_same_as_not_recorded():
    none = {
        "resourceType": "AllergyIntolerance", "id": "a", "patient": P,
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "716186003", "display": "No known allergy"}]},
        "clinicalStatus": {"coding": [{"code": "active"}]},
    }  # fmt: skip
    said, silent = view(chart(none), "allergies", "en"), view(chart(), "allergies", "en")
    assert (said.state, silent.state) == ("absent", "not-recorded")
    assert said.summary != silent.summary
    assert "does not mean" in silent.summary
    assert "未记载" in view(chart(), "allergies", "zh").summary


@pytest.mark.parametrize(
    ("resource", "section", "words"),
    [
        ({"resourceType": "Condition", "id": "c", "subject": P, "code": {"text": "Gout"},
          "clinicalStatus": {"coding": [{"code": "active"}]}, "onsetDateTime": "2020-05-01"},
         "problems", "Gout: active, 2020-05-01"),
        ({"resourceType": "MedicationRequest", "id": "m", "subject": P, "status": "active", "intent": "order",
          "medicationCodeableConcept": {"text": "Warfarin"}, "dosageInstruction": [{"text": "5 mg daily"}]},
         "medications", "Warfarin: 5 mg daily, current"),
        ({"resourceType": "Procedure", "id": "x", "subject": P, "status": "completed", "code": {"text": "Biopsy"},
          "performedDateTime": "2024-02-03"}, "procedures", "Biopsy: completed, 2024-02-03"),
        ({"resourceType": "Immunization", "id": "i", "patient": P, "status": "completed",
          "vaccineCode": {"text": "Influenza"}, "occurrenceDateTime": "2025-10-01"},
         "immunizations", "Influenza: completed, 2025-10-01"),
        ({"resourceType": "Encounter", "id": "e", "subject": P, "status": "finished", "class": {"code": "IMP"},
          "period": {"start": "2026-01-02"}, "reasonCode": [{"text": "Fall"}]},
         "encounters", "IMP: Fall, finished, 2026-01-02"),
        ({"resourceType": "DiagnosticReport", "id": "d", "subject": P, "status": "final", "code": {"text": "CT"},
          "effectiveDateTime": "2026-01-03"}, "documents", "CT: final, 2026-01-03"),
    ],
)  # fmt: skip
def test_a_row_reads_as_one_line(resource, section, words):
    (row,) = view(chart(resource), section, "en").rows
    assert row.words() == words


def test_who_the_patient_is_has_rows_too():
    rows = {row.what: row.value for row in view(chart(), "demographics", "en").rows}
    assert rows["sex"] == "female"
    assert rows["age"] == 75


def test_what_is_too_much_is_cut_the_newest_first():
    many = [observation(f"o{n}", effectiveDateTime=f"2025-01-{n % 28 + 1:02d}") for n in range(MOST_ROWS + 5)]
    shown = view(chart(*many), "laboratory", "en")
    assert shown.cut
    assert len(shown.rows) == MOST_ROWS
    assert shown.rows[0].date == "2025-01-28"
    assert str(MOST_ROWS + 5) in shown.summary


def test_what_tells_who_a_patient_is_is_gathered_once():
    patient = {
        "name": [{"text": "王小明", "family": "王", "given": ["小明"]}, "broken"], "birthDate": "1950-03-02",
        "identifier": [{"value": "MRN-7"}, {"value": "MRN-7"}, {}], "telecom": [{"value": "+86 138 0000"}],
        "address": [{"line": ["1 Road"], "postalCode": "100000"}], "contact": [{"name": {"text": "Li Lei"}}],
    }  # fmt: skip
    found = identifiers_of([json.dumps(patient).encode()])
    assert {"王小明", "小明", "MRN-7", "+86 138 0000", "1 Road", "100000", "Li Lei", "1950-03-02"} <= set(found)
    assert len(found) == len(set(found))
    assert identifiers_of([b"{}"]) == ()
