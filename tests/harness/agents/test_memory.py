"""A conversation is gone on with for one patient and one actor, until it is forgotten or its time is over."""

import json
from datetime import timedelta

import pytest
from tests.harness.agents.staged import NAME, Scripted, a_ward, add, agent, answer_of, ask, says
from tests.wards import PASSPHRASE, patient_bundle

from openward.access.access import HOUSE
from openward.adapters.memory import FixedClock
from openward.domain.errors import BudgetError, NotFoundError
from openward.trail.chain import read_event

SECRET = "Zebulon"


@pytest.fixture
def scene(tmp_path):
    talker = Scripted(says("I have noted it."))
    with a_ward(tmp_path, talker, agent()) as ward:
        ward.record.import_bytes("p2.json", json.dumps(patient_bundle("p2")).encode())
        yield ward, talker, answer_of(ward.run(NAME, ask(f"Call me {SECRET}."), patient="p1"))["conversation"]


def remembered(talker):
    """What the talker was told between the rules and the last message."""
    return [message.text for message in talker.asked[-1].messages[1:-1]]


def test_the_next_turn_remembers_what_was_asked_and_shown(scene):
    ward, talker, conversation = scene
    again = answer_of(ward.run(NAME, ask("Who am I?", conversation=conversation), patient="p1"))
    assert remembered(talker) == [f"Call me {SECRET}.", "I have noted it."]
    assert again["conversation"] == conversation


def test_another_patient_actor_or_agent_finds_nothing(scene):
    ward, talker, conversation = scene
    question, asked = ask("Who am I?", conversation=conversation), len(talker.asked)
    ward.access.add_person(HOUSE, id="c.linician", name="C", role="clinician", passphrase=PASSPHRASE)
    other = ward.access.identify(ward.access.sign_in("c.linician", PASSPHRASE)[1])
    second = agent(id="second-helper")
    add(ward, second)
    strangers = [(NAME, {"patient": "p2"}), (NAME, {}), (NAME, {"patient": "p1", "actor": other}),
                 ("second-helper", {"patient": "p1"})]  # fmt: skip
    for name, whose in strangers:
        with pytest.raises(NotFoundError, match="no such conversation of yours") as error:
            ward.run(name, question, **whose)
        assert conversation not in str(error.value)
        entry = ward.trail.entries(limit=1000)[-1]
        told = read_event(entry)
        assert (told.what, told.outcome, told.detail) == ("access.denied", "refused", {"reason": "conversation"})
        assert (told.actor, told.subject) == (whose.get("actor", HOUSE).id, name)
        assert told.patient == (ward.signer.pseudonym(whose["patient"]) if "patient" in whose else None)
        assert conversation.encode() not in bytes(entry.event)
    assert len(talker.asked) == asked
    assert len(ward.stores.runs.list()) == 1


def test_a_conversation_begins_with_its_first_answer(scene):
    ward, talker, conversation = scene
    talker.lines = [BudgetError("no money left")]
    assert answer_of(ward.run(NAME, ask("Hello?"), patient="p1"))["conversation"] is None
    again = answer_of(ward.run(NAME, ask("Hello?", conversation=conversation), patient="p1"))
    assert (again["stopped"], again["conversation"]) == ("budget", conversation)


def test_it_is_forgotten_by_command_for_that_actor(scene):
    ward, talker, conversation = scene
    assert ward.agents.forget_conversation(conversation, HOUSE) == 1
    assert ward.agents.forget_conversation(conversation, HOUSE) == 0
    with pytest.raises(NotFoundError):
        ward.run(NAME, ask("Who am I?", conversation=conversation), patient="p1")
    ward.run(NAME, ask("Who am I?"), patient="p1")
    assert remembered(talker) == []


def test_it_is_forgotten_when_its_time_is_over(scene):
    ward, talker, conversation = scene
    ward.means.clock = FixedClock(ward.clock.now() + timedelta(hours=23))
    ward.run(NAME, ask("Who am I?", conversation=conversation), patient="p1")
    assert len(remembered(talker)) == 2
    ward.means.clock = FixedClock(ward.clock.now() + timedelta(hours=48))
    with pytest.raises(NotFoundError):
        ward.run(NAME, ask("Who am I?", conversation=conversation), patient="p1")


def test_an_agent_that_remembers_nothing_keeps_nothing(tmp_path):
    talker = Scripted(says("Noted."))
    with a_ward(tmp_path, talker, agent(remembers_hours=0)) as ward:
        answer = answer_of(ward.run(NAME, ask("Call me."), patient="p1"))
        assert answer["conversation"] is None
        with pytest.raises(NotFoundError):
            ward.run(NAME, ask("Who am I?", conversation="c"), patient="p1")


def test_what_is_remembered_can_be_read_in_no_file_of_the_database(scene, tmp_path):
    ward, _, conversation = scene
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("ward.db*"))
    assert held
    assert f"Call me {SECRET}".encode() not in held
    assert ward.stores.journals.remembered(conversation) is None


def test_what_the_person_said_before_supports_what_the_person_said(scene):
    ward, talker, _ = scene
    talker.lines = [says("Noted."), says("You have had a fever of 39 °C.\nYou have had a fever of 41 °C.")]
    first = answer_of(ward.run(NAME, ask("I have a fever of 39 °C."), patient="p1"))
    again = answer_of(ward.run(NAME, ask("What did I say?", conversation=first["conversation"]), patient="p1"))
    assert again["text"] == "You have had a fever of 39 °C."
    assert len(again["held"]) == 1
