"""The search with a model server that makes vectors: asked for question and passages, missed when it is down."""

import json

import pytest
from tests.models_server import running

from openward.ward import Ward

MODEL = """
[[models]]
id = "vectors"
kind = "embedding"
name = "{name}"
version = "1"
locality = "local"
address = "{address}"
"""
ASKED = {
    "question": "Does salt raise pressure?",
    "passages": [{"id": "a", "text": "Salt raises pressure."}, {"id": "b", "text": "Salt and pressure differ."}],
}


@pytest.fixture(scope="module")
def server():
    with running() as found:
        yield found


def searched(home, name, address):
    (home / "models.toml").write_text(MODEL.format(name=name, address=address), encoding="utf-8")
    with Ward.open(home=home) as ward:
        run = ward.run("literature", ASKED)
    assert run.status == "proposed", run.failure
    return json.loads(bytes(run.proposal))


def test_the_question_and_its_passages_are_compared_by_a_model_of_the_ward(server, tmp_path):
    proposal = searched(tmp_path, "embed", server.address)
    assert proposal["body"]["search"]["meaning"] is True
    assert server.log("embed")[-1]["body"]["input"] == [ASKED["question"], *(p["text"] for p in ASKED["passages"])]
    assert {h["id"] for h in proposal["body"]["hits"]} == {"a", "b"}


def test_a_model_that_does_not_answer_leaves_the_order_by_words_and_is_said(tmp_path):
    proposal = searched(tmp_path, "embed", "http://127.0.0.1:9/v1")
    assert proposal["body"]["search"]["meaning"] is False
    assert "no-vectors" in [gap["code"] for gap in proposal["not_checked"]]
    assert proposal["body"]["hits"][0]["id"] == "a"


def test_without_such_a_model_nothing_is_asked_or_said(tmp_path):
    with Ward.open(home=tmp_path) as ward:
        proposal = json.loads(bytes(ward.run("literature", ASKED).proposal))
    assert proposal["body"]["search"]["meaning"] is False
    assert "no-vectors" not in [gap["code"] for gap in proposal["not_checked"]]
