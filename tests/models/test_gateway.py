"""The gateway over a real model server in a process of its own."""

import asyncio
from decimal import Decimal

import pytest
from tests.models.conftest import ICU, MONEY, ask

from openward.domain.errors import BudgetError, ModelError
from openward.domain.guide import Talk
from openward.domain.model import ChatRequest, EmbedRequest, Image, Message, Tool, ToolCall
from openward.domain.usage import Account, Budget, Hold, Price, Usage
from openward.models.registry import Policy

NAME = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
# `talk` is for the embedded talker: no server is told of it.
LOOKUP = Tool(name="lookup", description="Looks a value up.", parameters=NAME, talk=Talk(en=("look up",)))
GRADE = {"type": "object", "properties": {"grade": {"type": "integer"}}, "required": ["grade"]}
SENTENCE = "The potassium is 5.9 mmol/L , which is high ; repeat the sample before you treat ."


def test_an_answer_comes_with_what_it_used(desk):
    reply = desk.chat(desk.gateway("plain"))
    assert (reply.text, reply.model, reply.finish, reply.attempts, reply.cost) == (SENTENCE, "plain", "stop", 1, 0)
    assert reply.usage == Usage(input_tokens=11, output_tokens=17)
    assert desk.used() == ["answered"]


def test_a_stream_is_the_answer_in_pieces(desk):
    *pieces, last = desk.stream(desk.gateway("plain"))
    assert len(pieces) == 17
    assert "".join(piece.text for piece in pieces) == last.reply.text == SENTENCE
    assert last.reply.usage == Usage(input_tokens=11, output_tokens=17)


def test_what_a_model_says_to_itself_stands_apart(desk):
    assert desk.chat(desk.gateway("thinks")).reasoning == "It is above 5.0."
    *pieces, last = desk.stream(desk.gateway("thinks"))
    assert (pieces[0].reasoning, last.reply.text) == ("It is above 5.0.", "Yes.")


def test_a_tool_is_called(desk, server):
    expected = (ToolCall(id="call_a", name="lookup", arguments='{"name":"potassium"}'),)
    reply = desk.chat(desk.gateway("tools"), tools=(LOOKUP,))
    assert (reply.tool_calls, reply.finish) == (expected, "tools")
    assert desk.stream(desk.gateway("tools"), tools=(LOOKUP,))[-1].reply.tool_calls == expected
    sent = server.log("tools")[-1]["body"]
    assert sent["tools"][0] == {
        "type": "function",
        "function": {"name": "lookup", "description": LOOKUP.description, "parameters": LOOKUP.parameters},
    }


def test_several_tools_are_called_at_once_whatever_form_their_arguments_have(desk):
    for calls in (
        desk.chat(desk.gateway("two-tools"), tools=(LOOKUP,)).tool_calls,
        desk.stream(desk.gateway("two-tools"), tools=(LOOKUP,))[-1].reply.tool_calls,
    ):
        assert [(call.id, call.name) for call in calls] == [("x", "lookup"), ("y", "lookup")]
        assert [call.arguments.replace(" ", "") for call in calls] == ['{"name":"a"}', '{"name":"b"}']


def test_the_answer_of_a_tool_goes_back_with_the_id_of_its_call(desk, server):
    called = Message(role="assistant", tool_calls=(ToolCall(id="c1", name="lookup", arguments='{"name":"k"}'),))
    messages = (*ask().messages, called, Message(role="tool", text="5.9 mmol/L", answers="c1"))
    gateway = desk.gateway("echo")
    asked = ChatRequest(messages=messages, tools=(LOOKUP,))
    assert desk.run(gateway, gateway.chat(asked)).text == "5.9 mmol/L"
    sent = server.log("echo")[-1]["body"]["messages"]
    assert sent[1]["tool_calls"] == [
        {"id": "c1", "type": "function", "function": {"name": "lookup", "arguments": '{"name":"k"}'}}
    ]
    assert (sent[2]["role"], sent[2]["tool_call_id"]) == ("tool", "c1")


@pytest.mark.parametrize("lie", ["unknown-tool", "bad-arguments", "wrong-arguments"])
def test_a_tool_call_that_was_not_offered_or_does_not_fit_is_no_answer(desk, lie):
    with pytest.raises(ModelError, match=r"not offered|do not fit"):
        desk.chat(desk.gateway(lie), tools=(LOOKUP,))
    assert set(desk.used()) == {"answered"}


