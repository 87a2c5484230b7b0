"""How the calculator reads the chart: the right window, the worst value, problems, and what it never assumes."""

import pytest
from tests.services.clinical_calculator.desk import observation, patient, propose, result

from openward.domain.errors import InputError
from openward.services.clinical_calculator.library import library


def shown(calculation, name):
    return next(i for i in calculation.inputs if i.id == name)


def test_the_newest_reading_is_taken_with_its_date():
    old = observation("29463-7", 90, "kg", id="w1", at="2026-10-01T08:00:00Z")
    new = observation("29463-7", 80, "kg", id="w2", at="2026-11-01T08:00:00Z")
    calculation = result("maintenance-fluids", patient(), old, new)
    assert calculation.value == 120
    assert shown(calculation, "weight").date.startswith("2026-11-01")


def test_the_worst_reading_of_24_hours_is_taken_where_the_score_says_so():
    readings = [
        observation("777-3", 45, "10*9/L", id="a", at="2026-11-20T12:00:00Z"),
        observation("777-3", 160, "10*9/L", id="b", at="2026-11-21T06:00:00Z"),
        observation("777-3", 5, "10*9/L", id="c", at="2026-11-19T06:00:00Z"),
    ]
    calculation = result("sofa", patient(), *readings)
    assert shown(calculation, "platelets").value == 45
    assert next(p for p in calculation.parts if p.id == "coagulation").low == 3


def test_a_reading_of_tomorrow_or_without_unit_is_not_used():
    later = observation("29463-7", 80, "kg", at="2026-11-22T08:00:00Z")
    bare = observation("29463-7", 80, "kg", id="bare")
    del bare["valueQuantity"]["code"], bare["valueQuantity"]["unit"]
    assert result("maintenance-fluids", patient(), later).value is None
    codes = {n.code for n in propose({"calculator": "maintenance-fluids"}, patient(), bare).not_checked}
    assert codes == {"input-not-exact"}


def test_a_limit_is_not_taken_for_a_value():
    limit = observation("1975-2", 0.2, "mg/dL")
    limit["valueQuantity"]["comparator"] = "<"
    told = {"calculator": "albi", "inputs": {"albumin": 3}}
    assert {n.code for n in propose(told, patient(), limit).not_checked} == {"input-not-exact"}


def test_no_problem_in_the_chart_never_means_no():
    calculation = result("chads2", patient())
    assert (calculation.low, calculation.high) == (0, 5)
    assert "heart_failure" in calculation.missing


def test_a_problem_of_the_chart_is_cited():
    problem = {
        "resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"},
        "clinicalStatus": {"coding": [{"code": "active"}]}, "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I50.9"}]},
    }  # fmt: skip
    proposal = propose({"calculator": "chads2"}, patient(), problem)
    assert "Condition/c" in {e.reference for e in proposal.findings[0].evidence[0].inputs}


def test_a_refuted_problem_does_not_count():
    problem = {
        "resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"},
        "verificationStatus": {"coding": [{"code": "refuted"}]},
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "I50"}]},
    }  # fmt: skip
    assert shown(result("chads2", patient(), problem), "heart_failure").origin == "missing"


def test_without_age_the_population_is_said_to_be_unknown_and_with_a_wrong_one_nothing_is_computed():
    told = {"creatinine": 1, "dialysis_twice": False, "bilirubin": 1, "inr": 1}
    unknown = propose({"calculator": "meld", "inputs": told})
    assert unknown.findings
    assert [n.code for n in unknown.not_checked] == ["population-not-known"]
    child = propose({"calculator": "meld", "inputs": told | {"age": 5}})
    assert child.findings == ()
    assert [n.code for n in child.not_checked] == ["outside-population"]


def test_a_known_blood_gas_is_enough_for_the_oxygen_criterion():
    told = {"pao2": 80}
    part = result("psi", **told)
    assert "spo2" not in part.missing


def test_both_ends_of_a_range_have_their_evidence():
    (finding,) = propose({"calculator": "gcs", "inputs": {"gcs_eye": "pain", "gcs_motor": "obeys"}}).findings
    assert [e.value for e in finding.evidence] == [9, 13]
    assert finding.certainty == "possible"
    assert finding.severity == "moderate"


def test_a_list_says_how_many_were_searched():
    proposal = propose({"search": "QTc"})
    assert len(proposal.body.found) == 5
    assert proposal.examined[0].count >= 120


def test_an_unknown_calculator_is_never_replaced_by_a_near_one():
    proposal = propose({"calculator": "QT"})
    assert proposal.body.calculation is None
    assert [n.code for n in proposal.not_checked] == ["calculator-unknown"]
    assert proposal.body.found


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e308])
def test_a_hostile_number_is_refused(value):
    with pytest.raises(InputError):
        propose({"calculator": "bmi", "inputs": {"weight": value, "height": 170}})


