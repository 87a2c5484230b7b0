import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.record.folding import beginnings, folded, joined


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Van  DEN\tBerg ", "van den berg"),
        ("José Ñúñez", "jose nunez"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Ｌｉ　小明", "li 小明"),
        ("Е́лена", "елена"),
        ("한국", "한국"),
        ("", ""),
    ],
)
def test_case_accents_width_and_space_make_no_difference(text, expected):
    assert folded(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Van den Berg", ("van den berg", "den berg", "berg")),
        ("O'Neil-Smith", ("o'neil-smith", "neil-smith", "smith")),
        ("小明", ("小明",)),
        ("-", ("-",)),
        ("  ", ()),
    ],
)
def test_a_text_begins_at_each_of_its_words(text, expected):
    assert beginnings(text) == expected


@given(st.text(max_size=300))
def test_there_are_few_beginnings_and_each_is_part_of_the_text(text):
    found = beginnings(text)
    assert len(found) <= 9
    assert all(len(one) <= 200 and one in folded(text) for one in found)


@pytest.mark.parametrize(
    ("family", "given_names", "whole"),
    [
        ("李", ["小明"], "李小明"),
        ("김", ["민", "준"], "김민준"),
        ("Li", ["Wei"], None),
        ("李", [], None),
        ("", [], None),
    ],
)
def test_east_asian_names_are_written_in_one(family, given_names, whole):
    assert joined(family, given_names) == whole
