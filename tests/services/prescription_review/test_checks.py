"""The service's own checks refuse what must not reach a person."""

import msgspec
import pytest
from tests.services.prescription_review.world import review

from openward.domain.evidence import InputEvidence
from openward.services.prescription_review import checks
from openward.services.prescription_review.reads import Reads

ORDERS = ["warfarin 5 mg oral once daily", "ibuprofen 400 mg oral three times daily"]
GIVEN = Reads(orders=tuple(ORDERS))


@pytest.fixture(scope="module")
def proposal():
    return review(ORDERS)


def changed(proposal, **parts):
    first = msgspec.structs.replace(proposal.findings[0], **parts)
    return msgspec.structs.replace(proposal, findings=(first, *proposal.findings[1:]))


def test_a_sound_proposal_passes_every_check(proposal):
    verdicts = [v for check in checks.CHECKS for v in check(proposal, None, GIVEN)]
    assert {v.outcome for v in verdicts} == {"pass"}


def test_an_interruption_without_knowledge_is_refused(proposal):
    bare = changed(proposal, evidence=(InputEvidence("orders[0]", ORDERS[0]),))
    (verdict,) = checks.every_interruption_has_knowledge(bare, None, GIVEN)
    assert (verdict.outcome, verdict.finding) == ("refuse", bare.findings[0].id)


def test_a_quiet_finding_may_rest_on_the_chart_alone(proposal):
    quiet = changed(proposal, evidence=(InputEvidence("orders[0]", ORDERS[0]),), present="passive")
    assert checks.every_interruption_has_knowledge(quiet, None, GIVEN)[0].outcome == "pass"


def test_an_order_that_vanished_is_refused(proposal):
    lost = msgspec.structs.replace(proposal.body.orders[0], ingredients=(), reference="orders[7]")
    body = msgspec.structs.replace(proposal.body, orders=(lost, *proposal.body.orders[1:]))
    (verdict,) = checks.every_order_is_accounted_for(msgspec.structs.replace(proposal, body=body), None, GIVEN)
    assert verdict.outcome == "refuse"
    assert verdict.reason.startswith("1 orders")


SOOTHING = ["This drug is safe.", "It is safe to give.", "no risk found", "该药安全无虞", "可放心使用"]


@pytest.mark.parametrize("words", SOOTHING)
def test_a_word_of_safety_holds_the_proposal(proposal, words):
    (verdict,) = checks.no_word_of_safety(changed(proposal, advice=words), None, GIVEN)
    assert (verdict.outcome, verdict.finding) == ("hold", proposal.findings[0].id)


def test_a_summary_that_soothes_is_held(proposal):
    soothing = msgspec.structs.replace(proposal, summary="Everything is safe.")
    assert checks.no_word_of_safety(soothing, None, GIVEN)[0].outcome == "hold"
