"""Triage: what is given as a number is used or refused by the name of its field, never dropped."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.services.triage.desk import rules_of, told

from openward.domain.errors import InputError

_SIGNS = ("systolic", "diastolic", "heart_rate", "respiratory_rate", "oxygen_saturation", "temperature", "glucose")


@pytest.mark.parametrize("field", [*_SIGNS, "capillary_refill"])
@pytest.mark.parametrize("unit", ["kg", "💉", "", "   ", "x" * 300])
def test_a_unit_that_is_none_of_the_sign_is_refused_by_its_field(field, unit):
    with pytest.raises(InputError, match=rf"^vitals\.{field}\.unit: .*give the value in .*leave it out") as refused:
        told("I feel dizzy", vitals={field: {"value": 41.75, "unit": unit}})
    assert "41.75" not in str(refused.value)


@pytest.mark.parametrize(
    ("field", "value", "unit"),
    [
        ("temperature", 102, "Cel"), ("temperature", 38, "[degF]"), ("temperature", float("nan"), "Cel"),
        ("oxygen_saturation", 140, "%"), ("systolic", 1e308, "mm[Hg]"), ("systolic", 1e308, "m[Hg]"),
        ("heart_rate", float("inf"), "/min"), ("heart_rate", -80, "bpm"), ("glucose", 6000, "mmol/L"),
    ],
)  # fmt: skip
def test_a_value_that_nobody_has_is_refused_by_its_field(field, value, unit):
    with pytest.raises(InputError, match=rf"^vitals\.{field}\.value: .*correct the value or its unit"):
        told("I feel dizzy", vitals={field: {"value": value, "unit": unit}})


@pytest.mark.parametrize("answer", [True, "hot", 102, float("nan")])
def test_an_answered_temperature_is_a_temperature(answer):
    with pytest.raises(InputError, match=r"^answers\.temp: "):
        told("cough", answers={"temp": answer})


def test_a_temperature_that_is_not_known_is_no_error():
    assert told("cough", answers={"temp": "unknown"}).vitals == ()


def test_a_value_is_read_in_each_unit_that_is_in_use():
    body = told("I feel dizzy", age=40, vitals={
        "systolic": {"value": 11.3, "unit": "kPa"}, "temperature": {"value": 102, "unit": "°F"},
        "heart_rate": {"value": 90, "unit": "bpm"}, "oxygen_saturation": {"value": 97, "unit": "%"},
    })  # fmt: skip
    assert {v.id: round(v.value, 1) for v in body.vitals} == {"sbp": 84.8, "temp": 38.9, "hr": 90, "spo2": 97}
    assert "adult_sbp_90" in rules_of(body)


@pytest.mark.parametrize(
    "age",
    [
        -1, 131, float("nan"), float("inf"), 1e308, {"value": 1e308, "unit": "mo"}, {"value": -3, "unit": "d"},
        {"value": 131, "unit": "岁"}, {"value": float("nan"), "unit": "a"}, {"value": 50_000, "unit": "d"},
    ],
)  # fmt: skip
def test_an_age_that_nobody_has_is_refused(age):
    with pytest.raises(InputError, match=r"^age(\.value)?: an age lies between 0 and 130 years"):
        told("cough", age=age)


@pytest.mark.parametrize("unit", ["kg", "", "💉"])
def test_an_age_without_a_unit_of_time_is_refused(unit):
    with pytest.raises(InputError, match=r"^age\.unit: "):
        told("cough", age={"value": 3, "unit": unit})


@given(
    field=st.sampled_from(_SIGNS),
    value=st.floats(),
    unit=st.sampled_from(["mm[Hg]", "kPa", "/min", "%", "Cel", "°F", "mmol/L", "mg/dL", "s", "1"])
    | st.text(max_size=9),
)
def test_what_is_given_is_used_or_refused_by_its_name(field, value, unit):
    try:
        body = told("I feel dizzy", age=40, vitals={field: {"value": value, "unit": unit}})
    except InputError as refused:
        assert re.match(rf"vitals\.{field}\.(value|unit): ", str(refused))
    else:
        assert len(body.vitals) == 1
