"""`openward agents`: a run that was killed is listed, named by the doctor, gone on with, or forgotten."""

import json
import os
import subprocess
import sys

import pytest
from tests.wards import PASSPHRASE, patient_bundle

from openward.access.access import HOUSE
from openward.doors.cli.session import operator
from openward.ward import Ward

KILLED = """
import os, signal, sys
from pathlib import Path
from openward.doors.cli.session import operator
from openward.ward import Ward

class Dying:
    def chat(self, request):
        os.kill(os.getpid(), signal.SIGKILL)

with Ward.open(home=Path(sys.argv[1])) as ward:
    ward.means.talker = Dying
    ward.run("ward-assistant", {"messages": [{"role": "user", "text": "What is she allergic to?"}]}, patient="p1",
             actor=operator(), door="cli")
"""


def openward(home, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "openward", "--home", str(home), *arguments], capture_output=True, text=True,
        check=False, env={**os.environ, "COLUMNS": "200"},
    )  # fmt: skip


@pytest.fixture
def home(tmp_path):
    with Ward.open(home=tmp_path) as ward:
        ward.record.import_bytes("p1.json", json.dumps(patient_bundle()).encode())
        ward.access.add_person(HOUSE, id="c.linician", name="C", role="clinician", passphrase=PASSPHRASE)
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], capture_output=True, check=False)
    assert done.returncode == -9, done.stderr
    return tmp_path


def listed(home):
    return json.loads(openward(home, "agents", "list", "--output", "json").stdout)


def test_a_killed_run_is_listed_and_gone_on_with(home):
    (left,) = listed(home)
    assert (left["service"], left["state"], left["actor"]) == ("ward-assistant", "running", operator().id)
    assert left["run"] in openward(home, "agents", "list").stdout
    done = openward(home, "agents", "resume", left["run"], "--output", "json")
    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout)
    assert run["id"] == left["run"]
    assert "Penicillin" in run["proposal"]["body"]["text"]
    assert listed(home) == []


def test_the_doctor_names_it(home):
    (left,) = listed(home)
    told = json.loads(openward(home, "doctor", "--output", "json").stdout)
    assert [one["name"] for one in told["unfinished"]] == [left["run"]]


def test_it_can_be_forgotten(home):
    (left,) = listed(home)
    assert openward(home, "agents", "forget", left["run"]).returncode == 0
    assert listed(home) == []
    again = openward(home, "agents", "resume", left["run"])
    assert again.returncode != 0
    assert "no such unfinished run" in again.stderr


def test_what_does_not_wait_cannot_be_approved(home):
    (left,) = listed(home)
    done = openward(
        home, "agents", "approve", left["run"], "--person", "c.linician", "--passphrase", PASSPHRASE, "--yes"
    )
    assert done.returncode != 0
    assert "no such call waits" in done.stderr


def test_forget_wants_one_thing(home):
    assert openward(home, "agents", "forget").returncode != 0
    done = openward(home, "agents", "forget", "--conversation", "c")
    assert done.stdout.strip() == "0 forgotten"
