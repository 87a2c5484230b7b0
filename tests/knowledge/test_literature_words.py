"""Words of a search: forms of one word meet, Chinese needs no spaces, questions lose what only asks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.knowledge.literature.words import asked, grams, joined, stem, words


@pytest.mark.parametrize(
    ("one", "other"),
    [("diabetes", "diabetic"), ("therapy", "therapies"), ("treated", "treatment"), ("infection", "infections"),
     ("randomized", "randomization"), ("inhibitor", "inhibitors"),
     ("anaemia", "anemia"), ("oesophageal", "esophageal"), ("tumours", "tumor"), ("randomised", "randomized")],
)  # fmt: skip
def test_forms_of_one_word_meet(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize("word", ["virus", "thrombosis", "il6", "p53", "hiv", "dose2"])
def test_names_stay_as_they_are(word):
    assert stem(word) == word


def test_greek_and_accents_are_written_out():
    assert words("β-blocker") == words("beta blocker")
    assert words("Sjögren") == words("Sjogren")
    assert words("TNF-α") == words("tnf alpha")


def test_chinese_gives_pairs_of_neighbours():
    assert words("高血压 hypertension") == ["高血", "血压", stem("hypertension")]
    assert words("癌") == ["癌"]


def test_a_question_keeps_its_subject():
    assert asked("Which gene is associated with cerumen?") == words("gene cerumen")
    assert asked("哪些药物可以治疗高血压？") == ["药物", "治疗", "疗高", "高血", "血压"]
    assert asked("What is it?") == words("What is it?")


def test_pieces_begin_with_a_mark():
    assert grams("ab") == ("^ab",)
    assert grams("abcd") == ("^abc", "abcd")


def test_a_name_is_one_word():
    assert joined("Diabetes Mellitus, Type 2") == "diabetesmellitustype2"


@given(st.text(max_size=200))
def test_any_text_gives_words_that_an_index_takes(text):
    for word in words(text):
        assert word
        assert word.isalnum()
        assert words(text) == words(text.upper()) or not text.isascii()
