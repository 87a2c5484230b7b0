"""Observations in the chart."""

from datetime import UTC, datetime

import pytest
from tests.record.charts import chart, concept, loinc, status, stored

from openward.domain.code import Concept
from openward.record.chart import Interval, Measure, Proportion, Span
from openward.record.paths import resolve

UCUM = "http://unitsofmeasure.org"
PRESSURE = {
    "resourceType": "Observation",
    "id": "bp",
    "status": "final",
    "category": [concept("vital-signs", "http://terminology.hl7.org/CodeSystem/observation-category")],
    "code": loinc("85354-9"),
    "effectiveDateTime": "2026-03-01T10:00:00+01:00",
    "component": [
        {"code": loinc("8480-6"), "valueQuantity": {"value": 142, "unit": "mmHg", "system": UCUM, "code": "mm[Hg]"}},
        {"code": loinc("8462-4"), "valueQuantity": {"value": 91.0, "unit": "mmHg", "system": UCUM, "code": "mm[Hg]"},
         "interpretation": [status("H")]},
        {"code": loinc("8478-0"), "dataAbsentReason": status("not-performed")},
    ],
}  # fmt: skip


def one(**elements):
    resource = {"resourceType": "Observation", "id": "o", "status": "final", "code": loinc("1-1")} | elements
    readings = chart(resource).observations.entries
    assert len(readings) == 1
    return readings[0]


def test_blood_pressure_is_the_panel_and_each_of_its_components():
    panel, systolic, diastolic, mean = chart(PRESSURE).observations
    assert panel.value is None
    assert systolic.value == Measure(142.0, "mm[Hg]")
    assert diastolic.interpretation == ("H",)
    assert (mean.value, mean.absent_reason) == (None, "not-performed")
    assert {r.at for r in (panel, systolic, diastolic)} == {datetime(2026, 3, 1, 9, tzinfo=UTC)}
    assert systolic.category == ("vital-signs",)


def test_every_reading_knows_resource_version_and_the_path_of_its_value():
    kept = stored(PRESSURE)
    for reading in chart(PRESSURE).observations.entries[1:3]:
        assert (reading.source.reference, reading.source.version) == ("Observation/bp", 3)
        assert resolve(kept.body, reading.path) == reading.measure.value


@pytest.mark.parametrize(
    ("elements", "value", "path"),
    [
        ({"valueString": "clear"}, "clear", "valueString"),
        ({"valueBoolean": False}, False, "valueBoolean"),
        ({"valueInteger": 15}, Measure(15.0), "valueInteger"),
        ({"valueTime": "10:30:00"}, "10:30:00", "valueTime"),
        ({"valueDateTime": "2026-05"}, "2026-05", "valueDateTime"),
        ({"valueRange": {"low": {"value": 5, "unit": "/HPF"}}}, Interval(Measure(5.0, "/HPF"), None), "valueRange"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}},
         Proportion(Measure(1.0), Measure(128.0)), "valueRatio"),
        ({"valuePeriod": {"start": "2026-01-01", "end": "2026-02"}},
         Span(datetime(2026, 1, 1, tzinfo=UTC), None, "2026-01-01/2026-02"), "valuePeriod"),
        ({"valueSampledData": {"origin": {"value": 0}, "period": 10, "dimensions": 1, "data": "1 2 E"}}, "1 2 E",
         "valueSampledData.data"),
        ({"valueCodeableConcept": {"coding": [{"code": "x"}, {"display": "Positive"}]}}, "Positive",
         "valueCodeableConcept.coding[1].display"),
        ({"valueCodeableConcept": {"coding": [{"code": "x"}], "text": "pos"}}, "pos", "valueCodeableConcept.text"),
        ({"valueCodeableConcept": {"coding": [{"code": "x"}]}}, "x", "valueCodeableConcept.coding[0].code"),
    ],
)  # fmt: skip
def test_a_value_of_every_kind_is_read_with_its_path(elements, value, path):
    reading = one(**elements)
    assert (reading.value.name() if isinstance(reading.value, Concept) else reading.value) == value
    assert reading.path == path


@pytest.mark.parametrize(
    ("quantity", "unit"),
    [
        ({"value": 1, "unit": "milligram per deciliter", "system": UCUM, "code": "mg/dL"}, "mg/dL"),
        ({"value": 1, "unit": "mg/dL"}, "mg/dL"),
        ({"value": 1, "unit": "tablet", "system": "http://snomed.info/sct", "code": "385055001"}, "tablet"),
        ({"value": 1, "system": "urn:oid:2.16.840.1.113883.6.8", "code": "kg"}, "kg"),
        ({"value": 1, "system": "http://local", "code": "beats"}, "beats"),
        ({"value": 1}, None),
    ],
)
def test_the_unit_is_the_ucum_code_else_what_people_read(quantity, unit):
    assert one(valueQuantity=quantity).measure.unit == unit


def test_a_comparator_stays_with_the_value():
    assert one(valueQuantity={"value": 0.01, "comparator": "<", "unit": "ng/mL"}).value.comparator == "<"


def test_a_quantity_without_a_value_is_no_value():
    reading = one(valueQuantity={"unit": "mg/dL"}, dataAbsentReason={"text": "Unknown"})
    assert (reading.value, reading.absent_reason) == (None, "unknown")


