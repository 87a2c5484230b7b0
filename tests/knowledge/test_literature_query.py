"""PubMed's search language, and what cannot be read of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import InputError
from openward.knowledge.literature.query import Both, Dates, Term, parse, terms


def test_words_side_by_side_are_joined_by_and():
    assert parse("heart attack") == Both("AND", Term("heart"), Term("attack"))


def test_connectors_are_worked_from_left_to_right():
    assert parse("a OR b AND c") == Both("AND", Both("OR", Term("a"), Term("b")), Term("c"))
    assert parse("a OR (b AND c)") == Both("OR", Term("a"), Both("AND", Term("b"), Term("c")))


def test_small_letters_are_words():
    assert parse("a or b") == Both("AND", Both("AND", Term("a"), Term("or")), Term("b"))


@pytest.mark.parametrize(
    ("query", "term"),
    [
        ('"heart failure"', Term("heart failure", "all", phrase=True)),
        ("heart failure[ti]", Term("heart failure", "title", phrase=True)),
        ("immun*[tiab]", Term("immun", "words", cut=True)),
        ('"Diabetes Mellitus, Type 2"[MeSH Terms]', Term("Diabetes Mellitus, Type 2", "mesh", phrase=True)),
        ("asthma[mh:noexp]", Term("asthma", "mesh-only", phrase=True)),
        ("Smith JA[au]", Term("Smith JA", "author", phrase=True)),
        ("randomized controlled trial[pt]", Term("randomized controlled trial", "type", phrase=True)),
        ("“心力衰竭”[ti]", Term("心力衰竭", "title", phrase=True)),
        ("123[pmid]", Term("123", "id", phrase=True)),
    ],
)
def test_a_field_stands_behind_its_words(query, term):
    assert parse(query) == term


@pytest.mark.parametrize(
    ("query", "dates"),
    [
        ("2019[dp]", Dates(20190000, 20199999)),
        ("2019:2023[dp]", Dates(20190000, 20239999)),
        ("2019/05:2019/06/03[pdat]", Dates(20190500, 20190603)),
        ('"2019/01/01"[dp] : "2023"[dp]', Dates(20190101, 20239999)),
        ("2020:3000[dp]", Dates(20200000, 30009999)),
    ],
)
def test_dates_are_ranges(query, dates):
    assert parse(query) == dates


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "character 1: a word, a phrase or an opening bracket is expected"),
        ("asthma AND", "character 11: a word"),
        ("AND asthma", "character 1: a word"),
        ("(asthma", "character 1: this bracket is not closed"),
        ("asthma)", "character 7: a bracket is closed that was not opened"),
        ('"asthma', "character 1: a quotation mark is not closed"),
        ("asthma[foo]", r"character 7: the field \[foo\] is not known"),
        ("[ti]", "character 1: a word"),
        ("(a b)[ti]", "character 6: a field stands after a word"),
        ("spring[dp]", "character 1: the date cannot be read"),
        ("asthma [", r"character 8: '\[' is not expected"),
        ("(" * 60 + "a" + ")" * 60, "nested more than 50 deep"),
        ("a " * 501, "a search may have 500"),
        ("a" * 20_001, "a search may have 20000"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(query, said):
    with pytest.raises(InputError, match=said):
        parse(query)


def test_excluded_words_are_not_looked_for():
    assert [t.text for t in terms(parse("a OR b NOT c"))] == ["a", "b"]


@given(st.text(alphabet='ab()[]"*:/ ti0129ANDORNOT心', max_size=60))
def test_any_text_is_a_search_or_a_clear_error(query):
    try:
        parse(query)
    except InputError as error:
        assert str(error).startswith("query")
