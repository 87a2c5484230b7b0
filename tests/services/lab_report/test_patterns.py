"""Patterns across analytes: what fires, what keeps silent, and what is said when a part is missing."""

import pytest
from tests.services.lab_report.bench import codes, observation, panel, patient, propose, result

from openward.domain.evidence import CalculationEvidence

K = result("Potassium", 6.3, "mmol/L", 3.5, 5.1)


def gas(ph, pco2, base, *more):
    return panel(
        result("Arterial pH", ph, None, 7.35, 7.45), result("Arterial pCO2", pco2, "mmHg", 35, 45),
        result("Bicarbonate", base, "mmol/L", 22, 29), *more, age=50,
    )  # fmt: skip


def finding(proposal, code):
    return next(f for f in proposal.findings if f.code.code == code)


@pytest.mark.parametrize(
    ("before", "now", "code"),
    [
        (80, 100, None),
        (80, 107, "aki-1"),
        (80, 121, "aki-1"),
        (80, 160, "aki-2"),
        (80, 239, "aki-2"),
        (80, 240, "aki-3"),
    ],
)
def test_kdigo_stages_by_creatinine(before, now, code):
    proposal = panel(
        result("Creatinine", before, "umol/L", 59, 104, taken="2026-11-19T08:00:00Z"),
        result("Creatinine", now, "umol/L", 59, 104, taken="2026-11-21T07:00:00Z"),
    )
    assert {c for c in codes(proposal) if c.startswith("aki")} == ({code} if code else set())


def test_an_injury_that_gets_better_keeps_the_stage_of_its_worst_value():
    proposal = panel(
        result("Creatinine", 108, "umol/L", 59, 104, taken="2026-06-19T08:00:00Z"),
        result("Creatinine", 319, "umol/L", 59, 104, taken="2026-11-18T08:00:00Z"),
        result("Creatinine", 206, "umol/L", 59, 104, taken="2026-11-20T07:00:00Z"),
    )
    assert {c for c in codes(proposal) if c.startswith("aki")} == {"aki-2"}
    why = finding(proposal, "aki-2").why
    assert "319 µmol/L (2026-11-18)" in why, "values of one analyte are told apart by their dates"
    assert "Peak creatinine over baseline 2.95" in why, "the stage comes from the peak, and so does the ratio"
    ratios = [e for e in finding(proposal, "aki-2").evidence if isinstance(e, CalculationEvidence)]
    assert [(ratio.name, ratio.value) for ratio in ratios] == [
        ("creatinine_peak_ratio", 2.954), ("creatinine_ratio", 1.907),
    ]  # fmt: skip


def test_a_slow_rise_of_03_over_more_than_two_days_is_no_acute_injury():
    proposal = panel(
        result("Creatinine", 80, "umol/L", 59, 120, taken="2026-11-17T08:00:00Z"),
        result("Creatinine", 108, "umol/L", 59, 120, taken="2026-11-21T07:00:00Z"),
    )
    assert codes(proposal) == set()


def test_a_high_creatinine_alone_is_not_called_acute_or_chronic():
    assert codes(panel(result("Creatinine", 140, "umol/L", 59, 104))) == {"creatinine-no-baseline"}


@pytest.mark.parametrize(
    ("values", "code", "words"),
    [
        ((7.29, 32, 15), "metabolic-acidosis", "fits the expected 30"),
        ((7.10, 50, 15), "metabolic-acidosis", "respiratory acidosis as well"),
        ((7.52, 47, 37), "metabolic-alkalosis", "fits the expected 49"),
        ((7.24, 68, 28), "respiratory-acidosis", "when acute (27)"),
        ((7.36, 68, 37), "mixed-acid-base", "chronic respiratory acidosis"),
        ((7.51, 26, 21), "respiratory-alkalosis", "when acute (21)"),
    ],
)
def test_primary_disorder_and_compensation(values, code, words):
    proposal = gas(*values)
    assert code in codes(proposal)
    assert words in finding(proposal, code).why


