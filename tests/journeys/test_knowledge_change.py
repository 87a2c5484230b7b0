"""A clinician proposes a row, a pharmacist signs it, and every service goes by it from then on."""

import json

import httpx
import pytest
from tests.local_rows import local_table
from tests.wards import PASSPHRASE, a_house, bearer, served

from openward.domain.errors import KnowledgeError
from openward.knowledge import tables
from openward.ward import Ward

RULE = "cyp3a4-strong-statin"
ASKED = {"table": "interaction_rules", "row": RULE, "cells": {"severity": "moderate", "present": "passive"}, "why": "x"}


@pytest.fixture
def opened(tmp_path):
    with a_house(tmp_path / "home") as house, served(house.ward) as address:
        yield house, address
    tables.use_local(tmp_path / "nothing")


def proposed(house, address, who="b.clinician", **cells):
    with httpx.Client(base_url=address, headers=bearer(house.session(who)), timeout=60) as person:
        asked = ASKED | ({"cells": cells} if cells else {})
        answer = person.post("/v1/services/knowledge-change/run", json={"input": asked})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def decided(house, address, run, choice="accept", who="a.pharmacist"):
    with httpx.Client(base_url=address, headers=bearer(house.session(who)), timeout=60) as person:
        shown = person.post(f"/v1/runs/{run}/showing")
        if shown.status_code != 201:
            return shown
        showing = shown.json()["showing"]
        body = {"showing": showing["id"], "digest": showing["digest"], "choice": choice, "passphrase": PASSPHRASE}
        return person.post(f"/v1/runs/{run}/decision", json=body | ({"reason": "no"} if choice == "reject" else {}))


def severity(house):
    run = house.ward.run("prescription-review", {"orders": ["clarithromycin 500 mg oral twice daily"]}, patient="p1")
    found = json.loads(bytes(run.proposal))["findings"]
    return next(f["severity"] for f in found if "simvastatin" in f["headline"])


def test_nothing_changes_before_the_signature(opened):
    proposed(*opened)
    assert severity(opened[0]) == "critical"


def test_a_signed_row_counts_at_once_and_after_a_new_start(opened, tmp_path):
    house, address = opened
    assert decided(house, address, proposed(house, address)).status_code == 201
    assert severity(house) == "moderate"
    tables.use_local(tmp_path / "nothing")
    with Ward.open(home=house.ward.settings.home) as again:
        run = again.run("prescription-review", {"orders": ["clarithromycin 500 mg"]}, patient="p1")
        assert "interaction_rules" in json.loads(bytes(run.proposal))["made_by"]["knowledge"]
        assert tables.find("interaction_rules").row(RULE)["severity"] == "moderate"


def test_another_machine_of_the_ward_takes_over_what_was_signed(opened):
    house, address = opened
    decided(house, address, proposed(house, address))
    for path in (house.ward.settings.home / "knowledge" / "signed").glob("*.tsv"):
        path.unlink()
    tables.forget()
    assert tables.find("interaction_rules").row(RULE)["severity"] == "critical"
    with Ward.open(home=house.ward.settings.home):
        assert tables.find("interaction_rules").row(RULE)["severity"] == "moderate"


def test_a_rejected_row_changes_nothing(opened):
    house, address = opened
    assert decided(house, address, proposed(house, address), "reject").status_code == 201
    assert severity(house) == "critical"


def test_nobody_signs_their_own_row(opened):
    house, address = opened
    answer = decided(house, address, proposed(house, address, "a.pharmacist"))
    assert (answer.status_code, "yourself" in answer.text) == (409, True)


def test_a_decision_without_effect_is_told_and_in_the_trail(opened):
    house, address = opened
    run = proposed(house, address)
    table = tables.find("interaction_rules")
    folder = house.ward.settings.home / "knowledge" / "zz"
    folder.mkdir(parents=True)
    text = local_table(table, table.row(RULE).cells)
    (folder / "interaction_rules.ours.tsv").write_text(text, encoding="utf-8")
    answer = decided(house, address, run)
    assert answer.status_code >= 400
    assert "interaction_rules.ours.tsv" in answer.text
    assert house.ward.stores.runs.decision(run).choice == "accept"
    assert any(b"decision.no-effect" in bytes(entry.event) for entry in house.ward.stores.trail.entries())


def test_signed_rows_of_another_shape_are_told_by_who_reads_them(opened):
    house, address = opened
    decided(house, address, proposed(house, address))
    path = next((house.ward.settings.home / "knowledge" / "signed").glob("interaction_rules*"))
    path.write_text(path.read_text(encoding="utf-8").replace("severity", "weight", 1), encoding="utf-8")
    tables.forget()
    with Ward.open(home=house.ward.settings.home), pytest.raises(KnowledgeError, match="columns differ"):
        tables.find("interaction_rules")
