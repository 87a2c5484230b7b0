"""Terms of the HPO by the words that people use, in both languages, with what they mean."""

import pytest

from openward.knowledge import hpo_search, tables
from openward.knowledge.hpo import ontology

TERMS = ontology()


def found(words, limit=8):
    return [TERMS.names[hit.term] for hit in hpo_search.search(words, limit)]


@pytest.mark.parametrize(
    ("words", "term"),
    [("seiz", "Seizure"), ("epilepsy", "Seizure"), ("low muscle tone", "Hypotonia"), ("抽搐", "Seizure"),
     ("小头", "Microcephaly"), ("short stat", "Short stature"), ("SHORT STATURE", "Short stature"), ("发烧", "Fever")],
)  # fmt: skip
def test_the_first_hit_is_what_was_meant(words, term):
    assert found(words)[0] == term


def test_a_synonym_is_named_and_the_own_name_is_not():
    assert hpo_search.search("epilepsy", 1)[0].by == "Epilepsy"
    assert hpo_search.search("seizure", 1)[0].by == ""


@pytest.mark.parametrize("words", ["", " ", "a", "qqqq", "HP:", "癫痫小头"])
def test_too_little_or_nothing_finds_nothing(words):
    assert found(words) == []


def test_one_chinese_letter_is_a_word():
    assert "Short stature" in found("矮")


def test_no_more_is_found_than_wanted():
    assert len(found("abnormal", 5)) == 5


def test_a_term_has_its_chinese_name_or_the_english_one():
    seizure, rare = TERMS.index["HP:0001250"], TERMS.index["HP:0410263"]
    assert hpo_search.label(seizure, "zh") == "癫痫发作"
    assert hpo_search.label(seizure, "en") == "Seizure"
    assert hpo_search.label(rare, "zh") == TERMS.names[rare]


def test_a_term_says_what_it_means():
    assert hpo_search.definition(TERMS.index["HP:0001250"]).startswith("A seizure is")


def read(text):
    return {TERMS.names[TERMS.index[m.term]]: m.assertion for m in hpo_search.read(text)}


def test_a_text_is_read_for_what_is_there_and_what_is_not():
    assert read("Seizures since birth. There is no hearing loss. Her brother has ataxia.") == {
        "Seizure": "present",
        "Hearing impairment": "absent",
    }
    assert read("患儿全面发育迟缓，反复抽搐，无听力障碍。") == {
        "Global developmental delay": "present",
        "Seizure": "present",
        "Hearing impairment": "absent",
    }


def test_the_words_of_the_house_name_terms_of_the_release():
    for row in tables.find("phenotype_words"):
        assert TERMS.names[TERMS.index[row.id]] == row["name_en"], row.where
