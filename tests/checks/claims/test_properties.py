"""What holds for any text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openward.checks.claims import Ground, claims
from openward.checks.claims.read import MAX_TEXT
from openward.domain.errors import InputError

SENTENCES = (
    "The patient has left knee pain for 2 weeks.", "She takes lisinopril 20 mg once daily.",
    "Blood pressure is 140/90 mmHg.",
    "He denies fever, chills, and chest pain.", "There is no swelling of the right ankle.",
    "Her mother has a history of gout.",
    "Hemoglobin A1c was 8.2 % on 2026-11-19.", "We will order an MRI of the lumbar spine.", "He smokes 1 pack per day.",
    "患者咳嗽3天，否认发热。", "左膝轻度肿胀，右膝正常。", "服用氨氯地平5毫克，每日一次。", "血钾5.9mmol/L。",
    "母亲有糖尿病。",
)  # fmt: skip
WORDS = (
    *"no denies left right both pain fever 5 mg 10 % one hundred point two over / : , . - 2026-11-20 3/4 12:30 "  # noqa: SIM905
    "knee".split(),
    *"否认 左 右 膝 三 四 次 每 天 十 毫克 ， 。 患者 母亲 [doctor] [patient] ? 医生： 患者： \n".split(" "),  # noqa: SIM905
)


@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5, unique=True), st.sampled_from(("\n", " ")))
@settings(max_examples=40, deadline=None)
def test_a_sentence_copied_from_the_source_is_supported(chosen: list[str], gap: str) -> None:
    ground = Ground({"note": gap.join(chosen)})
    for sentence in chosen:
        assert not ground.judge(sentence).held, sentence


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_judged_and_places_lie_within_it(source: str, text: str) -> None:
    check(source, text)


@given(*[st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)] * 2)
@settings(max_examples=150, deadline=None)
def test_any_clinical_words_can_be_judged_and_places_lie_within_them(source: str, text: str) -> None:
    check(source, text)


def check(source: str, text: str) -> None:
    for judged in Ground({"source": source}).judge_all(text):
        assert text[judged.start : judged.end] == judged.text
        assert judged.held == (judged.verdict != "supported")
        for one in judged.claims:
            assert judged.start <= one.claim.start < one.claim.end <= len(text)
            assert text[one.claim.start : one.claim.end] == one.claim.text
            if one.evidence is not None:
                assert source[one.evidence.start : one.evidence.end] == one.evidence.quote


@pytest.mark.parametrize(
    "block", ["no pain 5 mg left knee 左膝 ", "1 ", "and or ", "否认，", "[doctor] any pain ?\n[patient] no .\n"]
)
def test_the_longest_source_is_read(block: str) -> None:
    source = (block * (MAX_TEXT // len(block) + 1))[:MAX_TEXT]
    judged = Ground({"source": source}).judge("The patient takes warfarin 5 mg for left knee pain.")
    assert judged.held


def test_a_longer_text_is_refused_with_its_limit() -> None:
    with pytest.raises(InputError, match="200,000 characters"):
        Ground({"source": "a" * (MAX_TEXT + 1)})


def test_the_claims_of_a_text_are_in_order() -> None:
    found = claims("He denies fever. Lisinopril 20 mg daily for the left knee.")
    assert [one.kind for one in found] == ["actor", "finding", "drug", "amount", "side"]
    assert [one.start for one in found] == sorted(one.start for one in found)
