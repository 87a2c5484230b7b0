"""The knowledge page names what rules stand on, finds every rule of a drug, and takes a change to the desk."""

import httpx
import pytest
from tests.wards import a_house, bearer, served

from openward.knowledge import tables

ROW = "/console/knowledge/interaction_rules/row"
RULE = {"id": "cyp3a4-strong-statin"}


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    with (
        a_house(tmp_path_factory.mktemp("home")) as house,
        served(house.ward) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        client.cookies.set("openward_session", house.session("b.clinician"))
        yield house, client
    tables.use_local(tmp_path_factory.mktemp("nothing"))


@pytest.fixture
def client(opened):
    return opened[1]


def form(**changed):
    cells = {f"cell.{column}": cell for column, cell in tables.find("interaction_rules").row(RULE["id"]).cells.items()
             if column not in {"id", "reviewed"}}  # fmt: skip
    told = {f"cell.{column}": cell for column, cell in changed.items()}
    return RULE | cells | told | {"why": "The committee decided so."}


def test_tables_have_names_in_both_languages(client):
    assert "Interaction rules" in client.get("/console/knowledge", params={"lang": "en"}).text
    assert "相互作用规则" in client.get("/console/knowledge", params={"lang": "zh"}).text


def test_a_drug_finds_the_rules_of_its_classes(client):
    page = client.get("/console/knowledge", params={"q": "simvastatin", "lang": "en"}).text
    assert "CYP3A4" in page
    assert "rhabdomyolysis" in page


def test_a_rule_names_both_sides(client):
    page = client.get(ROW, params=RULE | {"lang": "en"}).text
    assert "{left}" not in page.partition("<form")[0]


def test_an_unknown_row_is_told(client):
    assert client.get(ROW, params={"id": "no-such-row"}).status_code == 404


def test_a_row_that_cannot_stand_is_told_beside_its_cell_and_nothing_is_kept(opened, client):
    house, _ = opened
    before = len(house.ward.stores.runs.list(service="knowledge-change", limit=50))
    page = client.post(ROW, data=form(source="nowhere", why_en="My own words."), params={"lang": "en"})
    assert "has no row &#39;nowhere&#39;" in page.text
    assert "My own words." in page.text
    assert len(house.ward.stores.runs.list(service="knowledge-change", limit=50)) == before


def test_a_change_of_nothing_is_told(client):
    assert "changes nothing" in client.post(ROW, data=form(), params={"lang": "en"}).text


def test_a_change_goes_to_the_desk_of_a_pharmacist(opened, client):
    house, _ = opened
    answer = client.post(ROW, data=form(severity="moderate"))
    assert answer.status_code == 303
    run = house.ward.stores.runs.get(answer.headers["location"].rsplit("/", 1)[1])
    assert (run.service, run.status, run.actor) == ("knowledge-change", "proposed", "b.clinician")
    assert run.id in client.get(ROW, params=RULE).text
    with httpx.Client(base_url=client.base_url, headers=bearer(house.session()), timeout=60) as pharmacist:
        assert run.id in pharmacist.get("/v1/queue").text


def test_the_run_shows_what_differs_in_words(opened, client):
    answer = client.post(ROW, data=form(advice_en="Stop the statin."))
    page = client.get(answer.headers["location"], params={"lang": "en"}).text
    assert "<strong>Stop the statin.</strong>" in page
    assert "Advice (English)" in page


def test_who_does_not_run_the_ward_sees_no_studio(client):
    assert client.get("/console/studio").status_code == 403
    assert client.post("/console/studio", data={"id": "<x>"}).status_code == 403
