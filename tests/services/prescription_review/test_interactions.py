"""The interaction family: who is named, how loudly, and once for each clinical problem."""

import csv
import json
import re
from itertools import product
from pathlib import Path

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.code import Concept
from openward.domain.evidence import ChartEvidence, InputEvidence, KnowledgeEvidence
from openward.domain.headline import words
from openward.domain.proposal import HEADLINE_WORDS
from openward.knowledge import interactions as knowledge
from openward.record.chart import Source
from openward.services.prescription_review import interactions
from openward.services.prescription_review.drugs import DrugInUse
from openward.services.prescription_review.naming import name_of, resolved

RULES = knowledge.load()
PUBLIC_CASES = Path(__file__).parents[3].parent / "shared" / "data"
NAMES = sorted({i for r in RULES.rules for i in (*r.left.members, *r.right.members)})


def order(*ingredients, place=0, route="systemic", given=None, draft=False):
    label = " / ".join(ingredients)
    return DrugInUse(
        label=label,
        ingredients=ingredients,
        route=route,
        given=given,
        is_order=True,
        order=place,
        current=None,
        reference=f"orders[{place}]",
        evidence=(InputEvidence(f"orders[{place}]", label),),
        source=Source(f"MedicationRequest/d{place}") if draft else None,
        draft=draft,
    )


def in_use(*ingredients, id="m1", route="systemic", current=True):
    label = " / ".join(ingredients)
    return DrugInUse(
        label=label,
        ingredients=ingredients,
        route=route,
        is_order=False,
        order=None,
        current=current,
        reference=f"MedicationRequest/{id}",
        evidence=(ChartEvidence(f"MedicationRequest/{id}", 1, "medicationCodeableConcept.text", label),),
        source=Source(f"MedicationRequest/{id}", 1),
    )


def findings(*drugs, language="en", whole_list=False):
    return interactions.review(drugs, RULES, language, whole_list=whole_list).findings


def test_an_order_against_a_drug_in_use_interrupts_with_the_evidence_of_both():
    (found,) = findings(order("ibuprofen"), in_use("warfarin"))
    assert (found.severity, found.present, found.certainty) == ("high", "interrupt", "definite")
    assert found.headline == "warfarin with ibuprofen: bleeding risk"
    assert found.code.code == "interaction-bleeding"
    assert set(found.about) == {"orders[0]", "MedicationRequest/m1"}
    assert [type(e) for e in found.evidence] == [KnowledgeEvidence] * 3 + [ChartEvidence, InputEvidence]


def test_the_words_are_there_in_chinese():
    (found,) = findings(order("ibuprofen"), in_use("warfarin"), language="zh")
    assert "华法林" in found.headline
    assert "布洛芬" in found.headline
    assert "{" not in found.headline + found.why + found.advice


def test_three_drugs_that_lengthen_qt_are_one_finding_that_names_all():
    qt = findings(order("haloperidol"), order("ondansetron", place=1), in_use("amiodarone"))
    assert [f.code.code for f in qt] == ["interaction-qt"]
    assert set(qt[0].about) == {"orders[0]", "orders[1]", "MedicationRequest/m1"}
    assert all(name in qt[0].headline for name in ("haloperidol", "ondansetron", "amiodarone"))


def test_a_fixed_combination_is_named_once():
    (found,) = findings(order("sulfamethoxazole", "trimethoprim"), in_use("methotrexate"))
    assert found.severity == "critical"
    assert len(found.about) == 2


def test_the_parts_of_one_product_are_not_set_against_each_other():
    assert findings(order("lisinopril", "hydrochlorothiazide")) == ()


def test_pairs_that_share_no_drug_stay_apart():
    found = findings(
        order("clarithromycin"),
        order("simvastatin", place=1),
        order("phenelzine", place=2),
        order("sertraline", place=3),
    )
    pairs = {frozenset(f.about) for f in found if f.present == "interrupt"}
    assert frozenset({"orders[0]", "orders[1]"}) in pairs
    assert frozenset({"orders[2]", "orders[3]"}) in pairs


