"""Where two persons must agree: who is first, who second, what each of them is shown, and what ends it."""

from datetime import timedelta

import msgspec
import pytest
from tests.review.conftest import CARDS, PHRASE, PROPOSAL, office_over, sha256
from tests.review.test_desk import AMENDED

from openward.access.access import HOUSE
from openward.adapters.memory import MemorySigner
from openward.domain.errors import SignOffError
from openward.review.desk import Shown
from openward.review.signature import genuine, statement


@pytest.fixture(autouse=True)
def _planted(monkeypatch):
    """Services of which two persons must agree: two of one role, or one of each."""
    monkeypatch.setitem(
        CARDS, "double", msgspec.structs.replace(CARDS["review"], id="double", countersigns="pharmacist")
    )
    monkeypatch.setitem(CARDS, "chemo", msgspec.structs.replace(CARDS["review"], id="chemo", countersigns="clinician"))


@pytest.fixture
def bo(office):
    return office.person("bo", "pharmacist")


@pytest.fixture
def cy(office):
    return office.person("cy", "clinician")


def refused(office, code, attempt):
    with pytest.raises(SignOffError) as caught:
        attempt()
    assert office.last().outcome == "refused"
    assert office.last().detail["reason"] == code
    return str(caught.value)


def signed_first(office, actor, **changes):
    office.run(service="double")
    _, showing = office.desk.show("run-1", actor)
    return office.decide(actor, showing, **changes)


class TestTheFirst:
    def test_decides_nothing_alone(self, office, ada):
        run = office.run(service="double")
        _, showing = office.desk.show("run-1", ada)
        first = office.decide(ada, showing)
        assert (first.choice, first.person, first.awaits) == ("accept", "ada", "pharmacist")
        assert not first.first
        assert office.stores.runs.decision("run-1") is None
        assert office.desk.first(run) == first
        assert genuine(first, MemorySigner().verify)
        assert office.last().what == "decision.accept"
        assert office.last().detail["signature"] == "first"

    def test_ends_it_by_rejecting(self, office, ada):
        rejected = signed_first(office, ada, choice="reject", reason="wrong drug")
        assert not rejected.awaits
        assert office.stores.runs.decision("run-1") == rejected
        assert "signature" not in office.last().detail

    def test_does_not_agree_with_themselves(self, office, ada):
        run = office.run(service="double")
        _, again = office.desk.show("run-1", ada)
        first = signed_first_of(office, ada)
        assert "another person must agree" in refused(office, "same-person", lambda: office.desk.show("run-1", ada))
        assert refused(office, "same-person", lambda: office.decide(ada, again))
        assert office.desk.first(run) == first
        assert office.desk.queue(ada) == ()

    def test_is_one_of_two_who_were_shown_it(self, office, ada, bo):
        office.run(service="double")
        (_, hers), (_, his) = office.desk.show("run-1", ada), office.desk.show("run-1", bo)
        first = office.decide(ada, hers)
        told = refused(office, "signed-meanwhile", lambda: office.decide(bo, his))
        assert "open the run again" in told
        assert office.desk.first(office.stores.runs.get("run-1")) == first

    def test_is_one_though_the_rules_let_both_pass(self, office, ada, bo, monkeypatch):
        office.run(service="double")
        (_, hers), (_, his) = office.desk.show("run-1", ada), office.desk.show("run-1", bo)
        office.decide(ada, hers)
        monkeypatch.setattr(office.stores.runs, "first", lambda _run: None)
        monkeypatch.setattr(office.trail, "lost", lambda _run: ())
        assert refused(office, "already-decided", lambda: office.decide(bo, his))


def signed_first_of(office, actor):
    _, showing = office.desk.show("run-1", actor)
    return office.decide(actor, showing)


