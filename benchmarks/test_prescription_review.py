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
LIMIT_US = 300


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


def chart(*, drafts=True):
    allergy = {"code": {"text": "Penicillin"}, "patient": {"reference": "Patient/p"}}
    return chart_of(
        [
            stored("Patient", "p", birthDate="1950-03-02", gender="female"),
            stored("AllergyIntolerance", "a", **allergy),
            observation("cr", "2160-0", 1.4, "mg/dL"),
            observation("w", "29463-7", 70, "kg"),
            *(request(*drug) for drug in DRUGS),
            request("ibuprofen", 400, 3, status="draft" if drafts else "active"),
        ],
        patient="p", as_of=NOW, version="1",
    )  # fmt: skip


def run(benchmark, reads, warm):
    """The median of many rounds, after the tables and names are read."""
    SERVICE.engine(reads, warm, CONTEXT)
    return benchmark.pedantic(SERVICE.engine, (reads, warm, CONTEXT), rounds=2000, warmup_rounds=200)


def test_one_draft_order_on_a_chart_with_ten_drugs(benchmark):
    """The goal is at most 300 µs a review on one core."""
    proposal = run(benchmark, Reads(), chart())
    assert len(proposal.body.orders) == 1
    assert proposal.body.drugs_in_use == len(DRUGS)
    assert benchmark.stats.stats.median * 1e6 <= LIMIT_US


def test_all_ten_current_drugs_under_review(benchmark):
    """The whole list at once: every drug an order, 45 pairs."""
    proposal = run(benchmark, Reads(), chart(drafts=False))
    assert len(proposal.body.orders) == 10
    assert benchmark.stats.stats.median * 1e6 <= LIMIT_US


def test_ten_orders_of_text_on_a_chart_with_ten_drugs(benchmark):
    """Twenty drugs: ten sentences beside the drugs in use."""
    often = {1: "once", 2: "twice"}
    orders = tuple(f"{d} {a} mg oral {often[n]} daily" for d, a, n in (*DRUGS, ("ibuprofen", 400, 2)))
    proposal = run(benchmark, Reads(orders=orders), chart())
    assert len(proposal.body.orders) == 10
