"""The fake behaves as a server does: it counts, cuts off, fails, and never makes an answer up."""

import pytest

from openward.adapters.memory_model import ScriptedEndpoint
from openward.domain.errors import EndpointError, ModelError
from openward.domain.model import EmbedRequest, Reply, ToolCall


def scripted(desk, *lines):
    script = ScriptedEndpoint(lines)
    return script, desk.gateway(desk.model("fake", through="script"), endpoints={"script": script})


def test_it_says_its_lines_in_order_and_remembers_what_it_was_asked(desk):
    script, gateway = scripted(desk, "one", lambda request: Reply(text=request.messages[-1].text, model="fake"))
    assert desk.chat(gateway).text == "one"
    assert desk.chat(gateway, text="two").text == "two"
    assert [asked.messages[-1].text for asked in script.asked] == ["Is it high?", "two"]
    with pytest.raises(ModelError, match="no line left"):
        desk.chat(gateway, text="three")


def test_it_fails_when_it_is_told_to_and_the_gateway_asks_again(desk):
    _, gateway = scripted(desk, EndpointError("ill", again=True), "well")
    assert desk.chat(gateway).attempts == 2


def test_it_streams_counts_and_cuts_off(desk):
    _, gateway = scripted(desk, "a b c d e f g h")
    *pieces, last = desk.stream(gateway, max_tokens=3)
    assert [piece.text for piece in pieces] == ["a ", "b ", "c "]
    assert (last.reply.text, last.reply.finish) == ("a b c", "length")
    assert last.reply.usage.output_tokens == 2


def test_it_calls_tools(desk):
    call = ToolCall(id="1", name="lookup", arguments='{"name":"k"}')
    _, gateway = scripted(desk, Reply(tool_calls=(call,), finish="tools", model="fake"))
    from tests.models.test_gateway import LOOKUP

    assert desk.chat(gateway, tools=(LOOKUP,)).tool_calls == (call,)


def test_the_same_words_have_the_same_vector(desk):
    model = desk.model("fake", through="script", kind="embedding")
    gateway = desk.gateway(model, endpoints={"script": ScriptedEndpoint()})
    first, second, third = desk.run(gateway, gateway.embed(EmbedRequest(texts=("aab", "aab", "不")))).vectors
    assert first == second != third
