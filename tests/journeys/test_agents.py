"""An agent between two real servers: OpenAI's client asks ours, ours asks a model server that helps, fails and lies."""

import json
import threading
from contextlib import contextmanager

import openai
import pytest
from tests.harness.agents.staged import NAME, add, agent
from tests.models_server import rule, running
from tests.wards import a_house, served

from openward.domain.agent import Limits

REVIEW = ("prescription-review", {"orders": ["amiodarone 200 mg oral once daily"]})
QUESTION = "Can she have amiodarone 200 mg oral once daily?"
MODEL = """
[[models]]
id = "{name}"
name = "{name}"
version = "1"
locality = "local"
address = "{address}"
context = 100000
can = ["tools", "schema", "json"]
retries = 0
patience = {{ connect = 2.0, silence = 1.0 }}
"""


@pytest.fixture(scope="module")
def models():
    with running() as found:
        yield found


@contextmanager
def a_client(home, models, name):
    (home / "models.toml").write_text(MODEL.format(name=name, address=models.address), encoding="utf-8")
    with a_house(home) as house:
        add(house.ward, agent(signs="nobody", limits=Limits(seconds=12)))
        with (
            served(house.ward) as url,
            openai.OpenAI(base_url=f"{url}/v1", api_key=house.program, max_retries=0, timeout=60) as client,
        ):
            yield client, house.ward


@pytest.fixture(scope="module")
def scripted(models, tmp_path_factory):
    with a_client(tmp_path_factory.mktemp("home"), models, "scripted") as found:
        yield found


def asked(client, text=QUESTION, **more):
    made = client.chat.completions.create(
        model=NAME, messages=[{"role": "user", "content": text}], metadata={"patient": "p1"}, **more
    )
    return made.choices[0].message.content, made.model_extra["openward"], made


def answer_of(ward, run):
    return json.loads(bytes(ward.stores.runs.get(run).proposal))["body"]


def test_a_tool_is_a_service_that_leaves_a_run_and_what_it_found_is_cited(models, scripted):
    client, ward = scripted
    models.script(rule(role="user", calls=[REVIEW]), rule(role="tool", say="Amiodarone raises warfarin [1.1]."))
    text, beside, made = asked(client)
    assert text.startswith("Amiodarone raises warfarin.")
    (step,) = [s for s in answer_of(ward, made.id)["steps"] if s["kind"] == "tool"]
    child = ward.stores.runs.get(step["run"])
    assert (child.service, child.parent, child.patient) == ("prescription-review", made.id, "p1")
    assert {e.get("run") for e in beside["sentences"][0]["evidence"]} >= {child.id}
    assert made.usage.total_tokens > 0


def test_a_lie_is_held_back_whole_and_in_a_stream(models, scripted):
    client, _ = scripted
    lies = "Her creatinine is 7.4 mg/dL. Start digoxin 5 mg at once. She has no allergies [9.9]."
    models.script(rule(role="user", calls=[REVIEW]), rule(role="tool", say=f"Amiodarone raises warfarin [1.1]. {lies}"))
    text, beside, _ = asked(client, "Is amiodarone 200 mg oral once daily safe for her?")
    assert "Amiodarone raises warfarin." in text
    assert not any(lie in text for lie in ("7.4", "digoxin 5 mg", "no allergies"))
    assert len(beside["held"]) == 3
    stream = client.chat.completions.create(
        model=NAME, messages=[{"role": "user", "content": "Amiodarone 200 mg oral once daily: yes or no?"}],
        metadata={"patient": "p1"}, stream=True,
    )  # fmt: skip
    streamed = "".join(c.choices[0].delta.content or "" for c in stream if c.choices)
    assert "Amiodarone raises warfarin." in streamed
    assert not any(lie in streamed for lie in ("7.4", "digoxin 5 mg", "no allergies"))


def test_tools_that_there_are_not_and_arguments_that_are_wrong_do_no_harm(models, scripted):
    client, ward = scripted
    models.script(
        rule(role="user", calls=[("delete_record", {"id": "p1"}), ("prescription-review", {"drugs": 7})], once=True),
        rule(role="tool", calls=[REVIEW], once=True),
        rule(role="tool", say="Amiodarone raises warfarin."),
    )
    text, _, made = asked(client, "What of amiodarone 200 mg oral once daily?")
    assert "Amiodarone raises warfarin." in text
    steps = [(s["name"], s["outcome"]) for s in answer_of(ward, made.id)["steps"] if s["kind"] == "tool"]
    assert ("prescription-review", "done") in steps
    assert ("delete_record", "done") not in steps


def test_a_response_goes_on_from_the_one_before(models, scripted):
    client, _ = scripted
    models.script(rule(say="Good morning to you."))
    first = client.responses.create(model=NAME, input="Good morning, colleague.")
    assert first.output_text == "Good morning to you."
    if first.model_extra["openward"]["conversation"] is None:
        pytest.skip("this agent remembers nothing")
    again = client.responses.create(model=NAME, input="And good evening.", previous_response_id=first.id)
    told = [m["content"] for m in models.log("scripted")[-1]["body"]["messages"]]
    assert any("Good morning, colleague." in str(words) for words in told)
    assert again.previous_response_id == first.id


@pytest.mark.parametrize("name", ["status-500", "stalls", "breaks-at-once", "garbage", "ends-midway", "empty"])
def test_a_server_that_fails_leaves_the_question_to_the_embedded_talker(models, tmp_path, name):
    with a_client(tmp_path, models, name) as (client, ward):
        text, beside, made = asked(client)
        assert beside["talker"] == "embedded"
        assert "arfarin" in text
        assert "prescription-review" in [s["name"] for s in answer_of(ward, made.id)["steps"]]


def test_who_hangs_up_stops_the_agent(models, scripted):
    client, ward = scripted
    models.script(rule(role="user", calls=[REVIEW], pause=1.0), rule(role="tool", say="Never said.", pause=1.0))
    before = {run.id for run in ward.stores.runs.list(service=NAME, limit=100)}
    stream = client.chat.completions.create(
        model=NAME, messages=[{"role": "user", "content": "And amiodarone 200 mg oral daily, again?"}],
        metadata={"patient": "p1"}, stream=True,
    )  # fmt: skip
    next(iter(stream))
    stream.close()
    run = until(lambda: next((r for r in ward.stores.runs.list(service=NAME, limit=100) if r.id not in before), None))
    assert (run.status, "GoneError" in run.failure.message) == ("failed", True)


def until(found):
    """What is found, as soon as it is there."""
    waiting = threading.Event()
    for _ in range(200):
        if (thing := found()) is not None:
            return thing
        waiting.wait(0.1)
    pytest.fail("it never came")
