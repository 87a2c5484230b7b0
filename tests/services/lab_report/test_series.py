"""Change and trend: what chance explains is no finding."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.services.lab_report.bench import codes, observation, panel, patient, propose, result

from openward.services.lab_report.series import reference_change

ALT = "1742-6"


def test_the_reference_change_value_is_the_published_formula():
    limits = reference_change(2.0, 4.6)
    assert limits.rise == pytest.approx(1.96 * sqrt(2) * sqrt(2.0**2 + 4.6**2))
    assert limits.fall == -limits.rise


@given(st.floats(0, 60), st.floats(10.1, 90))
def test_a_lively_analyte_may_rise_further_than_it_may_fall(analytical, within):
    limits = reference_change(analytical, within)
    assert limits.rise > -limits.fall > 0
    assert limits.fall > -100
    assert (1 + limits.rise / 100) * (1 + limits.fall / 100) == pytest.approx(1)


@given(st.floats(0, 30), st.floats(0.1, 60), st.floats(0, 20))
def test_more_variation_never_narrows_the_limits(analytical, within, more):
    less, wider = reference_change(analytical, within), reference_change(analytical, within + more)
    assert wider.rise >= less.rise * 0.97


def test_a_change_beyond_chance_out_of_range_is_said_with_both_values():
    proposal = propose(
        {}, patient(),
        observation(ALT, 30, "U/L", "2026-11-10T07:00:00Z", id="a", low=7, high=41),
        observation(ALT, 70, "U/L", "2026-11-20T07:00:00Z", id="b", low=7, high=41),
    )  # fmt: skip
    finding = next(f for f in proposal.findings if f.code.code == "significant-change")
    assert finding.about == ("Observation/b", "Observation/a")
    shown = proposal.body.results[0]
    assert (shown.change.previous, shown.change.percent, shown.change.verdict) == (30, 133.3, "significant")


def test_a_change_within_the_interval_is_no_finding():
    proposal = propose(
        {}, patient(),
        observation(ALT, 10, "U/L", "2026-11-10T07:00:00Z", id="a", low=7, high=41),
        observation(ALT, 40, "U/L", "2026-11-20T07:00:00Z", id="b", low=7, high=41),
    )  # fmt: skip
    assert proposal.findings == ()


def test_a_value_of_more_than_a_year_ago_is_not_compared():
    proposal = propose(
        {}, patient(),
        observation(ALT, 30, "U/L", "2024-11-10T07:00:00Z", id="a", low=7, high=41),
        observation(ALT, 70, "U/L", "2026-11-20T07:00:00Z", id="b", low=7, high=41),
    )  # fmt: skip
    assert proposal.body.results[0].change.verdict == "not-comparable"
    assert "significant-change" not in codes(proposal)


def test_three_values_that_all_rise_make_a_trend():
    values = ((40, "2026-11-01"), (60, "2026-11-10"), (90, "2026-11-20"))
    held = [observation(ALT, v, "U/L", f"{d}T07:00:00Z", id=d, low=7, high=41) for v, d in values]
    assert propose({}, patient(), *held).body.results[0].trend == "rising"


def test_earlier_results_of_the_same_report_are_its_history():
    proposal = panel(
        result("Creatinine", 80, "umol/L", 59, 104, taken="2026-11-19T07:00:00Z"),
        result("Creatinine", 130, "umol/L", 59, 104, taken="2026-11-20T07:00:00Z"),
    )
    assert codes(proposal) == {"aki-1"}
    assert [r.reported for r in proposal.body.results] == ["130 µmol/L"]
