"""Kidney function over time: which value an injury is measured by, and what is no evidence of a lasting loss."""

from tests.services.desk import NOW
from tests.services.lab_report.bench import codes, observation, panel, patient, propose, result

CREATININE, EGFR = "14682-9", "98979-8"
STAY = ((109, "2026-02-28"), (323, "2026-11-18"), (258, "2026-11-19"), (208, "2026-11-20"))


def course(*values, at="T07:00:00Z"):
    return [
        observation(CREATININE, value, "umol/L", f"{day}{at}", id=f"c{place}", low=41, high=81)
        for place, (value, day) in enumerate(values)
    ]


def rates(*values):
    return [
        observation(EGFR, value, "mL/min/{1.73_m2}", f"{day}T07:00:00Z", id=f"e{place}")
        for place, (value, day) in enumerate(values)
    ]


def stage(proposal):
    return next(f for f in proposal.findings if f.code.code.startswith("aki"))


def problem(code, system="http://hl7.org/fhir/sid/icd-10", text=None, status="active"):
    return {
        "resourceType": "Condition", "id": "k", "subject": {"reference": "Patient/p"},
        "clinicalStatus": {"coding": [{"code": status}]},
        "code": {"coding": [{"system": system, "code": code}], "text": text},
    }  # fmt: skip


def test_a_typed_value_is_measured_by_the_value_before_the_episode_as_the_chart_is():
    typed = propose({"text": "肌酐 323 umol/L"}, patient(), *course(*STAY))
    assert stage(typed).code.code == stage(propose({}, patient(), *course(*STAY))).code.code == "aki-2"
    assert "Baseline: 109 µmol/L on 2026-02-28" in stage(typed).why
    chinese = propose({"text": "肌酐 323 umol/L"}, patient(), *course(*STAY), language="zh")
    assert "基线：2026-02-28 的 109 µmol/L" in stage(chinese).why


def test_a_long_episode_is_not_its_own_baseline():
    values = ((109, "2026-02-28"), (323, "2026-11-09"), (310, "2026-11-12"), (260, "2026-11-17"), (250, "2026-11-20"))
    assert "Baseline: 109 µmol/L on 2026-02-28" in stage(propose({}, patient(), *course(*values))).why


def test_without_a_value_before_the_episode_the_stage_is_at_least_that():
    proposal = propose({"text": "Creatinine 323 umol/L"}, patient(), *course(*STAY[1:]))
    assert stage(proposal).code.code == "aki-1"
    assert "the stage is at least this" in stage(proposal).why


def test_a_rise_in_hospital_is_measured_by_the_lowest_of_the_week():
    values = ((120, "2026-02-28"), (80, "2026-11-18"), (130, "2026-11-20"))
    assert (
        "Baseline: 80 µmol/L on 2026-11-18, the lowest of the week before."
        in stage(propose({}, patient(), *course(*values))).why
    )


def test_a_report_without_a_date_counts_as_now_and_says_so():
    proposal = propose({"text": "Creatinine 323 umol/L"}, patient(), *course(*STAY))
    assert [n.code for n in proposal.not_checked] == ["undated"]
    dated = propose({"text": f"Collected: {NOW:%Y-%m-%d} 08:00\nCreatinine 323 umol/L"}, patient(), *course(*STAY))
    assert dated.not_checked == ()
    assert panel(result("Creatinine", 80, "umol/L", 59, 104)).not_checked == (), "nothing was compared with it"


def test_values_of_an_acute_injury_are_no_evidence_of_a_lasting_loss():
    held = [*course(*STAY), *rates((48, "2026-02-28"), (13, "2026-11-18"), (17, "2026-11-19"), (22, "2026-11-20"))]
    assert "ckd-persistent" not in codes(propose({}, patient(), *held))
    assert "ckd-persistent" not in codes(propose({"text": "Creatinine 323 umol/L"}, patient(), *course(*STAY)))


def test_an_injury_within_a_year_of_low_values_is_passed_over():
    values = ((48, "2026-02-28"), (20, "2026-05-01"), (44, "2026-11-20"))
    acute = course((109, "2026-02-28"), (210, "2026-05-01"), (300, "2026-05-03"), (115, "2026-11-20"))
    proposal = propose({}, patient(), *acute, *rates(*values))
    lasting = next(f for f in proposal.findings if f.code.code == "ckd-persistent")
    assert "Observation/e1" not in lasting.about
    assert {"Observation/e0", "Observation/e2"} <= set(lasting.about)
    assert "ckd-persistent" not in codes(propose({}, patient(), *acute, *rates((61, "2026-02-28"), *values[1:])))


def test_kidney_disease_on_the_problem_list_is_not_offered_as_new():
    held = rates((48, "2026-02-28"), (46, "2026-11-20"))
    assert "ckd-persistent" in codes(propose({}, patient(), *held))
    for known in (problem("N18.3"), problem("433144002", "http://snomed.info/sct"), problem("x", text="慢性肾脏病3期")):
        proposal = propose({}, patient(), *held, known)
        found = next(f for f in proposal.findings if f.code.code == "ckd-known")
        cited = {getattr(e, "reference", "") for e in found.evidence}
        assert (found.severity, "Condition/k" in cited) == ("info", True)
        assert "ckd-persistent" not in codes(proposal)
    assert "ckd-persistent" in codes(propose({}, patient(), *held, problem("N18.3", status="resolved")))
    assert "ckd-persistent" in codes(propose({}, patient(), *held, problem("N17.9", text="Acute kidney injury")))
