"""The calculators of the console: found, filled from the chart, worked out while one types, kept when asked."""

import json
import re

import httpx
import pytest
from tests.wards import PASSPHRASE, patient_bundle

import openward.doors.console.visit as console
from openward.services.clinical_calculator.library import library

CALCULATORS = "/console/calculators"


@pytest.fixture(scope="module")
def visitor(address, house):
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"person": house.clinician, "passphrase": PASSPHRASE})
        yield client


@pytest.fixture(scope="module")
def injured(house):
    """A patient whose creatinine falls after an acute injury of the kidney."""
    bundle = patient_bundle("aki")
    model = next(e for e in bundle["entry"] if e["resource"]["id"] == "aki-o1")["resource"]
    for day, value in ((11, 323), (12, 258), (13, 208)):
        measured = {"value": value, "unit": "umol/L", "system": "http://unitsofmeasure.org", "code": "umol/L"}
        course = {"id": f"aki-c{day}", "effectiveDateTime": f"2026-11-{day}T08:00:00Z", "valueQuantity": measured}
        bundle["entry"].append({"resource": model | course})
    bundle["entry"] = [e for e in bundle["entry"] if e["resource"]["id"] != "aki-o1"]
    house.ward.record.import_bytes("aki.json", json.dumps(bundle).encode())
    return "aki"


def test_a_calculator_is_found_by_a_word(visitor):
    page = visitor.get(CALCULATORS, params={"q": "stroke"}).text
    assert "/console/calculators/cha2ds2-vasc" in page
    assert "No calculator fits" in visitor.get(CALCULATORS, params={"q": "zzzz"}).text


def test_calculators_stand_by_speciality_and_a_speciality_is_found_by_its_name(visitor):
    page = visitor.get(CALCULATORS).text
    assert 'href="#field-renal"' in page
    assert page.count('class="panel speciality"') == len({c.field for c in library().calculators.values()})
    assert "/console/calculators/ckd-epi-2021" in visitor.get(CALCULATORS, params={"q": "肾内科", "lang": "zh"}).text


def test_every_speciality_has_a_name():
    fields = {f"field_{c.field}" for c in library().calculators.values()}
    assert fields - console.words()["zh"].keys() == set()


def test_its_form_is_filled_from_the_chart_with_dates_and_sources(visitor):
    page = visitor.get(f"{CALCULATORS}/ckd-epi-2021", params={"patient": "p1"}).text
    assert "from the chart" in page
    assert 'href="/console/patients/p1#Observation/p1-o1"' in page
    assert "2026-11-14" in page
    assert "Synthetic Example" in page


def test_choices_are_radio_buttons_and_a_set_one_is_chosen(visitor):
    page = visitor.get(f"{CALCULATORS}/cha2ds2-vasc", params={"patient": "p1"}).text
    assert "<select" not in page.partition("<main")[2]
    chosen = re.findall(r'type="radio" name="in\.(\w+)" value="(\w*)" checked', page)
    assert ("sex", "female") in chosen
    assert ("stroke", "") in chosen


def test_what_is_missing_is_a_list_with_the_points_that_hang_on_it(visitor):
    page = visitor.get(f"{CALCULATORS}/cha2ds2-vasc", params={"patient": "p1"}).text
    result = page.partition('id="result"')[2]
    assert 'data-to="stroke"' in result
    assert "0 to 2 points" in result
    assert 'class="scale"' in result


def test_bands_show_where_the_result_lies(visitor):
    ids = re.findall(r'name="in\.(\w+)"', visitor.get(f"{CALCULATORS}/ckd-epi-2021").text)
    creatinine = next(id for id in ids if "creat" in id)
    given = {"in.age": "70", f"in.{creatinine}": "2.5", "in.sex": "female"}
    page = visitor.post(f"{CALCULATORS}/ckd-epi-2021/result", data=given).text
    assert page.count('class="here') == 1
    assert "mL/min/1.73 m²" in page
    assert "≥ 15, &lt; 30" in page


def test_the_result_follows_what_is_typed_and_nothing_is_kept(visitor, house):
    before = len(house.ward.stores.runs.list(limit=1000))
    given = {"in.heart_rate": "88", "in.age": "70"}
    page = visitor.post(f"{CALCULATORS}/shock-index/result", data=given | {"in.sbp": "110"}).text
    assert "0.8" in page
    assert "Still missing" in visitor.post(f"{CALCULATORS}/shock-index/result", data=given).text
    assert len(house.ward.stores.runs.list(limit=1000)) == before


