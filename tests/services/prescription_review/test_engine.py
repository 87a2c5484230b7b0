"""The whole review: which orders are reviewed, what is said of them, and what never happens."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.services.prescription_review.world import (
    NOW,
    allergy,
    chart,
    codes,
    creatinine,
    gaps,
    no_known_allergies,
    request,
    review,
    weight,
)

from openward.domain.errors import InputError
from openward.domain.proposal import SEVERITIES
from openward.harness.service import Context
from openward.services.prescription_review import SERVICE
from openward.services.prescription_review.reads import Reads

WARFARIN = "warfarin 5 mg oral once daily"
IBUPROFEN = "ibuprofen 400 mg oral three times daily"


def test_an_interaction_with_a_current_drug_comes_with_both_sources():
    current = request("warfarin", id="w1", dose=5, times=1, route="oral")
    proposal = review([IBUPROFEN], current, no_known_allergies())
    (found,) = [f for f in proposal.findings if f.code.code.startswith("interaction") and f.present == "interrupt"]
    assert set(found.about) == {"orders[0]", "MedicationRequest/w1"}


def test_an_order_may_be_a_fhir_resource():
    order = request("ibuprofen 400 mg", id="new", status="draft", dose=400, times=3, route="oral")
    current = request("warfarin", id="w1", dose=5, times=1, route="oral")
    proposal = review([order], current)
    assert codes(proposal, "interaction")
    assert proposal.body.orders[0].ingredients == ("ibuprofen",)
    assert proposal.body.orders[0].reference == "orders[0]"


def test_a_resource_with_its_drug_contained_is_understood():
    order = request("x", id="new", status="draft")
    del order["medicationCodeableConcept"]
    order["contained"] = [{"resourceType": "Medication", "id": "m", "code": {"text": "ibuprofen"}}]
    order["medicationReference"] = {"reference": "#m"}
    proposal = review([order, WARFARIN])
    assert proposal.body.orders[0].ingredients == ("ibuprofen",)
    assert codes(proposal, "interaction")


def test_an_order_that_stands_in_the_chart_too_is_not_compared_with_itself():
    order = request("ibuprofen", id="new", dose=400, times=3, route="oral")
    assert codes(review([order], order), "duplicate") == []


def test_without_orders_the_drafts_of_the_chart_are_reviewed():
    draft = request("ibuprofen", id="d", status="draft", dose=400, times=3, route="oral")
    current = request("warfarin", id="w1", dose=5, times=1, route="oral")
    proposal = review([], draft, current)
    assert [o.reference for o in proposal.body.orders] == ["MedicationRequest/d"]
    assert codes(proposal, "interaction")
    assert proposal.body.drugs_in_use == 1


def test_the_focus_narrows_the_drafts_but_the_others_still_count():
    one = request("ibuprofen", id="d1", status="draft", dose=400, times=3, route="oral")
    other = request("warfarin", id="d2", status="draft", dose=5, times=1, route="oral")
    proposal = review([], one, other, focus=["MedicationRequest/d1"])
    assert [o.reference for o in proposal.body.orders] == ["MedicationRequest/d1"]
    assert codes(proposal, "interaction")


def test_without_orders_and_drafts_all_current_drugs_are_reviewed():
    first = request("ibuprofen", id="a", dose=400, times=3, route="oral")
    second = request("warfarin", id="b", dose=5, times=1, route="oral")
    stopped = request("aspirin", id="c", status="stopped", dose=100, times=1, route="oral")
    proposal = review([], first, second, stopped)
    assert {o.reference for o in proposal.body.orders} == {"MedicationRequest/a", "MedicationRequest/b"}
    assert codes(proposal, "interaction")


def test_a_drug_that_is_not_known_is_named_and_the_rest_is_reviewed():
    proposal = review([WARFARIN, "blorpizole 10 mg oral once daily", IBUPROFEN])
    (note,) = [n for n in proposal.not_checked if n.code == "drug-not-resolved"]
    assert note.about == ("orders[1]",)
    assert codes(proposal, "interaction")
    assert "1 drug could not be checked" in proposal.summary


def test_a_misspelt_drug_is_never_taken_for_the_one_it_resembles():
    proposal = review(["warfarinn 5 mg oral once daily", IBUPROFEN])
    assert proposal.body.orders[0].ingredients == ()
    (note,) = [n for n in proposal.not_checked if n.code == "drug-not-resolved"]
    assert "warfarin" in note.needed
    assert codes(proposal, "interaction") == []


def test_a_drug_of_the_chart_that_is_not_known_is_named():
    proposal = review([WARFARIN], request("the white pill", id="m"))
    assert "MedicationRequest/m" in {a for n in proposal.not_checked for a in n.about}


def test_without_a_chart_the_orders_are_compared_with_each_other_and_the_rest_is_not_checked():
    proposal = review([WARFARIN, IBUPROFEN], without_chart=True)
    assert codes(proposal, "interaction")
    assert "chart-not-given" in gaps(proposal)
    assert {f.family for f in proposal.body.families} == {"interaction", "duplicate"}


def test_every_family_says_how_much_it_compared():
    proposal = review([WARFARIN, IBUPROFEN], allergy("codeine"), creatinine(1.0), weight())
    counts = {f.family: f.count for f in proposal.body.families}
    assert counts == {"allergy": 2, "interaction": 1, "duplicate": 1, "kidney": 1}


def test_findings_are_ranked_and_their_ids_unique_and_stable():
    orders = [WARFARIN, IBUPROFEN, "naproxen 500 mg oral twice daily", "metformin 1 g oral twice daily"]
    resources = (allergy("ibuprofen"), creatinine(3.0), weight())
    first, second = review(orders, *resources), review(orders, *resources)
    ranks = [SEVERITIES.index(f.severity) for f in first.findings]
    assert ranks == sorted(ranks)
    assert len({f.id for f in first.findings}) == len(first.findings)
    assert [f.id for f in first.findings] == [f.id for f in second.findings]


def test_the_same_order_twice_keeps_ids_unique():
    proposal = review([IBUPROFEN, IBUPROFEN], allergy("ibuprofen"))
    assert len({f.id for f in proposal.findings}) == len(proposal.findings) >= 3


def test_the_same_facts_have_the_same_ids_as_text_and_as_resource():
    current = request("warfarin", id="w1", dose=5, times=1, route="oral")
    as_text = review([IBUPROFEN], current)
    draft = request("ibuprofen", id="d", status="draft", dose=400, times=3, route="oral")
    as_draft = review([], draft, current)
    assert {f.id for f in as_text.findings} == {f.id for f in as_draft.findings}


def test_nothing_ordered_and_nothing_in_use_is_said_in_so_many_words():
    proposal = review([])
    assert proposal.findings == ()
    assert {"medications-not-recorded"} <= gaps(proposal)


def test_chinese_in_chinese_out():
    proposal = review(["华法林 5 mg 口服 每日一次", "布洛芬 0.4 g 口服 每日三次"], language="zh")
    assert codes(proposal, "interaction")
    assert "已审核 2 条医嘱" in proposal.summary
    assert all(any("\u4e00" <= c <= "\u9fff" for c in f.headline + f.why + f.advice) for f in proposal.findings)


def test_too_many_orders_are_refused_with_what_to_do():
    orders = tuple("warfarin" for _ in range(100_000))
    with pytest.raises(InputError, match="at most 200; send them in parts"):
        SERVICE.engine(Reads(orders=orders), None, Context(now=NOW))


def test_too_many_orders_are_refused_before_they_are_read():
    with pytest.raises(msgspec.ValidationError, match=r"length <= 200 - at `\$.orders`"):
        msgspec.json.decode(msgspec.json.encode({"orders": ["warfarin"] * 100_000}), type=Reads)


def test_too_many_drafts_are_refused_too():
    drafts = [request("warfarin", id=f"d{i}", status="draft") for i in range(201)]
    with pytest.raises(InputError, match="201 orders"):
        SERVICE.engine(Reads(), chart(*drafts), Context(now=NOW))


def test_two_hundred_orders_are_reviewed():
    orders = [f"{d} 5 mg oral once daily" for d in ("warfarin", "ibuprofen", "sertraline", "amiodarone")] * 50
    proposal = review(orders)
    assert len(proposal.body.orders) == 200
    assert len(proposal.findings) <= SERVICE.card.budget.findings


def test_an_order_that_is_too_long_is_refused_without_being_quoted():
    with pytest.raises(InputError, match=r"input.orders\[0\]: the order has 3000 characters") as raised:
        review(["secret" * 500])
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"resourceType": "Patient", "id": "x"},
        {"resourceType": "MedicationRequest", "id": 5},
        {"resourceType": "MedicationRequest", "dosageInstruction": "twice"},
        {"resourceType": "MedicationRequest", "status": "entered-in-error"},
        {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "doNotPerform": True},
    ],
)
def test_a_resource_that_is_no_order_is_refused_with_its_place(order):
    with pytest.raises(InputError, match=r"input\.orders\[0\]"):
        review([order])


def test_an_unknown_field_of_the_input_is_refused():
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"orders": [], "order": []}, Reads)


HOSTILE = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        ["'; DROP TABLE x; --", "{0}{name}{{}}", "%s%n", "\x00\x01", "<b>alert(1)</b>", "A" * 1999, "５ｍｇ", "🧪" * 50]
    ),
)  # fmt: skip


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(HOSTILE, max_size=4), HOSTILE, HOSTILE)
def test_hostile_words_in_every_string_do_not_break_the_review(orders, drug, allergen):
    resources = (request(drug, id="m", route=drug[:50]), allergy(allergen or " "), creatinine(1.0, drug[:20] or "x"))
    proposal = review(orders, *resources)
    assert len(proposal.body.orders) >= len(orders)


@settings(max_examples=40, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), lambda c: st.lists(c, max_size=3)
       | st.dictionaries(st.text(max_size=10), c, max_size=3), max_leaves=10))  # fmt: skip
def test_a_resource_with_anything_in_it_is_read_or_refused(value):
    order = {
        "resourceType": "MedicationRequest",
        "id": "x",
        "medicationCodeableConcept": value,
        "dosageInstruction": value,
    }
    try:
        proposal = SERVICE.engine(Reads(orders=(order,)), None, Context(now=NOW))
    except InputError as error:
        told = str(error)
    else:
        told = proposal.body.orders[0].reference
    assert "orders[0]" in told


def test_a_part_of_the_chart_that_may_not_be_seen_is_named():
    blind = chart(allergy("amoxicillin"), creatinine(2.6), types=frozenset({"Patient"}))
    orders = ("amoxicillin 500 mg oral", "metformin 500 mg oral twice daily")
    proposal = SERVICE.engine(Reads(orders=orders), blind, Context(now=NOW))
    withheld = [n.what for n in proposal.not_checked if n.code == "chart-withheld"]
    assert len(withheld) == 4
    assert "kidney-function-unknown" in gaps(proposal)
    assert proposal.findings == ()


def test_the_versions_of_all_tables_are_told_and_the_service_is_that_of_its_card():
    made = review([WARFARIN]).made_by
    assert {"interaction_rules", "allergy_cross", "renal_rules", "duplicate_classes", "ingredients"} <= set(
        made.knowledge
    )
    assert (made.service, made.service_version) == (SERVICE.card.id, SERVICE.card.version)


def test_an_order_to_stop_is_not_reviewed_as_one_to_give():
    proposal = review(["stop warfarin", IBUPROFEN])
    assert "order-to-stop" in gaps(proposal)
    assert codes(proposal, "interaction") == []


def test_two_drugs_in_one_sentence_are_pointed_out():
    assert "several-drugs-in-order" in gaps(review(["warfarin and ibuprofen"]))
    assert "several-drugs-in-order" not in gaps(review(["amoxicillin clavulanate 625 mg oral three times daily"]))


def test_the_ingredients_of_a_medication_resource_stand_for_a_product_that_is_not_known():
    order = request("x", id="new", status="draft")
    del order["medicationCodeableConcept"]
    parts = [{"itemCodeableConcept": {"text": "ibuprofen"}}, {"itemCodeableConcept": {"text": "paracetamol"}}]
    medication = {"resourceType": "Medication", "id": "m", "code": {"text": "house mixture 7"}, "ingredient": parts}
    order["contained"] = [medication]
    order["medicationReference"] = {"reference": "#m"}
    assert review([order, WARFARIN]).body.orders[0].ingredients == ("ibuprofen", "paracetamol")
    parts[1]["itemCodeableConcept"]["text"] = "blorpizole"
    proposal = review([order, WARFARIN])
    assert proposal.body.orders[0].ingredients == ()
    assert "drug-not-resolved" in gaps(proposal)


def test_what_in_the_words_of_an_order_is_doubtful_is_told():
    (order,) = review(["warfarin 5.0 mg QD or twice daily"]).body.orders
    assert any("ten times" in w for w in order.warnings)
    assert "dose-not-read" in gaps(review(["warfarin"]))


def test_every_gap_names_the_drug_or_the_entry_that_it_speaks_of():
    english = review(["amoxicillin", "blorpinol 5 mg"], allergy("Zzyzx"), allergy("Peanut", id="a2", category=["food"]))
    chinese = review(["阿莫西林"], language="zh")
    whats = {n.code: n.what for n in english.not_checked}
    assert whats["dose-not-read"] == "The daily dose of amoxicillin"
    assert whats["drug-not-resolved"].startswith("blorpinol 5 mg")
    assert whats["allergen-not-resolved"] == 'Allergy entry "Zzyzx"'
    assert whats["allergens-not-drugs"] == 'Allergy entries "Peanut"'
    assert whats["kidney-function-unknown"] == "Dose of amoxicillin by kidney function"
    assert {n.code: n.what for n in chinese.not_checked}["dose-not-read"] == "阿莫西林的每日剂量"


def test_braces_in_an_order_are_words_like_others():
    proposal = review(["{drugs} {words} 5 mg"])
    (gap,) = [n for n in proposal.not_checked if n.code == "drug-not-resolved"]
    assert gap.what.startswith("{drugs} {words} 5 mg")


def test_many_drugs_are_counted_and_not_all_listed():
    orders = ["amoxicillin 500 mg", "cefalexin 500 mg", "metformin 500 mg", "digoxin 125 ug", "lithium 400 mg"]
    (gap,) = [n for n in review(orders, without_chart=True).not_checked if n.code == "chart-not-given"]
    assert (
        gap.what == "amoxicillin, cefalexin, metformin and 2 more, against current drugs, allergies and kidney function"
    )


def test_the_summary_counts_nothing_twice():
    assert review().summary.startswith("No order to review; ")
    assert review(language="zh").summary.startswith("没有需审核的医嘱；")
    one = review(["blorpinol 5 mg oral once daily"], no_known_allergies(), request("senna", id="m")).summary
    assert "1 drug could not be checked" in one
    assert "thing not checked" not in one
