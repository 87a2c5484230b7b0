"""Special views of services, and the words that all pages are made of."""

import re
import tomllib
from pathlib import Path

import httpx
import pytest
from tests.wards import PASSPHRASE

import openward.doors.console.visit as console

HERE = Path(console.__file__).parent
LAB = "Potassium 6.8 mmol/L (3.5-5.1)\nSodium 138 mmol/L (135-145)"


@pytest.fixture(scope="module")
def visitor(address, house):
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"person": house.clinician, "passphrase": PASSPHRASE})
        yield client


def shown(visitor, house, service, given, **more):
    run = house.ward.run(service, given, **more)
    page = visitor.get(f"/console/runs/{run.id}")
    assert page.status_code == 200
    return page.text


def test_a_laboratory_report_shows_each_value_in_its_band(visitor, house):
    page = shown(visitor, house, "lab-report", {"text": LAB, "sex": "male"})
    assert page.count('class="within"') == 2
    assert "6.8 mmol/L" in page
    assert page.count('class="dot out"') == 1


def test_a_differential_shows_what_speaks_for_and_against(visitor, house):
    page = shown(visitor, house, "differential-diagnosis", {"text": "chest pain, worse lying down, 30-year-old man"})
    assert 'class="ranked"' in page
    assert page.count('class="for"') > 3


def test_a_triage_shows_its_level_first_and_in_chinese(visitor, house):
    page = shown(visitor, house, "triage", {"complaint": "胸痛半小时，出汗"}, language="zh")
    assert 'class="panel level critical"' in page


def test_every_key_stands_in_both_languages():
    found = console.words()
    assert found["en"].keys() == found["zh"].keys()


def test_every_word_that_a_template_asks_for_is_there():
    templates = [*(HERE / "templates").glob("*.html"), *(HERE.parents[1] / "services").glob("*/view.html")]
    asked = {key for path in templates for key in re.findall(r"\bt\('(\w+)'[),]", path.read_text(encoding="utf-8"))}
    assert len(asked) > 80
    assert asked - console.words()["en"].keys() == set()


def test_no_key_is_left_over():
    pages = [*HERE.rglob("*.html"), *HERE.rglob("*.py"), *(HERE.parents[1] / "services").glob("*/view.html")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in pages)
    beginnings = set(re.findall(r"['\"](\w+_)['\"{]", text))
    keys = {k for p in (HERE / "words").glob("*.toml") for k in tomllib.loads(p.read_text(encoding="utf-8"))["en"]}
    ends = tuple(re.findall(r"(?:\}|~ ['\"])(_\w+)['\"]", text))
    made = {k for k in keys if k.startswith(tuple(beginnings)) or k.endswith(ends)}
    left = {k for k in keys - made if f"'{k}'" not in text and f'"{k}"' not in text}
    assert left - {"accept", "amend", "reject"} == set()


def test_a_drug_leads_to_every_row_that_names_it(visitor):
    page = visitor.get("/console/knowledge", params={"q": "华法林"}).text
    assert "/console/knowledge/doses/row?id=warfarin" in page
    assert re.search(r"/console/knowledge/interaction_\w+/row", page)
    assert "No row names it" in visitor.get("/console/knowledge", params={"q": "zzzzzz"}).text


def test_a_table_is_paged_and_an_unknown_one_is_told(visitor):
    page = visitor.get("/console/knowledge/condition_findings").text
    assert 'href="/console/knowledge/condition_findings?after=60"' in page
    assert visitor.get("/console/knowledge/secrets").status_code == 404
    assert visitor.get("/console/knowledge/sources", params={"after": "x"}).status_code == 400


def test_a_review_draws_a_line_between_each_pair_of_drugs(visitor, house):
    page = shown(visitor, house, "prescription-review", {"orders": ["warfarin 5 mg daily", "ibuprofen 400 mg daily"]})
    assert page.count("<title>high: warfarin with ibuprofen") == 1
    assert ">warfarin</tspan>" in page


def test_literature_says_that_nothing_was_imported_and_refuses_a_query_that_cannot_be_read(visitor):
    assert visitor.get("/console/literature").status_code == 200
    page = visitor.get("/console/literature", params={"question": "does apixaban prevent stroke?", "lang": "en"}).text
    assert "No literature has been imported yet." in page
    assert "BibTeX" not in page
    wrong = visitor.get("/console/literature", params={"query": '("stroke"[mh]'}).text
    assert 'role="alert"' in wrong
    assert visitor.get("/console/literature/export/word", params={"question": "stroke"}).status_code == 400


def test_models_budgets_and_usage_are_shown_to_an_administrator_only(visitor, address, house):
    from openward.access.access import HOUSE

    assert visitor.get("/console/models").status_code == 403
    house.ward.access.add_person(HOUSE, id="z.admin", name="A", role="administrator", passphrase=PASSPHRASE)
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"person": "z.admin", "passphrase": PASSPHRASE})
        page = client.get("/console/models").text
    assert "Embedded talker" in page
    assert "Usage of the last 30 days" in page
    assert "No budget is set" in page


def test_a_run_is_exported_whole_and_as_provenance(visitor, house):
    run = house.ward.run("prescription-review", {"orders": ["warfarin 5 mg daily"]}, patient="p1")
    whole = visitor.get(f"/console/runs/{run.id}/export/json")
    assert whole.json()["run"]["id"] == run.id
    assert run.id in whole.headers["content-disposition"]
    assert visitor.get(f"/console/runs/{run.id}/export/fhir").json()["resourceType"] == "Provenance"
    assert visitor.get(f"/console/runs/{run.id}/export/word").status_code == 400


def test_a_rare_disease_is_looked_for_by_terms_that_are_typed(visitor):
    page = visitor.get("/console/rare", params={"q": "seiz"}).text
    assert "/console/rare?present=HP:0001250" in page
    ranked = visitor.get("/console/rare", params={"present": "HP:0001250,HP:0001263", "excluded": "HP:0000252"}).text
    assert 'class="ranked"' in ranked
    assert visitor.get("/console/rare", params={"present": "HP:9999999"}).status_code == 400


def test_an_answer_of_an_agent_shows_its_steps_and_leads_to_their_runs(visitor, house):
    said = {"messages": [{"role": "user", "text": "Check the drugs for interactions."}]}
    page = shown(visitor, house, "ward-assistant", said, patient="p1")
    assert 'class="stage tool"' in page
    child = next(run for run in house.ward.stores.runs.list(limit=5) if run.parent)
    assert f'href="/console/runs/{child.id}"' in page


def test_the_course_of_a_result_can_be_looked_at_closer(visitor):
    page = visitor.get("/console/patients/p1/results", params={"name": "Body weight"})
    assert page.status_code == 200
    assert "No such result is in the record" in visitor.get("/console/patients/p1/results", params={"name": "x"}).text
