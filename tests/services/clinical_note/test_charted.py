"""What the chart adds to a note: exactly what it says, with where it says so."""

import pytest
from tests.services.clinical_note.chart import (
    allergy,
    no_allergy,
    order,
    problem,
    procedure,
    result,
    stay,
    taken,
    within,
)
from tests.services.clinical_note.desk import propose, told
from tests.services.desk import patient

STAY = stay("2026-11-16T10:00:00Z", "2026-11-20T12:00:00Z")


def written(format, *resources, **more):
    return told(propose({"format": format} | more, patient(), *resources))


@pytest.mark.parametrize(
    ("resources", "wanted"),
    [
        ([no_allergy()], ["No known allergies, as the record states."]),
        ([allergy("a", "Penicillin", criticality="high")], ["Penicillin (high criticality)."]),
        ([allergy("a", "Milk", type="intolerance")], ["Milk (intolerance)."]),
        ([problem("c", "Asthma", "2001")], []),
    ],
)
def test_allergies_are_told_in_three_ways(resources, wanted):
    proposal = propose({"format": "referral"}, patient(), *resources)
    assert told(proposal)["allergy"] == wanted
    assert ("missing-allergy" in {gap.code for gap in proposal.not_checked}) is (not wanted)


def test_a_record_without_a_word_on_allergies_is_said_even_where_the_talk_spoke_of_them():
    talk = "Doctor: Any allergies?\nPatient: No."
    proposal = propose({"dialogue": talk}, patient(), problem("c", "Asthma", "2001"))
    assert "allergies-not-recorded" in {gap.code for gap in proposal.not_checked}


def test_medicines_of_a_stay_are_new_changed_kept_or_stopped():
    lines = written(
        "discharge", STAY,
        taken("m1", "metformin", "500 mg orally twice daily", "2016-01-10"),
        taken("m2", "ramipril", "5 mg orally once daily", "2018-02-01", "2026-11-16T12:00:00Z"),
        order("m3", "metformin", "1000 mg orally twice daily", "2026-11-19T09:00:00Z"),
        order("m4", "doxycycline", "100 mg orally twice daily", "2026-11-18T09:00:00Z"),
        taken("m5", "simvastatin", "20 mg orally at night", "2015-05-05"),
        order("m6", "heparin", "5000 units subcutaneously", "2026-11-17", status="draft"),
    )["medication"]  # fmt: skip
    assert lines == [
        "doxycycline 100 mg orally twice daily (new, since 2026-11-18).",
        "metformin 1000 mg orally twice daily (changed from 500 mg orally twice daily, since 2026-11-19).",
        "simvastatin 20 mg orally at night (unchanged, since 2015-05-05).",
        "ramipril 5 mg orally once daily (stopped 2026-11-16).",
    ]


def test_an_inpatient_order_is_not_taken_for_a_medicine_to_go_home_with():
    kind = [{"coding": [{"code": "inpatient"}]}]
    lines = written("discharge", STAY, order("m", "insulin aspart", "4 units", "2026-11-18", category=kind))
    assert "an inpatient order, say whether it goes on" in lines["medication"][0]


def test_a_course_is_told_day_by_day():
    lines = written(
        "discharge", STAY, problem("c", "Pneumonia", "2026-11-16"),
        procedure("o", "Chest drain", "2026-11-17T08:00:00Z"), order("m", "doxycycline", "100 mg", "2026-11-18"),
        procedure("x", "Bronchoscopy", "2026-11-18", status="not-done"),
    )  # fmt: skip
    assert lines["course"] == [
        "2026-11-16: Pneumonia.", "2026-11-17: Chest drain.", "2026-11-18: doxycycline 100 mg started.",
    ]  # fmt: skip
    assert lines["procedures"] == ["Chest drain (2026-11-17)."]


def test_a_result_is_told_with_flag_range_and_what_it_was_before():
    lines = written(
        "admission",
        result("o1", "Sodium", 131, "mmol/L", "2026-11-18T06:00:00Z", **within(135, 145, "mmol/L")),
        result("o2", "Sodium", 128, "mmol/L", "2026-11-20T06:00:00Z", **within(135, 145, "mmol/L")),
        result("o3", "Sodium", 4.7, "mEq/dL", "2026-11-19T06:00:00Z"),
        result("o4", "Lactate", 1.2, "mmol/L", "2026-11-20T06:00:00Z"),
        result("o5", "CRP", 90, "mg/L", "2026-11-20T06:00:00Z", status="preliminary"),
        result("o6", "Urea", 90, "mmol/L", "2026-11-20T06:00:00Z", status="entered-in-error"),
    )["results"]
    assert lines == [
        "Sodium 128 mmol/L (2026-11-20, low, range 135–145); before 131 (2026-11-18).",
        "Lactate 1.2 mmol/L (2026-11-20).",
        "CRP 90 mg/L (2026-11-20, not final).",
    ]


def test_a_value_with_a_comparator_keeps_it_and_gets_no_flag_of_ours():
    low = result("o", "Troponin", 5, "ng/L", "2026-11-20T06:00:00Z", **within(0, 3, "ng/L"))
    low["valueQuantity"]["comparator"] = "<"
    assert written("soap", low)["results"] == ["Troponin <5 ng/L (2026-11-20, range 0–3)."]


def test_results_begin_with_the_day_that_is_asked_for():
    old = result("o1", "Sodium", 131, "mmol/L", "2026-11-10T06:00:00Z")
    new = result("o2", "Potassium", 4, "mmol/L", "2026-11-20T06:00:00Z")
    assert written("progress", old, new, since="2026-11-15")["results"] == ["Potassium 4 mmol/L (2026-11-20)."]
    assert len(written("progress", old, new, since="2026-11-01")["results"]) == 2


