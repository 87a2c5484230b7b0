"""Rare diseases: what the page takes, refuses and leads to."""

import httpx
import pytest
from tests.wards import PASSPHRASE

from openward.services.differential_diagnosis.rare.atlas import atlas

ASKED = {"present": "HP:0001250,HP:0001263", "excluded": "HP:0000365"}


@pytest.fixture(scope="module")
def visitor(address, house):
    atlas()
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"person": house.clinician, "passphrase": PASSPHRASE})
        yield client


def test_what_stands_beneath_the_field_leads_to_the_term_as_there_and_as_not_there(visitor):
    part = visitor.get("/console/rare/terms", params={"q": "seizure", **ASKED}).text
    assert "<html" not in part
    assert 'role="option" id="option-HP-0001250"' in part
    assert "present=HP:0001263,HP:0001250&amp;excluded=HP:0000365" in part
    assert "present=HP:0001263&amp;excluded=HP:0000365,HP:0001250" in part
    assert "there already" in part


@pytest.mark.parametrize("words", ["", "s"])
def test_too_few_letters_find_nothing_and_claim_nothing(visitor, words):
    assert 'id="option-' not in visitor.get("/console/rare/terms", params={"q": words}).text


def test_hostile_words_stay_words(visitor):
    hostile = "<script>alert(1)</script>"
    for page in (
        visitor.get("/console/rare", params={"q": hostile}), visitor.get("/console/rare/terms", params={"q": hostile}),
        visitor.post("/console/rare/text", data={"text": f"{hostile} seizures <b>fever</b>"}),
    ):  # fmt: skip
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<b>fever" not in page.text


def test_the_ranking_names_its_ids_the_reasons_and_what_is_unexplained(visitor):
    page = visitor.get("/console/rare", params=ASKED).text
    assert 'class="ranked"' in page
    assert "https://omim.org/entry/" in page
    assert 'aria-label="for ' in page
    assert "A seizure is an intermittent" in page, "what a term means stands at its chip"


def test_age_and_sex_are_weighed_and_stay_in_every_address(visitor):
    page = visitor.get("/console/rare", params={**ASKED, "age": "4", "sex": "female"}).text
    assert "age=4&amp;sex=female" in page
    assert 'name="age" inputmode="decimal"' in page
    assert page.count('<option value="female" selected>') == 1


@pytest.mark.parametrize("said", [{"age": "old"}, {"age": "999"}, {"age": "-1"}, {"present": "HP:9999999"}])
def test_what_cannot_be_weighed_is_told(visitor, said):
    page = visitor.get("/console/rare", params=said)
    assert page.status_code == 400
    assert 'role="alert"' in page.text


def test_of_a_text_only_what_is_confirmed_is_taken_and_nothing_is_kept(visitor, house):
    before = len(house.ward.stores.runs.list(limit=1000))
    read = visitor.post("/console/rare/text", data={"text": "Seizures. There is no hearing loss.", "age": "4"}).text
    assert 'name="read.HP:0001250" value="present" checked' in read
    assert 'name="read.HP:0000365" value="excluded" checked' in read
    assert 'class="ranked"' not in read
    told = {"read.HP:0001250": "present", "read.HP:0000365": "", "read.nonsense": "present", "age": "4"}
    taken = visitor.post("/console/rare/confirmed", data=told)
    assert str(taken.url).endswith("/console/rare?present=HP:0001250&age=4")
    assert len(house.ward.stores.runs.list(limit=1000)) == before


def test_a_text_without_findings_and_one_that_is_too_long_are_told(visitor):
    assert "No finding was understood" in visitor.post("/console/rare/text", data={"text": "Hello."}).text
    assert visitor.post("/console/rare/text", data={"text": "a" * 20_001}).status_code == 400


@pytest.mark.parametrize("path", ["/console/rare", "/console/rare/text", "/console/rare/confirmed"])
def test_forms_of_other_sites_are_refused(visitor, path):
    refused = visitor.post(path, data={"text": "Seizures."}, headers={"Origin": "https://elsewhere.example"})
    assert refused.status_code == 403


def test_who_may_not_run_the_service_finds_no_terms(address, house):
    from openward.access.access import HOUSE

    _, token = house.ward.access.issue(HOUSE, label="reader", scopes=["system/*.rs"])
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"token": token})
        assert client.get("/console/rare/terms", params={"q": "seizure"}).status_code == 403
        assert client.post("/console/rare/text", data={"text": "Seizures."}).status_code == 403


def test_a_run_of_a_patient_leads_from_a_next_finding_to_the_next_run(visitor, house):
    run = house.ward.run("differential-diagnosis", {"text": "chest pain, worse lying down, fever"}, patient="p1")
    page = visitor.get(f"/console/runs/{run.id}").text
    assert 'action="/console/patients/p1/run/differential-diagnosis"' in page
    assert "must not be missed" in page
    assert page.index("Keep in view") < page.index('id="ranking"'), "what must not be missed comes first"
