"""A model server that stalls is waited for once in a run, and what is left of its time is for another model."""

import json

import pytest
from tests.harness.agents.staged import answer_of, ask
from tests.models_server import running
from tests.wards import patient_bundle

from openward.domain.agent import Limits
from openward.domain.model import ChatRequest, Message
from openward.domain.usage import Account
from openward.harness.agents import spending
from openward.harness.agents.spending import Spending
from openward.ward import Ward


@pytest.fixture(scope="module")
def server():
    with running() as found:
        yield found


@pytest.fixture
def ward(tmp_path, server):
    server.registered(tmp_path, "stalls")
    with Ward.open(home=tmp_path) as opened:
        opened.record.import_bytes("p1.json", json.dumps(patient_bundle()).encode())
        yield opened


def test_a_run_waits_once_for_a_server_that_stalls_and_is_ended_by_another(ward, server, monkeypatch):
    monkeypatch.setattr(spending, "_LONGEST_WAIT", 1.0)
    before = len(server.log("stalls"))
    answer = answer_of(ward.run("ward-assistant", ask("What medication does she take?"), patient="p1"))
    asked = [step for step in answer["steps"] if step["kind"] == "model"]
    assert (answer["stopped"], answer["talker"]) == ("answered", "embedded")
    assert len(asked) > 1
    assert len(server.log("stalls")) == before + 1


def test_it_is_left_alone_for_the_rest_of_that_run_only(ward, server):
    before = len(server.log("stalls"))

    def said(run):
        request = ChatRequest(
            messages=(Message(role="user", text="What medication?"),), account=Account(run=run), seconds=0.3, fresh=True
        )
        return ward.talker.chat(request).model

    assert [said("run-1"), said("run-1")] == ["embedded", "embedded"]
    assert len(server.log("stalls")) == before + 1


def test_no_single_wait_takes_all_that_is_left_of_a_run():
    assert 0 < Spending(Limits(seconds=30)).patience < 21
    assert Spending(Limits(seconds=600)).patience == 60
