"""Ranking: what holds the rare words comes first, other spellings still count, like passages follow the best."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from openward.knowledge.literature.ranking import Corpus, Pool
from openward.knowledge.literature.words import asked, words


def order(question, *texts, **more):
    pool = Pool([Counter(words(t)) for t in texts], **more)
    return [number for number, _ in pool.rank(Counter(asked(question)))]


def test_a_rare_word_weighs_more_than_a_common_one():
    texts = ["patients with cough", "patients with fever", "patients with pheochromocytoma", "patients with rash"]
    assert order("patients with pheochromocytoma", *texts)[0] == 2


def test_another_spelling_is_found_by_its_pieces():
    assert order("thrombocytopaenic", "a study of thrombocytopenias", "a study of bones")[0] == 0


def test_a_passage_like_the_best_one_is_found_without_the_words_asked():
    texts = [
        "cerumen depends on abcc11 transporter",
        "abcc11 transporter variants in populations",
        "steel bridges rust",
    ]
    found = order("cerumen", *texts)
    assert found == [0, 1]


def test_a_phrase_lifts_the_passage_that_has_it():
    pool = Pool([Counter(words("failure of the heart valve to close")), Counter(words("heart failure in the valve"))])
    plain = dict(pool.rank(Counter(words("heart failure"))))
    lifted = dict(pool.rank(Counter(words("heart failure")), [frozenset({1})]))
    assert lifted[1] > plain[1]
    assert lifted[0] == plain[0]


def test_nothing_in_common_is_not_found():
    assert order("quasar", "bones heal slowly", "fever passes") == []
    assert Pool([]).rank({"x": 1.0}) == []
    assert Pool([{}]).rank({}) == []


def test_how_rare_a_word_is_can_be_told_from_outside():
    told = Corpus(1000, lambda word: {"common": 900}.get(word, 2))
    pool = Pool([Counter(["common"]), Counter(["seldom"])], told)
    assert [n for n, _ in pool.rank({"common": 1.0, "seldom": 1.0})] == [1, 0]


@given(
    st.lists(st.lists(st.sampled_from(["aa", "bb", "cc", "dd"]), max_size=6), max_size=8), st.sampled_from(["aa", "bb"])
)
def test_each_passage_at_most_once_in_falling_order(passages, word):
    found = Pool([Counter(p) for p in passages]).rank({word: 1.0})
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    assert len({n for n, _ in found}) == len(found)
    assert {n for n, p in enumerate(passages) if word in p} <= {n for n, _ in found}
