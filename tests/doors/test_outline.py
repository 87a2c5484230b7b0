"""The body of a proposal in tables: named in two languages, without codes, without what is empty."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.doors.outline import outline

BODY = {
    "kind": "common", "covered": True, "level_name": "Urgent", "news2_at_least": 3, "department": None,
    "candidates": [
        {"id": "a", "name": "Gout", "rank": 1, "share": 0.734, "must_not_miss": True,
         "speaks_for": [{"finding": "toe", "name": "Toe pain", "weight": 2.0}]},
        {"id": "b", "name": "Sprain", "rank": 2, "share": 0.1, "must_not_miss": False, "speaks_for": []},
    ],
    "safety_net": {"now": "Rest.", "come_back": "In 3 days", "watch_for": ["fever", "rash"]},
    "summary": {"resourceType": "Bundle"}, "for_patient": ["All is well."],
    "read_back": [{"call_by": "2026-11-21T13:10:11.19+00:00"}],
}  # fmt: skip


def test_single_values_are_pairs_and_codes_are_left_out():
    first = outline(BODY, "en")[0]
    assert first.rows == (("Level", "Urgent"), ("NEWS2 at least", "3"))


def test_a_list_of_structs_is_a_table_with_names_inside_its_cells():
    table = next(b for b in outline(BODY, "en") if b.title == "Candidates")
    assert table.columns == ("Name", "Rank", "How it fits", "Must not be missed", "For")
    assert table.rows == (
        ("Gout", "1", "fits well (share of the weights 73 %, no probability)", "yes", "Toe pain"),
        ("Sprain", "2", "fits (share of the weights 10 %, no probability)", "", ""),
    )


def test_what_stands_inside_a_struct_is_under_its_name():
    titles = [b.title for b in outline(BODY, "en")]
    assert "Safety net" in titles
    assert ("·", "fever") in next(b for b in outline(BODY, "en") if b.title == "Watch for").rows


def test_in_chinese_names_and_set_words_are_chinese():
    table = next(b for b in outline(BODY, "zh") if b.title == "候选诊断")
    assert table.columns[0] == "名称"
    assert table.rows[0][3] == "是"


def test_a_moment_is_written_to_the_minute():
    assert next(b for b in outline(BODY, "en") if b.columns == ("Call by",)).rows == (("2026-11-21 13:10",),)


def test_a_long_list_says_how_much_is_left_out():
    (table,) = outline({"results": [{"name": str(n)} for n in range(100)]}, "en")
    assert (len(table.rows), table.more) == (40, 60)


@pytest.mark.parametrize("body", [{}, {"candidates": []}, {"department": None, "for_patient": ""}])
def test_an_empty_body_has_no_tables(body):
    assert outline(body, "en") == []


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(st.text(max_size=6), PLAIN, max_size=6))
def test_any_body_can_be_outlined(body):
    for block in outline(body, "zh"):
        assert all(len(row) == (len(block.columns) or 2) for row in block.rows)
