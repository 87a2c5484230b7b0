"""Dose by kidney function: what is compared, and what is said when it cannot be."""

import pytest
from tests.services.prescription_review.world import (
    codes,
    creatinine,
    gaps,
    observation,
    patient,
    request,
    review,
    the,
    weight,
)

from openward.domain.evidence import CalculationEvidence, ChartEvidence


def test_metformin_is_stopped_at_a_low_filtration_rate():
    found = the(review(["metformin 500 mg oral twice daily"], creatinine(2.6), weight()), "kidney")
    assert found.code.code == "kidney-avoid"
    assert (found.severity, found.present, found.certainty) == ("critical", "interrupt", "definite")
    assert "eGFR" in found.why
    assert "below 30" in found.why


def test_the_computed_value_names_equation_and_inputs():
    found = the(review(["metformin 500 mg oral twice daily"], creatinine(2.6), weight()), "kidney")
    (calculation,) = [e for e in found.evidence if isinstance(e, CalculationEvidence)]
    assert calculation.formula.row == "ckd-epi-2021-creatinine"
    assert {e.path for e in calculation.inputs} == {"valueQuantity.value", "birthDate", "gender"}
    assert calculation.value == pytest.approx(19.1, abs=0.2)


def test_micromoles_give_the_same_as_milligrams():
    one = the(review(["metformin 500 mg oral twice daily"], creatinine(2.6), weight()), "kidney")
    other = the(review(["metformin 500 mg oral twice daily"], creatinine(229.84, "umol/L"), weight()), "kidney")
    assert one.id == other.id
    assert one.why == other.why


def test_a_dose_within_the_limit_gives_no_finding():
    proposal = review(["metformin 500 mg oral twice daily"], creatinine(1.45), weight())
    assert codes(proposal, "kidney") == []
    assert "dose-not-compared" not in gaps(proposal)


def test_a_dose_over_the_limit_says_what_was_ordered():
    found = the(review(["metformin 1000 mg oral twice daily"], creatinine(1.45), weight()), "kidney")
    assert found.code.code == "kidney-max"
    assert "2000 mg" in found.why
    assert "1000 mg" in found.advice


def test_grams_are_compared_with_milligrams():
    found = the(review(["metformin 1 g oral twice daily"], creatinine(1.45), weight()), "kidney")
    assert found.code.code == "kidney-max"


def test_a_dose_that_is_not_stated_is_not_compared_and_said_so():
    proposal = review(["metformin oral"], creatinine(1.45), weight())
    found = the(proposal, "kidney")
    assert (found.present, found.certainty) == ("passive", "possible")
    assert {"dose-not-compared", "dose-not-read"} <= gaps(proposal)


def test_a_normal_kidney_gives_no_finding_but_is_counted_as_examined():
    proposal = review(["metformin 1000 mg oral twice daily"], creatinine(0.7), weight())
    assert codes(proposal, "kidney") == []
    (examined,) = [e for e in proposal.body.families if e.family == "kidney"]
    assert examined.count == 1


def test_a_limit_by_body_weight_is_compared_with_the_weight():
    over = review(["enoxaparin 80 mg subcutaneous twice daily"], creatinine(2.5), weight(70))
    assert the(over, "kidney").code.code == "kidney-max"
    within = review(["enoxaparin 60 mg subcutaneous once daily"], creatinine(2.5), weight(70))
    assert codes(within, "kidney") == []


def test_a_dose_by_body_weight_is_compared_with_a_limit_by_body_weight_and_with_an_absolute_one():
    over = review(["enoxaparin 1 mg/kg subcutaneous twice daily"], creatinine(2.5), weight(70))
    assert the(over, "kidney").code.code == "kidney-max"
    assert codes(review(["enoxaparin 1 mg/kg subcutaneous once daily"], creatinine(2.5), weight(70)), "kidney") == []
    absolute = review(["levetiracetam 10 mg/kg oral twice daily"], creatinine(2.5), weight(70))
    assert the(absolute, "kidney").code.code == "kidney-max"


