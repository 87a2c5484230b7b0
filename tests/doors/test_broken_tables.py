"""A table of knowledge that cannot be read: every other one is shown, and whoever can mend it is told where it is."""

import json
import subprocess
import sys

import httpx
import pytest
from tests.local_rows import local_table
from tests.wards import PASSPHRASE, a_house, served

from openward.access.access import HOUSE
from openward.doors import web
from openward.knowledge import tables

PLACE = "renal_rules.tsv:4: column &#39;ingredient&#39;"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("unreadable")
    (home / "knowledge").mkdir()
    table = tables.find("renal_rules")
    text = local_table(table, table.rows[0].cells).encode()
    torn = text.replace(b"\tdabigatran-etexilate\t", b"\t\xff\t")
    (home / "knowledge" / "renal_rules.tsv").write_bytes(torn)
    yield home
    tables.use_local(tmp_path_factory.mktemp("nothing"))


@pytest.fixture(scope="module")
def opened(home):
    with a_house(home) as house, served(house.ward) as address:
        house.ward.access.add_person(HOUSE, id="i.admin", name="A", role="administrator", passphrase=PASSPHRASE)
        yield house, address


def page(opened, path, person="b.clinician", **query):
    house, address = opened
    cookies = {"openward_session": house.session(person)}
    return httpx.get(f"{address}{path}", params={"lang": "en"} | query, cookies=cookies, timeout=60)


def test_the_room_names_it_and_shows_the_others(opened):
    answer = page(opened, "/console/knowledge")
    assert answer.status_code == 200
    assert "Tables that cannot be read" in answer.text
    assert '<a href="/console/knowledge/renal_rules">Doses by kidney function</a>' in answer.text
    assert "Interaction rules" in answer.text
    assert "CYP3A4" in page(opened, "/console/knowledge", q="simvastatin").text
    assert page(opened, "/console/knowledge/interaction_rules").status_code == 200


@pytest.mark.parametrize("view", ["", "/row", "/row?id=rivaroxaban-crcl-0"])
def test_its_own_page_says_what_is_wrong_and_where_but_no_folder(opened, home, view):
    answer = page(opened, f"/console/knowledge/renal_rules{view}")
    assert answer.status_code == 503
    assert PLACE in answer.text
    assert "save the file as UTF-8" in answer.text
    assert str(home) not in answer.text


def test_the_cockpit_tells_an_administrator_where_and_others_whom_to_ask(opened, home):
    told = page(opened, "/console", "i.admin").text
    assert "Table of knowledge: Doses by kidney function" in told
    assert PLACE in told
    assert str(home) not in told
    assert "Tell your administrator" in page(opened, "/console").text


def test_a_review_that_needs_it_stops_and_names_the_file_without_its_folder(opened, home):
    run = opened[0].ward.run("prescription-review", {}, patient="p1")
    assert run.status == "failed"
    assert "renal_rules.tsv:4" in run.failure.message
    assert str(home) not in run.failure.message


def test_where_the_sources_cannot_be_read_that_alone_is_told(tmp_path, opened):
    (tmp_path / "sources.tsv").write_text("")
    before = tables.local()[0]
    try:
        tables.use_local(tmp_path)
        assert list(tables.faults()) == ["sources"]
        answer = page(opened, "/console/knowledge")
        assert "none can be read until this one can" in answer.text
        assert "sources.tsv: the table has no header line" in page(opened, "/console/knowledge/analytes").text
    finally:
        tables.use_local(before)


def test_rows_that_name_an_unreadable_table_are_shown_with_its_ids(tmp_path, opened):
    (tmp_path / "ingredients.tsv").mkdir()
    before = tables.local()[0]
    try:
        tables.use_local(tmp_path)
        assert "rivaroxaban" in page(opened, "/console/knowledge/renal_rules").text
        assert "rivaroxaban" in page(opened, "/console/knowledge", q="rivaroxaban").text
        assert "ingredients.tsv: the file cannot be read" in page(opened, "/console/knowledge/ingredients").text
    finally:
        tables.use_local(before)


def test_a_server_says_so_when_it_opens(opened, capsys, monkeypatch):
    monkeypatch.setattr(web.uvicorn.Server, "run", lambda _self, sockets: sockets)
    web.serve(opened[0].ward, host="127.0.0.1", port=0)
    assert "renal_rules.tsv:4: column 'ingredient'" in capsys.readouterr().err


def test_the_doctor_names_it_and_where_it_lies(home, opened):
    command = [sys.executable, "-m", "openward", "--home", str(home), "doctor"]
    done = subprocess.run([*command, "--output", "json"], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert [one["name"] for one in report["unreadable"]] == ["renal_rules"]
    assert str(home / "knowledge" / "renal_rules.tsv") in report["unreadable"][0]["value"]
    assert len(report["knowledge"]) > 50
    text = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    assert "Tables that cannot be read: renal_rules" in text
