"""Texts whose places are filled."""

import pytest

from openward.domain.text import Text, fill


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 days left"), (1, "1 day left"), (2, "2 days left"), ("1", "1 day left"), ("1,001", "1,001 days left")],
)
def test_a_number_takes_the_word_that_goes_with_it(number, said):
    assert fill("{n:day|days} left", n=number) == said


def test_other_places_are_filled_as_ever():
    assert fill("{:.1f} of {name}", 2.25, name="{x:a|b}") == "2.2 of {x:a|b}"


def test_words_are_in_the_language_asked_for():
    text = Text("{n:sheet|sheets}", "{n} 张")
    assert [fill(text.in_(language), n=1) for language in ("en", "zh")] == ["1 sheet", "1 张"]
