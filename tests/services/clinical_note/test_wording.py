"""Spoken words made readable, told of the patient, with nothing lost that counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.services.clinical_note.cleaning import cleaned, closed, trimmed
from openward.services.clinical_note.grammar import third
from openward.services.clinical_note.keeping import keeps
from openward.services.clinical_note.person import of_patient, of_patient_zh, sex_of, to_patient


@pytest.mark.parametrize(
    ("spoken", "wanted"),
    [
        ("um , i , i have n't had any , uh , pain .", "i haven't had any, pain."),
        ("no weight loss , loss of appetite", "no weight loss, loss of appetite"),
        ("your creatinine was .7 not .8", "your creatinine was .7 not .8"),
        ("twenty twenty vision", "twenty twenty vision"),
        ("it's , it's been a d- difficult time", "it's been a difficult time"),
        ("we 're gon na start", "we're going to start"),
        ("no no numbness", "no numbness"),
        ("no , no pain", "no pain"),
        ("a temperature of 97 . 7", "a temperature of 97.7"),
        ("嗯，我那个，头疼", "我头疼"),
    ],
)
def test_fillers_go_and_meaning_stays(spoken, wanted):
    assert cleaned(spoken) == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("okay , so well , i take aspirin , you know", "i take aspirin"),
        ("i'm doing okay", "i'm doing okay"),
        ("but not at night", "not at night"),
        ("no issues since then", "no issues since then"),
    ],
)
def test_what_only_takes_the_turn_is_trimmed(said, wanted):
    assert trimmed(cleaned(said)) == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("i've been tired", "she has been tired"),
        ("i'm on my medication", "she is on her medication"),
        ("i usually take it", "she usually takes it"),
        ("i quickly turned", "she quickly turned"),
        ("i went home and my wife helped me", "she went home and her wife helped her"),
        ("i don't smoke", "she does not smoke"),
        ("i'd been ill", "she had been ill"),
        ("i carry bags", "she carries bags"),
        ("that's mine", "that's her own"),
    ],
)
def test_the_patient_is_told_of(said, wanted):
    assert of_patient(said, "female") == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("i want you to take it", "i want him to take it"),
        ("you have a murmur", "he has a murmur"),
        ("call me if you get worse", "call me if he gets worse"),
        ("i'll start you on aspirin", "i'll start him on aspirin"),
        ("do you have pain", "do he have pain"),
        ("your knee hurts when you walk", "his knee hurts when he walks"),
    ],
)
def test_what_is_said_to_the_patient_is_told_of_him(said, wanted):
    assert to_patient(said, "male") == wanted


def test_without_a_known_sex_nobody_becomes_he_or_she():
    assert of_patient("i hurt my arm", None) == "the patient hurt the patient's arm"
    assert sex_of("he is a 40-year-old male; Mrs. Smith called") is None
    assert sex_of("a 50-year-old female with cough") == "female"


def test_chinese_keeps_its_words():
    assert of_patient_zh("我头疼，我们家没人得过") == "患者头疼，患者家没人得过"
    assert closed("头疼两天") == "头疼两天。"


@pytest.mark.parametrize(
    ("verb", "form"), [("go", "goes"), ("try", "tries"), ("cough", "coughs"), ("was", "was"), ("need", "needs")]
)
def test_verbs(verb, form):
    assert third(verb) == form


@pytest.mark.parametrize(
    ("text", "source", "same"),
    [
        ("She takes 5 mg.", "i take uh 5 mg", True),
        ("She takes mg.", "i take uh 5 mg", False),
        ("Issues since.", "no issues since", False),
        ("Pain in the knee.", "pain in the left knee", False),
        ("It hurts.", "it hurts , right ?", True),
        ("She does not smoke.", "i do n't smoke", True),
        ("否认发烧。", "发烧", False),
    ],
)
def test_a_lost_number_denial_or_side_is_noticed(text, source, same):
    assert keeps(text, source) is same


@given(st.text(max_size=200))
def test_any_words_can_be_cleaned(text):
    once = closed(trimmed(cleaned(text)))
    assert len(once) <= 2 * len(text) + 40


SPOKEN = (
    "i",
    "you",
    "my",
    "your",
    "have",
    "take",
    "am",
    "are",
    "was",
    "not",
    "no",
    "5",
    "mg",
    "left",
    "knee",
    "pain",
    "and",
    "the",
)


@given(st.lists(st.sampled_from(SPOKEN), max_size=14))
def test_telling_of_the_patient_keeps_numbers_denials_and_sides(words):
    text = " ".join(words)
    assert keeps(of_patient(to_patient(text, None), None), text)
