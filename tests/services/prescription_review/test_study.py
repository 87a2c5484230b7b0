"""The study's protocol, and its figures on the public pairs."""

from pathlib import Path

import msgspec
import pytest
from tests.services.prescription_review.world import NOW

from openward.harness.service import Context
from openward.services.prescription_review import SERVICE
from openward.services.prescription_review.study import STUDY, interrupts, stays_quiet

PUBLIC = Path(__file__).parents[3].parent / "shared" / "data"


def propose(request):
    return SERVICE.engine(msgspec.convert(request["input"], SERVICE.reads), None, Context(now=NOW))


def test_a_pair_becomes_two_orders_without_a_patient():
    endpoint = STUDY.endpoints[0]
    assert endpoint.request({"id": "x", "a": "warfarin", "b": "ibuprofen"}) == {
        "input": {"orders": ["warfarin", "ibuprofen"]}
    }


def test_success_is_an_interaction_that_interrupts():
    loud = propose({"input": {"orders": ["simvastatin", "clarithromycin"]}})
    assert interrupts({}, loud)
    assert not stays_quiet({}, loud)


def test_a_pair_of_which_one_drug_was_not_understood_is_no_success_of_silence():
    blind = propose({"input": {"orders": ["simvastatin", "blorpizole"]}})
    assert not interrupts({}, blind)
    assert not stays_quiet({}, blind)


@pytest.mark.parametrize("endpoint", STUDY.endpoints, ids=lambda e: e.id)
def test_the_public_pairs_reach_the_limit(endpoint):
    path = PUBLIC / endpoint.dataset
    if not path.exists():
        pytest.skip(f"the public cases are not here: {endpoint.dataset}")
    rows = [msgspec.json.decode(line) for line in path.read_bytes().splitlines()]
    right = sum(endpoint.success(row, propose(endpoint.request(row))) for row in rows)
    assert right / len(rows) >= endpoint.accept
