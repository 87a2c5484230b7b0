"""Names and codes of drugs resolve to ingredients, and what is not understood is said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openward.domain.code import ATC, RXNORM, SNOMED, Code, Concept
from openward.knowledge import tables
from openward.knowledge.drugs import Drugs
from openward.knowledge.prescribed import read_order
from openward.knowledge.suggest import distance


@pytest.fixture(scope="module")
def drugs():
    return Drugs()


@pytest.mark.parametrize(
    ("text", "ids", "form"),
    [
        ("Hydrochlorothiazide 25 MG Oral Tablet", "hydrochlorothiazide", "oral"),
        ("0.4 ML Enoxaparin sodium 100 MG/ML Prefilled Syringe", "enoxaparin", "injection"),
        ("Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet", "amoxicillin clavulanic-acid", "oral"),
        ("24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet", "metformin", "oral"),
        ("NDA020503 200 ACTUAT Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler", "salbutamol", "inhaled"),
        (
            "{7 (inert ingredients 1 MG Oral Tablet) / 2 (dienogest 2 MG / estradiol valerate 3 MG) } Pack [Natazia]",
            "dienogest estradiol",
            "oral",
        ),
        (
            "Acetaminophen 325 MG / Oxycodone Hydrochloride 10 MG Oral Tablet [Percocet]",
            "paracetamol oxycodone",
            "oral",
        ),
        ("Penicillin V Potassium 500 MG Oral Tablet", "phenoxymethylpenicillin", "oral"),
        ("timolol 0.5 % ophthalmic solution", "timolol", "ophthalmic"),
        ("AMOXICILLIN-CLAVULANATE", "amoxicillin clavulanic-acid", None),
        ("Aspégic", "acetylsalicylic-acid", None),
        ("TMP/SMX", "sulfamethoxazole trimethoprim", None),
        ("阿莫西林克拉维酸钾片", "amoxicillin clavulanic-acid", "oral"),
        ("注射用头孢哌酮钠舒巴坦钠", "cefoperazone sulbactam", "injection"),
        ("硫酸氢氯吡格雷片", "clopidogrel", "oral"),
        ("门冬氨酸钾镁注射液", "potassium-aspartate magnesium-aspartate", "injection"),
        ("ＷＡＲＦＡＲＩＮ　5ｍｇ", "warfarin", None),
        ("Allergy to aspirin (finding)", "acetylsalicylic-acid", None),
        ("对青霉素过敏", "benzylpenicillin", None),
        ("锌", "zinc", None),
    ],
)
def test_products_resolve_to_their_ingredients(drugs, text, ids, form):
    found = drugs.resolve_text(text)
    assert found.ids == tuple(ids.split())
    assert found.form == form
    assert found.complete
    assert found.how == "name"


def test_a_salt_is_not_another_drug(drugs):
    assert drugs.resolve_text("Losartan potassium 50 MG").ids == ("losartan",)
    assert drugs.resolve_text("potassium").ids == ("potassium",)
    assert drugs.resolve_text("calcium / magnesium").ids == ("calcium", "magnesium")


def test_a_misspelt_name_is_suggested_and_never_taken(drugs):
    found = drugs.resolve_text("warfrin 5 mg")
    assert found.ids == ()
    assert found.unresolved == ("warfrin",)
    assert found.suggestions == ("warfarin",)
    assert not found.complete


def test_a_combination_with_an_unknown_part_is_not_complete(drugs):
    found = drugs.resolve_text("amoxicillin 500 mg / zzybactam 125 mg tablet")
    assert found.ids == ("amoxicillin",)
    assert found.unresolved == ("zzybactam",)
    assert not found.complete


def test_a_name_of_several_drugs_is_reported_and_not_resolved(drugs):
    for text in ("penicillin 500 mg", "HCT 25 mg", "MSO4 2 mg"):
        found = drugs.resolve_text(text)
        assert found.ids == ()
        assert found.ambiguous


def test_codes_resolve(drugs):
    rxnorm = drugs.resolve(Concept((Code(RXNORM, "11289"),)))
    assert (rxnorm.ids, rxnorm.how) == (("warfarin",), "rxnorm")
    atc = drugs.resolve(Concept((Code(ATC, "J01CR02"),)))
    assert (atc.ids, atc.how) == (("amoxicillin", "clavulanic-acid"), "atc")
    former = drugs.resolve(Concept((Code(ATC, "L01XE01"),)))
    assert former.ids == ("imatinib",)
    assert drugs.evidence(atc.matched[0]).table == "combinations"
    assert drugs.evidence(atc.ingredients[0]).row == "amoxicillin"


def test_an_unknown_code_falls_back_to_the_words_and_is_said_without_them(drugs):
    words = drugs.resolve(Concept((Code(RXNORM, "314076", "lisinopril 10 MG Oral Tablet"),)))
    assert (words.ids, words.how, words.form) == (("lisinopril",), "name", "oral")
    bare = drugs.resolve(Concept((Code(RXNORM, "314076"),)))
    assert bare.ids == ()
    assert bare.unresolved == ("314076",)
    assert drugs.resolve(Concept()).ingredients == ()


def test_codes_and_words_that_disagree_are_reported_and_both_are_kept(drugs):
    found = drugs.resolve(Concept((Code(RXNORM, "11289", "aspirin 81 MG Oral Tablet"),)))
    assert found.ids == ("warfarin", "acetylsalicylic-acid")
    assert found.conflict == "warfarin / acetylsalicylic-acid"
    two = drugs.resolve(Concept((Code(SNOMED, "1", "warfarin"),), "aspirin"))
    assert set(two.ids) == {"warfarin", "acetylsalicylic-acid"}
    assert two.conflict


def test_a_code_settles_words_that_are_not_understood(drugs):
    found = drugs.resolve(Concept((Code(RXNORM, "11289"),), "the blood thinner"))
    assert found.ids == ("warfarin",)
    assert found.complete


def test_agreeing_code_and_words_are_one(drugs):
    found = drugs.resolve(Concept((Code(RXNORM, "11289", "warfarin sodium 5 MG Oral Tablet"),)))
    assert (found.ids, found.how, found.form, found.conflict) == (("warfarin",), "rxnorm", "oral", None)


def test_text_beyond_the_limit_is_said(drugs):
    assert drugs.resolve_text("warfarin " + "x" * 3000).unresolved[-1] == "… (+1009)"


def test_a_hospital_adds_its_own_names(tmp_path):
    folder = tables.DATA / "ingredients"
    header = next(line for line in (folder / "ingredients.a.tsv").read_text().splitlines() if line.startswith("id\t"))
    cells = {"id": "wardolol", "name_en": "wardolol", "source": "gsrs", "reviewed": "2026-11-21", "brands": "Wardex"}
    row = "\t".join(cells.get(c.rstrip("?"), "") for c in header.split("\t"))
    (tmp_path / "ingredients.tsv").write_text(f"#! version: 1\n#! reviewed: 2026-11-21\n{header}\n{row}\n")
    assert Drugs((tmp_path,)).resolve_text("Wardex 5 mg").ids == ("wardolol",)
    assert Drugs().resolve_text("Wardex 5 mg").ids == ()


def test_an_order_is_read_with_its_drug(drugs):
    read = read_order("St John's wort 300 mg tid", drugs)
    assert read.drug.ids == ("hypericum",)
    assert (read.order.amount.value, read.order.per_day, read.order.once) == (300, 3, False)
    chinese = read_order("阿莫西林克拉维酸钾片 0.625g 口服 每8小时一次", drugs)
    assert chinese.drug.ids == ("amoxicillin", "clavulanic-acid")
    assert chinese.order.interval_h == 8
    assert read_order("oral rehydration salts 200 mL", drugs).drug.ids == ("oral-rehydration-salts",)
    assert read_order("", drugs).drug.ids == ()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read_without_error_and_alike_twice(text):
    drugs = Drugs()
    assert drugs.resolve_text(text) == drugs.resolve_text(text)


@settings(max_examples=100, deadline=None)
@given(st.text("abcd", max_size=8), st.text("abcd", max_size=8))
def test_the_edit_distance_is_a_distance(one, other):
    assert distance(one, other, 9) == distance(other, one, 9)
    assert (distance(one, other, 9) == 0) == (one == other)
    assert distance(one, other, 9) >= abs(len(one) - len(other))
    assert distance(one, other, 0) <= 1


def test_the_suffix_of_a_biologic_says_nothing_and_other_suffixes_do(drugs):
    assert drugs.resolve_text("infliximab-dyyb 100 MG Injection").complete
    assert not drugs.resolve_text("amoxicillin-dyyb 100 MG").complete