def test_a_calculation_is_kept_as_a_run_and_then_stands_among_those_used_lately(visitor, house):
    assert "Used by you lately" not in visitor.get(CALCULATORS).text
    page = visitor.post(f"{CALCULATORS}/shock-index", data={"in.heart_rate": "88", "in.sbp": "110"})
    assert page.url.path.startswith("/console/runs/run-")
    assert house.ward.stores.runs.get(page.url.path.rpartition("/")[2]).service == "clinical-calculator"
    assert "Used by you lately" in visitor.get(CALCULATORS).text


def test_a_patient_is_found_from_within_a_calculator(visitor):
    page = visitor.get(f"{CALCULATORS}/bmi", params={"who": "synth"}).text
    assert 'href="/console/calculators/bmi?patient=p1"' in page
    assert "Nobody is found" in visitor.get(f"{CALCULATORS}/bmi", params={"who": "zzzz"}).text


def test_a_wrong_value_is_told_and_an_unknown_calculator_too(visitor):
    assert "alert" in visitor.post(f"{CALCULATORS}/shock-index/result", data={"in.heart_rate": "fast"}).text
    assert "No calculator fits" in visitor.get(f"{CALCULATORS}/nothing-of-the-kind").text


def test_a_field_of_the_chart_that_is_emptied_is_missing_and_not_filled_again(visitor):
    kept = {"patient": "p1", "in.creatinine": "1.1", "was.creatinine": "1.1", "in.age": "60", "in.sex": "male"}
    assert "Still missing" not in visitor.post(f"{CALCULATORS}/ckd-epi-2021/result", data=kept).text
    page = visitor.post(f"{CALCULATORS}/ckd-epi-2021/result", data=kept | {"in.creatinine": ""}).text
    assert 'data-to="creatinine"' in page
    assert "no value of the chart stands in for it" in page
    assert "mL/min/1.73 m²" not in page.partition("What results mean")[0]


@pytest.mark.parametrize("calculator", ["cockcroft-gault", "ckd-epi-2021"])
@pytest.mark.parametrize(("lang", "said"), [("en", "presumes a stable creatinine"), ("zh", "以血肌酐稳定为前提")])
def test_an_estimate_beside_a_changing_creatinine_says_so_with_the_values(visitor, injured, calculator, lang, said):
    page = visitor.get(f"{CALCULATORS}/{calculator}", params={"patient": injured, "lang": lang}).text
    result = page.partition('id="result"')[2]
    assert said in result
    assert "258 µmol/L" in result
    assert 'href="/console/patients/aki#Observation/aki-c11"' in result
    assert "Everything that is needed is known" not in result
    assert said not in visitor.get(f"{CALCULATORS}/{calculator}", params={"patient": "p1", "lang": lang}).text


def test_the_services_of_a_chart_lead_to_the_calculators_with_the_patient(visitor):
    page = visitor.get("/console/patients/p1", params={"panel": "services", "service": "clinical-calculator"}).text
    form = page.partition('id="service-clinical-calculator"')[2].partition("</details>")[0]
    assert 'href="/console/calculators?patient=p1"' in form


def test_a_measured_input_is_filled_in_the_unit_of_the_chart_and_can_be_given_in_others(visitor, injured):
    page = visitor.get(f"{CALCULATORS}/cockcroft-gault", params={"patient": injured}).text
    field = page.partition('data-field="creatinine"')[2].partition('data-field="sex"')[0]
    assert 'name="in.creatinine" value="208"' in field
    assert re.findall(r'<option value="([^"]+)"( selected)?', field)[:2] == [("umol/L", " selected"), ("mg/dL", "")]
    assert "the chart says 208 µmol/L" in field
    assert "2026-11-13" in field


def test_a_typed_number_is_read_in_the_unit_that_is_chosen(visitor):
    given = {"in.age": "60", "in.sex": "male", "in.weight": "72", "in.creatinine": "88.4"}
    page = visitor.post(f"{CALCULATORS}/cockcroft-gault/result", data=given | {"unit.creatinine": "umol/L"}).text
    assert "80.0" in page
    page = visitor.post(f"{CALCULATORS}/cockcroft-gault/result", data=given | {"unit.creatinine": "mg/dL"}).text
    assert "not plausible; it must lie between 0.05 and 40 mg/dL. It would be plausible in µmol/L" in page
    assert "inputs." not in page


def test_the_number_of_the_chart_in_another_unit_is_no_value_of_the_chart(visitor, injured):
    kept = {
        "patient": injured, "in.creatinine": "208", "was.creatinine": "208", "was-unit.creatinine": "umol/L",
        "in.age": "60", "in.sex": "male",
    }  # fmt: skip
    address = f"{CALCULATORS}/ckd-epi-2021/result"
    assert "not plausible" not in visitor.post(address, data=kept | {"unit.creatinine": "umol/L"}).text
    assert "not plausible" in visitor.post(address, data=kept | {"unit.creatinine": "mg/dL"}).text
