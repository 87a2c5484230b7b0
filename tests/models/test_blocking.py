"""Code that does not await talks to models too, and can be stopped while it waits."""

import threading

import pytest
from tests.models.conftest import ask

from openward.domain.errors import ModelError, ServiceError
from openward.domain.model import EmbedRequest
from openward.harness.budget import within
from openward.models.blocking import Blocking


@pytest.fixture
def talker(desk):
    gateway = desk.gateway("plain", "embed", "stalls", "stalls-midway")
    opened = Blocking(gateway)
    opened.gateway = gateway
    yield opened
    opened.wait(gateway.close())
    opened.close()


def test_it_answers_streams_and_makes_vectors(talker):
    assert talker.chat(ask()).model == "plain"
    *pieces, last = talker.stream(ask("Again?"))
    assert "".join(piece.text for piece in pieces) == last.reply.text
    assert talker.embed(talker.gateway, EmbedRequest(texts=("a",))).vectors == ((1.0, 1.0),)


def test_many_threads_talk_at_once(talker):
    replies = []
    threads = [threading.Thread(target=lambda n=n: replies.append(talker.chat(ask(f"{n}?")))) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {reply.model for reply in replies} == {"plain"}
    assert len(replies) == 20


def test_errors_come_through(talker):
    with pytest.raises(ModelError, match="no model 'x'"):
        talker.chat(ask(model="x"))


def test_a_service_that_runs_out_of_time_while_it_waits_is_stopped(talker, desk):
    with pytest.raises(ServiceError, match="used up its budget"):
        within(0.3, lambda: talker.chat(ask(model="stalls")))
    talker.gateway.flush()
    deadline = threading.Event()
    for _ in range(100):
        if desk.used() == ["unknown"]:
            break
        deadline.wait(0.05)
        talker.gateway.flush()
    assert desk.used() == ["unknown"]


def test_a_stream_that_is_left_is_closed(talker, desk):
    deltas = talker.stream(ask(model="stalls-midway"))
    assert next(deltas).text == "The"
    deltas.close()
    talker.gateway.flush()
    assert desk.used() == ["unknown"]
