"""The literature page shows what is searched, marks quoted words in their passage, and narrows by kind of evidence."""

import httpx
import pytest
from tests.services.literature.desk import shelve
from tests.wards import a_house, served

from openward.knowledge import tables

TRIAL = {
    "pmid": "1", "title": "Invented salt trial", "year": 2021, "publication_types": ["Randomized Controlled Trial"],
    "abstract": "In this invented trial adults ate less salt. Less salt lowered blood pressure by 5 mm Hg.",
}  # fmt: skip
REVIEW = {
    "pmid": "2", "title": "Invented <b>review</b> of salt", "publication_types": ["Meta-Analysis"],
    "abstract": "Pooled invented trials: salt reduction lowered blood pressure in adults.",
}  # fmt: skip
ASKED = {"question": "Does less salt lower blood pressure?", "lang": "en"}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    (home / "knowledge").mkdir()
    shelve(home / "knowledge", [TRIAL, REVIEW], "trials")
    with a_house(home) as house, served(house.ward) as address, httpx.Client(base_url=address, timeout=60) as client:
        client.cookies.set("openward_session", house.session("b.clinician"))
        yield client
    tables.use_local(tmp_path_factory.mktemp("nothing"))


def test_what_is_searched_is_said(client):
    assert "trials: 2 documents" in client.get("/console/literature", params={"lang": "en"}).text


def test_quoted_words_are_marked_in_their_passage(client):
    page = client.get("/console/literature", params=ASKED).text
    assert "<mark>Less salt lowered blood pressure by 5 mm Hg.</mark>" in page
    assert "<b>review</b>" not in page


def test_a_kind_of_evidence_narrows_and_stays_chosen(client):
    page = client.get("/console/literature", params=ASKED | {"kind.randomized-trial": "on"}).text
    assert "Invented salt trial" in page
    assert "Meta-analysis</span>" not in page
    assert 'name="kind.randomized-trial" checked' in page


def test_what_is_exported_is_what_was_asked(client):
    params = ASKED | {"kind.meta-analysis": "on"}
    made = client.get("/console/literature/export/ris", params=params).text
    assert made.count("TY  -") == 1


def test_a_search_is_kept_with_its_filters(client):
    answer = client.post("/console/literature", data=ASKED | {"kind.meta-analysis": "on"})
    assert answer.status_code == 303
    assert "Invented salt trial" not in client.get(answer.headers["location"]).text