def test_chinese_speaks_chinese():
    proposal = propose({"calculator": "body mass index", "inputs": {"weight": 70, "height": 170}}, language="zh")
    assert proposal.summary.startswith("体重指数")
    assert "请结合临床" in proposal.findings[0].advice


def test_an_inr_needs_no_unit_since_its_code_says_it():
    bare = observation("6301-6", 1.8, "1")
    del bare["valueQuantity"]["code"], bare["valueQuantity"]["unit"]
    assert shown(result("aims65", patient(), bare), "inr").value == 1.8


def pressure(sbp, dbp, at, id):
    return (
        observation("8480-6", sbp, "mm[Hg]", id=f"{id}s", at=at),
        observation("8462-4", dbp, "mm[Hg]", id=f"{id}d", at=at),
    )


def test_the_worst_mean_pressure_is_of_two_pressures_of_one_measurement():
    readings = (*pressure(120, 80, "2026-11-21T06:00:00Z", "a"), *pressure(80, 50, "2026-11-20T20:00:00Z", "b"),
                *pressure(60, 30, "2026-11-19T20:00:00Z", "old"))  # fmt: skip
    calculation = result("sofa", patient(), *readings)
    mean = shown(calculation, "mean_arterial_pressure")
    assert (mean.value, mean.date[:13]) == (60, "2026-11-20T20")
    assert (shown(calculation, "sbp").value, shown(calculation, "dbp").value) == (80, 50)


def test_a_blood_gas_is_not_joined_with_the_oxygen_of_another_hour():
    gas = observation("2703-7", 60, "mm[Hg]", id="gas", at="2026-11-21T01:00:00Z")
    air = observation("3150-6", 21, "%", id="air", at="2026-11-21T08:00:00Z")
    calculation = result("sofa", patient(), gas, air)
    assert shown(calculation, "pf_ratio").origin == "missing"
    then = observation("3150-6", 60, "%", id="then", at="2026-11-21T01:20:00Z")
    ratio = shown(result("sofa", patient(), gas, air, then), "pf_ratio")
    assert (ratio.value, ratio.origin) == (100, "derived")


def test_a_given_part_is_joined_with_the_newest_of_the_chart():
    gas = observation("2703-7", 60, "mm[Hg]", id="gas", at="2026-11-21T01:00:00Z")
    assert shown(result("sofa", patient(), gas, fio2=30), "pf_ratio").value == 200


def test_weight_and_height_need_not_be_of_one_hour():
    height = observation("8302-2", 180, "cm", id="h", at="2025-01-01T08:00:00Z")
    weight = observation("29463-7", 81, "kg", id="w", at="2026-11-01T08:00:00Z")
    assert shown(result("padua", patient(), height, weight), "bmi").value == 25


def test_anaemia_and_a_reduced_filtration_come_from_the_laboratory():
    blood = observation("718-7", 11.5, "g/dL", id="hb")
    kidney = observation("2160-0", 2.5, "mg/dL", id="cr")
    calculation = result("orbit", patient(), blood, kidney)
    assert (shown(calculation, "anaemia").value, shown(calculation, "egfr_below_60").value) == (True, True)
    assert (calculation.low, calculation.high) == (3, 6)
    assert shown(result("orbit", patient(), blood, anaemia=False), "anaemia").value is False


@pytest.mark.parametrize("calculator", ["ckd-epi-2021", "mdrd", "cockcroft-gault", "cockcroft-gault-by-bmi"])
@pytest.mark.parametrize(("before", "told"), [(80, True), (118, False)])
def test_an_equation_for_a_stable_creatinine_says_so_where_the_chart_s_changes(calculator, before, told):
    readings = [
        observation("2160-0", before, "umol/L", id="a", at="2026-11-19T20:00:00Z"),
        observation("2160-0", 120, "umol/L", id="b", at="2026-11-21T06:00:00Z"),
    ]
    given = {"black": False, "weight": 70, "height": 170, "age": 60, "sex": "male"}
    known = propose({"calculator": calculator}, patient(), *readings).body.calculation
    inputs = {i.id: given[i.id] for i in known.inputs if i.id in given}
    proposal = propose({"calculator": calculator, "inputs": inputs}, patient(), *readings)
    assert proposal.body.calculation.value
    assert ("creatinine-unstable" in {n.code for n in proposal.not_checked}) is told


