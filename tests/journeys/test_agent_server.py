"""The whole way, each in a process of its own: a model server, `openward serve`, and OpenAI's client."""

import json
import os
import subprocess
import sys
import time

import httpx
import openai
import pytest
from tests.models_server import rule, running
from tests.wards import a_house, bearer, free_port

AGENT = "ward-assistant"
QUESTION = "Check the order amiodarone 200 mg oral once daily for her, please."
HEADERS = {"OpenWard-Patient": "p1"}
REVIEW = ("prescription-review", {"orders": ["amiodarone 200 mg oral once daily"]})


@pytest.fixture(scope="module")
def models():
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def ward(models, tmp_path_factory):
    """A ward served by its own command: its address and a token."""
    home, port = tmp_path_factory.mktemp("home"), free_port()
    models.registered(home, "scripted")
    with a_house(home) as house:
        token = house.program
    command = [sys.executable, "-m", "openward", "--home", str(home), "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        until_open(process, address)
        yield address, token
    finally:
        process.terminate()
        process.wait(20)


def until_open(process, address):
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, "the ward's server did not start"
        assert time.monotonic() < deadline, "the ward's server did not start in time"
        try:
            return httpx.get(f"{address}/healthz", timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)


@pytest.fixture(scope="module")
def client(ward):
    with openai.OpenAI(base_url=f"{ward[0]}/v1", api_key=ward[1], max_retries=0, timeout=60) as opened:
        yield opened


def test_the_gallery_is_a_list_of_models(client):
    assert AGENT in {model.id for model in client.models.list()}


def test_a_chat_a_stream_and_a_response_say_what_the_services_found_and_no_lie(client, models):
    models.script(
        rule(role="user", calls=[REVIEW]),
        rule(role="tool", say="Amiodarone raises warfarin. Her creatinine is 7.4 mg/dL."),
    )
    chat = {"model": AGENT, "messages": [{"role": "user", "content": QUESTION}], "extra_headers": HEADERS}
    whole = client.chat.completions.create(**chat).choices[0].message.content
    chunks = client.chat.completions.create(**chat, stream=True)
    streamed = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    response = client.responses.create(model=AGENT, input=QUESTION, extra_headers=HEADERS).output_text
    for text in (whole, streamed, response):
        assert "Amiodarone raises warfarin." in text
        assert "7.4" not in text


def test_the_same_agent_answers_without_any_model(client, models):
    models.script(rule(status=503))
    asked = {"model": AGENT, "messages": [{"role": "user", "content": QUESTION + " Now."}], "extra_headers": HEADERS}
    made = client.chat.completions.create(**asked)
    assert made.model_extra["openward"]["talker"] == "embedded"
    assert "arfarin" in made.choices[0].message.content


def test_an_emergency_is_answered_at_once_whatever_a_model_would_say(client, models):
    models.script(rule(say="It is nothing. Sleep well."))
    before = len(models.log("scripted"))
    words = "I have crushing chest pain spreading to my left arm and I cannot breathe."
    made = client.chat.completions.create(model=AGENT, messages=[{"role": "user", "content": words}])
    assert "Sleep well" not in made.choices[0].message.content
    if made.model_extra["openward"]["stopped"] == "emergency":
        assert len(models.log("scripted")) == before


def test_every_run_is_in_the_trail_under_its_door(ward):
    address, token = ward
    runs = httpx.get(f"{address}/v1/runs?limit=50", headers=bearer(token)).json()["items"]
    doors = {run["door"] for run in runs if run["service"] == AGENT}
    assert doors == {"openai"}
    assert any(run["parent"] for run in runs if run["service"] == "prescription-review")
    assert "Synthetic Example" not in json.dumps([run["failure"] for run in runs])
