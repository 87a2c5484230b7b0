"""The same ingredient or class twice: what counts, what has a place, what is only a renewal."""

import pytest
from tests.services.prescription_review.world import codes, gaps, request, review, the

from openward.domain.evidence import KnowledgeEvidence


def test_two_orders_of_one_ingredient_interrupt():
    found = the(review(["paracetamol 1 g oral every 6 hours", "panadol 500 mg oral three times daily"]), "duplicate")
    assert found.code.code == "duplicate-same-ingredient"
    assert found.present == "interrupt"
    assert found.about == ("orders[0]", "orders[1]")


def test_an_order_that_repeats_a_current_one_is_a_renewal():
    current = request("atorvastatin", id="m", dose=20, times=1, route="oral")
    found = the(review(["atorvastatin 20 mg oral once daily"], current), "duplicate")
    assert (found.code.code, found.severity, found.present) == ("duplicate-renewal", "info", "passive")


def test_an_order_of_a_current_drug_with_another_dose_is_a_change():
    current = request("atorvastatin", id="m", dose=20, times=1, route="oral")
    found = the(review(["atorvastatin 40 mg oral once daily"], current), "duplicate")
    assert (found.code.code, found.severity, found.present) == ("duplicate-change", "moderate", "passive")


def test_an_ingredient_inside_a_combination_counts():
    current = request("hydrocodone and paracetamol", id="m", dose=1, times=4, route="oral")
    found = the(review(["paracetamol 1 g oral every 6 hours"], current), "duplicate-same")
    assert found.present == "interrupt"


def test_as_needed_use_beside_is_less_grave():
    current = request("hydrocodone and paracetamol", id="m", dose=1, times=4, route="oral", as_needed=True)
    assert the(review(["paracetamol 1 g oral every 6 hours"], current), "duplicate-same").present == "passive"


@pytest.mark.parametrize(
    ("first", "second", "present"),
    [
        ("omeprazole 20 mg oral once daily", "pantoprazole", "passive"),
        ("simvastatin 20 mg oral once daily", "rosuvastatin", "interrupt"),
        ("lisinopril 10 mg oral once daily", "enalapril", "interrupt"),
        ("sertraline 50 mg oral once daily", "citalopram", "interrupt"),
    ],
)
def test_two_drugs_of_a_class(first, second, present):
    found = the(review([first], request(second, id="m", dose=20, times=1, route="oral")), "duplicate")
    assert (found.code.code, found.present) == ("duplicate-class", present)
    assert found.about == ("orders[0]", "MedicationRequest/m")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("levetiracetam 500 mg oral twice daily", "lamotrigine"),
        ("insulin lispro subcutaneous", "insulin glargine"),
        ("amlodipine 5 mg oral once daily", "lisinopril"),
        ("clopidogrel 75 mg oral once daily", "aspirin"),
    ],
)
def test_drugs_that_are_rightly_combined_give_nothing(first, second):
    assert codes(review([first], request(second, id="m", dose=20, times=1, route="oral")), "duplicate") == []


def test_a_gel_beside_a_tablet_is_no_duplicate():
    current = request("diclofenac", id="m", dose=50, times=2, route="oral")
    assert codes(review(["diclofenac 1 % gel topical twice daily"], current), "duplicate") == []


def test_two_eye_drops_of_a_class_are_found():
    current = request("latanoprost ophthalmic solution", id="m", route="ophthalmic")
    found = the(review(["travoprost 0.004 % eye drops once daily"], current), "duplicate")
    assert found.code.code == "duplicate-class"


def test_a_pair_that_has_a_place_is_a_quiet_note():
    current = request("enoxaparin", id="m", dose=60, times=2, route="subcutaneous")
    findings = [f for f in review(["warfarin 5 mg oral once daily"], current).findings if "duplicate" in f.code.code]
    assert all(f.present == "passive" for f in findings)