class TestTheSecond:
    def test_agrees_and_it_is_decided(self, stores):
        office = office_over(stores)
        ada, bo = office.person("ada", "pharmacist"), office.person("bo", "pharmacist")
        first = signed_first(office, ada)
        assert [run.id for run in office.desk.queue(bo)] == ["run-1"]
        run, showing = office.desk.show("run-1", bo)
        assert (showing.first, showing.digest) == (first.id, sha256(PROPOSAL))
        decision = office.decide(bo, showing)
        assert office.stores.runs.decision("run-1") == decision
        assert genuine(decision, MemorySigner().verify)
        assert (decision.choice, decision.person, decision.first.person) == ("accept", "bo", "ada")
        assert (decision.first.decision, decision.first.signature) == (first.id, first.signature)
        assert not decision.awaits
        assert office.last().detail["signature"] == "second"
        assert office.desk.first(run) is None
        assert office.desk.queue(bo) == ()

    def test_sees_and_signs_what_the_first_made_of_it(self, stores):
        office = office_over(stores)
        ada, bo = office.person("ada", "pharmacist"), office.person("bo", "pharmacist")
        first = signed_first(office, ada, choice="amend", reason="kidney function", amended=AMENDED)
        _, showing = office.desk.show("run-1", bo)
        assert showing.digest == sha256(bytes(first.amended))
        decision = office.decide(bo, showing)
        assert (decision.choice, bytes(decision.amended)) == ("amend", AMENDED)
        assert (decision.changes, decision.digest) == (first.changes, showing.digest)
        assert (decision.first.choice, decision.first.reason) == ("amend", "kidney function")
        assert genuine(office.stores.runs.decision("run-1"), MemorySigner().verify)
        assert office.trail.verify().ok

    def test_rejects_and_it_is_ended(self, office, ada, bo):
        signed_first(office, ada, choice="amend", reason="kidney function", amended=AMENDED)
        _, showing = office.desk.show("run-1", bo)
        assert refused(office, "no-reason", lambda: office.decide(bo, showing, choice="reject"))
        decision = office.decide(bo, showing, choice="reject", reason="too low now")
        assert (decision.choice, decision.amended, decision.changes) == ("reject", None, ())
        assert decision.first.choice == "amend"
        assert office.stores.runs.decision("run-1") == decision

    def test_does_not_amend(self, office, ada, bo):
        signed_first(office, ada)
        _, showing = office.desk.show("run-1", bo)
        amend = {"choice": "amend", "reason": "x", "amended": AMENDED}
        assert refused(office, "second-amends", lambda: office.decide(bo, showing, **amend))

    def test_signs_no_other_bytes_than_those_of_the_first(self, office, ada, bo):
        signed_first(office, ada, choice="amend", reason="kidney function", amended=AMENDED)
        _, showing = office.desk.show("run-1", bo)
        assert refused(office, "other-bytes", lambda: office.decide(bo, showing, digest=sha256(PROPOSAL)))

    def test_is_of_the_role_on_the_card(self, office, ada, bo, cy):
        office.run(service="chemo")
        assert refused(office, "wrong-role", lambda: office.desk.show("run-1", cy))
        assert office.desk.queue(cy) == ()
        assert signed_first_of(office, ada).awaits == "clinician"
        assert "the role clinician" in refused(office, "wrong-role", lambda: office.desk.show("run-1", bo))
        assert [run.id for run in office.desk.queue(cy)] == ["run-1"]
        assert office.desk.queue(bo) == ()
        _, showing = office.desk.show("run-1", cy)
        assert office.decide(cy, showing).role == "clinician"

    def test_is_told_when_a_third_was_faster(self, office, ada, bo):
        signed_first(office, ada)
        third = office.person("di", "pharmacist")
        (_, his), (_, hers) = office.desk.show("run-1", bo), office.desk.show("run-1", third)
        office.decide(bo, his)
        assert refused(office, "already-decided", lambda: office.decide(third, hers))
        assert refused(office, "already-decided", lambda: office.desk.show("run-1", third))

    def test_is_not_needed_any_more_when_the_card_asks_for_none(self, office, ada, bo, monkeypatch):
        signed_first(office, ada)
        monkeypatch.setitem(CARDS, "double", CARDS["review"])
        _, showing = office.desk.show("run-1", bo)
        decision = office.decide(bo, showing)
        assert not decision.first
        assert office.stores.runs.decision("run-1") == decision


def test_what_an_amendment_would_change_is_told_before_it_is_decided(office, ada):
    run = office.run()
    assert [(c.path, c.value) for c in office.desk.preview(run, AMENDED).changes] == [("/dose", 2.5)]
    with pytest.raises(SignOffError, match="type that this service"):
        office.desk.preview(run, b"{}")
    assert office.stores.runs.decision("run-1") is None


def test_what_is_signed_of_one_person_is_what_it_always_was(office, ada):
    office.run()
    _, showing = office.desk.show("run-1", ada)
    told = statement(office.decide(ada, showing))
    assert b"awaits" not in told
    assert b"first" not in told


def test_a_service_that_is_gone_has_no_first(office, monkeypatch):
    run = office.run(service="double")
    monkeypatch.delitem(CARDS, "double")
    assert office.desk.first(run) is None


