"""The laboratory of a patient: newest results in groups, courses beneath each other, a sheet in plain words."""

import json
import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.wards import PASSPHRASE, patient_bundle

START = datetime(2026, 1, 1, tzinfo=UTC)
HOSTILE = '</script><img src=x onerror="alert(1)">'


def observation(id, code, value, unit, at, **more):
    return {"resource": {
        "resourceType": "Observation", "id": id, "status": "final", "subject": {"reference": "Patient/lab"},
        "category": [{"coding": [{"code": "laboratory"}]}], "effectiveDateTime": at.isoformat(),
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]} if code else {"text": HOSTILE},
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}, **more,
    }}  # fmt: skip


def interval(low, high, unit):
    return {"referenceRange": [{"low": {"value": low, "unit": unit}, "high": {"value": high, "unit": unit}}]}


def many():
    """A potassium each hour for a hundred days, one creatinine out of its interval, and a name that is an attack."""
    hourly = [
        observation(f"k{n}", "2823-3", 4.0 + n % 20 / 10, "mmol/L", START + timedelta(hours=n),
                    **interval(3.5, 5.3, "mmol/L"))
        for n in range(2400)
    ]  # fmt: skip
    created = [
        observation(f"c{n}", "14682-9", 80 + 60 * n, "umol/L", START + timedelta(days=320 + n),
                    **interval(45, 84, "umol/L"))
        for n in range(3)
    ]  # fmt: skip
    return [*hourly, *created, observation("h1", "", 1, "mmol/L", START)]


@pytest.fixture(scope="module")
def visitor(address, house):
    house.ward.record.import_bytes("lab.json", json.dumps(patient_bundle("lab", entries=many())).encode())
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"person": house.clinician, "passphrase": PASSPHRASE})
        yield client


def test_the_newest_of_everything_stands_in_groups_with_what_is_out_first(visitor):
    page = visitor.get("/console/patients/lab/results").text
    assert "out of their interval" in page
    assert "Kidney, salts and chemistry" in page
    assert page.index("200 µmol/L") < page.index("5.9 mmol/L")
    assert "+60" in page
    assert "45–84" in page
    assert page.count('class="interval"') == 2


def test_only_what_is_out_is_listed_when_wanted(visitor):
    page = visitor.get("/console/patients/lab/results", params={"only": "out"}).text
    assert 'name="show.creatinine"' in page
    assert "Body weight" not in page.partition("<form method")[2]


def test_a_patient_without_results_is_told_so(visitor, house):
    bundle = {"resourceType": "Bundle", "type": "collection",
              "entry": [{"resource": {"resourceType": "Patient", "id": "bare"}}]}  # fmt: skip
    house.ward.record.import_bytes("bare.json", json.dumps(bundle).encode())
    assert "holds no results" in visitor.get("/console/patients/bare/results").text


def test_courses_stand_beneath_each_other_up_to_four(visitor):
    wanted = {f"show.{key}": "1" for key in ("creatinine", "potassium")}
    page = visitor.get("/console/patients/lab/results", params=wanted).text
    assert page.count("data-lane=") == 2
    assert "take creatinine out" in page.casefold()
    assert "No such result" in visitor.get("/console/patients/lab/results", params={"show.nothing": "1"}).text


def test_a_long_course_is_paged_and_the_page_stays_light(visitor):
    wanted = {"show.potassium": "1", "show.creatinine": "1"}
    page = visitor.get("/console/patients/lab/results", params=wanted)
    assert len(page.content) < 400_000
    assert page.text.partition('id="values"')[2].partition("</table>")[0].count("<tr>") == 101
    older = visitor.get("/console/patients/lab/results", params=wanted | {"after": "100"}).text
    assert "newest 1000 values" in older
    assert re.findall(r"2026-04-\d\d \d\d:00", page.text)[0] not in older.partition("<tbody>")[2]


def test_a_hostile_name_is_only_text(visitor):
    page = visitor.get("/console/patients/lab/results", params={"name": HOSTILE}).text
    assert "<img" not in page.partition("<main")[2]
    assert "onerror" in page


