"""Kidney equations: published examples, units, and how they must behave everywhere."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.knowledge import kidney, tables

AGES = st.integers(18, 110)
CREATININES = st.floats(0.2, 20, allow_nan=False)
WEIGHTS = st.floats(30, 250, allow_nan=False)
SEXES = st.sampled_from(["female", "male"])


def test_one_milligram_per_decilitre_is_88_4_micromoles_per_litre():
    assert kidney.creatinine_mg_dl(88.4, "umol/L") == pytest.approx(1.0, abs=0.001)
    assert kidney.creatinine_mg_dl(88.4, "µmol/L") == pytest.approx(1.0, abs=0.001)
    assert kidney.creatinine_mg_dl(0.0884, "mmol/L") == pytest.approx(1.0, abs=0.001)
    assert kidney.creatinine_mg_dl(10, "mg/L") == pytest.approx(1.0)
    assert kidney.creatinine_mg_dl(1.3, "mg/dL") == 1.3


@pytest.mark.parametrize("unit", [None, "", "mg", "g/L?", "mmol", "mL/min", "1", "%"])
def test_a_creatinine_of_another_unit_or_of_none_is_unknown(unit):
    assert kidney.creatinine_mg_dl(1.0, unit) is None


@pytest.mark.parametrize("value", [0.0, -1.0, float("inf"), float("nan")])
def test_an_impossible_creatinine_is_unknown(value):
    assert kidney.creatinine_mg_dl(value, "mg/dL") is None


def test_cockcroft_gault_by_hand():
    assert kidney.cockcroft_gault(age=60, weight_kg=72, creatinine=1.0, sex="male") == pytest.approx(80.0)
    assert kidney.cockcroft_gault(age=60, weight_kg=72, creatinine=1.0, sex="female") == pytest.approx(68.0)


@pytest.mark.parametrize(
    ("age", "sex", "creatinine", "expected"),
    [(50, "female", 1.0, 69), (50, "male", 1.0, 92), (70, "male", 2.0, 35), (30, "female", 0.6, 124)],
)
def test_ckd_epi_2021_gives_the_values_of_the_public_calculators(age, sex, creatinine, expected):
    assert round(kidney.ckd_epi_2021(age=age, creatinine=creatinine, sex=sex)) == expected


def test_the_bedside_schwartz_equation_by_hand():
    assert kidney.schwartz_bedside(age=8, height_cm=120, creatinine=0.6) == pytest.approx(82.6)


@given(AGES, WEIGHTS, CREATININES, SEXES)
def test_clearance_is_never_negative_and_falls_when_creatinine_rises(age, weight, creatinine, sex):
    lower = kidney.cockcroft_gault(age=age, weight_kg=weight, creatinine=creatinine, sex=sex)
    higher = kidney.cockcroft_gault(age=age, weight_kg=weight, creatinine=creatinine * 1.1, sex=sex)
    assert 0 <= higher <= lower


@given(AGES, CREATININES, SEXES)
def test_filtration_falls_with_creatinine_and_with_age(age, creatinine, sex):
    now = kidney.ckd_epi_2021(age=age, creatinine=creatinine, sex=sex)
    assert kidney.ckd_epi_2021(age=age, creatinine=creatinine * 1.05, sex=sex) < now
    assert kidney.ckd_epi_2021(age=age + 1, creatinine=creatinine, sex=sex) < now


def test_an_equation_refuses_those_whom_it_is_not_for():
    with pytest.raises(ValueError, match="18 years"):
        kidney.cockcroft_gault(age=17, weight_kg=60, creatinine=1, sex="male")
    with pytest.raises(ValueError, match="18 years"):
        kidney.ckd_epi_2021(age=10, creatinine=1, sex="male")
    with pytest.raises(ValueError, match="1 to 17"):
        kidney.schwartz_bedside(age=18, height_cm=170, creatinine=1)
    with pytest.raises(ValueError, match="positive"):
        kidney.ckd_epi_2021(age=40, creatinine=0, sex="male")


@pytest.mark.parametrize("id", [kidney.COCKCROFT_GAULT, kidney.CKD_EPI_2021, kidney.SCHWARTZ, kidney.CONVERSION])
def test_every_equation_has_a_row_with_its_source_and_population(id):
    row = tables.find(kidney.FORMULAS).row(id)
    assert row.source
    assert row["population"]
    assert row["equation"]


@pytest.mark.parametrize(
    ("hours", "before", "now", "unstable"),
    [
        (48, 88.4, 114.9, True),
        (48, 88.4, 114.8, False),
        (49, 88.4, 114.9, False),
        (48, 114.9, 88.4, True),
        (168, 70.72, 106.08, True),
        (169, 70.72, 106.08, False),
        (168, 70.72, 106.0, False),
    ],
)
def test_creatinine_is_unstable_from_the_limits_of_acute_kidney_injury(hours, before, now, unstable):
    at = datetime(2026, 11, 21, tzinfo=UTC)
    series = [(at, now), (at - timedelta(hours=hours), before)]
    assert kidney.is_unstable([(t, kidney.creatinine_mg_dl(v, "umol/L")) for t, v in series]) is unstable


def test_an_injury_that_is_over_does_not_count():
    at = datetime(2026, 11, 21, tzinfo=UTC)
    series = [(at, 1.0), (at - timedelta(days=30), 1.0), (at - timedelta(days=31), 4.0)]
    assert not kidney.is_unstable(series)
    assert not kidney.is_unstable([])
