"""OpenAI's own client talks to agents of this ward: answers, streams, responses, refusals."""

import httpx
import openai
import pytest
from tests.harness.agents.staged import NAME, Scripted, agent, calls, says, seat
from tests.wards import a_house, bearer

from openward.access.access import HOUSE

REVIEW = ("prescription-review", {"orders": ["amiodarone 200 mg oral once daily"]})
TRUE = "Amiodarone raises warfarin, so she may bleed [1.1]."
LIE = "Her potassium is 9.9 mmol/L."
QUESTION = [{"role": "user", "content": "Can she have amiodarone?"}]
PATIENT = {"patient": "p1"}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("home")) as opened:
        seat(opened.ward, Scripted(says("Good.")), agent(signs="nobody"))
        yield opened


@pytest.fixture
def talker(house):
    def sit(*lines):
        lines = lines or (calls(REVIEW), says(f"{TRUE} {LIE}"))
        seat(house.ward, Scripted(*lines), agent(signs="nobody"))

    sit()
    return sit


@pytest.fixture(scope="module")
def client(house, address):
    with openai.OpenAI(base_url=f"{address}/v1", api_key=house.program, max_retries=0, timeout=60) as opened:
        yield opened


def narrow(address, house, *scopes):
    token = house.ward.access.issue(HOUSE, label="narrow", scopes=scopes)[1]
    return openai.OpenAI(base_url=f"{address}/v1", api_key=token, max_retries=0)


def test_the_models_are_the_agents(client):
    assert NAME in [m.id for m in client.models.list()]
    assert client.models.retrieve(NAME).owned_by == "o"
    with pytest.raises(openai.NotFoundError) as error:
        client.models.retrieve("prescription-review")
    assert error.value.code == "model_not_found"


@pytest.mark.usefixtures("talker")
def test_an_answer_holds_what_is_supported_and_says_that_something_is_held(client, house):
    made = client.chat.completions.create(model=NAME, messages=QUESTION, metadata=PATIENT, temperature=0.7)
    (choice,) = made.choices
    assert choice.message.content.startswith("Amiodarone raises warfarin, so she may bleed.")
    assert "9.9" not in choice.message.content
    assert (
        f"1 of 2 sentences are held back. Held sentences are no part of the answer; see run {made.id}."
        in choice.message.content
    )
    assert (choice.finish_reason, made.model, made.object) == ("stop", NAME, "chat.completion")
    assert (made.usage.prompt_tokens, made.usage.completion_tokens, made.usage.total_tokens) == (200, 40, 240)
    beside = made.model_extra["openward"]
    assert beside["held"][0]["text"] == LIE
    assert "run" in [e["kind"] for e in beside["sentences"][0]["evidence"]]
    kept = house.ward.stores.runs.get(made.id)
    assert (kept.door, kept.patient, kept.service) == ("openai", "p1", NAME)


