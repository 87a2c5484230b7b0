"""Passages of a document: they cover the text, end where sentences do, and are short."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import KnowledgeError
from openward.knowledge.literature.document import MAX_PASSAGES, passages


def test_a_long_text_is_cut_where_sentences_end():
    text = "One sentence stands here. " * 200
    cut = [text[p.start : p.end] for p in passages(text)]
    assert len(cut) > 1
    assert all(len(part) <= 1500 and part.rstrip().endswith(".") for part in cut)


def test_a_text_without_an_end_is_cut_anyway():
    assert [p.end - p.start for p in passages("x" * 3100)] == [1500, 1500, 100]


def test_more_passages_than_can_be_numbered_are_refused():
    with pytest.raises(KnowledgeError, match="import it in parts"):
        passages("x" * 1500 * (MAX_PASSAGES + 1))


@given(st.text(alphabet="ab .。\n#！A1", max_size=5000))
def test_passages_follow_each_other_and_hold_every_word(text):
    parts = passages(text)
    assert all(one.end <= other.start for one, other in pairwise(parts))
    assert "".join("".join(text[p.start : p.end].split()) for p in parts) == "".join(text.split())
