"""The model server follows a script, so that journeys of agents run over a real connection."""

import pytest
from tests.models.conftest import ask
from tests.models.test_gateway import LOOKUP
from tests.models_server import rule

from openward.domain.errors import ModelError
from openward.domain.model import ChatRequest, Message


@pytest.fixture(autouse=True)
def anew(server):
    server.script()


def test_it_calls_a_tool_and_speaks_of_what_the_tool_gave(desk, server):
    server.script(
        rule(when="POTASSIUM", role="user", calls=[("lookup", {"name": "钾"})]),
        rule(role="tool", say="It is {last}."),
    )
    gateway = desk.gateway("scripted")
    first = desk.chat(gateway, text="How is the potassium?", tools=(LOOKUP,))
    assert [(call.name, call.arguments) for call in first.tool_calls] == [("lookup", '{"name": "钾"}')]
    answered = (
        *ask("How is the potassium?").messages,
        Message(role="assistant", tool_calls=first.tool_calls),
        Message(role="tool", text="5.9", answers=first.tool_calls[0].id),
    )
    assert desk.run(gateway, gateway.chat(ChatRequest(messages=answered, tools=(LOOKUP,)))).text == "It is 5.9."
    streamed = desk.stream(desk.gateway("scripted"), text="Potassium?", tools=(LOOKUP,))[-1].reply
    assert (streamed.tool_calls[0].name, streamed.finish) == ("lookup", "tools")


def test_rules_that_hold_once_are_a_queue(desk, server):
    server.script(rule("one", once=True), rule("two", once=True), rule("else", model="scripted-b"))
    gateway = desk.gateway(desk.model("scripted", retries=0), desk.model("scripted-b"))
    said = [desk.chat(gateway, text=f"{n}?", model="scripted").text for n in range(2)]
    assert said == ["one", "two"]
    with pytest.raises(ModelError, match=r"says 400 \(no_rule\)"):
        desk.chat(gateway, text="three?", model="scripted")
    assert desk.chat(gateway, text="four?", model="scripted-b").text == "else"


def test_it_fails_when_the_script_says_so(desk, server):
    server.script(rule(status=503, once=True), rule("well"))
    assert desk.chat(desk.gateway("scripted")).attempts == 2


def test_a_model_that_it_does_not_have_is_not_found(desk):
    with pytest.raises(ModelError, match=r"says 404 \(model_not_found\)"):
        desk.chat(desk.gateway("nobody"))
