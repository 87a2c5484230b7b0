"""What a signed proposal does in the ward: once it is signed for good, and told when it could not."""

import msgspec
import pytest
from tests.review.conftest import CARDS, office_over
from tests.review.test_desk import AMENDED

from openward.adapters.memory import memory_stores
from openward.domain.errors import KnowledgeError, SignOffError


@pytest.fixture
def told():
    return []


@pytest.fixture
def office(told):
    made = office_over(memory_stores())
    object.__setattr__(made.desk, "effect", told.append)
    return made


@pytest.fixture(autouse=True)
def _planted(monkeypatch):
    double = msgspec.structs.replace(CARDS["review"], id="double", countersigns="pharmacist")
    monkeypatch.setitem(CARDS, "double", double)
    monkeypatch.setitem(CARDS, "own", msgspec.structs.replace(CARDS["review"], id="own", signs_own=False))


@pytest.mark.parametrize(
    ("form", "services"),
    [({}, ["review"]), ({"choice": "amend", "reason": "x", "amended": AMENDED}, ["review"]),
     ({"choice": "reject", "reason": "x"}, [])],
)  # fmt: skip
def test_what_is_signed_takes_effect_and_what_is_rejected_does_not(office, ada, told, form, services):
    office.run()
    office.decide(ada, office.desk.show("run-1", ada)[1], **form)
    assert told == services


def test_of_two_persons_only_the_second_gives_it_effect(office, ada, told):
    office.run(service="double")
    office.decide(ada, office.desk.show("run-1", ada)[1])
    assert told == []
    bo = office.person("bo", "pharmacist")
    office.decide(bo, office.desk.show("run-1", bo)[1])
    assert told == ["double"]


def test_a_failed_effect_leaves_the_decision_and_is_in_the_trail(office, ada):
    def fail(_service):
        raise KnowledgeError("the table cannot be read")

    object.__setattr__(office.desk, "effect", fail)
    office.run()
    with pytest.raises(KnowledgeError):
        office.decide(ada, office.desk.show("run-1", ada)[1])
    assert office.stores.runs.decision("run-1").choice == "accept"
    assert (office.last().what, office.last().outcome) == ("decision.no-effect", "failure")


def test_where_the_card_says_so_nobody_signs_what_they_asked_for(office, ada):
    run = office.run(service="own")
    office.stores.runs.add(msgspec.structs.replace(run, id="run-2", actor="ada"))
    with pytest.raises(SignOffError, match="another person"):
        office.desk.show("run-2", ada)
    assert [run.id for run in office.desk.queue(ada)] == ["run-1"]
