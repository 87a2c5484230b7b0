from datetime import timedelta

import msgspec
import pytest
from tests.review.conftest import CARDS, PHRASE, PROPOSAL, office_over, sha256

from openward.access.access import HOUSE
from openward.adapters.memory import MemorySigner, MemoryTrailStore, memory_stores
from openward.domain.errors import AccessError, NotFoundError, SignOffError, StoreError, TrailError
from openward.review.desk import Desk
from openward.review.difference import apply
from openward.review.signature import genuine

AMENDED = b'{"dose":2.5,"unit":"mg","notes":["a","b"]}'


class TestDeciding:
    def test_a_person_accepts_what_they_were_shown(self, office, ada):
        run = office.run()
        shown, showing = office.desk.show("run-1", ada)
        decision = office.decide(ada, showing)
        assert shown == run
        assert (decision.run, decision.choice, decision.person, decision.role) == (
            "run-1",
            "accept",
            "ada",
            "pharmacist",
        )
        assert (decision.showing, decision.digest) == (showing.id, sha256(PROPOSAL))
        assert genuine(decision, MemorySigner().verify)
        assert office.stores.runs.decision("run-1") == decision

    def test_a_person_rejects_with_a_reason(self, office, ada):
        office.run()
        _, showing = office.desk.show("run-1", ada)
        decision = office.decide(ada, showing, choice="reject", reason="  wrong patient  ")
        assert (decision.choice, decision.reason, decision.amended, decision.changes) == (
            "reject", "wrong patient", None, (),
        )  # fmt: skip

    def test_a_person_amends_and_the_difference_is_kept(self, office, ada):
        office.run()
        _, showing = office.desk.show("run-1", ada)
        decision = office.decide(ada, showing, choice="amend", reason="kidney function", amended=AMENDED)
        assert bytes(decision.amended) == AMENDED
        assert [(c.op, c.path, c.value) for c in decision.changes] == [("replace", "/dose", 2.5)]
        before = msgspec.json.decode(PROPOSAL)["body"]
        assert apply(before, decision.changes) == msgspec.json.decode(AMENDED)
        assert genuine(office.stores.runs.decision("run-1"), MemorySigner().verify)

    def test_the_decision_comes_back_genuine_from_every_store(self, stores):
        office = office_over(stores)
        ada = office.person("ada", "pharmacist")
        office.run()
        _, showing = office.desk.show("run-1", ada)
        decision = office.decide(ada, showing, choice="amend", reason="kidney function", amended=AMENDED)
        back = office.stores.runs.decision("run-1")
        assert back == decision
        assert genuine(back, MemorySigner().verify)
        assert office.trail.verify().ok

    def test_the_decision_is_in_the_trail_with_the_patients_pseudonym(self, office, ada):
        office.run()
        _, showing = office.desk.show("run-1", ada, door="console")
        decision = office.decide(ada, showing, door="console")
        shown, confirmed, decided = office.events()[-3:]
        assert [e.what for e in (shown, confirmed, decided)] == ["run.show", "session.confirm", "decision.accept"]
        assert (decided.actor, decided.run, decided.subject, decided.door) == ("ada", "run-1", showing.id, "console")
        assert decided.detail == {"decision": decision.id, "digest": showing.digest, "changes": 0}
        assert decided.patient == shown.patient == MemorySigner().pseudonym("zhang-1")

    def test_the_house_has_no_clinical_content_in_its_trail(self, office, ada):
        office.run()
        _, showing = office.desk.show("run-1", ada)
        office.decide(ada, showing, choice="amend", reason="kidney function", amended=AMENDED)
        told = b"".join(bytes(entry.event) for entry in office.trail.entries())
        assert not any(word in told for word in (b"zhang", b"kidney", b"2.5", b"mg"))

    def test_a_passphrase_is_asked_for_each_time(self, office, ada):
        for name in ("run-1", "run-2"):
            office.run(name)
        _, first = office.desk.show("run-1", ada)
        _, second = office.desk.show("run-2", ada)
        office.decide(ada, first)
        with pytest.raises(AccessError, match="passphrase"):
            office.decide(ada, second, "run-2", passphrase=None)
        assert office.stores.runs.decision("run-2") is None


