"""Doses a day beside the labels: added up over all orders, and nothing said where the record does not."""

import pytest
from tests.services.prescription_review.world import request, review

from openward.domain.code import Concept
from openward.knowledge import doses
from openward.record.chart import Dose, Measure, MedicationEntry, Source
from openward.services.prescription_review.charted import drug_of_entry
from openward.services.prescription_review.ranges import day_doses
from openward.services.prescription_review.sentences import drug_of_sentence


def said(*orders, age=60, language="en"):
    drugs = [drug_of_sentence(text, f"orders[{n}]", n, language) for n, text in enumerate(orders)]
    return {d.ingredient: d for d in day_doses(drugs, age, doses.load(), language)}


def charted(name, dose, age=60):
    entry = MedicationEntry(
        source=Source("MedicationRequest/m"), kind="request", concept=Concept(text=name), current=True, doses=(dose,)
    )
    return {d.ingredient: d for d in day_doses([drug_of_entry(entry, order=None)], age, doses.load(), "en")}


def test_the_same_ingredient_in_two_orders_adds_up():
    held = said("paracetamol 1 g oral three times daily", "paracetamol 500 mg oral every 6 hours as needed")[
        "paracetamol"
    ]
    assert (held.daily, held.place, held.as_needed) == (5000, "above", True)
    assert [part.daily for part in held.given_as] == [3000, 2000]


def test_a_product_of_two_is_taken_apart_by_the_strengths_in_its_name():
    tablets = Dose(amount=Measure(2, "{tablet}"), per_day=4)
    held = charted("Acetaminophen 325 MG / Codeine 30 MG Oral Tablet", tablets)
    assert (held["paracetamol"].daily, held["paracetamol"].place) == (2600, "within")
    assert (held["codeine"].daily, held["codeine"].place) == (240, "no-range")


def test_a_product_of_two_in_milligrams_is_not_given_to_either():
    held = said("amoxicillin/clavulanic acid 625 mg oral three times daily", "paracetamol/codeine 500 mg oral daily")
    assert held["amoxicillin"].daily is None
    assert held["paracetamol"].place == "not-in-numbers"


@pytest.mark.parametrize(
    ("order", "age", "place"),
    [
        ("apixaban 5 mg oral twice daily", 60, "within"),
        ("simvastatin 80 mg oral daily", 60, "depends"),
        ("amlodipine 20 mg oral daily", 60, "above"),
        ("amlodipine 5 mg oral", 60, "not-in-numbers"),
        ("amlodipine 5 mg oral daily", 12, "child"),
        ("amlodipine 5 mg daily", 60, "route-unknown"),
        ("amlodipine 5 mg iv daily", 60, "no-range"),
        ("digoxin 125 mcg oral daily", 60, "no-range"),
        ("citalopram 40 mg oral daily", 70, "above"),
        ("citalopram 40 mg oral daily", None, "depends"),
    ],
)
def test_a_dose_has_a_place_or_the_reason_why_not(order, age, place):
    (held,) = said(order, age=age).values()
    assert held.place == place


def test_what_is_known_in_part_is_only_ever_too_much():
    held = said("paracetamol 1 g oral three times daily", "paracetamol oral as needed")["paracetamol"]
    assert (held.daily, held.place) == (3000, "not-in-numbers")
    over = said("paracetamol 1.5 g oral three times daily", "paracetamol oral as needed")["paracetamol"]
    assert over.place == "above"


def test_what_acts_in_one_place_only_has_no_dose_for_the_body():
    assert said("ibuprofen gel 5 g topical three times daily") == {}


def test_the_rows_come_with_their_source_in_the_language_of_the_run():
    (held,) = said("apixaban 5 mg oral twice daily", language="zh").values()
    assert held.name == "阿哌沙班"
    assert held.usual[0].indication == "房颤"
    assert "apixaban" in held.usual[0].source


def test_no_finding_is_made_from_a_dose():
    proposal = review(["paracetamol 2 g oral four times daily"])
    assert [d.place for d in proposal.body.doses] == ["above"]
    assert proposal.findings == ()


def day(proposal, ingredient):
    return next(d for d in proposal.body.doses if d.ingredient == ingredient)


def test_a_new_order_stands_apart_from_what_it_may_replace():
    held = request("Warfarin", id="m", dose=3, times=1, route="oral")
    warfarin = day(review(["warfarin 5 mg oral once daily"], held), "warfarin")
    assert (warfarin.daily, warfarin.new, warfarin.in_use, warfarin.together) == (None, 5, 3, 8)
    assert [part.standing for part in warfarin.given_as] == ["new", "in-use"]
    assert warfarin.place == "within", "it is within alone and with what is in use"
    both = day(review(["amlodipine 10 mg oral daily"], request("Amlodipine", id="m", dose=10, times=1, route="oral")),
               "amlodipine")  # fmt: skip
    assert (both.place, both.together) == ("unsettled", 20)
    unknown = day(review(["amlodipine 10 mg oral daily"], request("Amlodipine", id="m", route="oral")), "amlodipine")
    assert (unknown.new, unknown.in_use, unknown.together, unknown.place) == (10, None, None, "unsettled")


def test_a_draft_of_the_order_itself_is_shown_and_not_added():
    waiting = request("Clarithromycin", id="m", status="draft", dose=500, times=2, route="oral")
    held = day(review(["clarithromycin 500 mg oral twice daily"], waiting), "clarithromycin")
    assert (held.daily, held.new, held.together) == (1000, None, None)
    assert [(part.standing, part.daily) for part in held.given_as] == [("new", 1000), ("waiting", 1000)]


def test_what_is_in_use_twice_still_adds_up():
    twice = [request("Paracetamol", id=id, dose=1000, times=3, route="oral") for id in ("m", "n")]
    held = day(review([], *twice), "paracetamol")
    assert (held.daily, held.place, {part.standing for part in held.given_as}) == (6000, "above", {"in-use"})
