"""Requests in OpenAI's protocol, whoever wrote them: read, or refused with the field that is wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.doors.openai.reading import chat_of, response_of
from openward.doors.openai.wrong import WrongError

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["role", "content", "type", "text", "patient", "id", "format", "include_usage"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
FIELDS = ["model", "messages", "input", "instructions", "stream", "stream_options", "metadata", "user", "n", "tools",
          "text", "conversation", "previous_response_id", "temperature", "colour"]  # fmt: skip
MESSAGES = [{"role": "user", "content": "Hello"}]


@given(st.dictionaries(st.sampled_from(FIELDS), PLAIN, max_size=6), st.sampled_from([chat_of, response_of]))
def test_anything_is_read_or_refused_with_its_field(told, reader):
    told = {"model": "m", "messages": MESSAGES, "input": "Hello"} | told
    if reader is chat_of:
        told.pop("input")
    else:
        told.pop("messages")
    try:
        wanted = reader(json.dumps(told).encode(), {})
    except WrongError as error:
        assert error.status == 400
        assert error.param
    else:
        assert wanted.messages[-1]["role"] == "user"


@given(st.binary(max_size=60))
def test_any_bytes_are_refused(data):
    with pytest.raises(WrongError):
        chat_of(data, {})


def wanted(**more):
    return chat_of(json.dumps({"model": "m", "messages": MESSAGES} | more).encode(), {})


def test_parts_of_text_are_joined_and_the_language_is_theirs():
    parts = [{"type": "text", "text": "您好"}, {"type": "text", "text": "Hello"}]
    request = wanted(messages=[{"role": "user", "content": parts}]).request(None)
    assert (json.loads(bytes(request.input)), request.language) == (
        {"messages": [{"role": "user", "text": "您好\nHello"}]}, "zh",
    )  # fmt: skip
    assert wanted().request("zh").language == "zh"


def test_a_conversation_can_be_named():
    assert json.loads(bytes(wanted(metadata={"conversation": "c"}).request(None).input))["conversation"] == "c"
    assert response_of(b'{"model": "m", "input": "x", "conversation": {"id": "d"}}', {}).conversation == "d"


@pytest.mark.parametrize("field", ["temperature", "max_tokens", "seed", "top_p", "parallel_tool_calls", "reasoning"])
def test_what_only_tunes_a_model_is_taken(field):
    assert wanted(**{field: 1}).model == "m"


@pytest.mark.parametrize(("field", "value"), [("n", 1), ("tools", []), ("response_format", {"type": "text"})])
def test_what_asks_for_nothing_is_taken(field, value):
    assert wanted(**{field: value}).model == "m"
