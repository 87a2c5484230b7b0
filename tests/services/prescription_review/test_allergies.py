"""Allergies of the chart against the orders: the drug, its class, what crosses, and what cannot be said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.prescription_review.world import (
    allergy,
    codes,
    gaps,
    no_known_allergies,
    request,
    review,
    the,
)

from openward.domain.evidence import ChartEvidence, KnowledgeEvidence


def test_the_very_drug_of_the_record_interrupts():
    found = the(review(["amoxicillin 500 mg oral three times daily"], allergy("Amoxicillin")), "allergy")
    assert found.code.code == "allergy-same-drug"
    assert (found.severity, found.present, found.certainty) == ("high", "interrupt", "definite")
    assert found.about == ("orders[0]", "AllergyIntolerance/a1")


def test_a_finding_quotes_the_record_and_cites_a_row():
    found = the(review(["amoxicillin 500 mg oral three times daily"], allergy("Penicillin allergy")), "allergy")
    assert {type(e) for e in found.evidence} >= {ChartEvidence, KnowledgeEvidence}
    (quoted,) = [e for e in found.evidence if isinstance(e, ChartEvidence)]
    assert (quoted.reference, quoted.path, quoted.value) == ("AllergyIntolerance/a1", "code.text", "Penicillin allergy")


@pytest.mark.parametrize(
    "words",
    ["Penicillin", "penicillin allergy", "PCN", "青霉素过敏", "Penicillins", "Allergy to penicillin (disorder)"],
)
def test_a_class_in_the_record_speaks_against_its_drugs(words):
    found = the(review(["ampicillin 1 g intravenous every 6 hours"], allergy(words)), "allergy")
    assert found.code.code == "allergy-same-class"
    assert found.present == "interrupt"


def test_a_coded_class_is_understood_without_words():
    entry = allergy("x", code=("snomed", "91936005"))
    entry["code"]["coding"][0].pop("display")
    assert codes(review(["ampicillin 1 g intravenous"], entry), "allergy") == ["allergy-same-class"]


def test_a_coded_ingredient_is_understood():
    entry = allergy("Amoxicillin", code=("rxnorm", "723"))
    assert codes(review(["amoxicillin 500 mg oral"], entry), "allergy") == ["allergy-same-drug"]


def test_the_same_side_chain_interrupts_and_another_one_does_not():
    loud = the(review(["cefadroxil 500 mg oral twice daily"], allergy("amoxicillin")), "allergy")
    quiet = the(review(["cefazolin 1 g intravenous every 8 hours"], allergy("amoxicillin")), "allergy")
    assert (loud.severity, loud.present) == ("high", "interrupt")
    assert (quiet.severity, quiet.present) == ("low", "passive")


def test_non_antibiotic_sulfonamides_do_not_cross():
    assert codes(review(["furosemide 40 mg oral once daily"], allergy("Sulfa")), "allergy") == []
    assert codes(review(["sulfamethoxazole oral"], allergy("Sulfa")), "allergy") == ["allergy-same-class"]


def test_anti_inflammatory_drugs_cross_but_coxibs_only_enter_the_log():
    assert the(review(["naproxen 500 mg oral"], allergy("ibuprofen")), "allergy").present == "interrupt"
    assert the(review(["celecoxib 200 mg oral"], allergy("ibuprofen")), "allergy").present == "log"


def test_a_severe_reaction_raises_the_severity():
    severe = allergy("amoxicillin", reaction=[{"severity": "severe", "manifestation": [{"text": "hives"}]}])
    assert the(review(["amoxicillin 500 mg oral"], severe), "allergy").severity == "critical"
    anaphylaxis = allergy("amoxicillin", reaction=[{"manifestation": [{"text": "Anaphylaxis"}]}])
    assert the(review(["amoxicillin 500 mg oral"], anaphylaxis), "allergy").severity == "critical"
    high = allergy("amoxicillin", criticality="high")
    assert the(review(["amoxicillin 500 mg oral"], high), "allergy").severity == "critical"


def test_an_intolerance_does_not_interrupt():
    found = the(review(["codeine 30 mg oral"], allergy("codeine", type="intolerance")), "allergy")
    assert (found.severity, found.present) == ("moderate", "passive")
    assert "(intolerance)" in found.why


def test_an_unconfirmed_entry_is_only_possible():
    entry = allergy("amoxicillin", verificationStatus={"coding": [{"code": "unconfirmed"}]})
    assert the(review(["amoxicillin 500 mg oral"], entry), "allergy").certainty == "possible"


@pytest.mark.parametrize("status", ["refuted", "entered-in-error"])
def test_a_refuted_entry_is_not_used(status):
    entry = allergy("amoxicillin", verificationStatus={"coding": [{"code": status}]})
    assert codes(review(["amoxicillin 500 mg oral"], entry), "allergy") == []


def test_a_resolved_entry_is_a_quiet_note():
    entry = allergy("amoxicillin", clinicalStatus={"coding": [{"code": "resolved"}]})
    found = the(review(["amoxicillin 500 mg oral"], entry), "allergy")
    assert (found.severity, found.present) == ("low", "passive")


def test_a_record_without_a_word_on_allergies_is_not_a_record_of_none():
    assert "allergies-not-recorded" in gaps(review(["amoxicillin 500 mg oral"]))
    assert "allergies-not-recorded" not in gaps(review(["amoxicillin 500 mg oral"], no_known_allergies()))


def test_an_allergen_that_is_not_understood_is_named():
    proposal = review(["amoxicillin 500 mg oral"], allergy("that red tablet"))
    (note,) = [n for n in proposal.not_checked if n.code == "allergen-not-resolved"]
    assert note.about == ("AllergyIntolerance/a1",)


def test_foods_are_said_to_be_not_compared_with_excipients():
    proposal = review(["amoxicillin 500 mg oral"], allergy("Peanut", category=["food"]))
    assert "allergens-not-drugs" in gaps(proposal)


def test_food_allergies_alone_say_nothing_of_drugs():
    peanut = allergy("Peanut", category=["food"])
    assert "allergies-not-recorded" in gaps(review(["amoxicillin 500 mg oral"], peanut))
    none = allergy("No known drug allergy", id="a2", code=("snomed", "409137002"))
    assert "allergies-not-recorded" not in gaps(review(["amoxicillin 500 mg oral"], peanut, none))


def test_two_entries_of_one_class_make_one_finding_with_both_references():
    proposal = review(["ampicillin 1 g iv"], allergy("Penicillin", id="a1"), allergy("penicillins", id="a2"))
    found = the(proposal, "allergy")
    assert set(found.about) == {"orders[0]", "AllergyIntolerance/a1", "AllergyIntolerance/a2"}


def test_several_allergens_in_one_entry_are_all_read():
    entry = allergy("penicillin and sulfa")
    found = review(["ampicillin 1 g iv", "sulfadiazine 1 g oral"], entry)
    assert codes(found, "allergy") == ["allergy-same-class", "allergy-same-class"]


def test_the_substance_of_a_reaction_is_read():
    entry = allergy(
        "antibiotic", reaction=[{"substance": {"text": "amoxicillin"}, "manifestation": [{"text": "rash"}]}]
    )
    assert codes(review(["amoxicillin 500 mg oral"], entry), "allergy") == ["allergy-same-drug"]


def test_only_orders_are_judged_not_what_was_ordered_before():
    current = request("amoxicillin", id="m", dose=500, times=3, route="oral")
    assert codes(review(["paracetamol 500 mg oral"], allergy("amoxicillin"), current), "allergy") == []


def test_chinese_words():
    found = the(review(["阿莫西林 0.5 g 口服 每日三次"], allergy("青霉素过敏"), language="zh"), "allergy")
    assert found.headline == "阿莫西林：已有青霉素类过敏记录"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_no_words_of_an_entry_break_the_review(words):
    proposal = review(["amoxicillin 500 mg oral"], allergy(words or " "))
    assert all(f.evidence for f in proposal.findings)


CEFALEXIN = ["cefalexin 500 mg oral three times daily"]


@pytest.mark.parametrize(("words", "high"), [("Penicillin", "interrupt"), ("青霉素", "interrupt")])
def test_a_like_side_chain_interrupts_where_the_criticality_is_high(words, high):
    quiet = the(review(CEFALEXIN, allergy(words)), "allergy")
    loud = the(review(CEFALEXIN, allergy(words, criticality="high")), "allergy")
    assert (quiet.present, loud.present, loud.severity) == ("passive", high, "high")


def test_another_side_chain_never_interrupts_even_where_the_criticality_is_high():
    found = the(
        review(["cefazolin 1 g intravenous every 8 hours"], allergy("Penicillin", criticality="high")), "allergy"
    )
    assert found.present == "passive"


def test_criticality_is_not_called_severity():
    high = the(review(CEFALEXIN, allergy("Penicillin", criticality="high")), "allergy")
    grave = the(review(CEFALEXIN, allergy("Penicillin", reaction=[told("Anaphylaxis")])), "allergy")
    chinese = the(review(CEFALEXIN, allergy("青霉素", criticality="high"), language="zh"), "allergy")
    assert "(criticality high)" in high.why
    assert "severe" not in high.why
    assert "(severe reaction)" in grave.why
    assert "危急度高" in chinese.why


def test_a_grave_reaction_is_cited_with_its_words():
    found = the(review(CEFALEXIN, allergy("Penicillin", reaction=[told("Anaphylaxis")])), "allergy")
    quoted = {(e.path, e.value) for e in found.evidence if isinstance(e, ChartEvidence)}
    assert ("reaction[0].manifestation[0].text", "Anaphylaxis") in quoted


def test_side_effects_alone_do_not_interrupt_unless_the_entry_calls_them_an_allergy():
    order = ["codeine 30 mg oral every 6 hours"]
    unsaid = the(review(order, allergy("codeine", reaction=[told("Nausea")])), "allergy")
    said = the(review(order, allergy("codeine", type="allergy", reaction=[told("Nausea")])), "allergy")
    assert (unsaid.present, said.present) == ("passive", "interrupt")


def test_aztreonam_crosses_with_ceftazidime_and_not_with_ceftriaxone():
    order = ["aztreonam 1 g intravenous every 8 hours"]
    assert the(review(order, allergy("ceftazidime")), "allergy").present == "interrupt"
    assert codes(review(order, allergy("ceftriaxone", criticality="high")), "allergy") == []


def test_a_shared_side_chain_is_named_before_the_class():
    found = the(review(["cefuroxime 750 mg intravenous every 8 hours"], allergy("ceftriaxone")), "allergy")
    assert "R1" in found.why


def test_an_unnamed_opioid_is_asked_for_and_not_forbidden():
    found = the(review(["morphine 10 mg oral every 12 hours"], allergy("Narcotics")), "allergy")
    assert (found.code.code, found.present) == ("allergy-same-class", "passive")
    assert "which opioid" in found.why


@pytest.mark.parametrize("words", ["磺胺类抗菌药", "Iodinated contrast medium", "三环类抗抑郁药"])
def test_a_class_is_known_by_its_usual_names(words):
    assert "allergen-not-resolved" not in gaps(review(CEFALEXIN, allergy(words)))


def told(manifestation):
    return {"manifestation": [{"text": manifestation}]}