def test_an_answer_fits_its_schema_or_is_none(desk, server):
    assert desk.chat(desk.gateway("json"), schema=GRADE).text == '{"grade": 3}'
    assert server.log("json")[-1]["body"]["response_format"]["json_schema"]["schema"] == GRADE
    with pytest.raises(ModelError, match="does not fit the schema"):
        desk.chat(desk.gateway("wrong-json"), schema=GRADE)


def test_a_model_without_schemas_is_told_of_the_schema_in_words(desk, server):
    gateway = desk.gateway(desk.model("json", can=("json",)))
    assert desk.chat(gateway, schema=GRADE).text == '{"grade": 3}'
    sent = server.log("json")[-1]["body"]
    assert sent["response_format"] == {"type": "json_object"}
    assert '"required":["grade"]' in sent["messages"][0]["content"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("empty", "empty"),
        ("filtered", "filtered"),
        ("no-choices", "empty"),
        ("garbage", "no chat completion"),
        ("deep", "no chat completion"),
        ("error-inside", r"reports an error \(overloaded\)"),
        ("status-500", r"says 500 \(server_error\)"),
        ("status-400", "says 400"),
        ("status-401", "check address, name and secret"),
        ("redirects", "says 307"),
        ("breaks-at-once", "broken"),
        ("huge", "longer than"),
        ("long-word", "longer than"),
        ("endless-body", "longer than"),
        ("usage-of-words", "no chat completion"),
        ("busy-long", "left alone for 3000 s"),
    ],
)
def test_what_is_no_answer_is_an_error_without_a_word_of_the_patient(desk, name, why):
    with pytest.raises(ModelError, match=why) as raised:
        desk.chat(desk.gateway(name), text="Zhang San has HIV")
    assert "Zhang" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("stalls", "in time"),
        ("stalls-midway", "in time"),
        ("breaks-midway", "broken"),
        ("ends-midway", "broke off"),
        ("garbage-stream", "no chat completion"),
        ("garbage", "does not stream"),
        ("broken-text", "broken"),
        ("long-word", "longer than"),
        ("endless-line", "longer than"),
        ("endless", "goes on"),
    ],
)
def test_a_stream_that_goes_wrong_ends_with_an_error_and_counts_whole(desk, name, why):
    with pytest.raises(ModelError, match=why):
        desk.stream(desk.gateway(desk.model(name, retries=0)), max_tokens=8)
    assert desk.used() == ["unknown"]


def test_a_server_that_fails_once_is_asked_again(desk):
    reply = desk.chat(desk.gateway("fails-once"))
    assert (reply.text, reply.attempts) == (SENTENCE, 2)
    assert len(desk.pauses) == 1
    assert desk.used() == ["unknown", "answered"]


def test_a_busy_server_is_left_alone_as_long_as_it_asks(desk):
    assert desk.chat(desk.gateway("busy-once")).attempts == 2
    assert desk.pauses == [0.05]
    assert desk.used() == ["failed", "answered"]


def test_another_model_answers_when_the_first_cannot(desk):
    for first in (
        "status-500",
        "status-401",
        "garbage",
        "breaks-at-once",
        "empty",
        desk.model("x", address="http://127.0.0.1:9"),
    ):
        reply = desk.chat(desk.gateway(first, "plain"))
        assert (reply.model, reply.text) == ("plain", SENTENCE)


def test_a_model_that_stalls_leaves_time_for_another(desk):
    reply = desk.chat(desk.gateway("stalls", "plain"), seconds=1.0)
    assert (reply.model, reply.attempts) == ("plain", 2)


def test_a_stream_goes_to_another_model_only_before_its_first_word(desk):
    assert desk.stream(desk.gateway("stalls", "plain"), seconds=2.0)[-1].reply.model == "plain"
    with pytest.raises(ModelError, match="breaks-midway"):
        desk.stream(desk.gateway("breaks-midway", "plain"))


def test_a_model_that_is_named_is_asked_and_its_fallbacks_after_it(desk):
    models = ("plain", "echo", desk.model("status-500", fallbacks=("echo",)))
    assert desk.chat(desk.gateway(*models), model="status-500").model == "echo"
    assert desk.chat(desk.gateway(*models), model="echo").model == "echo"
    with pytest.raises(ModelError, match="no model 'gpt' in the registry; it has: plain, echo, status-500"):
        desk.chat(desk.gateway(*models), model="gpt")


