"""The calculators of the console: found, filled from the chart, worked out while one types, kept when asked."""

import httpx
import pytest
from tests.wards import PASSPHRASE


@pytest.fixture(scope="module")
def visitor(address, house):
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"person": house.clinician, "passphrase": PASSPHRASE})
        yield client


def test_a_calculator_is_found_by_a_word(visitor):
    page = visitor.get("/console/calculators", params={"q": "stroke"}).text
    assert "/console/calculators/cha2ds2-vasc" in page
    assert "No calculator fits" in visitor.get("/console/calculators", params={"q": "zzzz"}).text


def test_its_form_is_filled_from_the_chart_with_dates(visitor):
    page = visitor.get("/console/calculators/cha2ds2-vasc", params={"patient": "p1"}).text
    assert "from the chart" in page
    assert 'name="in.hypertension"' in page


def test_the_result_follows_what_is_typed_and_nothing_is_kept(visitor, house):
    before = len(house.ward.stores.runs.list(limit=1000))
    given = {"in.heart_rate": "88", "in.age": "70"}
    page = visitor.post("/console/calculators/shock-index/result", data=given | {"in.sbp": "110"}).text
    assert "0.8" in page
    assert "missing" in visitor.post("/console/calculators/shock-index/result", data=given).text
    assert len(house.ward.stores.runs.list(limit=1000)) == before


def test_a_calculation_is_kept_as_a_run(visitor, house):
    page = visitor.post("/console/calculators/shock-index", data={"in.heart_rate": "88", "in.sbp": "110"})
    assert page.url.path.startswith("/console/runs/run-")
    assert house.ward.stores.runs.get(page.url.path.rpartition("/")[2]).service == "clinical-calculator"


def test_a_wrong_value_is_told_and_an_unknown_calculator_too(visitor):
    assert "alert" in visitor.post("/console/calculators/shock-index/result", data={"in.heart_rate": "fast"}).text
    assert "No calculator fits" in visitor.get("/console/calculators/nothing-of-the-kind").text
