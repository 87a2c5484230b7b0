"""Medications in the chart: which drug, how it is dosed, whether it is in use."""

from datetime import UTC, datetime

import pytest
from tests.record.charts import NOW, chart, concept, status, stored

from openward.domain.code import Concept
from openward.record.chart import Measure, Source, Span
from openward.record.charting import chart_of
from openward.record.paths import resolve

UCUM = "http://unitsofmeasure.org"
GTS = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"
WARFARIN = {"medicationCodeableConcept": {"text": "warfarin"}}


def request(**elements):
    return {"resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order"} | WARFARIN | elements


def statement(**elements):
    return {"resourceType": "MedicationStatement", "id": "m", "status": "active"} | WARFARIN | elements


def administration(**elements):
    return {"resourceType": "MedicationAdministration", "id": "m", "status": "completed"} | WARFARIN | elements


def dispense(**elements):
    return {"resourceType": "MedicationDispense", "id": "m", "status": "completed"} | WARFARIN | elements


def entry(resource, **more):
    return chart(resource, **more).medications.entries[0]


def until(end, start=None):
    return {"timing": {"repeat": {"boundsPeriod": {"end": end} | ({"start": start} if start else {})}}}


def lasting(value, unit="d"):
    return {"timing": {"repeat": {"boundsDuration": {"value": value, "system": UCUM, "code": unit}}}}


@pytest.mark.parametrize(
    ("elements", "current"),
    [
        ({}, True),
        ({"status": "completed"}, False),
        ({"status": "stopped"}, False),
        ({"status": "cancelled"}, False),
        ({"status": "on-hold"}, None),
        ({"status": "unknown"}, None),
        ({"status": None}, None),
        ({"status": "draft"}, False),
        ({"intent": "proposal"}, False),
        ({"intent": "plan"}, True),
        ({"doNotPerform": True}, False),
        ({"authoredOn": "2026-03-16"}, False),
        ({"authoredOn": "2026-03"}, None),
        ({"authoredOn": "2026-02"}, True),
        ({"dosageInstruction": [until("2026-03-14")]}, False),
        ({"dosageInstruction": [until("2026-03-15")]}, True),
        ({"dosageInstruction": [until("2026-03")]}, None),
        ({"dosageInstruction": [until("2026-03-14"), {}]}, True),
        ({"dosageInstruction": [until("2027", "2026-04-01")]}, False),
        ({"dosageInstruction": [lasting(7)], "authoredOn": "2026-03-10"}, True),
        ({"dosageInstruction": [lasting(7)], "authoredOn": "2026-03-01"}, False),
        ({"dosageInstruction": [lasting(2, "wk")], "authoredOn": "2026-03-05"}, True),
        ({"dosageInstruction": [lasting(7)]}, None),
        ({"dosageInstruction": [lasting(1e300)], "authoredOn": "2026-03-01"}, None),
        ({"dispenseRequest": {"validityPeriod": {"end": "2026-03-01"}}}, None),
        ({"dispenseRequest": {"validityPeriod": {"end": "2027-03-01"}}}, True),
        (
            {"dispenseRequest": {"validityPeriod": {"end": "2026-03-01"}}, "dosageInstruction": [until("2026-06-01")]},
            True,
        ),
    ],
)
def test_whether_an_order_is_in_use(elements, current):
    assert entry(request(**elements)).current is current


@pytest.mark.parametrize(
    ("elements", "current"),
    [
        ({}, True),
        ({"status": "completed"}, False),
        ({"status": "stopped"}, False),
        ({"status": "not-taken"}, False),
        ({"status": "intended"}, False),
        ({"status": "on-hold"}, None),
        ({"status": "unknown"}, None),
        ({"effectivePeriod": {"start": "2020"}}, True),
        ({"effectivePeriod": {"start": "2020", "end": "2025-12-31"}}, False),
        ({"effectivePeriod": {"start": "2020", "end": "2026"}}, None),
        ({"effectivePeriod": {"start": "2026-04-01"}}, False),
        ({"effectiveDateTime": "2026-03-01"}, True),
        ({"effectiveDateTime": "2026-04-01"}, False),
        ({"effectivePeriod": {"start": "2026-03-01"}, "dosage": [lasting(5)]}, False),
    ],
)
def test_whether_a_stated_medication_is_in_use(elements, current):
    assert entry(statement(**elements)).current is current


