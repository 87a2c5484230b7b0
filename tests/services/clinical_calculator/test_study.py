"""The study's protocol: how a public case becomes a request, what counts as right, and its figure."""

from pathlib import Path

import msgspec
import pytest
from tests.services.clinical_calculator.desk import NOW

from openward.domain.errors import InputError
from openward.harness.service import Context
from openward.services.clinical_calculator import SERVICE
from openward.services.clinical_calculator.study import STUDY, entities_request, right

PUBLIC = Path(__file__).parents[3].parent / "shared" / "data"
ROW = {"id": "x", "calculator": "Body Mass Index (BMI)", "output_type": "decimal", "answer": "25",
       "lower": "24", "upper": "26", "entities": "{'weight': [81.0, 'kg'], 'height': [1.8, 'm']}"}  # fmt: skip


def answered(row):
    request = entities_request(row)["input"]
    try:
        return right(row, SERVICE.engine(msgspec.convert(request, SERVICE.reads), None, Context(now=NOW)))
    except InputError:
        return False


def test_a_row_becomes_a_calculator_with_units():
    assert entities_request(ROW)["input"] == {
        "calculator": "bmi",
        "inputs": {"weight": {"value": 81.0, "unit": "kg"}, "height": {"value": 1.8, "unit": "m"}},
    }
    assert answered(ROW)


def test_what_a_row_does_not_name_counts_as_absent_but_never_as_a_number():
    row = ROW | {"calculator": "CHA2DS2-VASc", "entities": "{'age': [70, 'years']}"}
    inputs = entities_request(row)["input"]["inputs"]
    assert inputs["heart_failure"] is False
    assert "sex" not in inputs


def test_a_range_or_an_unknown_calculator_is_wrong():
    assert not answered(ROW | {"entities": "{'weight': [81.0, 'kg']}"})
    assert not answered(ROW | {"calculator": "No such thing"})


def test_the_public_cases_reach_the_limit():
    (endpoint,) = STUDY.endpoints
    path = PUBLIC / endpoint.dataset
    if not path.exists():
        pytest.skip(f"the public cases are not here: {endpoint.dataset}")
    rows = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
    assert sum(answered(row) for row in rows) / len(rows) >= 0.77