def test_a_server_that_is_ill_is_left_alone_for_a_while(desk, server):
    gateway = desk.gateway(desk.model("status-503", retries=0))

    async def often():
        for _ in range(8):
            with pytest.raises(ModelError):
                await gateway.chat(ask())
        with pytest.raises(ModelError, match="left alone for a while"):
            await gateway.chat(ask())

    before = len(server.log("status-503"))
    desk.run(gateway, often())
    assert len(server.log("status-503")) - before == 5


def test_the_same_words_are_asked_once(desk, server):
    gateway = desk.gateway("plain")

    async def twice():
        streamed = [delta.reply async for delta in gateway.stream(ask())]
        others = [ask(), ask(fresh=True), ask("Something else?")]
        return [streamed[-1], *[await gateway.chat(other) for other in others]]

    before = len(server.log("plain"))
    replies = desk.run(gateway, twice())
    assert [reply.cached for reply in replies] == [False, True, False, False]
    assert {reply.text for reply in replies} == {SENTENCE}
    assert len(server.log("plain")) - before == 3
    assert len(desk.used()) == 3


def test_no_patient_data_leaves_the_house(desk, server):
    gateway = desk.gateway(desk.remote("plain"), budgets=[MONEY])
    with pytest.raises(ModelError, match="no patient data leaves the house"):
        desk.chat(gateway, account=ICU)
    assert desk.chat(desk.gateway(desk.remote("plain"), "echo", budgets=[MONEY]), account=ICU).model == "echo"
    reply = desk.chat(desk.gateway(desk.remote("plain"), budgets=[MONEY]), data="none", account=ICU)
    assert (reply.model, reply.cost) == ("plain", Decimal("0.000158000"))
    assert server.log("plain")[-1]["authorization"] == "Bearer sk-test"


def test_what_leaves_the_house_is_masked_and_comes_back_unmasked(desk, server):
    policy = Policy(remote="mask")
    text = "Zhang San (张三, MRN 12345678, 138 0013 8000) has a potassium of 5.9 mmol/L. Call Zhang."
    who = ("Zhang San", "张三", "12345678")
    for whole in (True, False):
        gateway = desk.gateway(desk.remote("echo"), budgets=[MONEY], policy=policy)
        asked = {"text": text, "identifiers": who, "account": ICU}
        reply = desk.chat(gateway, **asked) if whole else desk.stream(gateway, **asked)[-1].reply
        assert (reply.text, reply.masked) == (text, 5)
        sent = str(server.log("echo")[-1]["body"])
        assert "5.9 mmol/L" in sent
        assert not any(word in sent for word in ("Zhang", "San", "张三", "12345678", "138"))
    pieces = desk.stream(desk.gateway(desk.remote("echo"), budgets=[MONEY], policy=policy), **asked)
    assert "".join(piece.text for piece in pieces) == text


def test_masking_needs_to_know_whom_to_mask(desk):
    gateway = desk.gateway(desk.remote("plain"), budgets=[MONEY], policy=Policy(remote="mask"))
    with pytest.raises(ModelError, match="nobody said whose data must be masked"):
        desk.chat(gateway, account=ICU)


def test_what_is_written_so_that_masking_misses_it_is_not_sent(desk, server):
    gateway = desk.gateway(desk.remote("plain"), budgets=[MONEY], policy=Policy(remote="mask"))
    before = len(server.log("plain"))
    with pytest.raises(ModelError, match="still tells who the patient is"):
        desk.chat(gateway, text="Sm\u200bith is ill", identifiers=("John Smith",), account=ICU)
    assert len(server.log("plain")) == before


def test_a_picture_of_a_patient_does_not_leave_the_house(desk):
    gateway = desk.gateway(desk.remote("plain"), budgets=[MONEY], policy=Policy(remote="mask"))
    message = Message(role="user", text="?", images=(Image("image/png", b"\x89PNG"),))
    request = ChatRequest(messages=(message,), identifiers=("John Smith",), account=ICU)
    with pytest.raises(ModelError, match="a picture cannot be masked"):
        desk.run(gateway, gateway.chat(request))


def test_a_remote_model_needs_a_price_of_today_and_a_budget(desk):
    with pytest.raises(BudgetError, match="no budget of money covers this call"):
        desk.chat(desk.gateway(desk.remote("plain")), data="none")
    later = Price(version="p9", since=desk.clock.at.date().replace(year=2030), input=Decimal(1), output=Decimal(1))
    with pytest.raises(BudgetError, match="has no price on 2026-01-15"):
        desk.chat(desk.gateway(desk.remote("plain", prices=(later,)), budgets=[MONEY]), data="none", account=ICU)