def test_three_drugs_that_injure_the_kidney_together_are_said_once():
    found = findings(order("ibuprofen"), in_use("lisinopril", id="a"), in_use("furosemide", id="b"))
    kidney = [f for f in found if f.code.code == "interaction-renal"]
    assert len(kidney) == 1
    assert kidney[0].present == "interrupt"
    assert len(kidney[0].about) == 3


def test_a_diuretic_in_the_same_tablet_counts_as_the_third_drug():
    found = findings(order("ibuprofen"), in_use("lisinopril", "hydrochlorothiazide"))
    assert "kidney injury" in next(f.headline for f in found if f.code.code == "interaction-renal")


def test_two_of_the_three_do_not_interrupt():
    assert {f.present for f in findings(order("ibuprofen"), in_use("lisinopril"))} == {"passive"}


def test_pairs_wholly_among_drugs_in_use_are_left_out_unless_the_whole_list_is_reviewed():
    old = (in_use("warfarin", id="a"), in_use("ibuprofen", id="b"))
    assert findings(*old) == ()
    assert [f.present for f in findings(*old, whole_list=True)] == ["passive"]


def test_a_drug_that_was_stopped_does_not_count():
    assert findings(order("ibuprofen"), in_use("warfarin", current=False)) == ()


def test_where_the_record_does_not_say_whether_a_drug_is_in_use_the_finding_is_possible_and_quieter():
    (found,) = findings(order("ibuprofen"), in_use("warfarin", current=None))
    assert (found.certainty, found.present) == ("possible", "passive")


def test_what_would_be_fatal_interrupts_even_then():
    (found,) = findings(order("sertraline"), in_use("phenelzine", current=None))
    assert (found.certainty, found.present) == ("possible", "interrupt")


@pytest.mark.parametrize("route", ["topical", "ophthalmic", "otic"])
def test_a_drug_that_stays_on_the_skin_or_in_the_eye_does_not_interrupt(route):
    (found,) = findings(order("ketorolac", route=route), in_use("warfarin"))
    assert (found.present, found.severity) == ("log", "low")


def test_a_route_that_is_not_known_counts_as_systemic():
    (found,) = findings(order("ibuprofen", route="unknown"), in_use("warfarin"))
    assert (found.present, found.certainty) == ("interrupt", "probable")


def test_a_vaginal_azole_still_raises_warfarin():
    (found,) = findings(order("miconazole", route="vaginal"), in_use("warfarin"))
    assert found.present == "interrupt"


def test_an_injection_does_not_meet_an_antacid_in_the_gut():
    oral = findings(order("ciprofloxacin", given="oral"), in_use("magnesium-hydroxide"))
    injected = findings(order("ciprofloxacin", given="parenteral"), in_use("magnesium-hydroxide"))
    assert [f.present for f in oral] == ["passive"]
    assert [f.present for f in injected] == ["log"]


def test_a_draft_may_be_deleted_with_one_click():
    (found,) = findings(order("ibuprofen", draft=True), in_use("warfarin"))
    assert [(s.action, s.target) for s in found.suggestions] == [("delete", "MedicationRequest/d0")]


def test_the_same_facts_give_the_same_id_whatever_the_order_of_the_list():
    first = findings(order("ibuprofen"), order("warfarin", place=1))
    second = findings(order("warfarin"), order("ibuprofen", place=1))
    assert [f.id for f in first] == [f.id for f in second]


def test_drugs_of_which_no_rule_speaks_are_named():
    drugs = (order("simeticone"), in_use("warfarin"))
    assert [(d.label, i) for d, i in interactions.uncovered(drugs, RULES)] == [("simeticone", "simeticone")]


def test_the_examination_says_how_many_pairs_were_compared():
    drugs = (order("ibuprofen"), in_use("warfarin", id="a"), in_use("digoxin", id="b"))
    assert interactions.review(drugs, RULES, "en").count == 2
    assert interactions.review(drugs, RULES, "en", whole_list=True).count == 3


def test_nothing_is_found_in_an_empty_list_or_for_a_drug_that_was_not_understood():
    assert findings() == ()
    assert findings(order(), in_use("warfarin")) == ()