def test_a_draft_order_and_what_is_not_taken_are_no_medicines():
    lines = written(
        "soap", order("a", "warfarin", "5 mg", "2026-11-20", status="draft"),
        taken("b", "aspirin", "100 mg", "2020-01-01") | {"status": "not-taken"},
        taken("c", "ramipril", "5 mg", "2020-01-01"),
    )  # fmt: skip
    assert lines["medication"] == ["ramipril 5 mg (since 2020-01-01)."]


def test_problems_of_the_stay_are_apart_from_those_of_before():
    lines = written("discharge", STAY, problem("a", "Asthma", "2001-05-01"), problem("b", "Pneumonia", "2026-11-16"))
    assert lines["past"] == ["Asthma (since 2001-05-01)."]
    assert lines["diagnoses"] == ["Pneumonia (since 2026-11-16)."]


def test_the_stay_in_focus_is_the_one_that_is_told():
    earlier = stay("2025-01-02T10:00:00Z", "2025-01-05T10:00:00Z", reason="Asthma attack", id="old")
    held = (patient(), earlier, STAY)
    assert told(propose({"format": "discharge"}, *held))["reason"] == ["Pneumonia."]
    assert told(propose({"format": "discharge"}, *held, focus=("Encounter/old",)))["reason"] == ["Asthma attack."]


def test_talk_and_chart_stand_together_each_with_its_source():
    proposal = propose(
        {"dialogue": "Doctor: Any fever?\nPatient: No."}, patient(), problem("c", "Asthma", "2001-05-01")
    )
    by = {one.text: one.by for section in proposal.body.sections for one in section.sentences}
    assert by["Denies fever."] == "patient"
    assert by["Asthma (since 2001-05-01)."] == "chart"


def test_units_are_told_as_people_write_them():
    lines = written(
        "admission", result("a", "INR", 1.1, "{INR}", "2026-11-20T06:00:00Z"),
        result("b", "White cells", 7.7, "10*9/L", "2026-11-20T06:00:00Z"),
    )  # fmt: skip
    assert lines["results"] == ["INR 1.1 (2026-11-20).", "White cells 7.7 ×10⁹/L (2026-11-20)."]


def test_vital_signs_do_not_say_how_ill_somebody_is():
    kind = [{"coding": [{"code": "vital-signs"}]}]
    pulse = result("v", "Heart rate", 77, "/min", "2026-11-21T06:00:00Z", category=kind)
    proposal = propose({"format": "handover"}, patient(), STAY, pulse)
    assert {"missing-severity", "missing-actions"} <= {gap.code for gap in proposal.not_checked}
    assert "Heart rate 77 /min (2026-11-21 06:00)." in told(proposal)["summary"]


def test_an_admission_note_tells_what_was_taken_at_home_also_where_it_was_stopped_then():
    kind = [{"coding": [{"code": "inpatient"}]}]
    lines = written(
        "admission", STAY,
        taken("m1", "metformin", "1000 mg orally twice daily", "2016-01-10", "2026-11-16T12:00:00Z"),
        taken("m2", "losartan", "50 mg orally once daily", "2018-02-01", "2026-11-17T12:00:00Z"),
        taken("m3", "atorvastatin", "20 mg orally at night", "2015-05-05"),
        taken("m4", "ibuprofen", "400 mg orally", "2015-05-05", "2020-01-01"),
        order("m5", "insulin aspart", "4 units", "2026-11-16T12:00:00Z", category=kind),
        order("m6", "doxycycline", "100 mg", "2026-11-18T09:00:00Z"),
    )["medication"]  # fmt: skip
    assert lines == [
        "metformin 1000 mg orally twice daily (stopped 2026-11-16, since 2016-01-10).",
        "losartan 50 mg orally once daily (stopped 2026-11-17, since 2018-02-01).",
        "atorvastatin 20 mg orally at night (since 2015-05-05).",
    ]


def test_an_admission_note_tells_results_and_vital_signs_of_the_first_day():
    kind = [{"coding": [{"code": "vital-signs"}]}]
    lines = written(
        "admission", STAY,
        result("o0", "Creatinine", 90, "umol/L", "2026-10-01T06:00:00Z"),
        result("o1", "Creatinine", 210, "umol/L", "2026-11-16T11:00:00Z"),
        result("o2", "Creatinine", 120, "umol/L", "2026-11-20T06:00:00Z"),
        result("o3", "Lactate", 1.2, "mmol/L", "2026-11-20T06:00:00Z"),
        result("v1", "Heart rate", 118, "/min", "2026-11-16T10:30:00Z", category=kind),
        result("v2", "Heart rate", 90, "/min", "2026-11-16T22:30:00Z", category=kind),
        result("v3", "Heart rate", 72, "/min", "2026-11-20T22:30:00Z", category=kind),
    )  # fmt: skip
    assert lines["results"] == ["Creatinine 210 µmol/L (2026-11-16); before 90 (2026-10-01)."]
    assert lines["vital"] == ["Heart rate 118 /min (2026-11-16 10:30)."]


def test_a_referral_tells_what_was_stopped_lately():
    lines = written(
        "referral",
        taken("m1", "metformin", "1000 mg", "2016-01-10", "2026-11-18T12:00:00Z"),
        taken("m2", "losartan", "50 mg", "2018-02-01", "2020-11-18"),
        taken("m3", "atorvastatin", "20 mg", "2015-05-05"),
    )["medication"]
    assert lines == [
        "atorvastatin 20 mg (since 2015-05-05).",
        "metformin 1000 mg (stopped 2026-11-18, since 2016-01-10).",
    ]
