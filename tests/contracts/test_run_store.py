"""What every RunStore must do, the fake and the real ones alike."""

import threading

import pytest
from tests.contracts.samples import NOW, decision, feedback, raw, run, showing

from openward.domain.errors import StoreError
from openward.domain.run import Change, Failure, Signed, Step, Verdict
from openward.ports.store import Stores


def same(left, right) -> bool:
    """Raw bytes compare by content here."""
    parts = ("proposal", "amended")
    whole = {name: getattr(left, name) for name in left.__struct_fields__ if name not in parts}
    return whole == {name: getattr(right, name) for name in right.__struct_fields__ if name not in parts}


def test_a_run_comes_back_whole(stores: Stores):
    kept = run(
        patient="p1",
        verdicts=(Verdict(check="grounding", outcome="hold", reason="no such row", finding="f1"),),
        failure=Failure("ServiceError", "too slow"),
        trace=(Step("read", 0.5), Step("think", 0.25)),
        language="zh",
    )
    stores.runs.add(kept)
    assert stores.runs.get("run-1") == kept
    assert stores.runs.get("run-2") is None


def test_the_bytes_of_a_proposal_are_kept_untouched(stores: Stores):
    text = ' { "findings" : [ ],\n "dose": 1.0, "name": "\\u836f 药" } '
    stores.runs.add(run(proposal=raw(text)))
    kept = stores.runs.get("run-1")
    assert kept is not None
    assert kept.proposal is not None
    assert bytes(kept.proposal) == text.encode()


def test_a_run_is_written_once(stores: Stores):
    stores.runs.add(run())
    with pytest.raises(StoreError, match="written once"):
        stores.runs.add(run(status="failed"))
    kept = stores.runs.get("run-1")
    assert kept is not None
    assert kept.status == "proposed"


def test_runs_are_listed_newest_first_in_the_order_in_which_they_were_kept(stores: Stores):
    for id in ("run-b", "run-c", "run-a"):
        stores.runs.add(run(id))
    assert [kept.id for kept in stores.runs.list()] == ["run-a", "run-c", "run-b"]
    assert [kept.id for kept in stores.runs.list(limit=1)] == ["run-a"]
    assert [kept.id for kept in stores.runs.list(before="run-a")] == ["run-c", "run-b"]
    assert [kept.id for kept in stores.runs.list(before="run-c", limit=1)] == ["run-b"]
    assert stores.runs.list(before="run-x") == ()


def test_runs_are_listed_by_service_status_and_patient(stores: Stores):
    stores.runs.add(run("run-1", patient="p1"))
    stores.runs.add(run("run-2", status="held", patient="p1"))
    stores.runs.add(run("run-3", service="triage", patient="p2"))
    assert [kept.id for kept in stores.runs.list(patient="p1")] == ["run-2", "run-1"]
    assert [kept.id for kept in stores.runs.list(status="held")] == ["run-2"]
    assert [kept.id for kept in stores.runs.list(service="triage", patient="p2")] == ["run-3"]
    assert stores.runs.list(service="triage", patient="p1") == ()


def test_undecided_runs_are_those_without_a_decision(stores: Stores):
    stores.runs.add(run("run-1"))
    stores.runs.add(run("run-2"))
    stores.runs.show(showing())
    assert stores.runs.decide(decision())
    assert [kept.id for kept in stores.runs.list(undecided=True)] == ["run-2"]


def test_outlines_are_the_runs_of_a_patient_without_proposals_and_with_what_was_decided(stores: Stores):
    stores.runs.add(run("run-1", patient="p1", proposal=raw("{}"), proposal_digest="d"))
    stores.runs.add(run("run-2", patient="p1", parent="run-1"))
    stores.runs.add(run("run-3", patient="p2"))
    stores.runs.show(showing())
    assert stores.runs.decide(decision(choice="reject"))
    found = stores.runs.outlines("p1")
    assert [(one.run.id, one.run.parent, one.choice) for one in found] == [
        ("run-2", "run-1", None), ("run-1", None, "reject"),
    ]  # fmt: skip
    assert found[1].run.proposal is None
    assert found[1].run.proposal_digest == "d"
    assert [one.run.id for one in stores.runs.outlines("p1", limit=1)] == ["run-2"]
    assert stores.runs.outlines("p9") == ()


