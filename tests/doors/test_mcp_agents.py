"""Agents over MCP, by the official client: a prompt each, a tool each, and only for who may ask them."""

import pytest
from tests.doors.test_mcp import ask, fault, issued
from tests.harness.agents.staged import NAME, Scripted, agent, calls, says, seat
from tests.wards import a_house

REVIEW = ("prescription-review", {"orders": ["amiodarone 200 mg oral once daily"]})


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("home")) as opened:
        seat(opened.ward, Scripted(calls(REVIEW), says("She may bleed [1.1]. Her potassium is 9.9.")), agent())
        yield opened


def test_each_agent_has_a_prompt(house, address):
    found = ask(address, house.program, lambda s: s.list_prompts()).prompts
    prompt = next(p for p in found if p.name == NAME)
    assert [a.name for a in prompt.arguments] == ["question", "patient"]
    agents = {s.id for s in house.ward.services.values() if s.card.kind == "agent"}
    assert {p.name for p in found} == agents


def test_a_prompt_is_filled_in(house, address):
    given = {"question": "Can she have amiodarone?", "patient": "p1"}
    made = ask(address, house.program, lambda s: s.get_prompt(NAME, given))
    text = made.messages[0].content.text
    assert text.startswith("Can she have amiodarone?")
    assert f"tool `{NAME}`" in text
    assert "`patient` as 'p1'" in text
    assert "'p1'" not in ask(address, house.program, lambda s: s.get_prompt(NAME)).messages[0].content.text


def test_the_tool_of_an_agent_says_what_may_be_read(house, address):
    arguments = {"patient": "p1", "input": {"messages": [{"role": "user", "text": "Can she have amiodarone?"}]}}
    result = ask(address, house.program, lambda s: s.call_tool(NAME, arguments))
    words = result.content[0].text
    assert words.startswith("She may bleed.")
    assert "9.9" not in words
    assert "1 of 2 sentences are held back" in words
    assert result.structured_content["proposal"]["body"]["held"]


def test_who_may_not_ask_an_agent_sees_nothing_of_it(house, address):
    token = issued(house, "service/triage.run")
    assert ask(address, token, lambda s: s.list_prompts()).prompts == []
    assert "no agent" in fault(address, token, lambda s: s.get_prompt(NAME))
