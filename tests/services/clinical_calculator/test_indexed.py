"""The index of an instrument's readings gives what the chart itself gives, however many observations there are."""

from tests.services.clinical_calculator.desk import NOW, observation, patient, stored

from openward.record.charting import chart_of
from openward.services.clinical_calculator import SERVICE
from openward.services.clinical_calculator.indexed import indexed
from openward.services.clinical_calculator.library import library


def chart_with(*resources):
    held = [stored(r) for r in (patient(), *resources)]
    return chart_of(held, patient="p", as_of=NOW, version="1", types=frozenset(SERVICE.card.reads))


def test_each_input_finds_the_same_readings_in_the_same_order():
    codes = ["8867-4", "8480-6", "2708-6", "59408-5", "2160-0", "99999-9"]
    chart = chart_with(
        *(
            observation(codes[n % 6], 50 + n, "1", id=f"o{n}", at=f"2026-11-2{n % 2}T{n % 24:02}:00:00Z")
            for n in range(90)
        )
    )
    for calculator in library().calculators.values():
        found = indexed(chart, calculator)
        for definition in calculator.definitions.values():
            assert found.readings(*definition.loinc) == chart.readings(*definition.loinc)


def test_other_codes_are_still_found_and_nothing_else_changes():
    chart = chart_with(observation("99999-9", 1, "1"))
    found = indexed(chart, library().calculators["news2"])
    assert [r.source.reference for r in found.readings("99999-9")] == ["Observation/o"]
    assert found.demographics == chart.demographics


def test_a_chart_without_observations_is_left_as_it_is():
    chart = chart_with()
    assert indexed(chart, library().calculators["news2"]) is chart
