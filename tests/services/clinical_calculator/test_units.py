"""The units that an input may be given in, and what is said of a number that cannot be true in its unit."""

import pytest
from tests.services.clinical_calculator.desk import observation, patient, propose, result

from openward.domain.errors import InputError
from openward.services.clinical_calculator.library import library
from openward.services.clinical_calculator.units import usual_units


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("creatinine", ["umol/L", "mg/dL", "mg/L"]),
        ("baseline_creatinine", ["umol/L", "mg/dL", "mg/L"]),
        ("glucose", ["mmol/L", "mg/dL"]),
        ("bun", ["mmol/L", "mg/dL"]),
        ("bilirubin", ["umol/L", "mg/dL"]),
        ("haemoglobin", ["g/L", "g/dL"]),
        ("hba1c", ["%", "mmol/mol"]),
        ("sodium", ["mmol/L"]),
        ("weight", ["kg"]),
    ],
)
def test_the_units_of_an_input_are_those_of_its_analyte_the_usual_one_first(name, units):
    assert [one.unit for one in usual_units(library().definitions[name])] == units


def test_every_number_can_be_given_in_its_own_unit():
    numbers = [d for d in library().definitions.values() if d.kind == "number"]
    assert all(d.unit in {one.unit for one in usual_units(d)} for d in numbers)


def test_a_value_of_the_chart_is_shown_in_the_unit_of_the_chart_and_in_the_others():
    shown = result("cockcroft-gault", patient(), observation("2160-0", 208, "umol/L")).inputs
    usual = next(i for i in shown if i.id == "creatinine").usual
    assert [(u.unit, round(u.value, 4), u.stated) for u in usual[:2]] == [
        ("umol/L", 208, True), ("mg/dL", 2.3529, False),
    ]  # fmt: skip
    assert (usual[0].low, usual[0].high) == (4.42, 3536)
    assert next(i for i in shown if i.id == "weight").usual == ()


def test_a_result_tells_its_inputs_in_the_units_they_were_stated_in():
    inputs = {"weight": 70, "age": 60, "sex": "male", "creatinine": {"value": 208, "unit": "umol/L"}}
    (finding,) = propose({"calculator": "cockcroft-gault", "inputs": inputs}).findings
    assert "serum creatinine 208 µmol/L" in finding.why


@pytest.mark.parametrize(
    ("given", "language", "said"),
    [
        (208, "en", "between 0.05 and 40 mg/dL. It would be plausible in µmol/L"),
        ({"value": 2, "unit": "umol/L"}, "en", "between 4.42 and 3536 µmol/L. It would be plausible in mg/dL"),
        (208, "zh", "血肌酐 (inputs.creatinine)：数值不合理；应在 0.05–40 mg/dL 之间。若单位为 µmol/L 则合理"),
    ],
)
def test_a_number_that_fits_another_unit_is_refused_with_both_ranges_of_units_named(given, language, said):
    with pytest.raises(InputError) as caught:
        propose({"calculator": "ckd-epi-2021", "inputs": {"creatinine": given}}, language=language)
    assert said in str(caught.value)
    assert "208" not in str(caught.value)


def test_a_number_that_fits_no_unit_is_refused_without_a_guess():
    with pytest.raises(InputError) as caught:
        propose({"calculator": "bmi", "inputs": {"weight": 7000}})
    assert str(caught.value) == "body weight (inputs.weight): not plausible; it must lie between 0.2 and 500 kg."
