"""What dosage instructions amount to in a day; what is not stated stays unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.record.chart import Dose, Measure
from openward.services.prescription_review.dosing import dose_in_use, milligrams, unit_strength


@pytest.mark.parametrize(
    ("value", "unit", "mg"),
    [(1, "g", 1000), (500, "mg", 500), (250, "ug", 0.25), (250, "mcg", 0.25), (1, "kg", 1e6), (2, "mg/d", 2)],
)
def test_masses_in_milligrams(value, unit, mg):
    assert milligrams(Measure(value, unit)) == pytest.approx(mg)


@pytest.mark.parametrize(
    "measure", [None, Measure(1), Measure(1, "{tablet}"), Measure(1, "[IU]"), Measure(1, "mg", "<")]
)
def test_what_is_no_exact_mass_is_unknown(measure):
    assert milligrams(measure) is None


def test_amount_times_number():
    dose = dose_in_use((Dose(amount=Measure(500, "mg"), per_day=3),))
    assert dose.daily == Measure(1500, "mg")
    assert dose.interval_h == 8


def test_the_upper_end_of_a_range_counts():
    dose = dose_in_use((Dose(amount=Measure(1, "g"), amount_high=Measure(2, "g"), per_day=3, per_day_high=4),))
    assert dose.daily == Measure(8, "g")


def test_instructions_of_one_unit_are_summed():
    morning, evening = Dose(amount=Measure(1, "g"), per_day=1), Dose(amount=Measure(2, "g"), per_day=1)
    assert dose_in_use((morning, evening)).daily == Measure(3, "g")
    other = Dose(amount=Measure(2, "mg"), per_day=1)
    assert dose_in_use((morning, other)).daily is None


@pytest.mark.parametrize(
    "dose", [Dose(), Dose(amount=Measure(1, "g")), Dose(per_day=2), Dose(amount=Measure(1), per_day=2)]
)
def test_a_missing_part_leaves_the_day_unknown(dose):
    assert dose_in_use((dose,)).daily is None


def test_the_limit_of_as_needed_use_is_the_most_in_a_day():
    dose = Dose(amount=Measure(1, "g"), as_needed=True, max_per_day=Measure(3, "g"))
    assert dose_in_use((dose,)).daily == Measure(3, "g")


@pytest.mark.parametrize(
    ("product", "mass"),
    [
        ("Metformin 500 MG Oral Tablet", Measure(500, "mg")),
        ("gabapentin 300mg capsule", Measure(300, "mg")),
        ("lisinopril 10 MG / hydrochlorothiazide 12.5 MG Oral Tablet", None),
        ("Enoxaparin 100 MG/ML Prefilled Syringe", None),
        ("metformin", None),
        ("x" * 3000, None),
    ],
)
def test_the_mass_in_one_tablet_is_read_from_the_name_of_a_product(product, mass):
    assert unit_strength(product) == mass


def test_a_number_without_a_unit_is_no_number_of_tablets():
    dose = dose_in_use((Dose(amount=Measure(1), per_day=2),), Measure(500, "mg"))
    assert dose.daily is None


def test_no_instruction_is_nothing_known():
    assert dose_in_use(()).daily is None


@given(st.floats(0.001, 1e5), st.floats(0.01, 24))
def test_the_day_is_never_less_than_one_dose_given_once_or_more(amount, often):
    daily = dose_in_use((Dose(amount=Measure(amount, "mg"), per_day=often),)).daily
    assert daily.value == pytest.approx(amount * often, rel=1e-3, abs=1e-6)
