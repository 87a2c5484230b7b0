"""What was last measured."""

import inspect
from datetime import UTC, datetime

import pytest
from tests.record.charts import NOW, chart, loinc

from openward.domain.errors import ServiceError
from openward.record import measures

FUNCTIONS = [f for name, f in inspect.getmembers(measures, inspect.isfunction) if name.startswith("latest_")]


def reading(code, value, on, id="o", **more):
    dated = {"effectiveDateTime": on} if on else {}
    return {"resourceType": "Observation", "id": id, "status": "final", "code": loinc(code),
            "valueQuantity": {"value": value, "unit": "kg"}} | dated | more  # fmt: skip


def test_the_newest_weight_wins_whatever_its_code():
    found = chart(reading("29463-7", 80, "2026-01-01"), reading("3141-9", 78, "2026-02-01", "o2"))
    weight = measures.latest_weight(found, NOW)
    assert (weight.measure.value, weight.measure.unit, weight.at) == (78, "kg", datetime(2026, 2, 1, tzinfo=UTC))


def test_what_was_measured_later_does_not_count_yet():
    found = chart(reading("29463-7", 80, "2026-01-01"), reading("29463-7", 70, "2026-04-01", "o2"))
    assert measures.latest_weight(found, NOW).measure.value == 80


def test_an_undated_reading_counts_only_without_a_dated_one():
    undated = reading("29463-7", 80, None)
    assert measures.latest_weight(chart(undated), NOW).measure.value == 80
    assert measures.latest_weight(chart(undated, reading("29463-7", 70, "1990", "o2")), NOW).measure.value == 70


@pytest.mark.parametrize(
    "more", [{"status": "entered-in-error"}, {"status": "cancelled"}, {"valueQuantity": {"unit": "kg"}}]
)
def test_a_reading_without_a_valid_value_does_not_count(more):
    assert measures.latest_weight(chart(reading("29463-7", 80, "2026-01-01", **more)), NOW) is None


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.__name__)
def test_nothing_measured_is_none_and_withheld_is_an_error(function):
    assert function(chart(), NOW) is None
    with pytest.raises(ServiceError):
        function(chart(types=frozenset({"Patient"})), NOW)


def test_no_code_stands_for_two_quantities():
    tables = list(measures.NAMED.values())
    codes = [code for table in tables for code in table]
    assert len(tables) == len(FUNCTIONS)
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("code", [c for codes in measures.NAMED.values() for c in codes])
def test_every_code_has_a_right_check_digit(code):
    body, check = code.split("-")
    odd = str(int(body[::-1][::2][::-1]) * 2)
    total = sum(int(d) for d in body[::-1][1::2]) + sum(int(d) for d in odd)
    assert (10 - total % 10) % 10 == int(check)


def test_the_chart_carries_the_newest_of_each_measure_with_its_date():
    found = chart(
        reading("29463-7", 80, "2026-01-01"), reading("3141-9", 78, "2026-02-01", "o2"),
        reading("8302-2", 170, "2020-01-01", "o3"),
        reading("2160-0", 1.1, None, "o4"), reading("1742-6", 30, "2030-01-01", "o5"),
        reading("29463-7", 60, "2026-02-20", "o6", status="entered-in-error"),
    )  # fmt: skip
    assert {name: r.measure.value for name, r in found.measures.items()} == {"weight": 78, "height": 170}
    assert found.measures["weight"].at == datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", measures.NAMED)
def test_the_measures_of_the_chart_agree_with_the_functions(name):
    code = next(iter(measures.NAMED[name]))
    found = chart(reading(code, 5, "2026-01-01"), reading(code, 7, "2026-02-01", "o2"))
    assert found.measures[name] == measures.latest(found, measures.NAMED[name], NOW)