def test_one_reference_range_gives_the_limits():
    reading = one(
        referenceRange=[{"low": {"value": 3.5, "unit": "g/dL"}, "high": {"value": 5, "unit": "g/dL"}, "text": "t"}]
    )
    assert (reading.low, reading.high, reading.range_text) == (Measure(3.5, "g/dL"), Measure(5.0, "g/dL"), "t")


def test_of_several_reference_ranges_only_a_single_normal_one_is_taken():
    therapeutic = {"type": status("therapeutic"), "low": {"value": 2}, "high": {"value": 3}}
    normal = {"type": status("normal"), "low": {"value": 0.8}, "high": {"value": 1.2}}
    assert one(referenceRange=[therapeutic, normal]).high == Measure(1.2)
    assert one(referenceRange=[{"low": {"value": 1}}, {"low": {"value": 2}}]).low is None


@pytest.mark.parametrize(
    ("elements", "at", "text"),
    [
        ({"effectiveInstant": "2026-03-01T10:00:00.000Z"}, datetime(2026, 3, 1, 10, tzinfo=UTC), None),
        ({"effectivePeriod": {"start": "2026-02-01", "end": "2026-02-02"}}, datetime(2026, 2, 2, tzinfo=UTC), None),
        ({"effectivePeriod": {"start": "2026-02-01"}}, datetime(2026, 2, 1, tzinfo=UTC), None),
        ({"effectivePeriod": {"start": "2026-02-01", "end": "2030-01-01"}}, datetime(2026, 2, 1, tzinfo=UTC), None),
        ({"effectiveTiming": {"event": ["2026-02-01", None, "2026-02-03"]}}, datetime(2026, 2, 3, tzinfo=UTC), None),
        ({"effectiveDateTime": "2026-02"}, None, "2026-02"),
        ({"issued": "2026-03-01T10:00:00.000Z"}, None, None),
        ({}, None, None),
    ],
)
def test_when_it_was_measured_is_read_from_every_kind_of_effective(elements, at, text):
    reading = one(**elements)
    assert (reading.at, reading.at_text) == (at, text)


def test_a_date_that_is_none_is_unread_and_the_value_stays():
    found = chart({"resourceType": "Observation", "id": "o", "effectiveDateTime": "yesterday", "valueInteger": 3})
    assert found.observations.entries[0].value == Measure(3.0)
    assert found.unread == (("Observation/o", "effectiveDateTime: this is no FHIR date or time"),)


def test_several_codings_are_all_kept_and_any_of_them_finds_the_reading():
    both = {"coding": [{"system": "http://local", "code": "KREA"}, {"system": "http://loinc.org", "code": "2160-0"}]}
    found = chart(
        {"resourceType": "Observation", "id": "o", "status": "final", "code": both, "valueQuantity": {"value": 1}}
    )
    assert found.latest("2160-0").concept.codes("http://local") == ("KREA",)


def test_the_newest_reading_comes_first_and_a_partial_date_counts_from_its_beginning():
    dates = ["2025-12-31", "2026-02", "2026-02-10", None, "2026-01-31T23:00:00-05:00"]
    resources = [
        {"resourceType": "Observation", "id": f"o{n}", "code": loinc("2160-0"), "valueInteger": n}
        | ({"effectiveDateTime": d} if d else {})
        for n, d in enumerate(dates)
    ]
    assert [r.value.value for r in chart(*resources).readings("2160-0")] == [2, 4, 1, 0, 3]


def test_an_observation_entered_in_error_stands_in_no_section():
    found = chart({"resourceType": "Observation", "id": "o", "status": "entered-in-error", "valueInteger": 3})
    assert len(found.observations) == 0
    assert found.observations.state == "not-recorded"
    assert found.retracted == ("Observation/o",)


@pytest.mark.parametrize(
    "extension",
    [
        {"url": "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-notDone", "valueBoolean": True},
        {"url": "http://hl7.org/fhir/us/qicore/StructureDefinition/qicore-notDoneReason",
         "valueCodeableConcept": concept("183932001")},
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["extension", "modifierExtension"])
def test_a_measurement_that_was_not_done_is_no_reading(extension, place):
    resource = {"resourceType": "Observation", "id": "o", "status": "final", "code": loinc("1-1"), place: [extension]}
    found = chart(resource)
    assert found.observations.entries[0].not_done
    assert found.readings("1-1") == ()


def test_what_was_cancelled_is_kept_but_is_no_reading():
    found = chart({"resourceType": "Observation", "id": "o", "status": "cancelled", "code": loinc("1-1")})
    assert len(found.observations) == 1
    assert found.readings("1-1") == ()


def test_a_modifier_that_is_not_understood_keeps_the_resource_out_and_says_so():
    strange = [{"url": "http://example.org/means-the-opposite", "valueBoolean": True}]
    found = chart({"resourceType": "Observation", "id": "o", "valueInteger": 1, "modifierExtension": strange})
    assert len(found.observations) == 0
    assert found.unread[0][0] == "Observation/o"


def test_an_extension_that_is_not_known_changes_nothing():
    assert one(extension=[{"url": "http://example.org/x", "valueInteger": 7}], valueInteger=1).value == Measure(1.0)


def test_duplicates_are_kept():
    assert len(chart(PRESSURE, PRESSURE).observations) == 8