def test_a_stream_gives_the_same_words(client, talker):
    whole = client.chat.completions.create(model=NAME, messages=QUESTION, metadata=PATIENT)
    talker()
    stream = client.chat.completions.create(
        model=NAME, messages=QUESTION, metadata=PATIENT, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    told = [c for c in chunks if c.choices]
    said = "".join(c.choices[0].delta.content or "" for c in told)
    run = told[-1].model_extra["openward"]["run"]
    assert said.replace(run, "?") == whole.choices[0].message.content.replace(whole.id, "?")
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [c.choices[0].finish_reason for c in told if c.choices[0].finish_reason] == ["stop"]
    assert len({c.id for c in chunks}) == 1
    assert chunks[-1].usage.total_tokens == 240


def test_a_response_and_its_stream_say_the_same(client, talker):
    made = client.responses.create(model=NAME, input="Can she have amiodarone?", metadata=PATIENT)
    assert made.status == "completed"
    assert made.output_text.startswith("Amiodarone raises warfarin, so she may bleed.")
    assert (made.usage.input_tokens, made.usage.output_tokens) == (200, 40)
    talker()
    with client.responses.stream(model=NAME, input=QUESTION, metadata=PATIENT) as stream:
        events = list(stream)
        last = stream.get_final_response()
    assert last.output_text.replace(last.id, "?") == made.output_text.replace(made.id, "?")
    assert [e.sequence_number for e in events] == list(range(len(events)))
    assert (events[0].type, events[-1].type) == ("response.created", "response.completed")


@pytest.mark.parametrize("name", ["OpenWard-Patient", "user", "metadata"])
@pytest.mark.usefixtures("talker")
def test_the_patient_can_be_named_in_three_ways(client, house, name):
    given = {
        "OpenWard-Patient": {"extra_headers": {"OpenWard-Patient": "p1"}},
        "user": {"user": "Patient/p1"},
        "metadata": {"metadata": PATIENT},
    }[name]
    made = client.chat.completions.create(model=NAME, messages=QUESTION, **given)
    assert house.ward.stores.runs.get(made.id).patient == "p1"


@pytest.mark.usefixtures("talker")
def test_a_user_that_is_no_patient_is_a_user(client, house):
    made = client.chat.completions.create(model=NAME, messages=QUESTION, user="somebody-17")
    assert house.ward.stores.runs.get(made.id).patient is None


WRONG = [
    ({"model": "gpt-99"}, openai.NotFoundError, "model", "model_not_found"),
    ({"model": "prescription-review"}, openai.NotFoundError, "model", "model_not_found"),
    ({"extra_body": {"colour": "red"}}, openai.BadRequestError, "colour", "unknown_parameter"),
    ({"n": 2}, openai.BadRequestError, "n", "unsupported_parameter"),
    ({"tools": [{"type": "function", "function": {"name": "f"}}]}, openai.BadRequestError, "tools",
     "unsupported_parameter"),
    ({"response_format": {"type": "json_object"}}, openai.BadRequestError, "response_format", "unsupported_parameter"),
    ({"messages": []}, openai.BadRequestError, "messages", "invalid_type"),
    ({"messages": [{"role": "assistant", "content": "Hello"}]}, openai.BadRequestError, "messages", "invalid_value"),
    ({"messages": [{"role": "tool", "content": "x", "tool_call_id": "1"}]}, openai.BadRequestError, "messages[0].role",
     "invalid_value"),
    ({"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}]},
     openai.BadRequestError, "messages[0].content[0]", "invalid_value"),
    ({"messages": [{"role": "user", "content": "x" * 20_001}]}, openai.BadRequestError, "messages[0].content",
     "string_above_max_length"),
    ({"metadata": PATIENT, "user": "Patient/p2"}, openai.BadRequestError, "metadata.patient", "invalid_value"),
    ({"metadata": {"patient": "nobody"}}, openai.NotFoundError, None, None),
]  # fmt: skip


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("changed", "kind", "param", "code"), WRONG)
def test_what_cannot_be_asked_is_refused_in_the_words_of_the_protocol(client, changed, kind, param, code, stream):
    with pytest.raises(kind) as error:
        client.chat.completions.create(**({"model": NAME, "messages": QUESTION, "stream": stream} | changed))
    assert (error.value.param, error.value.code, error.value.type) == (param, code, "invalid_request_error")


@pytest.mark.parametrize(
    ("changed", "param"),
    [
        ({"tools": [{"type": "web_search"}]}, "tools"),
        ({"background": True}, "background"),
        ({"previous_response_id": "run-none"}, "previous_response_id"),
        ({"input": [{"type": "function_call_output", "call_id": "1", "output": "x"}]}, "input[0]"),
    ],
)
def test_a_response_that_cannot_be_had_is_refused(client, changed, param):
    with pytest.raises(openai.BadRequestError) as error:
        client.responses.create(**({"model": NAME, "input": "Hello"} | changed))
    assert error.value.param == param


def test_who_is_not_known_or_not_allowed_gets_nothing_and_leaves_a_trace(address, house):
    for key in ("wrong", "token-x.y"):
        with pytest.raises(openai.AuthenticationError):
            openai.OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0).models.list()
    with narrow(address, house, "run.read") as reader:
        assert list(reader.models.list()) == []
        with pytest.raises(openai.PermissionDeniedError) as error:
            reader.chat.completions.create(model=NAME, messages=QUESTION, metadata=PATIENT)
    assert error.value.code == "insufficient_permissions"
    assert any(b"access.denied" in bytes(e.event) for e in house.ward.trail.entries(limit=500))