@pytest.mark.parametrize(
    ("elements", "current"),
    [
        ({"effectiveDateTime": "2026-03-15T08:00:00Z"}, True),
        ({"effectiveDateTime": "2026-03-14T12:00:00Z"}, True),
        ({"effectiveDateTime": "2026-03-14T11:59:59Z"}, False),
        ({"effectiveDateTime": "2026-03-14"}, None),
        ({"effectiveDateTime": "2026-03-15"}, True),
        ({"effectiveDateTime": "2026-03"}, None),
        ({"effectiveDateTime": "2026-03-16"}, False),
        ({"effectivePeriod": {"start": "2026-03-10", "end": "2026-03-15T01:00:00Z"}}, True),
        ({}, None),
        ({"status": "in-progress", "effectivePeriod": {"start": "2026-03-01"}}, True),
        ({"status": "in-progress", "effectiveDateTime": "2026-03-01"}, True),
        ({"status": "in-progress", "effectivePeriod": {"start": "2026-03-01", "end": "2026-03-02"}}, False),
        ({"status": "not-done", "effectiveDateTime": "2026-03-15"}, False),
        ({"status": "unknown", "effectiveDateTime": "2026-03-15"}, None),
    ],
)
def test_what_was_given_counts_for_24_hours_unless_it_is_running(elements, current):
    assert entry(administration(**elements)).current is current


@pytest.mark.parametrize(
    ("elements", "current"),
    [
        ({"whenHandedOver": "2026-03-01", "daysSupply": {"value": 30}}, True),
        ({"whenHandedOver": "2026-03-01", "daysSupply": {"value": 4, "unit": "days"}}, False),
        ({"whenHandedOver": "2026-03-01", "daysSupply": {"value": 4, "unit": "wk"}}, True),
        ({"whenHandedOver": "2026-03-01"}, None),
        ({"daysSupply": {"value": 30}}, None),
        ({"status": "declined"}, False),
        ({"status": "preparation"}, None),
    ],
)
def test_what_was_dispensed_is_in_use_for_the_days_of_its_supply(elements, current):
    assert entry(dispense(**elements)).current is current


def test_an_order_that_is_being_written_is_a_draft():
    draft = entry(request(status="draft"))
    assert (draft.draft, draft.current, draft.intent) == (True, False, "order")
    assert not entry(request()).draft


def test_orders_entered_in_error_stand_nowhere():
    found = chart(request(status="entered-in-error"))
    assert (len(found.medications), found.retracted) == (0, ("MedicationRequest/m",))


@pytest.mark.parametrize(
    "resource",
    [
        request(doNotPerform=True),
        statement(status="not-taken"),
        administration(status="not-done"),
        dispense(status="declined"),
        statement(
            extension=[
                {"url": "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-notDone", "valueBoolean": True}
            ]
        ),
    ],
)
def test_what_is_not_to_be_given_or_was_not_given_is_marked_and_does_not_make_the_section_present(resource):
    section = chart(resource).medications
    found = section.entries[0]
    assert section.state == "not-recorded"
    assert found.do_not_perform is (resource["resourceType"] == "MedicationRequest")
    assert found.not_done is not found.do_not_perform
    assert found.current is False


def test_a_drug_may_be_contained():
    resource = request(
        contained=[
            {"resourceType": "Practitioner", "id": "x"},
            {"resourceType": "Medication", "id": "drug", "code": concept("1", display="aspirin"),
             "ingredient": [{"itemCodeableConcept": {"text": "acetylsalicylic acid"}},
                            {"itemReference": {"reference": "#lactose"}},
                            {"itemCodeableConcept": {"text": "dye"}, "isActive": False}]},
            {"resourceType": "Substance", "id": "lactose", "code": {"text": "lactose"}},
        ],
        medicationReference={"reference": "#drug"},
    )  # fmt: skip
    del resource["medicationCodeableConcept"]
    found = entry(resource)
    assert (found.concept.name(), found.drug_path, found.drug_source) == ("aspirin", "contained[1].code", None)
    assert [i.text for i in found.ingredients] == ["acetylsalicylic acid", "lactose"]
    assert resolve(stored(resource).body, found.drug_path + ".coding[0].display") == "aspirin"


@pytest.mark.parametrize(
    ("reference", "links"),
    [
        ("Medication/drug", {}),
        ("http://server/fhir/Medication/drug", {}),
        ("Medication/drug/_history/2", {}),
        (
            "urn:uuid:0c2a0d6e-0000-4000-8000-000000000000",
            {"urn:uuid:0c2a0d6e-0000-4000-8000-000000000000": "Medication/drug"},
        ),
    ],
)
def test_a_drug_may_stand_in_a_resource_of_its_own(reference, links):
    drug = {"resourceType": "Medication", "id": "drug", "code": {"text": "aspirin"}}
    resource = {"resourceType": "MedicationRequest", "id": "m", "medicationReference": {"reference": reference}}
    found = chart(resource, drug, links=links).medications.entries[0]
    assert (found.concept.text, found.drug_path) == ("aspirin", "code")
    assert found.drug_source == Source("Medication/drug", 3)


