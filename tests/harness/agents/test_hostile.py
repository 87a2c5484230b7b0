"""Whatever a talker says or calls, its run ends whole: nothing raises, nothing is left open, every mark is resolved."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.harness.agents.staged import NAME, Scripted, a_ward, answer_of, ask

from openward.domain.model import Reply, ToolCall

DEEP = '{"a":' + "[" * 200 + "]" * 200 + "}"
TOOLS = st.sampled_from(
    ["prescription-review", "clinical-calculator", "chart", "skill", "x" * 300, "", "chart\n", NAME]
)
ARGUMENTS = st.sampled_from([
    "{}", '{"section":"allergies"}', "[]", "null", '"x"', '{"orders":["warfarin 5 mg"]}', '{"orders":null}', DEEP,
    '{"section":["allergies"]}', "{broken", '{"section":"allergies","section":"problems"}', '{"inputs":{"age":1e400}}',
])  # fmt: skip
WORDS = st.sampled_from([
    "[1]", "[1.1] [2]", "Warfarin [999.9]. ", "\n\n[1]\n- ", "[0]", "Take 5 mg. ", "\u202ehidden ", "x" * 5000, "。",
    "She is allergic to penicillin [1]. ", "[1,2，3]", "No allergies. ", "给她华法林50毫克。",
])  # fmt: skip
CALL = st.builds(ToolCall, id=st.just("c"), name=TOOLS, arguments=ARGUMENTS)
REPLY = st.builds(
    Reply, text=st.lists(WORDS, max_size=5).map("".join), model=st.just("m"),
    tool_calls=st.one_of(st.just(()), st.lists(CALL, min_size=1, max_size=4).map(tuple)),
    finish=st.sampled_from(["stop", "tools", "length", "filtered"]),
)  # fmt: skip


@pytest.fixture(scope="module")
def ward(tmp_path_factory):
    with a_ward(tmp_path_factory.mktemp("home"), Scripted(Reply(model="m"))) as opened:
        yield opened


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(REPLY, min_size=1, max_size=6))
def test_any_talk_ends_in_a_whole_run(ward, replies):
    ward.means.talker = lambda: Scripted(*replies)
    run = ward.run(NAME, ask("What is recorded?"), patient="p1")
    answer = answer_of(run)
    assert run.status == "proposed"
    assert ward.agents.unfinished() == ()
    assert "[1" not in answer["text"]
    assert "50" not in answer["text"]
    assert "No allergies" not in answer["text"]
    for number, step in enumerate(answer["steps"], 1):
        assert step["number"] == number
    for sentence in answer["sentences"]:
        assert not sentence["clinical"] or sentence["evidence"]
    assert json.loads(bytes(run.proposal))["examined"]