@pytest.mark.parametrize(
    ("resources", "needed"),
    [
        ((weight(),), "serum creatinine"),
        ((creatinine(1.2), weight(), patient(born=None)), "date of birth"),
        ((creatinine(1.2), weight(), patient(gender="unknown")), "sex"),
        ((creatinine(1.2, "furlong"), weight()), "serum creatinine"),
    ],
)
def test_what_is_missing_is_named_and_never_assumed(resources, needed):
    clean = [{k: v for k, v in r.items() if v is not None} for r in resources]
    proposal = review(["metformin 500 mg oral twice daily"], *clean)
    (note,) = [n for n in proposal.not_checked if n.code == "kidney-function-unknown"]
    assert needed in note.needed
    assert codes(proposal, "kidney") == []
    assert note.about == ("orders[0]",)


def test_without_a_weight_the_filtration_rate_stands_in_with_less_certainty():
    proposal = review(["dabigatran 150 mg oral twice daily"], creatinine(3.0))
    found = the(proposal, "kidney")
    assert found.certainty == "possible"
    assert "in place of clearance" in found.why
    assert "kidney-clearance-unknown" in gaps(proposal)


def test_an_old_creatinine_is_used_with_less_certainty_and_said_so():
    proposal = review(["metformin 500 mg oral twice daily"], creatinine(2.6, at="2026-06-01"), weight())
    assert the(proposal, "kidney").certainty == "possible"
    assert "kidney-function-old" in gaps(proposal)


def test_the_newest_creatinine_counts_and_one_of_the_future_does_not():
    proposal = review(
        ["metformin 500 mg oral twice daily"],
        creatinine(2.6, id="old", at="2026-09-01T08:00:00Z"),
        creatinine(0.7, id="new", at="2026-11-10T08:00:00Z"),
        creatinine(9.0, id="future", at="2027-01-01T08:00:00Z"),
        weight(),
    )
    assert codes(proposal, "kidney") == []


def test_a_creatinine_that_changes_quickly_is_pointed_out():
    proposal = review(
        ["metformin 500 mg oral twice daily"],
        creatinine(1.0, id="a", at="2026-11-19T08:00:00Z"),
        creatinine(2.6, id="b", at="2026-11-20T08:00:00Z"),
        weight(),
    )
    assert "kidney-function-unstable" in gaps(proposal)
    assert the(proposal, "kidney").certainty == "possible"


def test_dialysis_is_pointed_out():
    condition = {
        "resourceType": "Condition",
        "id": "d",
        "subject": {"reference": "Patient/p"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "105502003"}]},
    }
    assert "kidney-function-dialysis" in gaps(review(["metformin 500 mg oral"], creatinine(6), weight(), condition))


def test_a_child_is_not_judged_by_the_rules_for_adults():
    proposal = review(
        ["aciclovir 200 mg oral five times daily"], patient(born="2018-01-01"), creatinine(2.0), weight(25)
    )
    assert codes(proposal, "kidney") == []
    assert "kidney-rules-adults-only" in gaps(proposal)


def test_a_reported_filtration_rate_serves_when_none_can_be_computed():
    reported = observation("98979-8", 22, "mL/min/{1.73_m2}", id="egfr")
    found = the(review(["metformin 500 mg oral twice daily"], reported), "kidney")
    assert found.certainty == "probable"
    assert any(isinstance(e, ChartEvidence) and e.reference == "Observation/egfr" for e in found.evidence)


def test_a_topical_drug_needs_no_kidney():
    assert codes(review(["diclofenac 1 % gel topical twice daily"], creatinine(5), weight()), "kidney") == []


def test_an_infusion_and_a_tablet_have_their_own_limits():
    tablet = review(["ciprofloxacin 500 mg oral twice daily"], creatinine(3.5), weight())
    assert "500 mg" in the(tablet, "kidney").advice
    infusion = review(["ciprofloxacin 400 mg intravenous once daily"], creatinine(3.5), weight())
    assert codes(infusion, "kidney") == []


