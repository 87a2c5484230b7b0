"""A mean has an interval from the rows themselves, the same each time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import InputError
from openward.studies.mean import mean


def test_of_nothing_nothing_is_known():
    of = mean([])
    assert (of.value, of.low, of.high, of.counted) == (None, 0.0, 1.0, "mean of 0")


def test_equal_numbers_leave_no_doubt():
    of = mean([0.5] * 30)
    assert (of.value, of.low, of.high) == (0.5, 0.5, 0.5)


def test_the_interval_is_near_that_of_the_normal_law():
    values = [i / 199 for i in range(200)]
    of = mean(values)
    half = 1.96 * (1 / 12) ** 0.5 / 200**0.5
    assert of.low == pytest.approx(0.5 - half, abs=0.01)
    assert of.high == pytest.approx(0.5 + half, abs=0.01)
    assert mean(values) == of


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_the_mean_lies_within_the_numbers(values):
    of = mean(values)
    assert min(values) - 1e-9 <= of.low <= of.high <= max(values) + 1e-9


def test_a_number_beyond_one_is_refused():
    with pytest.raises(InputError, match="0 to 1"):
        mean([0.2, 1.2])
