"""Calculators are found by the words of whoever searches: names, diseases, abbreviations, in both languages."""

import pytest

from openward.services.clinical_calculator.search import matching


def ids(words):
    return [calculator.id for calculator in matching(words)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("qt", "qtc-bazett"), ("BMI", "bmi"), ("DVT", "wells-dvt"), ("TIA", "abcd2"), ("Child-Pugh", "child-pugh"),
        ("chads-vasc", "cha2ds2-vasc"), ("PE", "wells-pe"), ("阑尾炎", "alvarado"), ("COPD", "bode"),
    ],
)  # fmt: skip
def test_what_is_called_so_is_found(words, first):
    assert first in ids(words)


@pytest.mark.parametrize("words", ["AF", "房颤", "atrial fibrillation", "心房颤动"])
def test_a_disease_is_found_by_each_of_its_names(words):
    assert {"cha2ds2-vasc", "has-bled", "chads2"} <= set(ids(words))


def test_a_heart_attack_is_looked_for_by_its_other_names():
    assert {"grace", "timi-stemi"} <= set(ids("heart attack"))


def test_an_abbreviation_is_no_part_of_another_word():
    assert "apfel" not in ids("AF")
    assert "sirs" not in ids("MI")
    assert ids("MI").index("grace") < ids("MI").index("mifflin")


def test_no_words_are_all_and_strange_words_none():
    assert len(ids("  ")) > 150
    assert ids("zzzz") == []