def test_words_are_chinese_when_asked_for():
    found = the(review(["二甲双胍 500 mg 口服 每日两次"], creatinine(2.6), weight(), language="zh"), "kidney")
    assert "二甲双胍" in found.headline
    assert "低于 30" in found.why


def test_a_draft_order_of_the_chart_can_be_deleted_with_one_click():
    order = request("metformin", id="m", status="draft", dose=500, times=2, route="oral")
    found = the(review((), creatinine(2.6), weight(), order), "kidney")
    assert found.suggestions[0].target == "MedicationRequest/m"
    assert found.about == ("MedicationRequest/m",)


def test_two_orders_of_one_drug_make_one_finding():
    first = request("metformin", id="m1", dose=500, times=1, route="oral")
    second = request("metformin", id="m2", dose=850, times=1, route="oral")
    found = the(review([], creatinine(2.6), weight(), first, second), "kidney")
    assert set(found.about) == {"MedicationRequest/m1", "MedicationRequest/m2"}


def test_tablets_of_a_stated_strength_are_counted():
    order = request("Metformin 500 MG Oral Tablet", id="m", dose=2, unit="{tablet}", times=2, route="oral")
    found = the(review([], creatinine(1.45), weight(), order), "kidney")
    assert found.code.code == "kidney-max"
    assert "2000 mg" in found.why


def test_a_child_s_filtration_rate_is_told_by_the_bedside_equation():
    height = observation("8302-2", 120, "cm", id="h")
    proposal = review(["aciclovir 200 mg oral"], patient(born="2018-01-01"), creatinine(1.2), weight(25), height)
    (note,) = [n for n in proposal.not_checked if n.code == "kidney-rules-adults-only"]
    assert "eGFR 41.3" in note.why


def test_an_interval_that_is_too_short_is_found_and_a_long_one_is_not():
    short = review(["cefazolin 1 g intravenous every 6 hours"], creatinine(2.5), weight(70))
    assert the(short, "kidney").code.code == "kidney-extend"
    assert codes(review(["cefazolin 500 mg intravenous every 12 hours"], creatinine(2.5), weight(70)), "kidney") == []
    unstated = review(["cefazolin 1 g intravenous"], creatinine(2.5), weight(70))
    assert the(unstated, "kidney").certainty == "possible"


def test_too_good_a_kidney_is_a_finding_where_the_label_says_so():
    found = the(
        review(["edoxaban 60 mg oral once daily"], patient(born="1990-01-01"), creatinine(0.5), weight(90)), "kid"
    )
    assert "95 or more" in found.why


def test_a_weight_that_is_missing_leaves_a_limit_by_weight_uncompared():
    proposal = review(["enoxaparin 60 mg subcutaneous twice daily"], creatinine(2.5))
    assert "dose-not-compared" in gaps(proposal)


@pytest.mark.parametrize("order", ["piperacillin/tazobactam 4.5 g intravenous every 8 hours", "gabapentin oral"])
def test_a_dose_that_was_not_compared_is_not_called_too_high(order):
    found = the(review([order], creatinine(2.6), weight()), "kidney")
    assert "too high" not in found.headline
    assert "check the dose" in found.headline


def test_an_aminoglycoside_is_watched_and_not_called_too_frequent():
    found = the(review(["gentamicin 240 mg intravenous once daily"], creatinine(2.6), weight()), "kidney")
    assert found.code.code == "kidney-monitor"
    assert "interval too short" not in found.headline


@pytest.mark.parametrize("drug", ["ibuprofen", "loxoprofen", "aceclofenac", "lornoxicam", "etodolac"])
def test_no_anti_inflammatory_drug_is_left_out_in_kidney_failure(drug):
    found = the(review([f"{drug} 60 mg oral twice daily"], creatinine(3.5), weight()), "kidney")
    assert (found.code.code, found.present) == ("kidney-avoid", "interrupt")
