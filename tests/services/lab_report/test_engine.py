"""What is read, what is not, and how it is told."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.lab_report.bench import NOW, codes, observation, panel, patient, propose, result

from openward.domain.errors import InputError
from openward.domain.headline import words
from openward.domain.proposal import HEADLINE_WORDS, Proposal
from openward.knowledge import tables
from openward.services.lab_report.checks import CHECKS, patients_are_not_alarmed
from openward.services.lab_report.proposal import LabReport
from openward.services.lab_report.statements import fit

values = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9))
names = st.sampled_from(["Potassium", "Glucose", "Hemoglobin", "ALT", "ALP", "TSH", "pH", "Xyz", "钾", ""])
units = st.sampled_from([None, "mmol/L", "mg/dL", "g/L", "g/dL", "U/L", "?", "10*9/L"])


def test_the_laboratorys_own_interval_goes_before_the_seed():
    own = panel(result("Potassium", 5.2, "mmol/L", 3.5, 5.1), age=40).body.results[0]
    seed = panel(result("Potassium", 5.2, "mmol/L"), age=40).body.results[0]
    assert (own.flag, own.interval_of) == ("high", "laboratory")
    assert (seed.flag, seed.interval_of) == ("normal", "seed")
    assert seed.interval_from


def test_units_are_harmonised_and_the_report_is_kept():
    shown = panel(result("Glucose", 100, "mg/dL", 70, 99)).body.results[0]
    assert (shown.reported, shown.harmonised_unit, shown.flag) == ("100 mg/dL", "mmol/L", "high")
    assert shown.harmonised == pytest.approx(5.55, abs=0.01)


def test_a_value_without_unit_is_judged_by_its_own_interval_and_by_nothing_else():
    proposal = panel(result("Potassium", 7.9, low=3.5, high=5.1))
    assert proposal.body.results[0].flag == "high"
    assert "critical-value" not in codes(proposal)
    assert "unit-missing" in {n.code for n in proposal.not_checked}


@pytest.mark.parametrize(("value", "unit"), [(12.7, "/uL"), (1.09e-7, "10*9/L"), (809.5, "/mm3")])
def test_a_fraction_of_a_cell_is_doubted_and_never_critical(value, unit):
    proposal = panel(result("WBC", value, unit, 4, 11), age=40)
    assert "critical-value" not in codes(proposal)
    assert "implausible" in {n.code for n in proposal.not_checked}


def test_few_cells_that_are_whole_are_believed():
    assert "critical-value" in codes(panel(result("Absolute neutrophil count", 40, "/uL"), age=40))


def test_a_critical_value_comes_with_the_time_to_call_by():
    task = panel(result("Potassium", 7.1, "mmol/L", 3.5, 5.1)).body.read_back[0]
    assert datetime.fromisoformat(task.call_by) == NOW + timedelta(minutes=task.minutes)
    assert (task.told, task.told_by, task.told_at, task.read_back) == (None, None, None, None)


def test_a_value_that_is_only_a_limit_is_not_taken_for_exact():
    shown = panel(result("TSH", 0.01, "mIU/L", 0.4, 4.0, comparator="<")).body.results[0]
    assert (shown.reported, shown.flag) == ("<0.01 mIU/L", "low")
    assert panel(result("CRP", 50, "mg/L", None, 5, comparator="<")).body.results[0].flag == "unknown"


def test_two_reports_at_once_are_refused():
    with pytest.raises(InputError, match="one report at a time"):
        propose({"text": "Potassium 4.1 mmol/L", "csv": "a,b"})


@pytest.mark.parametrize(
    "given", [{"pdf": "no base64!"}, {"results": [{"name": "K", "value": 4, "taken": "yesterday"}]}]
)
def test_what_cannot_be_read_is_refused_without_quoting_it(given):
    with pytest.raises(InputError) as refusal:
        propose(given)
    assert "yesterday" not in str(refusal.value)


def test_nothing_at_all_is_no_report():
    with pytest.raises(InputError, match=r"^text: paste a report"):
        propose({})


def test_a_request_without_a_report_says_that_nothing_was_looked_at():
    proposal = propose({"fasting": True})
    assert [n.code for n in proposal.not_checked] == ["no-result"]


def test_a_calm_report_tells_the_patient_so_in_both_languages():
    text = "Sodium 140 mmol/L 136-145\nPotassium 4.1 mmol/L 3.5-5.1"
    english, chinese = (propose({"text": text}, language=language) for language in ("en", "zh"))
    assert english.findings == chinese.findings == ()
    assert "All 2 results" in english.body.for_patient[0]
    assert "2 项结果均在参考范围内" in chinese.body.for_patient[0]


def test_the_newest_report_of_the_chart_is_read_and_the_older_is_history():
    proposal = propose(
        {}, patient(),
        observation("2823-3", 4.0, "mmol/L", "2026-11-01T07:00:00Z", id="old", low=3.5, high=5.1),
        observation("2823-3", 4.2, "mmol/L", "2026-11-20T07:00:00Z", id="new", low=3.5, high=5.1),
    )  # fmt: skip
    assert [r.place for r in proposal.body.results] == ["Observation/new"]
    assert proposal.body.results[0].change.previous == 4.0


def test_no_word_for_a_patient_names_a_disease_that_frightens():
    told = tuple(w for row in tables.find("lab_patterns") for w in (row["patient_en"], row["patient_zh"]) if w)
    proposal = Proposal(summary="", body=LabReport(results=(), for_patient=told))
    assert [v.outcome for v in patients_are_not_alarmed(proposal, None, None)] == ["pass"]


def test_every_row_speaks_both_languages():
    for row in tables.find("lab_patterns"):
        assert bool(row["patient_en"]) == bool(row["patient_zh"])
        assert row["basis"] in {"cited", "expert"}


def test_the_checks_catch_a_lost_critical_value_and_an_alarming_word():
    proposal = panel(result("Potassium", 7.1, "mmol/L", 3.5, 5.1))
    body = LabReport(results=proposal.body.results, for_patient=("You have diabetes.",))
    broken = Proposal(summary="", body=body)
    assert {v.outcome for check in CHECKS[::2] for v in check(broken, None, None)} == {"refuse"}


@given(st.text(alphabet="a中，、 …C", max_size=300))
def test_a_headline_is_always_cut_to_what_may_be_shown(text):
    assert words(fit(text)) <= HEADLINE_WORDS


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(names, values, units, values, values), min_size=1, max_size=12))
def test_any_results_give_a_sound_proposal(rows):
    proposal = panel(*(result(name, v, unit, low, high) for name, v, unit, low, high in rows))
    assert len(proposal.body.read_back) == sum(r.critical for r in proposal.body.results)
