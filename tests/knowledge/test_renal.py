"""Dose by kidney function: the table is whole, and says what the labels say."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import KnowledgeError
from openward.knowledge import renal, tables

RULES = renal.load()


def test_there_are_at_least_ninety_rows_that_ask_for_something():
    rows = [b for i in RULES.ingredients() for b in RULES.bands(i, None) if b.action != "none"]
    assert len(rows) >= 90


def test_every_ingredient_of_the_table_is_one_that_names_resolve_to():
    known = tables.find("ingredients").index
    assert [i for i in RULES.ingredients() if i not in known] == []


@given(st.sampled_from(RULES.ingredients()), st.sampled_from(["oral", "parenteral"]), st.floats(0, 200))
def test_a_kidney_function_lies_in_at_most_one_band(ingredient, given_by, value):
    held = [b for b in RULES.bands(ingredient, given_by) if b.holds(value)]
    assert len({(b.given, b.measure) for b in held}) == len(held)


def test_a_limit_never_rises_as_the_kidney_function_falls():
    for ingredient in RULES.ingredients():
        for way in ("oral", "parenteral"):
            bands = [b for b in RULES.bands(ingredient, way) if b.max_daily is not None]
            bands.sort(key=lambda b: (str(b.given), b.low))
            for lower, higher in pairwise(bands):
                if lower.given == higher.given and lower.max_unit == higher.max_unit:
                    assert lower.max_daily <= higher.max_daily, (lower.id, higher.id)


def band(ingredient, value, given=None):
    (found,) = [b for b in RULES.bands(ingredient, given) if b.holds(value)]
    return found


def test_what_the_labels_say_of_drugs_that_matter():
    assert band("metformin", 25).action == "avoid"
    assert band("metformin", 25).present == "interrupt"
    assert band("metformin", 30).max_daily == 1000
    assert band("dabigatran-etexilate", 29.9).action == "avoid"
    assert band("enoxaparin", 20).max_unit == "mg/kg"
    assert band("gabapentin", 40).max_daily == 1400
    assert band("nitrofurantoin", 20).action == "avoid"
    assert band("ciprofloxacin", 20, "oral").max_daily == 500
    assert RULES.bands("vancomycin", "oral") == ()


def test_each_row_can_be_read_in_both_languages_and_has_a_source():
    for ingredient in RULES.ingredients():
        for found in RULES.bands(ingredient, None):
            assert found.say.en
            assert found.say.zh
            assert found.evidence.source


COLUMNS = (
    "id ingredient given? measure low high? action max_daily? max_unit? min_interval_h? severity present say_en say_zh"
)
HEADER = "\t".join((*COLUMNS.split(), "source", "reviewed"))
DECLARED = "#! version: 1\n#! title: t\n#! licence: x\n#! reviewed: 2026-11-21\n"


def write(folder, *rows):
    (folder / "renal_rules.tsv").write_text(DECLARED + HEADER + "\n" + "\n".join(rows) + "\n", encoding="utf-8")


def row(id, low, high, action="avoid"):
    return f"{id}\tabacavir\t\tcrcl\t{low}\t{high}\t{action}\t\t\t\thigh\tpassive\tx\tx\tuspi\t2026-11-21"


def test_a_hospitals_rows_are_laid_over_the_built_in_ones(tmp_path):
    write(tmp_path, row("own", 0, 30))
    assert renal.load((tmp_path,)).covered("abacavir")
    assert not RULES.covered("abacavir")


@pytest.mark.parametrize(("low", "high"), [(40, 50), (20, 50), (30, 30)])
def test_bands_with_a_gap_or_an_overlap_are_refused(tmp_path, low, high):
    write(tmp_path, row("a", 0, 30), row("b", low, high))
    with pytest.raises(KnowledgeError, match="overlap or leave a gap"):
        renal.load((tmp_path,))


def test_a_word_that_is_no_action_is_refused_with_its_place(tmp_path):
    write(tmp_path, row("a", 0, 30, "forbid"))
    with pytest.raises(KnowledgeError, match=r"renal_rules.tsv:6: column 'action'"):
        renal.load((tmp_path,))


def test_a_number_that_is_none_is_refused_with_its_place(tmp_path):
    write(tmp_path, row("a", "zero", 30))
    with pytest.raises(KnowledgeError, match="column 'low'"):
        renal.load((tmp_path,))
