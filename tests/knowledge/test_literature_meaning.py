"""Order by meaning: words and vectors have the same say, and a model that gives nonsense has none."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.knowledge.literature.meaning import MOST, nearer

PLANE = {"heart attack": (1.0, 0.0), "myocardial infarction": (0.9, 0.1), "attack of bees": (0.0, 1.0)}
RANKED = [("attack of bees", 1.0), ("myocardial infarction", 0.9)]


def order(ranked, vectors, question="heart attack"):
    return nearer(question, ranked, score=lambda item: item[1], text=lambda item: item[0], vectors=vectors)


def test_what_means_the_same_comes_before_what_sounds_the_same():
    found = order(RANKED, lambda texts: [PLANE[t] for t in texts])
    assert [text for text, _ in found] == ["myocardial infarction", "attack of bees"]


def test_only_the_first_passages_are_looked_at():
    ranked = [(str(n), 1.0) for n in range(MOST + 5)]
    seen = []
    found = order(ranked, lambda texts: seen.extend(texts) or [(1.0,)] * len(texts))
    assert len(seen) == MOST + 1
    assert found == ranked


@pytest.mark.parametrize(
    "vectors",
    [
        lambda _: None,
        lambda _: [(1.0, 0.0)],
        lambda texts: [(0.0, 0.0)] * len(texts),
        lambda texts: [(math.inf, 1.0)] * len(texts),
        lambda texts: [(1.0,)] + [(1.0, 0.0)] * (len(texts) - 1),
    ],
)
def test_without_vectors_that_can_be_compared_the_order_by_words_stays(vectors):
    assert order(RANKED, vectors) is None


def test_nothing_found_is_not_asked_about():
    assert order([], lambda _: pytest.fail("nothing to ask")) is None


@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), min_size=3, max_size=3))
def test_nothing_is_lost_or_doubled(given):
    found = order(RANKED, lambda _: given)
    assert found is None or sorted(found) == sorted(RANKED)
