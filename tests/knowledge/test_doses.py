"""Usual doses: the table is whole, says what the labels say, and places a dose without guessing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.local_rows import local_table

from openward.domain.errors import KnowledgeError
from openward.knowledge import doses, tables

HELD = doses.load()
BOTH = ("oral", "parenteral")
AMOUNTS = st.floats(0.001, 1e6, allow_nan=False)


def test_the_most_used_drugs_are_there_and_each_is_one_that_names_resolve_to():
    assert len(HELD.ingredients()) >= 60
    known = tables.find("ingredients").index
    assert [i for i in HELD.ingredients() if i not in known] == []


def test_two_documents_stand_behind_a_row_that_says_so():
    for row in tables.find("doses"):
        assert (row["basis"] == "two-documents") == (";" in row["source"]), row.where
        assert str(row.reviewed) == "2026-11-21", row.where


def test_every_word_of_a_row_is_there_in_both_languages():
    for row in tables.find("doses"):
        for column in ("indication", "note", "more"):
            assert bool(row[f"{column}_en"]) == bool(row[f"{column}_zh"]), row.where


def test_where_an_ingredient_has_several_rows_each_says_for_what():
    for ingredient in HELD.ingredients():
        for way in BOTH:
            for age in (40, 80):
                rows = HELD.ranges(ingredient, [way], age)
                assert len(rows) < 2 or all(row.indication.en for row in rows), ingredient
                assert len({row.indication.en for row in rows}) == len(rows), ingredient


def most(ingredient, age=50, way="oral"):
    return [row.most for row in HELD.ranges(ingredient, [way], age)]


def test_what_the_labels_say_of_drugs_that_matter():
    assert most("paracetamol") == [4000]
    assert most("ibuprofen") == [3200]
    assert most("metformin") == [2550]
    assert most("simvastatin") == [40, 80]
    assert most("apixaban") == [10, 20, 10]
    assert most("atorvastatin") == [80]
    assert most("amlodipine") == [10]
    assert most("warfarin") == [None]
    assert most("citalopram") == [40]
    assert most("citalopram", age=70) == [20]


def test_of_a_child_there_is_no_row_and_of_an_unknown_age_there_are_all():
    assert HELD.ranges("citalopram", BOTH, 17) == ()
    assert {row.population for row in HELD.ranges("citalopram", BOTH, None)} == {"adult", "older"}
    assert HELD.ranges("paracetamol", [], 50) == (), "an unknown way of giving is none"


def test_a_dose_is_placed_beside_the_rows():
    amlodipine = HELD.ranges("amlodipine", ["oral"], 50)
    placed = [doses.standing(mg, amlodipine) for mg in (2.5, 5, 10, 10.001, 15)]
    assert placed == ["below", "within", "within", "within", "above"]
    clozapine = HELD.ranges("clozapine", ["oral"], 50)
    assert [doses.standing(mg, clozapine) for mg in (450, 500, 901)] == ["within", "high", "above"]
    assert doses.standing(5, ()) is None


def test_more_than_some_uses_allow_depends_on_the_use():
    simvastatin = HELD.ranges("simvastatin", ["oral"], 50)
    assert [doses.standing(mg, simvastatin) for mg in (40, 80, 81)] == ["within", "depends", "above"]
    omeprazole = HELD.ranges("omeprazole", ["oral"], 50)
    assert doses.standing(120, omeprazole) == "depends", "another use, which is no row, allows more"


def test_without_a_maximum_nothing_is_above_it():
    assert doses.standing(30, HELD.ranges("warfarin", ["oral"], 50)) == "high"


@given(st.sampled_from(HELD.ingredients()), AMOUNTS, AMOUNTS)
def test_a_greater_dose_never_stands_lower(ingredient, one, other):
    order = ("below", "within", "high", "depends", "above")
    rows = HELD.ranges(ingredient, BOTH, 50)
    less, more = sorted((one, other))
    assert order.index(doses.standing(less, rows)) <= order.index(doses.standing(more, rows))


def test_micrograms_are_not_milligrams():
    assert doses.in_unit(0.1, "ug") == pytest.approx(100)
    assert {row.unit for row in HELD.ranges("levothyroxine", ["oral"], 50)} == {"ug"}


@pytest.mark.parametrize(
    ("change", "named"),
    [({"low": "20", "high": "10"}, "rising"), ({"low": "", "high": "", "most": ""}, "at least one"),
     ({"given": "eaten"}, "'given'"), ({"population": "young"}, "'population'"), ({"unit": "g"}, "'unit'")],
)  # fmt: skip
def test_a_malformed_row_is_named(tmp_path, change, named):
    table = tables.find("doses")
    cells = {**table.row("amlodipine").cells, **change}
    (tmp_path / "doses.tsv").write_text(local_table(table, cells), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=named):
        doses.load((tmp_path,))


def test_a_row_of_the_hospital_replaces_the_built_in_one(tmp_path):
    table = tables.find("doses")
    cells = {**table.row("rosuvastatin").cells, "high": "20", "most": "20"}
    (tmp_path / "doses.ours.tsv").write_text(local_table(table, cells), encoding="utf-8")
    (held,) = doses.load((tmp_path,)).ranges("rosuvastatin", ["oral"], 50)
    assert held.most == 20
