"""The study's protocol: how a public case becomes a request, what counts as right, and its figure."""

from pathlib import Path

import msgspec
import pytest
from tests.services.clinical_calculator.desk import NOW
from tests.services.clinical_calculator.disputed import IDS, REFUSED

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


def public_rows():
    path = PUBLIC / STUDY.endpoints[0].dataset
    if not path.exists():
        pytest.skip(f"the public cases are not here: {path.name}")
    return [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]


def test_every_miss_of_the_public_cases_is_settled_by_the_paper():
    missed = {row["id"] for row in public_rows() if not answered(row)}
    assert missed == IDS | REFUSED


def test_of_the_labels_that_no_paper_contradicts_nearly_all_are_met():
    rows = [row for row in public_rows() if row["id"] not in IDS]
    assert sum(answered(row) for row in rows) / len(rows) >= 0.97


def inputs_of(calculator, entities):
    return entities_request(ROW | {"calculator": calculator, "entities": str(entities)})["input"]["inputs"]


def test_feet_and_inches_and_years_and_months_add_up():
    told = inputs_of("Body Mass Index (BMI)", {"weight": [70.0, "kg"], "height": [5, "ft", 6, "in"]})
    assert told["height"] == pytest.approx(167.64)
    told = inputs_of("CHA2DS2-VASc", {"age": [70, "years", 6, "months"]})
    assert told["age"] == pytest.approx(70.5, abs=0.01)


@pytest.mark.parametrize(("word", "unit"), [("m^3", "/mm3"), ("L", "/uL"), ("µL", "/uL"), ("mm^3", "/mm3")])
def test_a_unit_that_lost_a_letter_is_read_as_the_one_that_a_person_can_have(word, unit):
    assert inputs_of("SIRS Criteria", {"White blood cell count": [9400.0, word]})["wbc"]["unit"] == unit


def test_a_count_per_litre_that_is_plausible_stays_one():
    told = inputs_of("SIRS Criteria", {"White blood cell count": [9.4e9, "L"]})
    assert told["wbc"]["unit"] == "/L"


def test_a_dose_and_how_often_a_day_become_one_with_its_unit():
    told = inputs_of("Morphine Milligram Equivalents (MME) Calculator",
                     {"Morphine Dose": [10, "mg"], "Morphine Dose Per Day": [3, "per day"]})  # fmt: skip
    assert told == {"morphine": {"value": 30.0, "unit": "mg/d"}}


def test_a_drug_that_a_row_does_not_name_is_not_given():
    told = inputs_of("Sequential Organ Failure Assessment (SOFA) Score", {"DOPamine": [4.0, "mcg/kg/min"]})
    assert told["norepinephrine"] == 0
    assert "platelets" not in told