class TestRefusing:
    def refused(self, office, actor, showing, code, run_id="run-1", error=SignOffError, **changes):
        """The message of a refusal, which must be in the trail and leave nothing decided."""
        before = office.stores.runs.decision(run_id)
        with pytest.raises(error) as caught:
            office.decide(actor, showing, run_id, **changes)
        assert (office.last().what, office.last().outcome, office.last().detail["reason"]) == (
            "decision.refused", "refused", code,
        )  # fmt: skip
        assert office.stores.runs.decision(run_id) == before
        return str(caught.value)

    @pytest.fixture
    def showing(self, office, ada):
        office.run()
        return office.desk.show("run-1", ada)[1]

    def test_a_second_decision_without_telling_the_first(self, office, ada, showing):
        office.decide(ada, showing, choice="reject", reason="wrong patient")
        told = self.refused(office, ada, showing, "already-decided")
        assert told == "this run is already decided"

    def test_a_second_person_who_was_shown_it_as_well(self, office, ada, showing):
        bo = office.person("bo", "pharmacist")
        _, other = office.desk.show("run-1", bo)
        office.decide(ada, showing)
        assert self.refused(office, bo, other, "already-decided")

    def test_what_was_shown_to_somebody_else(self, office, showing):
        assert self.refused(office, office.person("bo", "pharmacist"), showing, "no-showing")

    def test_what_was_shown_of_another_run(self, office, ada, showing):
        office.run("run-2")
        assert self.refused(office, ada, showing, "no-showing", "run-2")

    def test_what_was_never_shown(self, office, ada, showing):
        assert self.refused(office, ada, msgspec.structs.replace(showing, id="showing-x"), "no-showing")

    def test_what_was_shown_too_long_ago(self, office, ada, showing):
        office.clock.advance(timedelta(minutes=30))
        assert "open the run again" in self.refused(office, ada, showing, "expired-showing")
        _, fresh = office.desk.show("run-1", ada)
        office.clock.advance(timedelta(minutes=30, seconds=-1))
        assert office.decide(ada, fresh)

    @pytest.mark.parametrize("digest", ["", sha256(b"{}"), sha256(PROPOSAL).upper()])
    def test_other_bytes_than_those_shown(self, office, ada, showing, digest):
        assert self.refused(office, ada, showing, "other-bytes", digest=digest)

    @pytest.mark.parametrize("choice", ["amend", "reject"])
    @pytest.mark.parametrize("reason", ["", " \n"])
    def test_a_change_of_mind_without_a_reason(self, office, ada, showing, choice, reason):
        amended = AMENDED if choice == "amend" else None
        assert self.refused(office, ada, showing, "no-reason", choice=choice, reason=reason, amended=amended)

    def test_a_reason_as_long_as_a_book(self, office, ada, showing):
        assert self.refused(office, ada, showing, "long-reason", reason="x" * 4001)

    def test_a_choice_that_is_none(self, office, ada, showing):
        assert self.refused(office, ada, showing, "unknown-choice", choice="maybe", reason="x")

    def test_a_wrong_passphrase(self, office, ada, showing):
        assert self.refused(office, ada, showing, "AccessError", error=AccessError, passphrase="wrong")

    def test_a_run_that_does_not_exist(self, office, ada, showing):
        assert self.refused(office, ada, showing, "NotFoundError", "run-x", error=NotFoundError)
        assert office.last().run is None

    def test_a_service_that_is_not_installed_any_more(self, office, ada, showing, monkeypatch):
        monkeypatch.delitem(CARDS, "review")
        assert "not installed any more" in self.refused(office, ada, showing, "unknown-service")

    def test_a_run_whose_stored_bytes_changed_after_it_was_shown(self, office, ada, showing):
        run = office.stores.runs.get("run-1")
        office.stores.runs._runs["run-1"] = msgspec.structs.replace(run, proposal=msgspec.Raw(b'{"body":{}}'))
        assert self.refused(office, ada, showing, "changed-bytes")

    def test_bytes_and_digest_that_were_exchanged_together(self, office, ada, showing):
        run, other = office.stores.runs.get("run-1"), b'{"body":{"dose":500}}'
        office.stores.runs._runs["run-1"] = msgspec.structs.replace(
            run, proposal=msgspec.Raw(other), proposal_digest=sha256(other)
        )
        assert self.refused(office, ada, showing, "other-bytes")
        assert self.refused(office, ada, showing, "other-bytes", digest=sha256(other))

    @pytest.mark.parametrize("choice", ["accept", "amend"])
    def test_taking_what_a_check_holds_back(self, office, ada, choice):
        office.run("run-2", status="held")
        _, showing = office.desk.show("run-2", ada)
        amended = AMENDED if choice == "amend" else None
        told = self.refused(office, ada, showing, "held-run", "run-2", choice=choice, reason="x", amended=amended)
        assert "can only be rejected" in told
        assert office.decide(ada, showing, "run-2", choice="reject", reason="the check is right").choice == "reject"

    @pytest.mark.parametrize(("choice", "amended"), [("amend", None), ("accept", AMENDED), ("reject", AMENDED)])
    def test_an_amended_body_without_amend_and_amend_without_a_body(self, office, ada, showing, choice, amended):
        assert self.refused(office, ada, showing, "amendment", choice=choice, reason="x", amended=amended)

    @pytest.mark.parametrize(
        ("amended", "code"),
        [
            (b"", "amendment-type"), (b"{", "amendment-type"), (b"\xff", "amendment-type"), (b"[]", "amendment-type"),
            (b'{"dose":"secret","unit":"mg"}', "amendment-type"), (b'{"unit":"mg"}', "amendment-type"),
            (b'{"dose":1e400,"unit":"mg"}', "amendment-type"),
            (b'{"dose":1,"unit":"mg","more":1}', "amendment-unknown-part"),
            (b"[" * 100_000, "amendment-type"),
            (PROPOSAL[len(b'{"summary":"s","body":') : PROPOSAL.index(b',"findings"')], "amendment-empty"),
            (b'{"unit":"mg",  "dose":5.0,"notes":["a","b"]}', "amendment-empty"),
            (b'{"dose":1,"unit":"' + b"m" * 9_000_000 + b'"}', "amendment-size"),
        ],
        ids=lambda value: str(value)[:40],
    )  # fmt: skip
    def test_an_amended_body_that_cannot_be(self, office, ada, showing, amended, code):
        told = self.refused(office, ada, showing, code, choice="amend", reason="x", amended=amended)
        assert "secret" not in told

    def test_a_member_said_twice_counts_once_and_is_signed_once(self, office, ada, showing):
        decision = office.decide(
            ada, showing, choice="amend", reason="x", amended=b'{"dose":1.0,"unit":"mg","dose":2.0,"notes":["a","b"]}'
        )
        assert bytes(decision.amended) == b'{"dose":2.0,"unit":"mg","notes":["a","b"]}'

    def test_without_a_decoder_an_amended_body_is_any_json(self, office, ada, showing):
        desk = Desk(
            office.desk.runs, office.access, office.trail, office.desk.signer, office.clock, office.desk.ids,
            office.desk.card_of,
        )  # fmt: skip
        decision = desk.decide(
            "run-1", showing=showing.id, digest=showing.digest, choice="amend", actor=ada, reason="x",
            amended=msgspec.Raw(b"[1]"), passphrase=PHRASE,
        )  # fmt: skip
        assert bytes(decision.amended) == b"[1]"

    def test_who_was_slower_though_the_rules_let_both_pass(self, office, ada, showing, monkeypatch):
        monkeypatch.setattr(office.stores.runs, "decide", lambda _decision: False)
        told = self.refused(office, ada, showing, "already-decided")
        assert told == "this run is already decided"
        accepted, refused = office.events()[-2:]
        assert accepted.what == "decision.accept"
        assert refused.detail["decision"] == accepted.detail["decision"]

    def test_a_store_that_fails_takes_the_entry_back(self, office, ada, showing, monkeypatch):
        def fail(_decision):
            raise StoreError("the database is locked")

        monkeypatch.setattr(office.stores.runs, "decide", fail)
        with pytest.raises(StoreError):
            office.decide(ada, showing)
        accepted, refused = office.events()[-2:]
        assert (refused.what, refused.outcome) == ("decision.refused", "failure")
        assert refused.detail["decision"] == accepted.detail["decision"]

    def test_the_trail_is_proved_up_to_the_decision(self, office, ada, showing):
        office.decide(ada, showing)
        found = office.trail.verify()
        assert (found.ok, found.unproven) == (True, 0)
        assert office.last().what == "decision.accept"
        del office.stores.trail._entries[-1:]
        assert "were cut off" in office.trail.verify().reason

    def test_is_not_taken_when_the_trail_cannot_be_signed(self, office, ada, showing, monkeypatch):
        def fail(_checkpoint):
            raise StoreError("the disk is full")

        monkeypatch.setattr(office.stores.trail, "add_checkpoint", fail)
        with pytest.raises(TrailError, match="checkpoint cannot be kept"):
            office.decide(ada, showing)
        assert office.stores.runs.decision("run-1") is None
        accepted, refused = office.events()[-2:]
        assert (refused.what, refused.outcome) == ("decision.refused", "failure")
        assert refused.detail["decision"] == accepted.detail["decision"]


