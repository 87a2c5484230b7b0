"""Speed of the small models: each engine warm, beside a floor that reads the same input and writes the same proposal.

Run: `.venv/bin/pytest benchmarks/test_small_models.py --benchmark-only`
"""

from datetime import UTC, datetime
from statistics import median
from time import perf_counter

import msgspec
import pytest

from openward.harness.service import Context
from openward.services.clinical_calculator import SERVICE as CALCULATOR
from openward.services.differential_diagnosis import SERVICE as DIFFERENTIAL
from openward.services.lab_report import SERVICE as LABORATORY
from openward.services.triage import SERVICE as TRIAGE

CONTEXT = Context(now=datetime(2026, 11, 21, 9, tzinfo=UTC))
NOTE = (
    "A 67-year-old man with hypertension and type 2 diabetes, without heart failure, comes with three days of cough "
    "with purulent sputum and fever. He denies chest pain. Blood pressure 104/62 mm Hg, pulse 112/min, respiratory "
    "rate 26/min, temperature 38.9 °C, oxygen saturation 91 % on room air. Sodium 131 mmol/L, creatinine 1.6 mg/dL, "
    "urea nitrogen 34 mg/dL, white cell count 17.2 x 10^9/L, haematocrit 38 %. His father had a stroke. "
)
REPORT = "\n".join(
    f"{name} {value} {unit} {low}-{high}"
    for name, value, unit, low, high in (
        ("Sodium", 131, "mmol/L", 135, 145), ("Potassium", 5.9, "mmol/L", 3.5, 5.1),
        ("Creatinine", 141, "umol/L", 60, 110), ("Haemoglobin", 92, "g/L", 130, 170), ("MCV", 71, "fL", 80, 98),
        ("Ferritin", 8, "ug/L", 30, 400), ("ALT", 180, "U/L", 7, 40), ("ALP", 90, "U/L", 40, 130),
        ("CRP", 120, "mg/L", 0, 5), ("Platelets", 410, "10*9/L", 150, 400),
    )
)  # fmt: skip
TERMS = ("HP:0001250", "HP:0001263", "HP:0009717", "HP:0009720", "HP:0001716", "HP:0100804", "HP:0000717")
# Milliseconds that the issue of these services asks for, and the request.
CASES = {
    "calculator, inputs given": (CALCULATOR, 5, {"calculator": "anion-gap", "inputs": {
        "sodium": 140, "chloride": 100, "bicarbonate": 20}}),
    "calculator, from a note": (CALCULATOR, 5, {"calculator": "curb-65", "note": NOTE}),
    "laboratory report, ten lines of text": (LABORATORY, 5, {"text": REPORT, "age": 67, "sex": "male"}),
    "triage of a note": (TRIAGE, 5, {"complaint": NOTE}),
    "differential diagnosis of a note": (DIFFERENTIAL, 5, {"text": NOTE}),
    "rare disease by seven terms": (DIFFERENTIAL, 5, {"rare": {"present": TERMS}}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_an_engine_beside_its_floor(benchmark, name):
    """The floor decodes the input and encodes the proposal that the engine made, and thinks nothing."""
    service, limit, plain = CASES[name]
    given = msgspec.json.encode(plain)
    reads = msgspec.json.decode(given, type=service.reads)
    proposal = service.engine(reads, None, CONTEXT)
    assert proposal.examined or proposal.findings

    def floor():
        msgspec.json.decode(given, type=service.reads)
        return msgspec.json.encode(proposal)

    rounds = []
    for _ in range(200):
        begun = perf_counter()
        floor()
        rounds.append(perf_counter() - begun)
    benchmark.pedantic(service.engine, (reads, None, CONTEXT), rounds=200, warmup_rounds=20)
    taken = benchmark.stats.stats.median
    benchmark.extra_info |= {"ms": round(taken * 1000, 3), "times the floor": round(taken / median(rounds), 1)}
    print(f"{name}: {taken * 1000:.2f} ms (limit {limit} ms), {taken / median(rounds):.0f} times the floor")
