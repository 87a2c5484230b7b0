"""A decision that was taken out of the store is not forgotten, and not taken again the other way."""

from datetime import timedelta

import msgspec
import pytest
from tests.review.conftest import CARDS, PHRASE, sha256
from tests.review.test_desk import AMENDED

from openward.domain.errors import SignOffError, StoreError
from openward.review.rules import RefusedError

LATER = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def two_persons(monkeypatch):
    double = msgspec.structs.replace(CARDS["review"], id="double", countersigns="pharmacist")
    monkeypatch.setitem(CARDS, "double", double)


@pytest.fixture
def bo(office):
    return office.person("bo", "pharmacist")


def decided(office, ada, **changes):
    """A run that was decided on and of which the store forgot it a minute ago; the showing it was decided under."""
    office.run()
    _, showing = office.desk.show("run-1", ada)
    kept = office.decide(ada, showing, **changes)
    forget(office)
    return showing, kept


def forget(office):
    office.stores.runs._decisions.clear()
    office.clock.advance(LATER)


def refused(office, attempt):
    with pytest.raises(RefusedError) as caught:
        attempt()
    assert office.last().detail["reason"] == caught.value.code
    return caught.value


def test_it_is_told_to_whoever_opens_the_run(office, ada, bo):
    decided(office, ada)
    for person in (ada, bo):
        told = refused(office, lambda person=person: office.desk.show("run-1", person))
        assert told.code == "lost-decision"
        assert "by ada stands in the trail and is missing from the store" in str(told)


def test_the_run_cannot_be_decided_on_the_other_way(office, ada, bo):
    office.run()
    _, his = office.desk.show("run-1", bo)
    _, hers = office.desk.show("run-1", ada)
    office.decide(ada, hers)
    forget(office)
    for person, showing in ((ada, hers), (bo, his)):
        attempt = {"choice": "reject", "reason": "no"}
        assert refused(office, lambda p=person, s=showing, a=attempt: office.decide(p, s, **a)).code == "lost-decision"
    assert refused(office, lambda: office.decide(bo, his)).code == "lost-decision"
    assert office.stores.runs.decision("run-1") is None


@pytest.mark.parametrize(
    "choice", [{}, {"choice": "reject", "reason": "no"}, {"choice": "amend", "reason": "kidney", "amended": AMENDED}]
)
def test_what_was_still_on_the_screen_completes_it_under_its_own_id(office, ada, choice):
    showing, lost = decided(office, ada, **choice)
    again = office.decide(ada, showing, **choice)
    assert (again.id, again.choice, again.amended) == (lost.id, lost.choice, lost.amended)
    assert office.stores.runs.decision("run-1") == again
    assert office.trail.lost("run-1") == ()
    office.clock.advance(LATER)
    assert office.trail.verify().ok


def test_another_amendment_does_not_complete_it(office, ada):
    showing, _ = decided(office, ada, choice="amend", reason="kidney", amended=AMENDED)
    other = {"choice": "amend", "reason": "kidney", "amended": AMENDED.replace(b"2.5", b"2.6")}
    assert refused(office, lambda: office.decide(ada, showing, **other)).code == "lost-decision"


def test_what_is_lost_again_while_it_is_completed_still_stands(office, ada, monkeypatch):
    showing, _ = decided(office, ada)

    def full(_decision):
        raise StoreError("the disk is full")

    monkeypatch.setattr(office.stores.runs, "decide", full)
    with pytest.raises(StoreError):
        office.decide(ada, showing)
    office.clock.advance(LATER)
    assert [event.what for event in office.trail.lost("run-1")] == ["decision.accept"]


def test_what_could_not_be_kept_and_was_taken_back_is_decided_anew(office, ada, monkeypatch):
    office.run()
    _, showing = office.desk.show("run-1", ada)
    with monkeypatch.context() as patched:
        patched.setattr(office.stores.runs, "decide", lambda _decision: False)
        with pytest.raises(SignOffError):
            office.decide(ada, showing)
    assert office.decide(ada, showing, choice="reject", reason="no").choice == "reject"


def test_while_it_may_be_kept_at_this_moment_nobody_is_told_of_tampering(office, ada, bo):
    office.run()
    _, showing = office.desk.show("run-1", ada)
    office.decide(ada, showing)
    office.stores.runs._decisions.clear()
    assert refused(office, lambda: office.desk.show("run-1", bo)).code == "being-decided"
    assert refused(office, lambda: office.decide(ada, showing)).code == "being-decided"
    assert office.trail.verify().ok


def test_a_first_signature_that_is_gone_is_noticed_too(office, ada, bo):
    office.run(service="double")
    _, showing = office.desk.show("run-1", ada)
    office.decide(ada, showing)
    office.stores.runs._firsts.clear()
    office.clock.advance(LATER)
    assert refused(office, lambda: office.desk.show("run-1", bo)).code == "lost-decision"


class TestVerifying:
    def test_tells_of_a_decision_that_is_missing(self, office, ada):
        decided(office, ada)
        found = office.trail.attest()
        (seq,) = [n for n, event in enumerate(office.events(), 1) if event.what == "decision.accept"]
        assert (found.ok, found.first_bad, found.lost) == (False, None, seq)
        assert f"entry {seq} writes down is missing from the store" in found.reason

    @pytest.mark.parametrize("other", [{"choice": "reject"}, {"digest": sha256(b"other")}, {"id": "decision-9"}])
    def test_tells_of_one_that_says_otherwise(self, office, ada, other):
        _, kept = decided(office, ada)
        office.stores.runs._decisions["run-1"] = msgspec.structs.replace(kept, **other)
        assert office.trail.verify().lost is not None
        assert len(office.trail.lost("run-1")) == 1

    def test_is_content_with_two_who_agreed(self, office, ada, bo):
        office.run(service="double")
        for person in (ada, bo):
            _, showing = office.desk.show("run-1", person)
            office.decide(person, showing)
        office.clock.advance(LATER)
        assert office.trail.verify().ok

    def test_tells_of_the_first_of_several(self, office, ada):
        for name in ("run-1", "run-2"):
            office.run(name)
            _, showing = office.desk.show(name, ada)
            office.desk.decide(name, showing=showing.id, digest=showing.digest, choice="accept", actor=ada,
                               passphrase=PHRASE)  # fmt: skip
        forget(office)
        (seq, _) = [n for n, event in enumerate(office.events(), 1) if event.what == "decision.accept"]
        assert office.trail.verify().lost == seq
