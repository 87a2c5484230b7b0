"""What a drug in use moves by intent, on the day of the value, with the row that says so."""

from datetime import UTC, datetime, timedelta

import pytest

from openward.domain.code import LOINC, Code, Concept
from openward.record.chart import Chart, Measure, MedicationEntry, Reading, Section, Source, Span
from openward.record.intended import Intended

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def reading(name="INR", loinc="6301-6", ago=1.0):
    coding = (Code(LOINC, loinc),) if loinc else ()
    at = None if ago is None else NOW - timedelta(days=ago)
    return Reading(source=Source("Observation/1"), concept=Concept(coding, name), value=Measure(2.5, "1"), at=at)


def intended(**drug):
    given = {"concept": Concept(text="华法林 3 mg"), "current": True, "kind": "request"} | drug
    entry = MedicationEntry(source=Source("MedicationRequest/1"), **given)
    return Intended(Chart(patient="p", version="1", as_of=NOW, medications=Section("medications", "present", (entry,))))


def test_the_inr_under_a_vitamin_k_antagonist_is_moved_by_intent_and_the_row_says_so():
    found = intended().of(reading())
    assert found.evidence.row == "B01AA/inr/high"
    assert "by intent" in found.says.en
    assert found.says.zh
    assert intended().of(reading("国际标准化比值", "")) is not None
    assert intended().of(reading("Potassium", "2823-3")) is None


@pytest.mark.parametrize(("drug", "ago", "moved"), [
    ({"current": False}, 1, False), ({"draft": True}, 1, False), ({"not_done": True}, 1, False),
    ({"current": None}, 1, False), ({"concept": Concept(text="aspirin 100 mg")}, 1, False),
    ({"authored": NOW - timedelta(days=9)}, 1, True), ({"authored": NOW - timedelta(days=9)}, 10, False),
    ({"current": False, "period": Span(NOW - timedelta(days=9), NOW - timedelta(days=3))}, 5, True),
    ({"current": False, "period": Span(NOW - timedelta(days=9), NOW - timedelta(days=3))}, 1, False),
    ({}, None, True), ({"current": False}, None, False),
])  # fmt: skip
def test_only_a_drug_that_was_used_on_the_day_counts(drug, ago, moved):
    assert (intended(**drug).of(reading(ago=ago)) is not None) == moved
