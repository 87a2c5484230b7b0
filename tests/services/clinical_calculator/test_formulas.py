"""Worked examples of the formulas, and the same result whatever unit a value comes in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.services.clinical_calculator.desk import propose, result

from openward.domain.errors import InputError
from openward.services.clinical_calculator.formulas import FORMULAS
from openward.services.clinical_calculator.library import library

# Computed by hand from the published equations.
EXAMPLES = [
    ("cockcroft-gault", {"age": 40, "weight": 72, "creatinine": 1, "sex": "male"}, 100.0),
    ("cockcroft-gault", {"age": 40, "weight": 72, "creatinine": 1, "sex": "female"}, 85.0),
    ("ckd-epi-2021", {"age": 50, "creatinine": 0.9, "sex": "male"}, 142 * 0.9938**50),
    ("mdrd", {"age": 50, "creatinine": 1, "sex": "male", "black": False}, 175 * 50**-0.203),
    ("schwartz", {"age": 8, "height": 120, "creatinine": 0.413}, 120.0),
    ("fena", {"sodium": 140, "creatinine": 2, "urine_sodium": 20, "urine_creatinine": 100}, 2 / 7),
    ("mean-arterial-pressure", {"sbp": 120, "dbp": 75}, 90.0),
    ("qtc-bazett", {"qt": 400, "heart_rate": 60}, 400.0),
    ("qtc-fridericia", {"qt": 400, "heart_rate": 60}, 400.0),
    ("qtc-framingham", {"qt": 400, "heart_rate": 120}, 477.0),
    ("qtc-hodges", {"qt": 400, "heart_rate": 100}, 470.0),
    ("qtc-rautaharju", {"qt": 360, "heart_rate": 80}, 400.0),
    ("meld", {"bilirubin": 1, "inr": 1, "creatinine": 1, "dialysis_twice": False}, 6.0),
    ("meld", {"bilirubin": 80, "inr": 10, "creatinine": 9, "dialysis_twice": False}, 40.0),
    ("meld-na", {"creatinine": 3.16, "bilirubin": 2.11, "inr": 1.26, "sodium": 137, "dialysis_twice": False}, 23.0),
    ("meld-3", {"bilirubin": 1, "inr": 1, "creatinine": 1, "sodium": 137, "albumin": 3.5, "sex": "female",
                "dialysis_twice": False}, 7.0),
    ("fib-4", {"age": 50, "ast": 80, "alt": 64, "platelets": 200}, 2.5),
    ("apri", {"ast": 80, "ast_upper": 40, "platelets": 200}, 1.0),
    ("maddrey", {"prothrombin_time": 20, "prothrombin_control": 12, "bilirubin": 10}, 46.8),
    ("corrected-calcium", {"calcium": 8, "albumin": 2}, 9.6),
    ("corrected-sodium", {"sodium": 130, "glucose": 600}, 142.0),
    ("serum-osmolality", {"sodium": 140, "glucose": 90, "bun": 14}, 290.0),
    ("anion-gap", {"sodium": 140, "chloride": 104, "bicarbonate": 24}, 12.0),
    ("anion-gap-albumin", {"sodium": 140, "chloride": 104, "bicarbonate": 24, "albumin": 2}, 17.0),
    ("delta-ratio", {"sodium": 140, "chloride": 104, "bicarbonate": 12}, 1.0),
    ("winters", {"bicarbonate": 12}, 26.0),
    ("free-water-deficit", {"age": 40, "sex": "male", "weight": 70, "sodium": 154}, 4.2),
    ("homa-ir", {"glucose": 81, "insulin": 10}, 2.0),
    ("average-glucose", {"hba1c": 6}, 125.5),
    ("ldl-friedewald", {"total_cholesterol": 200, "hdl": 50, "triglycerides": 150}, 120.0),
    ("bmi", {"weight": 81, "height": 180}, 25.0),
    ("bsa-mosteller", {"weight": 72, "height": 200}, 2.0),
    ("ideal-body-weight", {"height": 152.4, "sex": "female"}, 45.5),
    ("adjusted-body-weight", {"height": 152.4, "sex": "male", "weight": 100}, 70.0),
    ("maintenance-fluids", {"weight": 25}, 65.0),
    ("parkland", {"weight": 70, "burned_percent": 20}, 5600.0),
    ("mifflin", {"weight": 70, "height": 170, "age": 40, "sex": "male"}, 1567.5),
    ("steroid-conversion", {"from_steroid": "prednisone", "steroid_dose": 10, "to_steroid": "dexamethasone"}, 1.5),
    ("morphine-equivalents", {"oxycodone": 40, "tramadol": 100}, 80.0),
    ("gestational-age", {"last_period": "2026-01-01", "on_day": "2026-01-15"}, 14.0),
    ("aa-gradient", {"pao2": 80, "paco2": 40, "fio2": 21}, 19.73),
    ("rox", {"spo2": 90, "fio2": 60, "respiratory_rate": 30}, 5.0),
]  # fmt: skip


@pytest.mark.parametrize(("id", "inputs", "value"), EXAMPLES, ids=[e[0] for e in EXAMPLES])
def test_a_worked_example(id, inputs, value):
    assert result(id, **inputs).value == pytest.approx(value, rel=1e-9)


def test_every_formula_is_used():
    used = {c.instrument.formula for c in library().calculators.values()}
    used |= {d.formula for c in library().calculators.values() for d in c.instrument.derived.values()}
    assert FORMULAS.keys() - used == set()


UNITS = [
    ("ckd-epi-2021", {"age": 50, "sex": "female"}, "creatinine", "umol/L", 10 / 113.12 * 1000, 0.3, 10),
    ("corrected-calcium", {"albumin": 3}, "calcium", "mmol/L", 10 / 40.078, 5, 15),
    ("serum-osmolality", {"glucose": 100, "sodium": 140}, "bun", "mmol/L", 10 / 28.014, 2, 200),
    ("serum-osmolality", {"bun": 20, "sodium": 140}, "glucose", "mmol/L", 10 / 180.156, 20, 1000),
    ("anion-gap", {"chloride": 100, "bicarbonate": 20}, "sodium", "meq/L", 1, 100, 180),
    ("ldl-friedewald", {"hdl": 40, "triglycerides": 100}, "total_cholesterol", "mmol/L", 10 / 386.65, 80, 400),
    ("fib-4", {"age": 50, "ast": 50, "alt": 50}, "platelets", "/uL", 1000, 10, 900),
    ("maintenance-fluids", {}, "weight", "g", 1000, 1, 100),
    ("anion-gap-albumin", {"sodium": 140, "chloride": 100, "bicarbonate": 20}, "albumin", "g/L", 10, 1, 6),
]


@pytest.mark.parametrize("row", UNITS, ids=lambda row: f"{row[0]}-{row[2]}")
def test_the_result_is_the_same_in_every_unit(row):
    id, others, name, unit, factor, low, high = row
    for step in range(11):
        value = low + (high - low) * step / 10
        plain = result(id, **others, **{name: value})
        converted = result(id, **others, **{name: {"value": value * factor, "unit": unit}})
        assert converted.value == pytest.approx(plain.value, rel=1e-9)


@given(st.floats(0.1, 20), st.floats(18, 100))
def test_filtration_falls_with_creatinine_and_age(creatinine, age):
    formula = FORMULAS["ckd_epi_2021"]
    for sex in ("female", "male"):
        here = formula(age=age, creatinine=creatinine, sex=sex)
        assert formula(age=age, creatinine=creatinine * 1.1, sex=sex) < here
        assert formula(age=age + 1, creatinine=creatinine, sex=sex) < here


@given(st.floats(0.3, 50), st.floats(0.8, 10), st.floats(0.3, 9), st.floats(120, 145), st.floats(1, 5))
def test_meld_rises_with_each_of_its_parts(bilirubin, inr, creatinine, sodium, albumin):
    told = {"sodium": sodium, "albumin": albumin, "sex": "male", "dialysis_twice": False}
    here = FORMULAS["meld_3"](bilirubin=bilirubin, inr=inr, creatinine=creatinine, **told)
    assert 6 <= here <= 40
    assert FORMULAS["meld_3"](bilirubin=bilirubin, inr=inr * 1.2, creatinine=creatinine, **told) >= here


def test_a_missing_number_leaves_the_result_open_and_names_it():
    proposal = propose({"calculator": "bmi", "inputs": {"weight": 70}})
    assert proposal.findings == ()
    assert [n.about for n in proposal.not_checked] == [("inputs.height",)]


def test_a_missing_yes_or_no_gives_the_range_of_both():
    told = {"age": 50, "creatinine": 1, "sex": "male"}
    calculation = result("mdrd", **told)
    assert calculation.value is None
    assert calculation.high == pytest.approx(calculation.low * 1.212)
    assert calculation.missing == ("black",)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"weigth": 70}, "no input"),
        ({"weight": 7000}, "not plausible"),
        ({"weight": True}, "must be a number"),
        ({"weight": "70"}, "must be a number"),
        ({"weight": {"value": 70, "unit": "stone-ish"}}, "unit is not known"),
        ({"weight": {"value": 70, "unit": "cm"}}, "cannot be converted"),
    ],
)
def test_an_input_that_cannot_be_read_is_refused_without_its_value(inputs, said):
    with pytest.raises(InputError, match=said) as caught:
        propose({"calculator": "bmi", "inputs": inputs})
    assert "7000" not in str(caught.value)


def test_a_fraction_of_another_standard_is_not_taken_for_per_cent():
    ifcc = result("average-glucose", hba1c={"value": 48, "unit": "mmol/mol"})
    assert shown_percent(ifcc) == pytest.approx(6.54, abs=0.01)
    assert ifcc.value == pytest.approx(141, abs=0.5)


def shown_percent(calculation):
    return next(i.value for i in calculation.inputs if i.id == "hba1c")


def test_the_iron_deficit_of_a_light_child_is_refused():
    told = {"weight": 20, "haemoglobin": 8, "target_haemoglobin": 13}
    proposal = propose({"calculator": "ganzoni", "inputs": told})
    assert proposal.findings == ()
    assert [n.code for n in proposal.not_checked] == ["outside-formula"]


@pytest.mark.parametrize(("pao2", "fio2"), [(84, 28), (60, 30), (90, 45), (120, 40)])
def test_a_ratio_that_is_a_limit_is_met_exactly(pao2, fio2):
    assert FORMULAS["pf_ratio"](pao2=pao2, fio2=fio2) == round(100 * pao2 / fio2)


def test_one_and_a_half_times_the_baseline_is_stage_one():
    told = {"creatinine": 1.2, "baseline_creatinine": 0.8, "oliguria": "none", "renal_replacement": False}
    assert result("kdigo-aki", **told, aki_creatinine_4=False, creatinine_rise=0.1).value == 1
    in_umol = {"value": 26.5, "unit": "umol/L"}
    told |= {"creatinine": 0.8, "creatinine_rise": in_umol, "aki_creatinine_4": False}
    assert result("kdigo-aki", **told).value == 1


def test_without_a_baseline_the_stage_is_a_range():
    calculation = result("kdigo-aki", creatinine=2, oliguria="six_hours", renal_replacement=False)
    assert (calculation.low, calculation.high) == (1, 3)