def test_three_drugs_of_a_class_make_one_finding():
    first = request("simvastatin", id="m1", dose=20, times=1, route="oral")
    second = request("pravastatin", id="m2", dose=20, times=1, route="oral")
    found = the(review(["rosuvastatin 10 mg oral once daily"], first, second), "duplicate")
    assert set(found.about) == {"orders[0]", "MedicationRequest/m1", "MedicationRequest/m2"}


def test_a_stopped_drug_is_no_duplicate():
    stopped = request("atorvastatin", id="m", status="stopped", dose=20, times=1, route="oral")
    assert codes(review(["rosuvastatin 10 mg oral once daily"], stopped), "duplicate") == []


def test_a_drug_of_unknown_state_is_compared_with_less_certainty():
    held = request("atorvastatin", id="m", status="on-hold", dose=20, times=1, route="oral")
    proposal = review(["rosuvastatin 10 mg oral once daily"], held)
    found = the(proposal, "duplicate")
    assert (found.certainty, found.present) == ("possible", "passive")
    assert "drug-use-unknown" in gaps(proposal)


def test_order_dispense_and_statement_of_one_drug_are_one_drug():
    dispense = {
        "resourceType": "MedicationStatement", "id": "s", "status": "active", "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": "atorvastatin"}, "effectivePeriod": {"start": "2026-01-01"},
    }  # fmt: skip
    current = request("atorvastatin tablet", id="m", dose=20, times=1, route="oral")
    proposal = review([], dispense, current)
    assert codes(proposal, "duplicate") == []


def test_salts_and_vitamins_may_repeat():
    assert codes(review(["folic acid 5 mg oral once daily", "folic acid 1 mg oral once daily"]), "duplicate") == []


def test_chinese_words():
    current = request("瑞舒伐他汀", id="m", dose=10, times=1, route="口服")
    found = the(review(["辛伐他汀 20 mg 口服 每晚一次"], current, language="zh"), "duplicate")
    assert found.headline.startswith("他汀类重复")


def given(drug, *, id="g", order=None, route="intravenous", at="2026-11-21T02:00:00Z"):
    """A dose that was given seven hours ago, under an order or under none."""
    return {
        "resourceType": "MedicationAdministration",
        "id": id,
        "status": "completed",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": drug},
        "effectiveDateTime": at,
        "dosage": {"route": {"text": route}, "dose": {"value": 40, "unit": "mg"}},
        **({"request": {"reference": order}} if order else {}),
    }


INFUSION = {"dose": 40, "times": 2, "route": "intravenous"}
TABLETS = ["pantoprazole 40 mg oral once daily"]


def test_the_last_doses_of_an_ended_order_are_no_repetition():
    ended = request("pantoprazole", id="m", status="completed", **INFUSION)
    proposal = review(TABLETS, ended, given("pantoprazole", order="MedicationRequest/m"))
    assert codes(proposal) == []


@pytest.mark.parametrize("reference", ["https://a.example/fhir/MedicationRequest/m", "MedicationRequest/m/_history/2"])
def test_the_order_of_a_dose_is_found_however_it_is_referred_to(reference):
    ended = request("pantoprazole", id="m", status="completed", **INFUSION)
    assert codes(review(TABLETS, ended, given("pantoprazole", order=reference))) == []


def test_a_dose_of_which_no_order_is_known_counts():
    proposal = review(["pantoprazole 40 mg intravenous once daily"], given("pantoprazole"))
    assert codes(proposal, "duplicate") == ["duplicate-change"]


def test_a_change_of_the_way_of_giving_is_a_low_remark_while_the_older_order_runs():
    found = the(review(TABLETS, request("pantoprazole", id="m", **INFUSION)), "duplicate")
    assert (found.code.code, found.severity, found.present) == ("duplicate-change", "low", "passive")
    assert "when this one starts" in found.advice


