"""An interview asks one question at a time, is gone on with by whoever began it, and ends in one kept run."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.harness.test_runner import WORDS

from openward.access.access import HOUSE, Access
from openward.adapters.memory import CountingIds, FixedClock, MemorySigner, memory_stores
from openward.domain.actor import Actor
from openward.domain.card import Budget, Card
from openward.domain.errors import AccessError, InputError, NotFoundError, RecordError, ServiceError
from openward.domain.interview import Answered, Question
from openward.domain.proposal import Examined, Proposal
from openward.domain.run import RunRequest
from openward.domain.study import Study
from openward.harness.interviews import Interviews, guest, question_of
from openward.harness.runner import Runner
from openward.harness.service import Service
from openward.record.record import Record
from openward.trail.trail import Trail

ASKED = ("fever", "cough", "rash")


class Reads(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    complaint: str = ""
    answers: dict[str, bool] = {}


class Body(msgspec.Struct, frozen=True):
    question: Question | None = None


class Silent(msgspec.Struct, frozen=True):
    word: str = ""


def engine(reads: Any, _chart: Any, _context: Any) -> Proposal[Any]:
    if reads.complaint == "nothing":
        raise ValueError("broken")
    left = [id for id in ASKED if id not in reads.answers]
    question = Question(id=left[0], text=f"Is there {left[0]}?") if left else None
    said = ", ".join(f"{k}={v}" for k, v in reads.answers.items())
    return Proposal(summary=said, body=Body(question), examined=(Examined(what="questions", count=1),))


def service(reads=Reads, body=Body):
    card = Card(
        id="asking", version="1.0.0", audience=("nurse",), kind="engine", risk="informs", subject="optional",
        reads=("Patient",), signs="nobody", unit="interview", owner="o", budget=Budget(seconds=5), **WORDS,
    )  # fmt: skip
    return Service(
        card=card, reads=reads, body=body, engine=engine, checks=(), study=Study(id="s", title="t", endpoints=()),
        folder=Path(),
    )  # fmt: skip


class World:
    def __init__(self, subject=None):
        self.clock, signer, ids = FixedClock(), MemorySigner(), CountingIds()
        self.stores = memory_stores()
        trail = Trail(self.stores.trail, signer, self.clock)
        access = Access(self.stores.access, trail, self.clock, ids)
        self.record = Record(self.stores.record, self.clock)
        runner = Runner(
            services={"asking": subject or service()}, record=self.record,
            runs=self.stores.runs, trail=trail, access=access, clock=self.clock, ids=ids, site="here",
        )  # fmt: skip
        self.interviews = Interviews(self.stores.interviews, runner, access, trail, self.clock, ids)

    def open(self, actor=HOUSE, **given):
        request = RunRequest(input=msgspec.Raw(json.dumps(given).encode()))
        return self.interviews.open("asking", request, actor=actor, door="python")

    def answer(self, turn, question, value=True, actor=HOUSE):
        answered = Answered(question=question, value=value)
        return self.interviews.answer(turn.interview, answered, actor=actor, door="python")

    def trail(self):
        return [json.loads(bytes(e.event))["what"] for e in self.stores.trail.entries()]


@pytest.fixture
def world():
    return World()


NURSE = Actor(id="nurse", kind="person", role="nurse", scopes=frozenset({"service/asking.run"}))
OTHER = Actor(id="other", kind="person", role="nurse", scopes=frozenset({"service/asking.run"}))


def test_it_asks_until_nothing_is_left_and_keeps_one_run(world):
    turn = world.open(complaint="ill")
    for question in ASKED:
        assert (turn.question, turn.ended) == (question, False)
        assert question_of(turn.run).text == f"Is there {question}?"
        turn = world.answer(turn, question)
    assert (turn.ended, turn.question) == (True, None)
    assert [run.id for run in world.stores.runs.list()] == [turn.run.id]
    assert "fever=True, cough=True, rash=True" in bytes(turn.run.proposal).decode()


def test_every_step_is_in_the_trail_and_what_was_said_is_not(world):
    world.answer(world.open(complaint="a secret"), "fever")
    assert world.trail() == ["interview.open", "interview.answer"]
    assert all(b"secret" not in bytes(entry.event) for entry in world.stores.trail.entries())


def test_it_is_gone_on_with_after_a_pause(world):
    turn = world.answer(world.open(), "fever", value=False)
    world.clock.advance(timedelta(hours=23))
    again = world.interviews.stand(turn.interview, actor=HOUSE, door="python")
    assert (again.question, again.step) == ("cough", 1)
    assert "fever=False" in bytes(again.run.proposal).decode()


def test_after_a_day_it_is_gone_with_all_that_was_said(world):
    turn = world.open(complaint="ill")
    world.clock.advance(timedelta(hours=25))
    with pytest.raises(NotFoundError, match="left for more than 24 hours"):
        world.interviews.stand(turn.interview, actor=HOUSE, door="python")
    world.open()
    assert world.stores.interviews.get(turn.interview) is None


def test_an_earlier_answer_can_be_corrected(world):
    turn = world.answer(world.open(), "fever")
    corrected = world.answer(turn, "fever", value=False)
    assert corrected.question == "cough"
    assert "fever=False" in bytes(corrected.run.proposal).decode()


def test_the_last_question_is_asked_once_more_and_nothing_has_changed_by_asking(world):
    turn = world.answer(world.answer(world.open(), "fever"), "cough")
    again = world.interviews.last(turn.interview, actor=HOUSE, door="python")
    assert (again.question, question_of(again.run).text) == ("cough", "Is there cough?")
    waits = world.interviews.stand(turn.interview, actor=HOUSE, door="python")
    assert (waits.question, waits.step) == ("rash", 2)
    corrected = world.answer(again, "cough", value=False)
    assert (corrected.question, corrected.ended) == ("rash", False)
    assert "fever=True, cough=False" in bytes(corrected.run.proposal).decode()


def test_before_the_first_answer_there_is_none_to_correct(world):
    with pytest.raises(InputError, match="nothing was answered yet"):
        world.interviews.last(world.open().interview, actor=HOUSE, door="python")


def test_a_question_that_was_not_asked_cannot_be_answered(world):
    turn = world.open()
    with pytest.raises(InputError, match="the question that waits is 'fever'"):
        world.answer(turn, "rash")


def test_an_answer_that_the_service_does_not_take_changes_nothing(world):
    turn = world.open()
    with pytest.raises(InputError):
        world.answer(turn, "fever", value="perhaps")
    assert world.interviews.stand(turn.interview, actor=HOUSE, door="python").step == 0


def test_it_can_be_finished_early_and_is_over_then(world):
    turn = world.interviews.finish(world.open().interview, actor=HOUSE, door="python")
    assert turn.ended
    kept = world.stores.interviews.get(turn.interview)
    assert bytes(kept.request) == b"null"
    with pytest.raises(NotFoundError, match=f"has ended; its run is {turn.run.id}"):
        world.answer(turn, "fever")


def test_an_interview_with_nothing_to_ask_ends_at_once(world):
    assert world.open(answers=dict.fromkeys(ASKED, True)).ended


def test_only_who_began_it_and_who_reads_all_runs_may_go_on(world):
    turn = world.open(actor=NURSE)
    with pytest.raises(NotFoundError, match="no such interview of yours"):
        world.answer(turn, "fever", actor=OTHER)
    reader = msgspec.structs.replace(OTHER, scopes=OTHER.scopes | {"run.read"})
    assert world.answer(turn, "fever", actor=reader).question == "cough"


def test_who_may_not_run_the_service_may_not_interview(world):
    with pytest.raises(AccessError):
        world.open(actor=msgspec.structs.replace(NURSE, scopes=frozenset()))


def test_of_two_answers_to_the_same_state_one_is_told_to_look_again(world, monkeypatch):
    turn = world.open()
    monkeypatch.setattr(world.stores.interviews, "replace", lambda *_: False)
    with pytest.raises(RecordError, match="somebody else"):
        world.answer(turn, "fever")


def test_a_service_that_fails_is_an_error_that_names_no_patient(world):
    with pytest.raises(ServiceError, match="gave no answer"):
        world.open(complaint="nothing")


@pytest.mark.parametrize(("reads", "body"), [(Silent, Body), (Reads, Silent)])
def test_a_service_that_asks_nothing_cannot_be_interviewed(reads, body):
    with pytest.raises(InputError, match="asks no questions"):
        World(service(reads, body)).open()


def test_an_interview_does_not_go_on_for_ever(world, monkeypatch):
    monkeypatch.setattr("openward.harness.interviews.MAX_STEPS", 1)
    turn = world.answer(world.open(), "fever")
    with pytest.raises(InputError, match="finish it"):
        world.answer(turn, "cough")


def test_of_two_who_finish_at_once_only_one_runs_the_service(world):
    turn = world.open()
    stale = world.stores.interviews.get(turn.interview)
    world.interviews.finish(turn.interview, actor=HOUSE, door="python")
    with pytest.raises(RecordError, match="somebody else"):
        world.interviews._end(stale, HOUSE, "python")
    assert len(world.stores.runs.list()) == 1


def test_an_interview_whose_last_step_was_lost_can_be_finished_again(world, monkeypatch):
    turn = world.open()
    kept = world.interviews._runner.run
    monkeypatch.setattr(world.interviews._runner, "run", lambda *_, **__: (_ for _ in ()).throw(ServiceError("died")))
    with pytest.raises(ServiceError, match="died"):
        world.interviews.finish(turn.interview, actor=HOUSE, door="python")
    monkeypatch.setattr(world.interviews._runner, "run", kept)
    with pytest.raises(RecordError, match="being finished"):
        world.interviews.finish(turn.interview, actor=HOUSE, door="python")
    world.clock.advance(timedelta(minutes=2))
    assert world.interviews.finish(turn.interview, actor=HOUSE, door="python").ended


def invited(world, actor=HOUSE):
    return world.interviews.invite("asking", RunRequest(), actor=actor, door="python")


def test_somebody_who_is_invited_begins_once_and_goes_on_as_a_guest():
    world = World()
    held = invited(world)
    assert world.interviews.invited(held.id) == held
    turn = world.interviews.begin(held.id, {"complaint": "cough"}, "zh", door="console")
    assert (turn.interview, turn.question, turn.step) == (held.id, "fever", 1)
    with pytest.raises(NotFoundError, match="has been used"):
        world.interviews.begin(held.id, {"complaint": "again"}, "en", door="console")
    me = guest(held)
    while not turn.ended:
        answered = Answered(question=turn.question, value=False)
        turn = world.interviews.answer(held.id, answered, actor=me, door="console")
    assert (turn.run.actor, turn.run.language) == (held.id, "zh")
    assert world.interviews.invited(held.id).run == turn.run.id


def test_a_guest_may_do_nothing_else():
    world = World()
    held, other = invited(world), world.open()
    with pytest.raises(NotFoundError, match="no such interview"):
        world.interviews.stand(other.interview, actor=guest(held), door="console")
    assert world.interviews.invited(other.interview) is None


def test_an_invitation_that_was_left_for_a_day_is_none():
    world = World()
    held = invited(world)
    world.clock.advance(timedelta(hours=25))
    assert world.interviews.invited(held.id) is None
    with pytest.raises(NotFoundError, match="ask for a new one"):
        world.interviews.begin(held.id, {}, "en", door="console")


def test_only_who_may_run_the_service_invites():
    nobody = Actor(id="x", kind="person", role="auditor", scopes=frozenset({"trail.read"}))
    with pytest.raises(AccessError):
        invited(World(), nobody)


def test_nobody_is_invited_for_a_patient_who_is_not_in_the_record():
    world = World()
    request = RunRequest(patient="nobody")
    with pytest.raises(NotFoundError, match="no such patient"):
        world.interviews.invite("asking", request, actor=HOUSE, door="python")
    assert world.trail() == []
    assert list(world.stores.interviews._interviews) == []


def test_for_a_patient_of_the_record_somebody_is_invited():
    world = World()
    world.record.import_resources([{"resourceType": "Patient", "id": "p1"}], source="test")
    held = world.interviews.invite("asking", RunRequest(patient="p1"), actor=HOUSE, door="python")
    assert json.loads(bytes(held.request))["patient"] == "p1"
    assert world.trail() == ["interview.invite"]


def test_who_may_not_invite_is_not_told_who_is_in_the_record():
    nobody = Actor(id="x", kind="person", role="auditor", scopes=frozenset({"trail.read"}))
    with pytest.raises(AccessError):
        World().interviews.invite("asking", RunRequest(patient="nobody"), actor=nobody, door="python")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_cannot_be_counted_with_is_no_answer(world, value):
    turn = world.open()
    with pytest.raises(InputError, match="no number that can be counted with"):
        world.answer(turn, "fever", value=value)
    assert world.interviews.stand(turn.interview, actor=HOUSE, door="python").step == 0