def test_several_runs_are_read_at_once_whole_and_newest_first(stores: Stores):
    for id in ("run-b", "run-a", "run-c"):
        stores.runs.add(run(id, proposal=raw('{"of": 1}')))
    found = stores.runs.several({"run-a", "run-b", "run-x"})
    assert [one.id for one in found] == ["run-a", "run-b"]
    assert found[0].proposal is not None
    assert bytes(found[0].proposal) == b'{"of": 1}'
    assert stores.runs.several(()) == ()
    assert len(stores.runs.several([*("run-a", "run-c"), *(f"run-{n}" for n in range(1200))])) == 2


def test_marks_say_what_became_of_runs_and_leave_out_those_of_agents(stores: Stores):
    stores.runs.add(run("run-1"))
    stores.runs.add(run("run-2", status="failed", service="triage"))
    stores.runs.add(run("run-3", parent="run-2"))
    stores.runs.show(showing("showing-1", "run-1"))
    stores.runs.decide(decision("decision-1", "run-1", "showing-1"))
    found = [(mark.service, mark.status, mark.seconds, mark.choice) for mark in stores.runs.marks()]
    assert found == [("triage", "failed", 0.25, None), ("prescription-review", "proposed", 0.25, "accept")]
    assert [mark.service for mark in stores.runs.marks(2)] == ["triage"]


def test_a_showing_is_kept_once_and_only_of_a_run_that_is_kept(stores: Stores):
    with pytest.raises(StoreError):
        stores.runs.show(showing())
    stores.runs.add(run())
    stores.runs.show(showing())
    assert stores.runs.showing("showing-1") == showing()
    assert stores.runs.showing("showing-2") is None
    with pytest.raises(StoreError, match="kept already"):
        stores.runs.show(showing())


def test_a_decision_comes_back_whole(stores: Stores):
    stores.runs.add(run())
    stores.runs.show(showing())
    text = '{"dose" : 2.50 }'
    kept = decision(
        choice="amend",
        amended=raw(text),
        changes=(Change(op="replace", path="/dose", value={"a": [1, None, "x"]}), Change(op="remove", path="/route")),
        key="k",
        signature="s",
    )
    assert stores.runs.decide(kept)
    found = stores.runs.decision("run-1")
    assert found is not None
    assert found.amended is not None
    assert same(found, kept)
    assert bytes(found.amended) == text.encode()
    assert stores.runs.decision("run-2") is None


def test_a_run_is_decided_once(stores: Stores):
    stores.runs.add(run())
    stores.runs.show(showing("showing-1"))
    stores.runs.show(showing("showing-2"))
    assert stores.runs.decide(decision("decision-1", showing="showing-1"))
    assert not stores.runs.decide(decision("decision-2", showing="showing-2", choice="reject"))
    kept = stores.runs.decision("run-1")
    assert kept is not None
    assert kept.id == "decision-1"


def test_decided_runs_of_a_service_are_counted(stores: Stores):
    service = run().service
    assert stores.runs.decided(service) == 0
    stores.runs.add(run())
    stores.runs.add(run("run-2"))
    stores.runs.show(showing())
    assert stores.runs.decided(service) == 0
    assert stores.runs.decide(decision())
    assert (stores.runs.decided(service), stores.runs.decided("another")) == (1, 0)


def test_a_showing_is_used_once(stores: Stores):
    stores.runs.add(run("run-1"))
    stores.runs.add(run("run-2"))
    stores.runs.show(showing())
    assert stores.runs.decide(decision())
    assert not stores.runs.decide(decision("decision-2", run="run-2"))
    assert stores.runs.decision("run-2") is None


def test_a_decision_needs_its_run_and_its_showing(stores: Stores):
    with pytest.raises(StoreError):
        stores.runs.decide(decision())
    stores.runs.add(run())
    with pytest.raises(StoreError):
        stores.runs.decide(decision())
    assert stores.runs.decision("run-1") is None


