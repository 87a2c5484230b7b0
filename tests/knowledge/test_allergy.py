"""Allergy groups: what entries are called, and which groups cross."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import KnowledgeError
from openward.knowledge import allergy, tables

KNOWLEDGE = allergy.load()


def test_every_member_is_an_ingredient_that_names_resolve_to():
    known = tables.find("ingredients").index
    assert sorted({i for g in KNOWLEDGE.groups.values() for i in g.members if i not in known}) == []


@pytest.mark.parametrize(
    ("text", "group"),
    [
        ("Penicillin", "penicillins"),
        ("Allergy to penicillin (disorder)", "penicillins"),
        ("Penicillin -class of antibiotic-", "penicillins"),
        ("PCN allergy", "penicillins"),
        ("青霉素过敏", "penicillins"),
        ("对青霉素过敏", "penicillins"),
        ("Sulfa", "sulfonamide-antibiotics"),
        ("sulfa drugs", "sulfonamide-antibiotics"),
        ("磺胺类药物过敏", "sulfonamide-antibiotics"),
        ("NSAIDs", "nsaids"),
        ("头孢类", "cephalosporins"),
        ("Hypersensitivity to cephalosporins", "cephalosporins"),
        ("ACE inhibitors", "ace-inhibitors"),
        ("iodinated contrast", "contrast-iodinated"),
        ("碘造影剂过敏", "contrast-iodinated"),
    ],
)
def test_the_words_of_an_entry_name_a_group(text, group):
    assert KNOWLEDGE.named(text).id == group


@pytest.mark.parametrize("text", ["", "peanut", "花生", "cat", "warfarin", "no known allergies", "sulfite"])
def test_words_that_name_no_group_give_none(text):
    assert KNOWLEDGE.named(text) is None


@given(st.text(max_size=2000))
def test_no_text_breaks_the_reading_of_a_name(text):
    found = KNOWLEDGE.named(text)
    assert found is None or found.id in KNOWLEDGE.groups


def test_a_snomed_code_names_a_group():
    assert KNOWLEDGE.coded("91936005").id == "penicillins"
    assert KNOWLEDGE.coded("91939003").id == "sulfonamide-antibiotics"
    assert KNOWLEDGE.coded("12345") is None


@pytest.mark.parametrize(
    ("culprit", "drug", "severity", "present"),
    [
        ("amoxicillin", "ampicillin", "high", "interrupt"),
        ("amoxicillin", "cefadroxil", "high", "interrupt"),
        ("ampicillin", "cefalexin", "high", "interrupt"),
        ("amoxicillin", "cefalexin", "moderate", "interrupt"),
        ("amoxicillin", "ceftriaxone", "low", "passive"),
        ("amoxicillin", "cefazolin", "low", "passive"),
        ("amoxicillin", "meropenem", "info", "log"),
        ("benzylpenicillin", "cefalexin", "low", "passive"),
        ("ceftazidime", "aztreonam", "high", "interrupt"),
        ("ceftriaxone", "cefotaxime", "high", "interrupt"),
        ("ibuprofen", "naproxen", "high", "interrupt"),
        ("ibuprofen", "celecoxib", "low", "log"),
        ("carbamazepine", "phenytoin", "high", "interrupt"),
        ("lisinopril", "sacubitril", "critical", "interrupt"),
        ("azathioprine", "mercaptopurine", "high", "interrupt"),
    ],
)
def test_which_drugs_cross_and_how_strongly(culprit, drug, severity, present):
    crossing = KNOWLEDGE.crossing(culprit, drug)
    assert (crossing.severity, crossing.present) == (severity, present)


@pytest.mark.parametrize(
    ("culprit", "drug"),
    [
        ("amoxicillin", "aztreonam"),
        ("sulfamethoxazole", "furosemide"),
        ("sulfamethoxazole", "celecoxib"),
        ("procaine", "lidocaine"),
        ("amoxicillin", "azithromycin"),
        ("iohexol", "gadobutrol"),
    ],
)
def test_drugs_that_do_not_cross(culprit, drug):
    assert KNOWLEDGE.crossing(culprit, drug) is None


def test_an_unnamed_penicillin_weighs_more_against_its_near_side_chains_than_a_named_one_without_them():
    assert KNOWLEDGE.crossing_of_group("penicillins", "cefalexin").severity == "moderate"
    assert KNOWLEDGE.crossing("benzylpenicillin", "cefalexin").severity == "low"


def test_an_umbrella_crosses_only_when_an_entry_names_it():
    assert KNOWLEDGE.crossing_of_group("beta-lactams", "meropenem").severity == "high"
    assert KNOWLEDGE.crossing("amoxicillin", "meropenem").severity == "info"


def test_a_crossing_between_groups_that_do_not_exist_is_refused(tmp_path):
    table = "#! version: 1\n#! reviewed: 2026-11-21\nid\tgroup\tingredient\tsource\treviewed\n"
    table += "x\tnothing\ty\twho-atc\t2026-11-21\n"
    (tmp_path / "allergy_members.tsv").write_text(table, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="'nothing' is not in the table"):
        allergy.load((tmp_path,))