class TestTogether:
    @pytest.fixture(autouse=True)
    def _informing(self, monkeypatch):
        monkeypatch.setitem(CARDS, "note", msgspec.structs.replace(CARDS["review"], id="note", risk="informs"))

    def shown(self, office, actor, count=3, service="note"):
        for number in range(count):
            office.run(f"run-{number}", service=service)
        showings = [office.desk.show(f"run-{number}", actor)[1] for number in range(count)]
        return [Shown(one.run, one.id, one.digest) for one in showings]

    def together(self, office, actor, shown, **more):
        given = {"choice": "accept", "passphrase": PHRASE} | more
        return office.desk.decide_together(shown, actor=actor, **given)

    def test_each_has_a_showing_and_a_signature_of_its_own(self, office, ada):
        decisions = self.together(office, ada, self.shown(office, ada))
        assert [one.run for one in decisions] == ["run-0", "run-1", "run-2"]
        assert len({one.showing for one in decisions}) == len({one.signature for one in decisions}) == 3
        assert all(genuine(one, MemorySigner().verify) for one in decisions)
        assert [e.what for e in office.events()[-4:]] == ["session.confirm", *["decision.accept"] * 3]

    def test_one_that_somebody_else_decided_is_told_and_the_others_are_kept(self, office, ada, bo):
        shown = self.shown(office, ada)
        _, his = office.desk.show("run-1", bo)
        office.decide(bo, his, "run-1")
        first, second, third = self.together(office, ada, shown, choice="reject", reason="not needed")
        assert (first.choice, third.choice) == ("reject", "reject")
        assert second.code == "already-decided"
        assert office.stores.runs.decision("run-1").person == "bo"

    def test_one_that_was_not_shown_is_not_signed(self, office, ada):
        shown = self.shown(office, ada, 2)
        office.clock.advance(timedelta(minutes=10))
        swapped = [shown[0], msgspec.structs.replace(shown[1], digest=sha256(b"{}"))]
        kept, told = self.together(office, ada, swapped)
        assert kept.run == "run-0"
        assert told.code == "other-bytes"

    @pytest.mark.parametrize("risk", ["drives", "treats-or-diagnoses"])
    def test_what_does_more_than_inform_is_decided_on_one_by_one(self, office, ada, monkeypatch, risk):
        shown = self.shown(office, ada)
        monkeypatch.setitem(CARDS, "strong", msgspec.structs.replace(CARDS["review"], id="strong", risk=risk))
        office.run("run-x", service="strong")
        _, showing = office.desk.show("run-x", ada)
        shown.append(Shown("run-x", showing.id, showing.digest))
        told = refused(office, "together-risk", lambda: self.together(office, ada, shown))
        assert "each of these alone" in told
        assert office.stores.runs.decision("run-0") is None

    def test_what_two_persons_sign_is_decided_on_one_by_one(self, office, ada, monkeypatch):
        two = msgspec.structs.replace(CARDS["note"], countersigns="clinician")
        shown = self.shown(office, ada)
        monkeypatch.setitem(CARDS, "note", two)
        assert refused(office, "together-two-persons", lambda: self.together(office, ada, shown))

    def test_nothing_is_amended_together(self, office, ada):
        shown = self.shown(office, ada)
        assert refused(office, "together-amend", lambda: self.together(office, ada, shown, choice="amend", reason="x"))

    def test_there_are_one_to_fifty(self, office, ada):
        shown = self.shown(office, ada, 1)
        assert refused(office, "together-count", lambda: self.together(office, ada, []))
        assert refused(office, "together-count", lambda: self.together(office, ada, shown * 51))

    def test_takes_a_person_who_is_there(self, office, ada):
        from openward.domain.errors import AccessError

        shown = self.shown(office, ada)
        for actor, phrase in ((ada, "wrong"), (ada, None), (HOUSE, PHRASE)):
            with pytest.raises(AccessError):
                self.together(office, actor, shown, passphrase=phrase)
        assert office.stores.runs.decision("run-0") is None


class TestWhatWasChangedBetweenTheTwo:
    """Somebody who can write the database, and has no key of the ward."""

    @pytest.mark.parametrize("first", [{}, {"choice": "amend", "reason": "kidney", "amended": AMENDED}])
    def test_another_proposal_with_its_digest_is_not_what_the_first_signed(self, office, ada, bo, first):
        signed_first(office, ada, **first)
        _, showing = office.desk.show("run-1", bo)
        runs, other = office.stores.runs, PROPOSAL.replace(b"5.0", b"50.0")
        runs._runs["run-1"] = msgspec.structs.replace(
            runs.get("run-1"), proposal=msgspec.Raw(other), proposal_digest=sha256(other)
        )
        refused(office, "changed-bytes", lambda: office.desk.show("run-1", bo))
        refused(office, "changed-bytes", lambda: office.decide(bo, showing))
        assert office.stores.runs.decision("run-1") is None

    def test_another_amended_body_is_not_what_the_first_signed(self, office, ada, bo):
        first = signed_first(office, ada, choice="amend", reason="kidney", amended=AMENDED)
        _, showing = office.desk.show("run-1", bo)
        other = AMENDED.replace(b"2.5", b"25.0")
        assert other != AMENDED
        forged = msgspec.structs.replace(first, amended=msgspec.Raw(other))
        office.stores.runs._firsts["run-1"] = forged
        refused(office, "forged-first", lambda: office.desk.show("run-1", bo))
        refused(office, "other-bytes", lambda: office.decide(bo, showing))
        office.stores.runs._firsts["run-1"] = msgspec.structs.replace(first, reason="none")
        refused(office, "forged-first", lambda: office.decide(bo, showing))
