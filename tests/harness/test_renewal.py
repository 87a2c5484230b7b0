"""What another worker of the ward signed takes effect here without a new start."""

import subprocess
import sys
from datetime import timedelta

import pytest
from tests.wards import PASSPHRASE

from openward.access.access import HOUSE
from openward.adapters.memory import FixedClock
from openward.harness import renewal
from openward.knowledge import tables
from openward.ward import Ward

ROW = "cyp3a4-strong-statin"
ADVICE = "Our house stops the statin meanwhile."
CHANGE = {"table": "interaction_rules", "row": ROW, "cells": {"advice_en": ADVICE}, "why": "Our committee decided so."}
ORDERS = {"orders": ["simvastatin 40 mg once daily", "clarithromycin 500 mg twice daily"]}
OTHER = """
import sys
from tests.harness.test_renewal import sign
from openward.ward import Ward
with Ward.open(home=sys.argv[1]) as ward:
    sign(ward)
"""


def sign(ward):
    run = ward.run("knowledge-change", CHANGE)
    ada = ward.access.identify(ward.access.sign_in("ada", PASSPHRASE)[1])
    _, showing = ward.desk.show(run.id, ada)
    given = {"showing": showing.id, "digest": showing.digest, "choice": "accept"}
    ward.desk.decide(run.id, actor=ada, passphrase=PASSPHRASE, **given)


@pytest.fixture
def ward(tmp_path):
    with Ward.open(home=tmp_path / "home") as opened:
        opened.access.add_person(HOUSE, id="ada", name="Ada", role="pharmacist", passphrase=PASSPHRASE)
        opened.run("prescription-review", ORDERS)
        yield opened
    tables.use_local(tmp_path)
    tables.forget()


def advice():
    return tables.find("interaction_rules").row(ROW)["advice_en"]


def signed_elsewhere(ward):
    subprocess.run([sys.executable, "-c", OTHER, str(ward.settings.home)], check=True, timeout=120)


def later(ward, seconds):
    ward.renewal._clock = FixedClock(ward.clock.now() + timedelta(seconds=seconds))


def test_what_another_process_signed_counts_in_the_next_run_a_moment_later(ward):
    signed_elsewhere(ward)
    assert advice() != ADVICE
    later(ward, 3)
    run = ward.run("prescription-review", ORDERS)
    assert advice() == ADVICE
    assert ADVICE.encode() in bytes(run.proposal)


def test_a_ward_of_another_home_on_the_same_store_lays_the_rows_too(ward):
    signed_elsewhere(ward)
    (ward.settings.home / "knowledge" / "signed" / "interaction_rules.signed.tsv").unlink()
    later(ward, 3)
    ward.renewal.notice()
    assert advice() == ADVICE


def test_nobody_looks_twice_within_two_seconds_and_nothing_is_read_anew_without_a_reason(ward, monkeypatch):
    looked, forgot = [], []
    monkeypatch.setattr(type(ward.stores.runs), "decided", lambda _self, id: looked.append(id) or 0)
    monkeypatch.setattr(renewal.tables, "forget", lambda: forgot.append(1))
    later(ward, 3)
    for _ in range(5):
        ward.renewal.notice()
    assert looked == ["knowledge-change"]
    assert forgot == []
