"""Numbers of orders: digits, fractions, ranges, scales."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.language.numbers import number_at
from openward.language.words import Token, fold, is_chinese, normal, tokens


def read(text):
    return number_at(text, tokens(text), 0)


@pytest.mark.parametrize(
    ("text", "value", "high"),
    [
        ("5", 5, None),
        ("0.25", 0.25, None),
        (".5", 0.5, None),
        ("1.0", 1, None),
        ("1,000", 1000, None),
        ("12,500.5", 12500.5, None),
        ("0,5", 0.5, None),
        ("1/2", 0.5, None),
        ("一/2", 0.5, None),
        ("1-2", 1, 2),
        ("4 to 6", 4, 6),
        ("2～4", 2, 4),
        ("4 million", 4e6, None),
        ("80万", 8e5, None),
        ("half", 0.5, None),
        ("两", 2, None),
    ],
)
def test_numbers_are_read(text, value, high):
    found = read(text)
    assert (found.value, found.high) == (value, high)


@pytest.mark.parametrize("text", ["", "mg", "1.2.3", "1,2,3", "9" * 20])
def test_what_is_no_certain_number_is_none(text):
    assert read(text) is None


def test_a_falling_range_is_no_range():
    assert read("6-4").high is None
    assert read("70/30").value == 70


@given(st.text(max_size=60))
def test_any_text_has_a_number_or_none(text):
    plain = normal(text)
    found = tokens(plain)
    for place in range(len(found)):
        number = number_at(plain, found, place)
        assert number is None or number.words >= 1


@given(st.text(max_size=80))
def test_words_lie_in_order_inside_the_text(text):
    plain = normal(text)
    end = 0
    for word, start, stop in tokens(plain):
        assert end <= start < stop <= len(plain)
        assert word == fold(plain[start:stop])
        end = stop


def test_chinese_characters_are_words_of_their_own():
    assert [t.word for t in tokens("维生素B12片")] == ["维", "生", "素", "b", "12", "片"]
    assert is_chinese("片")
    assert not is_chinese("b")


@pytest.mark.parametrize("sign", ["❶", "①", "⑴"])
def test_a_sign_that_only_looks_like_a_digit_is_no_number(sign):
    assert number_at(sign, [Token(sign, 0, 1)], 0) is None