def test_of_many_persons_who_decide_at_once_exactly_one_wins(stores: Stores):
    stores.runs.add(run())
    for n in range(8):
        stores.runs.show(showing(f"showing-{n}"))
    start, won = threading.Barrier(8), []

    def decide(n: int) -> None:
        start.wait()
        if stores.runs.decide(decision(f"decision-{n}", showing=f"showing-{n}")):
            won.append(f"decision-{n}")

    threads = [threading.Thread(target=decide, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = stores.runs.decision("run-1")
    assert kept is not None
    assert won == [kept.id]


def test_the_first_of_two_signatures_is_kept_apart_and_decides_nothing(stores: Stores):
    stores.runs.add(run())
    for n in (1, 2, 3):
        stores.runs.show(showing(f"showing-{n}", first="decision-1" if n > 1 else None))
    kept = decision("decision-1", choice="amend", amended=raw('{"dose" : 2.50 }'), awaits="clinician")
    assert stores.runs.sign_first(kept)
    assert not stores.runs.sign_first(decision("decision-2", showing="showing-2"))
    found = stores.runs.first("run-1")
    assert found is not None
    assert same(found, kept)
    assert found.amended is not None
    assert bytes(found.amended) == b'{"dose" : 2.50 }'
    assert (stores.runs.decision("run-1"), stores.runs.first("run-2")) == (None, None)
    assert [waiting.id for waiting in stores.runs.waiting(["prescription-review"])] == ["run-1"]
    signed = Signed(
        decision="decision-1", person="ada", role="pharmacist", choice="amend", reason="r", decided=NOW, key="k",
        signature="s",
    )  # fmt: skip
    assert stores.runs.decide(decision("decision-3", showing="showing-3", first=signed))
    assert stores.runs.decision("run-1") == decision("decision-3", showing="showing-3", first=signed)
    assert stores.runs.waiting(["prescription-review"]) == ()


def test_what_is_decided_has_no_first_signature_any_more(stores: Stores):
    stores.runs.add(run())
    for n in (1, 2):
        stores.runs.show(showing(f"showing-{n}"))
    assert stores.runs.decide(decision("decision-1", choice="reject"))
    assert not stores.runs.sign_first(decision("decision-2", showing="showing-2"))
    assert stores.runs.first("run-1") is None


def test_a_first_signature_needs_its_run_and_its_showing(stores: Stores):
    with pytest.raises(StoreError):
        stores.runs.sign_first(decision())
    stores.runs.add(run())
    with pytest.raises(StoreError):
        stores.runs.sign_first(decision())
    assert stores.runs.first("run-1") is None


def test_of_many_persons_who_sign_first_at_once_exactly_one_is_first(stores: Stores):
    stores.runs.add(run())
    for n in range(8):
        stores.runs.show(showing(f"showing-{n}"))
    start, won = threading.Barrier(8), []

    def sign(n: int) -> None:
        start.wait()
        if stores.runs.sign_first(decision(f"decision-{n}", showing=f"showing-{n}", person=f"person-{n}")):
            won.append(f"decision-{n}")

    threads = [threading.Thread(target=sign, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = stores.runs.first("run-1")
    assert kept is not None
    assert won == [kept.id]


def test_what_waits_is_found_by_services_newest_first(stores: Stores):
    assert stores.runs.services() == ()
    for number, service in enumerate(("triage", "review", "triage", "report", "review")):
        stores.runs.add(run(f"run-{number}", service=service))
    stores.runs.add(run("run-5", service="triage", parent="run-3"))
    stores.runs.show(showing("showing-1", "run-2"))
    stores.runs.decide(decision(run="run-2"))
    assert stores.runs.services() == ("report", "review", "triage")
    assert [kept.id for kept in stores.runs.waiting(["triage", "review"])] == ["run-4", "run-1", "run-0"]
    assert [kept.id for kept in stores.runs.waiting(["triage", "review"], limit=1)] == ["run-4"]
    assert [kept.id for kept in stores.runs.waiting(["triage", "review"], before="run-4")] == ["run-1", "run-0"]
    assert stores.runs.waiting(["triage"], before="run-x") == ()
    assert stores.runs.waiting([]) == ()


def test_feedback_is_kept_oldest_first(stores: Stores):
    stores.runs.add(run())
    given = (feedback("feedback-2", comment="药 ok"), feedback("feedback-1", reason_code="benefit-outweighs"))
    for one in given:
        stores.runs.add_feedback(one)
    assert stores.runs.feedback("run-1") == given
    assert stores.runs.feedback("run-2") == ()
    with pytest.raises(StoreError, match="kept already"):
        stores.runs.add_feedback(given[0])
    with pytest.raises(StoreError):
        stores.runs.add_feedback(feedback("feedback-3", run="run-x"))