def test_the_course_says_it_in_chinese(visitor):
    page = visitor.get("/console/patients/lab/results", params={"show.creatinine": "1", "lang": "zh"}).text
    assert "肌酐" in page
    assert "参考区间" in page


def test_a_report_becomes_a_sheet_for_the_patient(visitor, house):
    given = {"text": "Potassium 6.8 mmol/L (3.5-5.1)\nSodium 138 mmol/L (135-145)", "sex": "male"}
    run = house.ward.run("lab-report", given, patient="p1")
    assert f"/console/runs/{run.id}/plain" in visitor.get(f"/console/runs/{run.id}").text
    sheet = visitor.get(f"/console/runs/{run.id}/plain").text
    assert "Synthetic Example" in sheet
    assert "with your clinician" in sheet
    assert "mmol/L" not in sheet
    other = house.ward.run("clinical-calculator", {"calculator": "shock-index"})
    assert visitor.get(f"/console/runs/{other.id}/plain").status_code == 404


def test_a_sheet_is_in_the_language_of_its_run(visitor, house):
    run = house.ward.run("lab-report", {"text": "Potassium 6.8 mmol/L (3.5-5.1)"}, language="zh")
    assert "您的检验结果" in visitor.get(f"/console/runs/{run.id}/plain").text


def test_a_critical_value_comes_before_everything_else_of_a_report(visitor, house):
    run = house.ward.run("lab-report", {"text": "Sodium 138 mmol/L (135-145)\nPotassium 7.1 mmol/L (3.5-5.1)"})
    page = visitor.get(f"/console/runs/{run.id}").text
    report = page.partition('class="report"')[2]
    assert report.index("Critical values") < report.index("Out of their interval")
    assert 'class="report-row critical"' in report
    assert 'href="#finding-' in report


def put(house, id, *entries, born="1980-01-01"):
    who = {"resourceType": "Patient", "id": id, "gender": "female", **({"birthDate": born} if born else {})}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": who}, *entries]}
    told = json.dumps(bundle).replace("Patient/lab", f"Patient/{id}")
    house.ward.record.import_bytes(f"{id}.json", told.encode())


def test_a_dangerous_value_without_an_interval_never_passes_as_usual(visitor, house):
    put(house, "k12", observation("k12-1", "2823-3", 12.1, "mmol/L", START))
    page = visitor.get("/console/patients/k12/results").text
    assert "1 of 1 newest result is out of their interval" in page
    assert "None of" not in page
    assert '<a class="chip critical" href="/console/knowledge/critical_values#potassium/adult"' in page
    assert "≤ 2.8, ≥ 6.2 mmol/L" in page
    assert "/console/knowledge/reference_intervals#potassium/adult" in page
    assert "judged by the house&#39;s own intervals" in page
    course = visitor.get("/console/patients/k12/results", params={"show.potassium": "1"}).text
    assert course.count("reference_intervals#potassium/adult") == 1
    assert "house&#39;s interval" in course


def test_what_nobody_can_judge_is_said_to_be_unjudged(visitor, house):
    unknown = observation("u1", "", 7, "mmol/L", START)
    put(house, "unjudged", unknown)
    page = visitor.get("/console/patients/unjudged/results").text
    assert "0 of 1 newest result could be judged: no interval" in page
    assert "None of" not in page
    put(house, "partly", unknown | {"resource": unknown["resource"] | {"id": "u2"}},
        observation("u3", "2823-3", 4.1, "mmol/L", START, **interval(3.5, 5.3, "mmol/L")))  # fmt: skip
    page = visitor.get("/console/patients/partly/results").text
    assert "None of the 1 newest result that could be judged is out of its interval" in page
    assert "1 result could not be judged" in page


def test_a_dangerous_value_is_seen_where_age_and_sex_are_not_known(visitor, house):
    put(house, "ageless", observation("a1", "2823-3", 12.1, "mmol/L", START),
        observation("a2", "2951-2", 140, "mmol/L", START), born=None)  # fmt: skip
    page = visitor.get("/console/patients/ageless/results").text
    assert "1 of 2 newest results" in page
    assert "1 result could not be judged" in page
