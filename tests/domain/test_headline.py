"""A headline is made to fit, whatever its language, and that always ends."""

from hypothesis import given
from hypothesis import strategies as st

from openward.domain.headline import fit, words
from openward.domain.proposal import HEADLINE_WORDS


def test_a_short_headline_stays_as_it_is():
    assert fit("Potassium is high") == "Potassium is high"


def test_a_long_one_loses_whole_words_at_its_end():
    assert fit("one two three four five six seven eight nine ten eleven twelve thirteen").endswith("eleven twelve…")


def test_a_long_chinese_one_without_spaces_is_cut_too():
    assert words(fit("血" * 100)) <= HEADLINE_WORDS


@given(st.text(alphabet=st.sampled_from("ab 血钾…，"), max_size=400))
def test_any_headline_can_be_made_to_fit(text):
    assert words(fit(text)) <= HEADLINE_WORDS