@pytest.mark.parametrize(("language", "said"), [("en", "creatinine unstable"), ("zh", "血肌酐不稳定")])
def test_a_result_beside_a_changing_creatinine_says_so_in_its_headline_and_cites_the_course(language, said):
    readings = [
        observation("2160-0", value, "umol/L", id=f"c{day}", at=f"2026-11-{day}T08:00:00Z")
        for day, value in ((10, 90), (18, 323), (19, 258), (20, 208))
    ]
    inputs = {"weight": 63.7, "age": 68, "sex": "female"}
    given = {"calculator": "cockcroft-gault", "inputs": inputs}
    proposal = propose(given, patient(), *readings, language=language)
    (finding,) = proposal.findings
    assert said in finding.headline
    assert said in proposal.summary
    assert (finding.severity, finding.certainty) == ("moderate", "possible")
    course = ["Observation/c20", "Observation/c19", "Observation/c18"]
    assert [e.reference for e in finding.evidence if hasattr(e, "reference")] == course
    assert [(e.table, e.row) for e in finding.evidence if hasattr(e, "row")] == [("formulas", "creatinine-unstable")]
    assert all(value in finding.why for value in ("208 µmol/L", "258 µmol/L", "323 µmol/L", "2026-11-18"))
    gap = next(n for n in proposal.not_checked if n.code == "creatinine-unstable")
    assert gap.about == ("inputs.creatinine", *course)
    assert "formulas" in proposal.made_by.knowledge


def test_a_score_that_cannot_be_given_keeps_its_headline_beside_a_changing_creatinine():
    readings = [
        observation("2160-0", 80, "umol/L", id="a", at="2026-11-20T06:00:00Z"),
        observation("2160-0", 300, "umol/L", id="b", at="2026-11-21T06:00:00Z"),
    ]
    (finding,) = propose({"calculator": "orbit"}, patient(), *readings).findings
    assert "cannot be given" in finding.headline
    assert "presumes a stable creatinine" in finding.why


def test_a_sum_that_presumes_no_stable_creatinine_says_nothing_of_it():
    readings = [
        observation("2160-0", 80, "umol/L", id="a", at="2026-11-20T06:00:00Z"),
        observation("2160-0", 300, "umol/L", id="b", at="2026-11-21T06:00:00Z"),
    ]
    assert "creatinine-unstable" not in {
        n.code for n in propose({"calculator": "sofa"}, patient(), *readings).not_checked
    }


@pytest.mark.parametrize(("language", "name"), [("en", "platelet"), ("zh", "血小板")])
def test_each_item_of_a_score_is_named_in_the_language_of_the_run(language, name):
    platelets = observation("777-3", 45, "10*9/L")
    parts = propose({"calculator": "sofa"}, patient(), platelets, language=language).body.calculation.parts
    assert name in next(p.name for p in parts if p.id == "coagulation")


def test_every_item_of_every_score_has_a_name():
    for calculator in library().calculators.values():
        flags = {name: False for name, given in calculator.definitions.items() if given.kind == "flag"}
        if calculator.instrument.items:
            assert all(part.name for part in result(calculator.id, **flags).parts), calculator.id


def test_an_input_that_is_said_to_be_unknown_is_not_taken_from_the_chart():
    readings = (observation("29463-7", 70, "kg", id="w"), observation("2160-0", 1.0, "mg/dL", id="c"))
    proposal = propose({"calculator": "cockcroft-gault", "inputs": {"weight": None}}, patient(), *readings)
    calculation = proposal.body.calculation
    assert (calculation.low, calculation.missing) == (None, ("weight",))
    assert [(n.code, n.about) for n in proposal.not_checked] == [("input-left-out", ("inputs.weight",))]
    assert result("cockcroft-gault", patient(), *readings).value


def test_a_result_without_the_sex_of_the_chart_is_a_range():
    readings = (observation("29463-7", 70, "kg", id="w"), observation("2160-0", 1.0, "mg/dL", id="c"))
    calculation = result("cockcroft-gault", patient(), *readings, sex=None)
    assert calculation.low == pytest.approx(0.85 * calculation.high)


def test_an_input_that_could_be_derived_stays_open_when_it_is_said_to_be_unknown():
    readings = (observation("8302-2", 180, "cm", id="h"), observation("29463-7", 81, "kg", id="w"))
    assert shown(result("padua", patient(), *readings, bmi=None), "bmi").origin == "missing"


def test_whom_an_instrument_is_for_is_open_when_the_age_is_said_to_be_unknown():
    proposal = propose({"calculator": "cockcroft-gault", "inputs": {"age": None}}, patient(born="2020-01-01"))
    assert "population-not-known" in {n.code for n in proposal.not_checked}


def test_a_drug_of_the_chart_that_a_sum_does_without_is_named():
    proposal = propose({"calculator": "morphine-equivalents", "inputs": {"oxycodone": None, "tramadol": 50}})
    assert [n.about for n in proposal.not_checked if n.code == "input-left-out"] == [("inputs.oxycodone",)]
