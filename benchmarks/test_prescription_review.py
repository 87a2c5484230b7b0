"""Speed of the prescription review: the engine alone, on a chart that is in memory, tables and names warm.

Run: `.venv/bin/pytest benchmarks/test_prescription_review.py --benchmark-only`
"""

from datetime import UTC, datetime

import msgspec

from openward.domain.resource import Stored
from openward.harness.service import Context
from openward.record.charting import chart_of
from openward.services.prescription_review import SERVICE
from openward.services.prescription_review.reads import Reads

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
CONTEXT = Context(now=NOW)
DRUGS = (
    ("atorvastatin", 20, 1), ("lisinopril", 10, 1), ("metformin", 500, 2), ("amlodipine", 5, 1), ("omeprazole", 20, 1),
    ("metoprolol", 50, 2), ("furosemide", 40, 1), ("allopurinol", 100, 1), ("sertraline", 50, 1),
)  # fmt: skip
FLOOR_US = 300


def stored(type, id, **parts):
    body = msgspec.json.encode({"resourceType": type, "id": id, **parts})
    return Stored(type=type, id=id, version=1, seq=1, body=body, digest="", received=NOW, patient="p")


def request(drug, amount, times, *, status="active"):
    quantity = {"value": amount, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    dosage = {
        "doseAndRate": [{"doseQuantity": quantity}],
        "timing": {"repeat": {"frequency": times, "period": 1, "periodUnit": "d"}},
        "route": {"text": "oral"},
    }
    return stored(
        "MedicationRequest", drug, status=status, intent="order", subject={"reference": "Patient/p"},
        authoredOn="2026-11-02", medicationCodeableConcept={"text": drug}, dosageInstruction=[dosage],
    )  # fmt: skip


def observation(id, loinc, value, unit):
    quantity = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    code = {"coding": [{"system": "http://loinc.org", "code": loinc}]}
    return stored(
        "Observation", id, status="final", subject={"reference": "Patient/p"}, code=code,
        effectiveDateTime="2026-11-10T08:00:00Z", valueQuantity=quantity,
    )  # fmt: skip


def chart():
    allergy = {"code": {"text": "Penicillin"}, "patient": {"reference": "Patient/p"}}
    return chart_of(
        [
            stored("Patient", "p", birthDate="1950-03-02", gender="female"),
            stored("AllergyIntolerance", "a", **allergy),
            observation("cr", "2160-0", 1.4, "mg/dL"),
            observation("w", "29463-7", 70, "kg"),
            *(request(*drug) for drug in DRUGS),
            request("ibuprofen", 400, 3, status="draft"),
        ],
        patient="p", as_of=NOW, version="1",
    )  # fmt: skip


def test_one_draft_order_on_a_chart_with_ten_drugs(benchmark):
    """Issue 2: at most 300 µs a review on one core."""
    warm = chart()
    proposal = benchmark(SERVICE.engine, Reads(), warm, CONTEXT)
    assert len(proposal.body.orders) == 1
    assert proposal.body.drugs_in_use == len(DRUGS)
    assert benchmark.stats.stats.median * 1e6 <= FLOOR_US


def test_all_ten_drugs_under_review(benchmark):
    """Every pair, every family: the whole list as ten orders of text."""
    orders = tuple(f"{d} {a} mg oral {'once' if n == 1 else 'twice'} daily" for d, a, n in (*DRUGS, ("ibuprofen", 400, 2)))
    warm = chart()
    proposal = benchmark(SERVICE.engine, Reads(orders=orders), warm, CONTEXT)
    assert len(proposal.body.orders) == 10
