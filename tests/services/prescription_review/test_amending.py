"""What follows when a person changes the orders of a review: nothing that was read out of other words stays."""

import msgspec
import pytest
from tests.services.prescription_review.world import review

from openward.services.prescription_review import SERVICE
from openward.services.prescription_review.proposal import OrderUnderstood

ORDERS = ["metformin 500 mg oral twice daily", "paracetamol 1 g oral three times daily"]
MORE = [*ORDERS, "paracetamol 500 mg oral every 6 hours as needed"]


@pytest.fixture
def body():
    return review(ORDERS).body


def settled(before, orders):
    return SERVICE.amends.settled(before, msgspec.structs.replace(before, orders=tuple(orders)))


def doses(body):
    return [dose.name for dose in body.doses]


def test_nothing_follows_from_nothing(body):
    assert settled(body, body.orders) == body
    assert body.not_checked_again == ()


def test_an_order_that_is_taken_out_takes_its_dose_along(body):
    after = settled(body, body.orders[1:])
    assert doses(after) == ["paracetamol"]
    assert after.not_checked_again == ()
    assert after.families == body.families


def test_of_a_sum_that_lost_a_part_no_dose_is_said():
    before = review(MORE).body
    after = settled(before, before.orders[:2])
    assert doses(before) == ["metformin", "paracetamol"]
    assert doses(after) == ["metformin"]
    assert after.not_checked_again == ("paracetamol",)


def test_another_drug_has_none_of_what_was_read_out_of_the_old_one(body):
    other = msgspec.structs.replace(body.orders[0], drug="bisoprolol 2.5 mg")
    after = settled(body, (other, body.orders[1]))
    assert (after.orders[0].ingredients, after.orders[0].daily) == ((), None)
    assert after.orders[1] == body.orders[1]
    assert doses(after) == ["paracetamol"]
    assert after.not_checked_again == ("bisoprolol 2.5 mg",)


def test_another_dose_is_not_compared_and_its_drug_stays_known(body):
    other = msgspec.structs.replace(body.orders[0], dose="850 mg", warnings=())
    after = settled(body, (other, body.orders[1]))
    assert (after.orders[0].ingredients, after.orders[0].daily) == (("metformin",), None)
    assert doses(after) == ["paracetamol"]
    assert len(after.not_checked_again) == 1


def test_another_route_leaves_the_daily_dose_and_takes_the_comparison(body):
    after = settled(body, (msgspec.structs.replace(body.orders[0], route="by tube"), body.orders[1]))
    assert after.orders[0].daily == body.orders[0].daily
    assert doses(after) == ["paracetamol"]


def test_what_a_person_wrote_themselves_stays(body):
    own = {"drug": "bisoprolol", "daily": "2.5 mg/d", "ingredients": ("bisoprolol",), "warnings": ("half a tablet",)}
    mine = msgspec.structs.replace(body.orders[0], **own)
    assert settled(body, (mine, body.orders[1])).orders[0] == mine


def test_a_doubt_about_words_that_are_gone_goes_with_them(body):
    doubtful = msgspec.structs.replace(body.orders[0], warnings=("twice?",))
    before = msgspec.structs.replace(body, orders=(doubtful, body.orders[1]))
    assert settled(before, (msgspec.structs.replace(doubtful, dose="850 mg"), body.orders[1])).orders[0].warnings == ()
    assert settled(before, before.orders[:1]).orders[0].warnings == ("twice?",)


def test_an_order_that_is_added_makes_the_sum_of_its_drug_unknown(body):
    for words in ("paracetamol 500 mg", "对乙酰氨基酚"):
        added = OrderUnderstood(reference="", drug=words, ingredients=(), route="oral")
        after = settled(body, (*body.orders, added))
        assert after.orders[-1] == added
        assert doses(after) == ["metformin"]
        assert after.not_checked_again == (words, "paracetamol")


def test_a_product_that_is_no_known_drug_is_named_as_not_checked(body):
    added = OrderUnderstood(reference="", drug="moonlight drops", ingredients=(), route="oral")
    after = settled(body, (*body.orders, added))
    assert doses(after) == doses(body)
    assert after.not_checked_again == ("moonlight drops",)


def test_an_order_of_which_nothing_is_written_yet_is_no_drug(body):
    blank = OrderUnderstood(reference="", drug="", ingredients=(), route="")
    assert settled(body, (*body.orders, blank)).not_checked_again == ()
