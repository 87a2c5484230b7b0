"""What is not understood or cannot be is said, and never calmed away."""

import logging

import pytest
from tests.services.lab_report.bench import codes, panel, propose, result

from openward.domain.errors import InputError
from openward.knowledge import tables
from openward.services.lab_report.reading import read_pdf

CALMING = (
    "Slight deviations",
    "common in healthy",
    "lie in the usual range",
    "lies in the usual range",
    "needs action",
)


def _said(proposal):
    findings = " ".join(f"{f.headline} {f.why} {f.advice}" for f in proposal.findings)
    return f"{findings} {' '.join(proposal.body.for_patient)}"


@pytest.mark.parametrize("flag", ["H", "L", "HH", "critical", "危急值", "A", "N", None])
def test_an_analyte_that_is_not_known_is_never_calmed_away(flag):
    proposal = panel(result("Zorbium", 42, "U/L", flag=flag), age=40, sex="male")
    assert not any(word in _said(proposal) for word in CALMING)
    (gap,) = (n for n in proposal.not_checked if n.code == "analyte-unknown")
    assert flag is None or flag in gap.why


def test_a_mark_of_the_laboratory_on_an_unknown_analyte_is_shown_and_presses_when_critical():
    marked = panel(result("Zorbium", 42, "U/L", flag="H"))
    (finding,) = (f for f in marked.findings if f.code.code == "flagged-not-judged")
    assert "Zorbium H" in finding.headline
    assert "out-of-range" not in codes(marked)
    critical = panel(result("Zorbium", 42, "U/L", flag="critical"))
    assert [f.severity for f in critical.findings] == ["high"]


def test_an_unknown_analyte_beyond_its_own_interval_is_marked():
    proposal = propose({"text": "Zorbium 42 U/L 10-20"})
    assert proposal.body.results[0].flag == "high"
    assert codes(proposal) == {"flagged-not-judged"}


@pytest.mark.parametrize("given", [{"results": [result("Potassium", 4.2, "mmol/L", 5.1, 3.5)]},
                                   {"text": "Potassium 4.2 mmol/L 5.1-3.5"}])  # fmt: skip
def test_an_interval_the_wrong_way_round_is_refused_and_said(given):
    proposal = propose({**given, "age": 40, "sex": "male"})
    shown = proposal.body.results[0]
    assert (shown.flag, shown.interval_of) == ("normal", "seed")
    assert "interval-reversed" in {n.code for n in proposal.not_checked}


def test_a_sample_taken_in_the_future_is_said():
    ahead = panel(result("Potassium", 4.2, "mmol/L", taken="2099-01-01T08:00:00Z"))
    past = panel(result("Potassium", 4.2, "mmol/L", taken="2020-01-01T08:00:00Z"))
    assert "taken-in-future" in {n.code for n in ahead.not_checked}
    assert "taken-in-future" not in {n.code for n in past.not_checked}


def test_the_patient_is_told_what_to_do_and_not_what_others_do():
    words = panel(result("Potassium", 6.9, "mmol/L"), age=40, sex="male").body.for_patient
    assert any("Please contact" in word and "today" in word for word in words)
    claims = (
        "being told",
        "Your clinician will",
        "your clinician will",
        "care team will",
        "by your team",
        "会得到通知",
    )
    for row in tables.find("lab_patterns"):
        assert not any(claim in row["patient_en"] + row["patient_zh"] for claim in claims), row.id


def test_that_none_is_as_usual_is_not_said():
    words = panel(result("Potassium", 6.9, "mmol/L"), age=40, sex="male").body.for_patient
    assert not any("usual range" in word for word in words)


def test_a_creatinine_beyond_both_sexes_is_high_without_age_and_sex():
    proposal = panel(result("Creatinine", 320, "umol/L"))
    assert proposal.body.results[0].flag == "high"
    (note,) = (n for n in proposal.not_checked if n.code == "adult-assumed")
    assert "either sex" in note.why
    assert panel(result("Creatinine", 90, "umol/L")).body.results[0].flag == "unknown"
    assert panel(result("Creatinine", 320, "umol/L"), age=5).body.results[0].interval_of == "seed"
    assert panel(result("Creatinine", 90, "umol/L"), age=40).body.results[0].flag == "unknown"


def test_a_broken_pdf_writes_nothing_to_the_log(caplog, capfd):
    with caplog.at_level(logging.WARNING), pytest.raises(InputError):
        read_pdf(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n")
    assert not caplog.records
    assert capfd.readouterr().err == ""