def test_a_dangerous_drug_given_today_is_told_though_its_order_has_ended():
    ended = request("enoxaparin", id="m", status="completed", dose=80, times=2, route="subcutaneous")
    dose = given("enoxaparin", order="MedicationRequest/m", route="subcutaneous")
    found = the(review(["apixaban 5 mg oral twice daily"], ended, dose), "duplicate")
    assert found.severity == "critical"


@pytest.mark.parametrize(
    ("order", "current"),
    [
        ("ibuprofen 400 mg oral three times daily", "naproxen"),
        ("sertraline 50 mg oral once daily", "citalopram"),
        ("clopidogrel 75 mg oral once daily", "ticagrelor"),
    ],
)
def test_a_repetition_and_the_interaction_behind_it_are_one_finding(order, current):
    proposal = review([order], request(current, id="m", dose=20, times=1, route="oral"))
    found = the(proposal, "duplicate")
    tables = {e.table for e in found.evidence if isinstance(e, KnowledgeEvidence)}
    assert {"duplicate_classes", "interaction_rules"} <= tables
    assert found.present == "interrupt"
    assert not {"interaction-bleeding", "interaction-serotonin"} & set(codes(proposal))


def test_three_drugs_of_a_class_are_one_finding():
    orders = [
        "ibuprofen 400 mg oral twice daily",
        "naproxen 250 mg oral twice daily",
        "diclofenac 50 mg oral twice daily",
    ]
    proposal = review(orders)
    assert codes(proposal) == ["duplicate-class"]
    assert proposal.findings[0].headline.startswith("Three")


def test_two_problems_of_one_pair_are_told_both():
    proposal = review(
        ["haloperidol 1 mg oral once daily"], request("quetiapine", id="m", dose=50, times=1, route="oral")
    )
    assert {"duplicate-class", "interaction-qt"} <= set(codes(proposal))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_draft_of_the_drug_that_is_asked_about_waits_and_is_not_in_use(language):
    draft = request("metformin", id="d", status="draft", dose=500, times=2, route="oral")
    found = the(review(["metformin"], draft, language=language), "duplicate")
    assert (found.code.code, found.severity, found.present) == ("duplicate-draft", "low", "passive")
    assert found.about == ("orders[0]", "MedicationRequest/d")
    assert "in use already" not in found.why
    assert "已在使用" not in found.why


def test_a_draft_does_not_hide_what_is_in_use():
    draft = request("atorvastatin", id="d", status="draft", dose=40, times=1, route="oral")
    current = request("atorvastatin", id="m", dose=20, times=1, route="oral")
    found = codes(review(["atorvastatin 20 mg oral once daily"], draft, current), "duplicate")
    assert sorted(found) == ["duplicate-draft", "duplicate-renewal"]


def _was_taken(drug, start, end, status="stopped"):
    return {
        "resourceType": "MedicationStatement", "id": "s", "status": status, "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": drug}, "effectivePeriod": {"start": start, "end": end},
    }  # fmt: skip


@pytest.mark.parametrize(("language", "words"), [("en", "stopped 2026-11-18"), ("zh", "已停用 2026-11-18")])
def test_a_stopped_drug_that_is_asked_about_is_told_with_its_day(language, words):
    stopped = _was_taken("metformin", "2016-01-07", "2026-11-18T09:00:00Z")
    draft = request("metformin", id="d", status="draft", dose=500, times=2, route="oral")
    proposal = review(["metformin"], stopped, draft, language=language)
    found = the(proposal, "duplicate-stopped")
    assert words in found.headline
    assert any(getattr(e, "reference", "") == "MedicationStatement/s" for e in found.evidence)
    assert sorted(codes(proposal, "duplicate")) == ["duplicate-draft", "duplicate-stopped"]


def test_a_drug_that_is_in_use_again_is_not_told_as_stopped():
    stopped = _was_taken("metformin", "2016-01-07", "2020-11-18")
    current = request("metformin", id="m", dose=500, times=2, route="oral")
    assert codes(review(["metformin 500 mg oral twice daily"], stopped, current), "duplicate") == ["duplicate-renewal"]