def longest(side):
    return sorted(side.members, key=lambda i: len(name_of(i, "en").split()))[-2:]


def test_the_longest_names_of_every_rule_fit_into_its_headline():
    for rule in RULES.rules:
        for left in longest(rule.left):
            for right in longest(rule.right):
                for found in findings(order(left), order(right, place=1)) if left != right else ():
                    assert words(found.headline) <= HEADLINE_WORDS
                    assert "…" not in found.headline, rule.id


@given(st.lists(st.sampled_from(NAMES), max_size=12), st.sampled_from(["en", "zh"]))
def test_any_list_of_drugs_gives_short_whole_and_distinct_findings(names, language):
    found = findings(*(order(name, place=place) for place, name in enumerate(names)), language=language)
    assert len({(f.id, f.about) for f in found}) == len(found)
    for finding in found:
        assert words(finding.headline) <= HEADLINE_WORDS
        assert "…" not in finding.headline
        assert "{" not in finding.headline + finding.why + finding.advice
        assert any(isinstance(e, KnowledgeEvidence) for e in finding.evidence)
        assert len(finding.about) >= 2


def test_hundreds_of_orders_of_one_pair_are_still_one_finding():
    drugs = tuple(order(("warfarin", "ibuprofen")[place % 2], place=place) for place in range(200))
    (found,) = findings(*drugs)
    assert len(found.about) == 200


def share(dataset, *, interrupting):
    path = PUBLIC_CASES / dataset
    if not path.exists():
        pytest.skip(f"the public cases are not here: {path} is absent")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    right = 0
    for row in rows:
        drugs = [resolved(Concept(text=row[side])).ids for side in ("a", "b")]
        found = findings(*(order(*ids, place=place, route="unknown") for place, ids in enumerate(drugs)))
        right += all(drugs) and any(f.present == "interrupt" for f in found) is interrupting
    return right / len(rows)


def test_pairs_of_the_high_priority_list_interrupt():
    assert share("ddi_must_alert.jsonl", interrupting=True) >= 0.95


def test_pairs_of_the_low_value_list_do_not_interrupt():
    assert share("ddi_must_not_interrupt.jsonl", interrupting=False) >= 0.99


def thesaurus():
    """The contraindicated pairs of single ingredients of the French agency's thesaurus, classes written out."""
    interactions_xml = PUBLIC_CASES / "knowledge" / "ansm_interactions_2016-09_en.xml"
    classes_tsv = PUBLIC_CASES / "knowledge" / "ansm_classes_2016-09_en.tsv"
    if not interactions_xml.exists():
        pytest.skip(f"the public cases are not here: {interactions_xml} is absent")
    classes = {}
    for row in csv.reader(classes_tsv.read_text(encoding="utf-8").splitlines(), delimiter="\t"):
        classes.setdefault(row[4].strip(), set()).add(row[0])
    pairs = set()
    for entry in ElementTree.parse(interactions_xml).getroot():
        if not (entry.findtext("SEVERITY") or "").strip().lower().startswith("contra"):
            continue
        sides = [ingredients_of(entry.find(side), classes) for side in ("DRUG1", "DRUG2")]
        pairs |= {frozenset(pair) for pair in product(*sides) if pair[0] != pair[1]}
    return pairs


def ingredients_of(side, classes):
    group, drug = side.find("CLASS"), side.find("DRUG")
    named = (
        classes.get(re.sub("^OTHER ", "", group.get("name").strip()), ()) if group is not None else (drug.get("name"),)
    )
    found = (resolved(Concept(text=re.sub(r"\(.*?\)", "", name).strip().lower())).ids for name in named)
    return [ids[0] for ids in found if len(ids) == 1]


def test_what_the_french_agency_forbids_is_shown():
    pairs = thesaurus()
    matches = [[m for m in RULES.of(*pair) if m.rule.third is None] for pair in pairs]
    assert len(pairs) > 2000
    assert sum(map(bool, matches)) / len(pairs) >= 0.93
    assert sum(any(m.present == "interrupt" for m in found) for found in matches) / len(pairs) >= 0.84