@pytest.mark.parametrize("reference", ["Medication/gone", "#gone", "urn:uuid:gone", "Patient/p", "", "#", "x" * 5000])
def test_a_drug_that_is_referred_to_but_not_there_keeps_its_words(reference):
    resource = {"resourceType": "MedicationStatement", "id": "m", "contained": [{"resourceType": "Medication"}],
                "medicationReference": {"reference": reference, "display": "aspirin"}}  # fmt: skip
    found = entry(resource)
    assert (found.concept, found.drug_path) == (Concept(text="aspirin"), "medicationReference.display")


def test_a_medication_that_refers_to_itself_ends():
    drug = {
        "resourceType": "Medication",
        "id": "drug",
        "ingredient": [{"itemReference": {"reference": "Medication/drug"}}],
    }
    resource = {"resourceType": "MedicationRequest", "id": "m", "medicationReference": {"reference": "Medication/drug"}}
    assert chart(resource, drug).medications.entries[0].ingredients == ()


def test_a_medication_that_cannot_be_read_is_noted_once():
    drug = {"resourceType": "Medication", "id": "drug", "code": "aspirin"}
    orders = [
        {"resourceType": "MedicationRequest", "id": f"m{n}", "medicationReference": {"reference": "Medication/drug"}}
        for n in "ab"
    ]
    found = chart(*orders, drug)
    assert [reference for reference, _ in found.unread] == ["Medication/drug"]
    assert len(found.medications) == 2


def dose(**dosage):
    return entry(request(dosageInstruction=[dosage])).doses[0]


def repeat(**rule):
    return dose(timing={"repeat": rule})


@pytest.mark.parametrize(
    ("rule", "low", "high"),
    [
        ({"frequency": 2, "period": 1, "periodUnit": "d"}, 2, None),
        ({"frequency": 1, "period": 8, "periodUnit": "h"}, 3, None),
        ({"period": 8, "periodUnit": "h"}, 3, None),
        ({"frequency": 1, "period": 1, "periodUnit": "wk"}, 1 / 7, None),
        ({"frequency": 3, "frequencyMax": 4, "period": 1, "periodUnit": "d"}, 3, 4),
        ({"frequency": 1, "period": 4, "periodMax": 6, "periodUnit": "h"}, 4, 6),
        ({"frequency": 1, "period": 1, "periodUnit": "d", "dayOfWeek": ["mon", "wed", "fri"]}, 3 / 7, None),
        ({"dayOfWeek": ["mon"]}, 1 / 7, None),
        ({"when": ["MORN", "EVE"]}, 2, None),
        ({"when": ["ACM"]}, 1, None),
        ({"when": ["AC"]}, None, None),
        ({"timeOfDay": ["08:00:00", "14:00:00", "20:00:00"]}, 3, None),
        ({"frequency": 1, "period": 1, "periodUnit": "d", "when": ["MORN", "EVE"]}, 1, 2),
        ({"frequency": 2}, None, None),
        ({"frequency": 2, "period": 0, "periodUnit": "d"}, None, None),
        ({"frequency": 2, "period": 1, "periodUnit": "fortnight"}, None, None),
        ({"frequency": 1e308, "period": 1e-308, "periodUnit": "d"}, None, None),
        ({}, None, None),
    ],
)
def test_how_often_a_day_is_computed_from_the_repeat_rule(rule, low, high):
    found = repeat(**rule)
    assert found.per_day == (None if low is None else pytest.approx(low))
    assert found.per_day_high == (None if high is None else pytest.approx(high))


@pytest.mark.parametrize(
    ("code", "per_day"),
    [
        ("QD", 1), ("BID", 2), ("TID", 3), ("QID", 4), ("AM", 1), ("PM", 1), ("BED", 1), ("QOD", 0.5), ("Q4H", 6),
        ("Q6H", 4), ("Q8H", 3), ("Q12H", 2), ("WK", 1 / 7), ("MO", 24 / 730.5), ("Q5H", None), ("STAT", None),
    ],
)  # fmt: skip
def test_how_often_a_day_is_read_from_a_timing_code(code, per_day):
    expected = None if per_day is None else pytest.approx(per_day)
    assert dose(timing={"code": concept(code, GTS)}).per_day == expected
    assert dose(timing={"code": {"text": code}}).per_day == expected


def test_frequency_and_period_stand_as_recorded():
    found = repeat(frequency=1, period=8, periodUnit="h", count=3)
    assert (found.frequency, found.period, found.period_unit, found.count) == (1, 8, "h", 3)