def test_the_gap_is_adjusted_to_albumin():
    salts = (result("Sodium", 140, "mmol/L", 136, 145), result("Chloride", 108, "mmol/L", 98, 107))
    hidden = gas(7.28, 32, 15, *salts, result("Albumin", 20, "g/L", 35, 52))
    assert "metabolic-acidosis-high-gap" in codes(hidden)
    assert next(c for c in hidden.body.computed if c.id == "anion_gap_corrected").value == 22


def test_a_normal_gas_says_nothing():
    assert gas(7.40, 40, 24).findings == ()


def test_a_score_with_a_missing_part_is_a_range():
    proposal = panel(
        result("Platelets", 62, "10*9/L", 150, 400), result("PT", 18, "s", 11, 13.5),
        result("D-dimer", 6.2, "mg/L FEU", None, 0.5), age=57,
    )  # fmt: skip
    assert finding(proposal, "dic-possible").headline.startswith("ISTH score 4–6")
    assert "fibrinogen" in finding(proposal, "dic-possible").why


def test_low_platelets_alone_are_no_coagulopathy():
    assert not {c for c in codes(panel(result("Platelets", 62, "10*9/L", 150, 400), age=57)) if c.startswith("dic")}


def test_one_raised_troponin_is_repeated_not_interpreted():
    proposal = panel(result("hs-cTnT", 30, "ng/L", None, 14), age=60)
    assert codes(proposal) == {"troponin-raised"}
    assert proposal.body.next_tests[0].urgency == "now"


@pytest.mark.parametrize(("first", "last", "code"), [(40, 44, "troponin-stable"), (40, 50, "troponin-change")])
def test_a_troponin_pair_changes_by_more_than_a_fifth_or_is_stable(first, last, code):
    proposal = panel(
        result("hs-cTnT", first, "ng/L", None, 14, taken="2026-11-21T04:00:00Z"),
        result("hs-cTnT", last, "ng/L", None, 14, taken="2026-11-21T07:00:00Z"), age=60,
    )  # fmt: skip
    assert codes(proposal) == {code}


def test_the_limits_of_an_assay_are_used_only_where_it_is_named():
    zone = "zone of this assay"
    assert zone in finding(panel(result("hs-cTnT (Elecsys)", 60, "ng/L", None, 14), age=60), "troponin-raised").why
    assert zone not in finding(panel(result("hs-cTnT", 60, "ng/L", None, 14), age=60), "troponin-raised").why


@pytest.mark.parametrize("comment", ["No haemolysis seen; not hemolyzed", "标本未见溶血"])
def test_a_denied_haemolysis_is_none(comment):
    assert "haemolysed-sample" not in codes(panel({**K, "comment": comment}))


def test_a_haemolysed_sample_keeps_the_critical_value_and_doubts_it():
    proposal = panel({**K, "value": 6.8, "comment": "grossly hemolyzed"})
    assert codes(proposal) == {"critical-value", "haemolysed-sample"}


def test_a_drug_of_the_chart_is_weighed_among_the_causes():
    drug = {
        "resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/p"}, "medicationCodeableConcept": {"text": "hydrochlorothiazide 25 mg"},
        "authoredOn": "2026-11-01",
    }  # fmt: skip
    sodium = observation("2951-2", 131, "mmol/L", "2026-11-20T07:00:00Z", id="na", low=136, high=145)
    found = finding(propose({}, patient(), sodium, drug), "drug-effect")
    assert "hydrochlorothiazide" in found.headline.lower()
    assert any(getattr(e, "reference", "") == "MedicationRequest/m" for e in found.evidence)


def test_biotin_is_named_where_it_disturbs():
    proposal = panel(result("TSH", 0.9, "mIU/L", 0.4, 4.0), medications=["biotin 10 mg"])
    assert codes(proposal) == {"biotin-interference"}


def test_an_anticoagulant_keeps_the_ratio_from_being_a_surprise():
    inr = result("INR", 2.6, None, 0.8, 1.2)
    assert "inr-high" in codes(panel(inr))
    assert "inr-high" not in codes(panel(inr, medications=["warfarin 5 mg"]))