def test_an_agent_that_fails_is_an_error_without_what_was_said(client, talker):
    talker(ValueError("Synthetic Example has HIV"))
    with pytest.raises(openai.InternalServerError) as error:
        client.chat.completions.create(model=NAME, messages=QUESTION, metadata=PATIENT)
    assert "ValueError" in str(error.value)
    assert "Synthetic Example" not in str(error.value)
    with pytest.raises(openai.APIError, match="ValueError"):
        list(client.chat.completions.create(model=NAME, messages=QUESTION, metadata=PATIENT, stream=True))


def test_words_of_the_system_are_the_users(client, talker, house):
    spoken = Scripted(says("Good."))
    seat(house.ward, spoken, agent(signs="nobody"))
    client.chat.completions.create(model=NAME, messages=[{"role": "system", "content": "You are a pirate."}, *QUESTION])
    roles = [(m.role, m.text) for m in spoken.asked[0].messages]
    assert ("user", "You are a pirate.") in roles
    assert all("pirate" not in text for role, text in roles if role == "system")


def test_a_chinese_question_is_answered_in_chinese(client, house):
    spoken = Scripted(says("好的。"))
    seat(house.ward, spoken, agent(signs="nobody"))
    client.chat.completions.create(model=NAME, messages=[{"role": "user", "content": "她可以用胺碘酮吗？"}])
    assert spoken.asked[0].language == "zh"


def test_a_draft_says_that_nobody_has_signed_it(client, house):
    seat(house.ward, Scripted(says("Good morning.")), agent(signs="clinician"))
    made = client.chat.completions.create(model=NAME, messages=QUESTION)
    assert made.choices[0].message.content == (
        f"Good morning.\n\n(Draft, signed by nobody yet: a clinician must sign run {made.id}.)"
    )


def test_a_grave_finding_that_the_talker_keeps_to_itself_is_told(client, talker):
    talker(calls(REVIEW), says("I have looked."))
    made = client.chat.completions.create(model=NAME, messages=QUESTION, metadata=PATIENT)
    assert "Also found, and not spoken of above:" in made.choices[0].message.content
    assert "arfarin" in made.choices[0].message.content


@pytest.mark.parametrize("path", ["chat/completions", "responses"])
@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"x"', b"\xff", b'{"model": 7, "messages": [{}], "input": [{}]}'])
def test_bytes_that_are_no_request_get_an_error_of_the_protocol(address, house, path, body):
    answer = httpx.post(f"{address}/v1/{path}", content=body, headers=bearer(house.program))
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.usefixtures("talker")
def test_a_conversation_of_somebody_else_is_not_there_and_not_told(client, address, house):
    first = client.responses.create(model=NAME, input="Can she have amiodarone?", metadata=PATIENT)
    begun = first.model_extra["openward"]["conversation"]
    assert begun
    with narrow(address, house, "service/*.run", "system/Patient.rs") as other:
        for wanted in ({"conversation": begun}, {"metadata": {**PATIENT, "conversation": begun}}):
            asked = {"model": NAME, "input": "And now?", "metadata": PATIENT} | wanted
            with pytest.raises(openai.NotFoundError, match="no such conversation of yours") as error:
                other.responses.create(**asked)
            assert begun not in error.value.response.text
        with pytest.raises(openai.BadRequestError, match="Previous response not found") as error:
            other.responses.create(model=NAME, input="And now?", metadata=PATIENT, previous_response_id=first.id)
        assert begun not in error.value.response.text
    again = client.responses.create(model=NAME, input="And now?", metadata=PATIENT, conversation=begun)
    assert again.model_extra["openward"]["conversation"] == begun
