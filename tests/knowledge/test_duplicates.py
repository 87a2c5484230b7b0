"""Classes of which one drug is enough."""

import pytest

from openward.domain.errors import KnowledgeError
from openward.knowledge import duplicates, tables

KNOWLEDGE = duplicates.load()
INGREDIENTS = tables.find("ingredients")


def classes(ingredient):
    return {c.id for c in KNOWLEDGE.of(ingredient, lambda i: INGREDIENTS.row(i).list("atc"))}


@pytest.mark.parametrize(
    ("ingredient", "group"),
    [
        ("omeprazole", "ppis"),
        ("atorvastatin", "statins"),
        ("ibuprofen", "nsaids"),
        ("warfarin", "anticoagulants"),
        ("apixaban", "anticoagulants"),
        ("lisinopril", "ace-inhibitors"),
        ("losartan", "raas-blockers"),
        ("insulin-glargine", "insulins-basal"),
        ("gliclazide", "sulfonylureas"),
        ("allopurinol", "urate-lowering"),
    ],
)
def test_a_drug_belongs_to_its_class(ingredient, group):
    assert group in classes(ingredient)


@pytest.mark.parametrize("ingredient", ["valproic-acid", "levetiracetam", "paracetamol", "metformin", "aciclovir"])
def test_drugs_that_are_rightly_combined_have_no_class(ingredient):
    assert classes(ingredient) == set()


def test_basal_and_rapid_insulin_stand_in_different_classes():
    assert classes("insulin-glargine").isdisjoint(classes("insulin-lispro"))


def test_warfarin_with_heparin_is_a_pair_that_has_a_place():
    assert KNOWLEDGE.allowance("anticoagulants", "enoxaparin", "warfarin").allow == "note"
    assert KNOWLEDGE.allowance("anticoagulants", "apixaban", "warfarin") is None


def test_every_ingredient_that_the_tables_name_is_known():
    named = {i for c in KNOWLEDGE.classes.values() for i in c.members} | KNOWLEDGE.exempt
    named |= {row[k] for row in tables.find(duplicates.ALLOWED) for k in ("a", "b")}
    assert sorted(i for i in named if i not in INGREDIENTS.index) == []


def test_every_class_has_two_members_at_least():
    members = dict.fromkeys(KNOWLEDGE.classes, 0)
    for ingredient in INGREDIENTS.index:
        for group in classes(ingredient):
            members[group] += 1
    assert [c for c, n in members.items() if n < 2] == []


def test_an_allowance_of_an_unknown_kind_is_refused(tmp_path):
    text = "#! version: 1\n#! reviewed: 2026-11-21\nid\tclass\ta\tb\tallow\tsay_en?\tsay_zh?\tsource\treviewed\n"
    text += "x\tppis\tomeprazole\tlansoprazole\tmaybe\t\t\twho-atc\t2026-11-21\n"
    (tmp_path / "duplicate_allowed.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="column 'allow'"):
        duplicates.load((tmp_path,))
