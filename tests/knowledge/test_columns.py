"""What a column holds is read from its own rows, and a row that cannot stand is told why."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openward.knowledge import tables
from openward.knowledge.columns import columns_of, faults_of
from openward.knowledge.tables import SOURCES

NAMES = [name for name in tables.names() if name != SOURCES]


def column(table, name):
    return next(c for c in columns_of(table) if c.name == name)


@pytest.mark.parametrize("table", NAMES)
def test_every_built_in_row_can_stand(table):
    assert [faults_of(table, row.cells) for row in tables.find(table) if faults_of(table, row.cells)] == []


def test_a_column_of_few_words_is_a_choice():
    assert column("interaction_rules", "present").choices == ("interrupt", "log", "passive")


def test_a_column_that_names_rows_knows_their_table():
    assert column("renal_rules", "ingredient").of == "ingredients"
    assert column("combinations", "ingredients").many


def test_a_column_of_numbers_takes_numbers_only():
    row = next(r for r in tables.find("reference_intervals") if r["high"])
    assert [f.column for f in faults_of("reference_intervals", row.cells | {"high": "many"})] == ["high"]


def test_free_text_is_free_but_one_line():
    row = tables.find("interaction_rules").rows[0]
    assert faults_of("interaction_rules", row.cells | {"why_en": "Something else."}) == ()
    assert [f.column for f in faults_of("interaction_rules", row.cells | {"why_en": "a\tb"})] == ["why_en"]


def test_a_source_that_comes_with_the_row_is_known():
    row = tables.find("interaction_rules").rows[0].cells | {"source": "new page 2"}
    assert [f.column for f in faults_of("interaction_rules", row)] == ["source"]
    assert faults_of("interaction_rules", row, new_sources=("new",)) == ()


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(st.sampled_from(["id", "severity", "source", "reviewed", "why_en", "x"]), st.text(max_size=40)))
def test_no_row_breaks_the_looking(cells):
    assert all(fault.what.en and fault.what.zh for fault in faults_of("interaction_rules", cells))