def test_how_much_by_which_route_is_read():
    found = dose(
        text="one tablet", route={"text": "oral"},
        doseAndRate=[
            {"type": status("calculated"), "doseQuantity": {"value": 9, "unit": "mg"}},
            {"type": status("ordered"), "doseQuantity": {"value": 5, "unit": "mg", "system": UCUM, "code": "mg"}},
        ],
        maxDosePerPeriod={"numerator": {"value": 10, "unit": "mg"}, "denominator": {"value": 24, "unit": "h"}},
    )  # fmt: skip
    assert (found.text, found.amount, found.route.text) == ("one tablet", Measure(5.0, "mg"), "oral")
    assert (found.max_per_day, found.max_hours) == (Measure(10.0, "mg"), 24)


def test_a_dose_range_and_a_limit_over_another_time_stay_what_they_are():
    found = dose(
        doseAndRate=[{"doseRange": {"low": {"value": 1, "unit": "mg"}, "high": {"value": 2, "unit": "mg"}}}],
        maxDosePerPeriod={"numerator": {"value": 25, "unit": "mg"}, "denominator": {"value": 1, "unit": "week"}},
    )
    assert (found.amount, found.amount_high) == (Measure(1.0, "mg"), Measure(2.0, "mg"))
    assert (found.max_per_day, found.max_amount, found.max_hours) == (None, Measure(25.0, "mg"), 168)


@pytest.mark.parametrize(
    ("given", "rate"),
    [
        ({"rateQuantity": {"value": 100, "unit": "mL/h"}}, Measure(100.0, "mL/h")),
        ({"rateRatio": {"numerator": {"value": 100, "unit": "mL"}, "denominator": {"value": 2, "unit": "h"}}},
         Measure(50.0, "mL/h")),
        ({"rateRatio": {"numerator": {"value": 5, "unit": "ug"}, "denominator": {"value": 1, "unit": "kg.min"}}},
         Measure(5.0, "ug/(kg.min)")),
        ({"rateRatio": {"numerator": {"value": 5, "unit": "ug"}, "denominator": {"value": 0, "unit": "h"}}}, None),
        ({"rateRange": {"low": {"value": 1, "unit": "mL/h"}}}, Measure(1.0, "mL/h")),
    ],
)  # fmt: skip
def test_a_rate_is_one_quantity(given, rate):
    assert dose(doseAndRate=[given]).rate == rate


@pytest.mark.parametrize(
    ("dosage", "as_needed"),
    [({}, None), ({"asNeededBoolean": False}, False), ({"asNeededBoolean": True}, True),
     ({"asNeededCodeableConcept": {"text": "pain"}}, True)],
)  # fmt: skip
def test_as_needed_has_three_values(dosage, as_needed):
    assert dose(**dosage).as_needed is as_needed


def test_the_period_of_an_order_is_that_of_all_its_instructions():
    both = [until("2026-03-20", "2026-03-01"), until("2026-03-30", "2026-03-10")]
    found = entry(request(dosageInstruction=both))
    assert found.period == Span(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC))
    assert found.doses[0].bounds.end == datetime(2026, 3, 20, tzinfo=UTC)
    assert entry(request(dosageInstruction=[*both, {}])).period == Span()


def test_what_was_given_has_its_dose():
    found = entry(administration(dosage={"dose": {"value": 500, "unit": "mg"}, "route": {"text": "iv"}}))
    assert (found.doses[0].amount, found.doses[0].route.text) == (Measure(500.0, "mg"), "iv")


@pytest.mark.parametrize(
    ("elements", "reported"),
    [({}, None), ({"reportedBoolean": True}, True), ({"reportedReference": {"reference": "Patient/p"}}, True)],
)
def test_whether_an_order_was_only_reported_is_kept(elements, reported):
    assert entry(request(**elements)).reported is reported


def test_what_came_with_the_request_has_no_version():
    kept = stored(request(), version=0)
    assert chart_of([kept], patient="p", as_of=NOW, version="v").medications.entries[0].source == Source(
        "MedicationRequest/m"
    )


def test_only_the_kinds_that_may_be_seen_are_seen():
    found = chart(request(), statement(), types=frozenset({"MedicationStatement"}))
    assert [m.kind for m in found.medications] == ["statement"]


def test_resources_of_another_patient_are_left_out():
    mine, other = stored(request(id="a"), patient="p"), stored(request(id="b"), patient="q")
    strangers = stored({"resourceType": "Patient", "id": "q", "gender": "male"}, patient="q")
    found = chart_of([mine, other, strangers], patient="p", as_of=NOW, version="v")
    assert [m.source.reference for m in found.medications] == ["MedicationRequest/a"]
    assert found.demographics is None