class TestShowing:
    def refused(self, office, actor, code, run_id="run-1", error=SignOffError):
        with pytest.raises(error) as caught:
            office.desk.show(run_id, actor)
        assert (office.last().what, office.last().outcome, office.last().detail["reason"]) == (
            "showing.refused", "refused", code,
        )  # fmt: skip
        return str(caught.value)

    def test_notes_who_saw_which_bytes_and_until_when_that_counts(self, office, ada):
        office.run()
        _, showing = office.desk.show("run-1", ada)
        assert (showing.run, showing.person, showing.digest) == ("run-1", "ada", sha256(PROPOSAL))
        assert showing.expires - showing.shown == timedelta(minutes=30)
        assert office.stores.runs.showing(showing.id) == showing

    def test_refuses_another_role(self, office):
        office.run()
        told = self.refused(office, office.person("nora", "nurse"), "wrong-role")
        assert told == "this is signed by the role pharmacist: pass it on to somebody who has it"

    def test_refuses_a_service_that_nobody_signs(self, office, ada):
        office.run(service="report")
        assert "nothing to sign" in self.refused(office, ada, "signs-nobody")

    def test_refuses_a_failed_run(self, office, ada):
        office.run(status="failed", proposal=None)
        office.run("run-2", status="failed")
        office.run("run-3", proposal=None)
        for name in ("run-1", "run-2", "run-3"):
            assert "run the service again" in self.refused(office, ada, "failed-run", name)

    def test_refuses_a_decided_run(self, office, ada):
        office.run()
        _, showing = office.desk.show("run-1", ada)
        office.decide(ada, showing)
        assert self.refused(office, ada, "already-decided")

    def test_refuses_bytes_that_are_not_those_that_were_made(self, office, ada):
        office.run(digest="00" * 32)
        assert self.refused(office, ada, "changed-bytes")

    def test_refuses_what_is_not_there(self, office, ada, monkeypatch):
        assert self.refused(office, ada, "NotFoundError", error=NotFoundError)
        office.run()
        monkeypatch.delitem(CARDS, "review")
        assert self.refused(office, ada, "unknown-service")

    def test_refuses_who_may_not_decide(self, office):
        office.run()
        assert self.refused(office, HOUSE, "AccessError", error=AccessError)
        assert self.refused(office, office.person("olga", "auditor"), "AccessError", error=AccessError)


