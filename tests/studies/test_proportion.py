"""Wilson intervals agree with published figures and keep their properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import InputError
from openward.studies.proportion import proportion


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_examples_of_newcombe_1998_table_1_are_met(hits, n, low, high):
    found = proportion(hits, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_nothing_counted_is_not_known():
    found = proportion(0, 0)
    assert (found.value, found.low, found.high) == (None, 0.0, 1.0)


@pytest.mark.parametrize(("hits", "n"), [(-1, 3), (4, 3), (0, -1)])
def test_what_is_no_proportion_is_an_error(hits, n):
    with pytest.raises(InputError):
        proportion(hits, n)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_figure_and_has_width(pair):
    hits, n = pair
    found = proportion(hits, n)
    assert 0 <= found.low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= found.high <= 1
    assert found.low < found.high
