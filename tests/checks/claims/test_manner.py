"""How somebody fares, conditions, lost words, and denials that reach only so far."""

import pytest

from openward.checks.claims import Ground, claims

SAID = """[doctor] how are you doing
[patient] i'm doing pretty well . i have been putting ice on it , and i've been taking ibuprofen
[doctor] did you hit your head
[patient] no , it does n't hurt . i did about three years ago
[doctor] have you had any blood in your stools ?
[patient] no . i did about three years ago .
[doctor] i do n't recognize a palpable pulse . there is no swelling there and there's some redness . if it is not better
we will get an mri . i will refill the metformin that you have been taking .
[patient] my sugars have probably been trending up
[doctor] you indicated that you've not had any recent weight loss , headaches , bone pain .
it is a nonhealing foot ulcer
[doctor] start lasix 40 milligrams once a day and continue your toprol 50 milligrams daily
"""


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground({"dialogue": SAID})


@pytest.mark.parametrize(
    ("sentence", "held"),
    [
        ("He is doing well.", False),
        ("He denies he is doing well.", True),
        ("He has not been doing well.", True),
        ("If he is not better, we will order an MRI.", False),
        ("If he is better, we will order an MRI.", True),
        ("If the pain worsens, he will call.", False),
        ("If he does not call, we will.", False),
        ("The ibuprofen did provide any relief.", True),
        ("The ibuprofen did not provide any relief.", False),
        ("He has not been applying ice.", True),
        ("He has been applying ice.", False),
        ("His sugar has not been trending up.", True),
        ("A refill of the metformin that he has not been taking.", True),
        ("He denies a coupon that was given for the metformin.", False),
        ("I do recognize a palpable pulse.", True),
        ("I do not recognize a palpable pulse.", False),
        ("There is redness.", False),
        ("No swelling.", False),
        ("There is swelling.", True),
        ("He denies headaches and bone pain.", False),
        ("He reports bone pain.", True),
        ("Non-healing ulcer of the foot.", False),
        ("He had blood in his stools 3 years ago.", False),
        ("Continue Toprol 50 mg daily.", False),
        ("Continue Toprol 40 mg daily.", True),
        ("He takes Lasix with Lasix.", True),
    ],
)  # fmt: skip
def test_what_is_so_and_what_is_not(ground: Ground, sentence: str, held: bool) -> None:
    judged = ground.judge(sentence)
    assert judged.held == held, judged.claims


@pytest.mark.parametrize(
    ("said", "sentence", "held"),
    [
        ("[doctor] hi\n[patient] i feel awful", "He has not been doing well.", False),
        ("[doctor] how do you feel\n[patient] i am doing great but nights are bad", "He is not doing well.", False),
        ("[doctor] call me if it gets worse\n[patient] ok", "If it improves, he will call.", True),
        ("[doctor] call me if it gets worse , and also if it is better\n[patient] ok", "If it improves, call.", False),
        ("[doctor] how are they\n[patient] my left knee feels fine . my right knee hurts .",
         "Her left knee feels fine, she denies left knee pain.", False),
        ("[doctor] rest now\n[patient] my left knee feels fine .", "We will watch for pneumonia.", False),
        ("[doctor] is your wife here\n[patient] my wife is at home . i have chest pain .",
         "The patient's wife reports chest pain.", True),
        ("[doctor] how is the right knee\n[patient] my right knee pain is bad .", "He denies right knee pain.", True),
        ("[doctor] your right knee is stiff .\n[patient] i was there and then i hurt my knee badly when i fell .",
         "He denies left knee pain.", True),
        ("[doctor] tell me\n[patient] i hurt my knee badly when i fell last week .", "He denies knee pain.", True),
    ],
)  # fmt: skip
def test_the_opposite_is_only_what_is_plainly_said(said: str, sentence: str, held: bool) -> None:
    assert Ground({"dialogue": said}).judge(sentence).held == held


def test_conditions_and_lost_words_are_claims_of_their_own() -> None:
    found = [(one.terms, one.assertion) for one in claims("If it worsens, call. He has seen anything.") if one.terms]
    assert (("depends",), "absent") in found
    assert (("lost",), "present") in found
    assert not [one for one in claims("If he has seen anything, he will call.") if one.terms == ("lost",)]