def test_a_budget_of_tokens_holds_for_a_local_model_too(desk):
    few = Budget(scope="run", tokens=100)
    with pytest.raises(BudgetError, match=r"the budget of run:run-1 \(total\) has 100 tokens left"):
        desk.chat(desk.gateway("plain", budgets=[few]), account=ICU)
    assert desk.chat(desk.gateway("plain", budgets=[few]), account=Account(department="icu")).text == SENTENCE


def test_the_budgets_of_a_manifest_come_in_addition(desk):
    own = Account(agent="a", run="r", budgets=(Budget(scope="agent", id="a", period="day", tokens=10),))
    with pytest.raises(BudgetError, match="agent:a"):
        desk.chat(desk.gateway("plain"), account=own)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("no-usage", "unreported"),
        ("zero-usage", "unreported"),
        ("negative-usage", "unreported"),
        ("greedy-usage", "disputed"),
        ("boundless-usage", "disputed"),
        ("endless-usage", "disputed"),
        ("status-500", "unknown"),
        ("status-401", "failed"),
    ],
)
def test_a_server_that_lies_about_usage_cannot_pass_the_budget(desk, name, outcome):
    gateway = desk.gateway(desk.remote(name, retries=0), budgets=[MONEY])
    try:
        desk.chat(gateway, data="none", account=ICU)
    except ModelError:
        assert name.startswith("status")
    assert desk.used() == [outcome]
    (entry,) = desk.stores.usage.entries(desk.clock.at.replace(year=2000), desk.clock.at.replace(year=2100))
    assert entry.settlement.money == (0 if outcome == "failed" else entry.reservation.money)
    assert (entry.settlement.claimed > entry.reservation.money) == (outcome == "disputed")


def test_a_hundred_calls_at_once_never_pass_the_budget(desk):
    """Each call can cost at most 0.0023 and costs 0.000158 in the end: many get through, the sum stays below."""
    limit = Decimal("0.01")
    gateway = desk.gateway(desk.remote("plain"), budgets=[Budget(scope="department", period="month", money=limit)])
    held = []

    async def one(n):
        request = ask(f"Question {n}?", data="none", account=ICU, fresh=True)
        try:
            return (await gateway.chat(request)).cost
        except BudgetError:
            return None
        finally:
            tally = desk.stores.usage.tally(Hold(key="department:icu", window="2026-01"))
            held.append(tally.spent_money + tally.held_money)

    async def all_of_them():
        return await asyncio.gather(*(one(n) for n in range(100)))

    costs = desk.run(gateway, all_of_them())
    assert costs.count(None) > 0
    assert 0 < sum(cost for cost in costs if cost is not None) <= limit
    assert max(held) <= limit * 10**9
    tally = desk.stores.usage.tally(Hold(key="department:icu", window="2026-01"))
    assert tally.held_money == 0
    assert tally.spent_money == sum(cost for cost in costs if cost is not None) * 10**9


def test_a_call_that_is_given_up_counts_whole(desk):
    gateway = desk.gateway("stalls")

    async def given_up():
        task = asyncio.create_task(gateway.chat(ask()))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    desk.run(gateway, given_up())
    assert desk.used() == ["unknown"]


def test_a_stream_that_nobody_reads_to_its_end_counts_whole(desk):
    gateway = desk.gateway("stalls-midway")

    async def left():
        deltas = gateway.stream(ask())
        first = await deltas.__anext__()
        await deltas.aclose()
        return first

    assert desk.run(gateway, left()).text == "The"
    assert desk.used() == ["unknown"]


def test_texts_become_vectors_in_their_order(desk):
    gateway = desk.gateway("plain", "embed")
    found = desk.run(gateway, gateway.embed(EmbedRequest(texts=("a", "bbb", "cc"))))
    assert found.vectors == ((1.0, 1.0), (3.0, 1.0), (2.0, 1.0))
    assert (found.model, found.usage) == ("embed", Usage(input_tokens=21))


def test_another_model_never_makes_the_vectors(desk):
    for name in ("embed-fails", "embed-short"):
        gateway = desk.gateway(desk.model(name, retries=0), "embed")
        with pytest.raises(ModelError, match=name):
            desk.run(gateway, gateway.embed(EmbedRequest(texts=("a", "b"))))


def test_vectors_of_a_patients_words_are_not_made_outside(desk):
    gateway = desk.gateway(desk.remote("embed"), budgets=[MONEY])
    with pytest.raises(ModelError, match="no patient data leaves the house"):
        desk.run(gateway, gateway.embed(EmbedRequest(texts=("a",), account=ICU)))