class TestTheQueue:
    def test_lists_what_waits_for_this_role_newest_first(self, office, ada):
        for name in ("run-1", "run-2", "run-3"):
            office.run(name)
        office.run("run-4", service="triage")
        office.run("run-5", service="report")
        office.run("run-6", status="failed", proposal=None)
        office.run("run-7", status="held")
        office.run("run-8", service="gone")
        _, showing = office.desk.show("run-2", ada)
        office.decide(ada, showing, "run-2")
        assert [r.id for r in office.desk.queue(ada)] == ["run-7", "run-3", "run-1"]
        assert [r.id for r in office.desk.queue(office.person("nora", "nurse"))] == ["run-4"]
        assert [r.id for r in office.desk.queue(ada, service="triage")] == []

    def test_comes_in_pages(self, office, ada, monkeypatch):
        monkeypatch.setattr("openward.review.desk.PAGE", 2)
        for number in range(1, 6):
            office.run(f"run-{number}", service="review" if number % 2 else "triage")
        first = office.desk.queue(ada, limit=2)
        assert [r.id for r in first] == ["run-5", "run-3"]
        assert [r.id for r in office.desk.queue(ada, limit=2, before="run-3")] == ["run-1"]
        assert office.desk.queue(ada, limit=0) == ()

    def test_is_in_the_trail_with_a_count(self, office, ada):
        office.run()
        office.desk.queue(ada, door="console")
        assert (office.last().what, office.last().detail, office.last().door) == ("queue.read", {"runs": 1}, "console")

    def test_is_for_persons_who_may_decide(self, office):
        for actor in (HOUSE, office.person("olga", "auditor")):
            with pytest.raises(AccessError):
                office.desk.queue(actor)


class Full(MemoryTrailStore):
    """A trail whose disk is full when it is told so."""

    full: str = ""

    def append(self, seal):
        if self.full and self.full.encode() in bytes(seal(None).event):
            raise StoreError("the disk is full")
        return super().append(seal)


class TestTheTrailComesFirst:
    @pytest.fixture
    def chain(self):
        return Full()

    @pytest.fixture
    def office(self, chain):
        return office_over(msgspec.structs.replace(memory_stores(), trail=chain))

    @pytest.mark.parametrize("full", ["decision.accept", "session.confirm"])
    def test_nothing_is_decided_that_cannot_be_written_down(self, office, ada, chain, full):
        office.run()
        _, showing = office.desk.show("run-1", ada)
        chain.full = full
        with pytest.raises(TrailError):
            office.decide(ada, showing)
        assert office.stores.runs.decision("run-1") is None

    def test_nothing_is_shown_that_cannot_be_written_down(self, office, ada, chain):
        office.run()
        chain.full = "run.show"
        with pytest.raises(TrailError):
            office.desk.show("run-1", ada)
        assert office.stores.runs._showings == {}

    def test_a_refusal_that_cannot_be_written_down_is_an_error_of_the_trail(self, office, ada, chain):
        chain.full = "refused"
        with pytest.raises(TrailError):
            office.desk.show("run-x", ada)
        chain.full = "queue.read"
        with pytest.raises(TrailError):
            office.desk.queue(ada)
