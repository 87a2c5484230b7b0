"""A relative of whom everything is told is the patient."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.language.teller import of_the_patient


@pytest.mark.parametrize(
    "text",
    ["My dad, 74, has chest pain.", "My little boy's sister", "Our 4-year-old son drools.", "我爸爸胸痛两小时。"],
)
def test_a_relative_who_is_the_patient_is_no_relative(text):
    told = of_the_patient(text)
    assert len(told) == len(text)
    assert not {"dad", "son", "爸爸"} & set(told.replace("爸爸", " 爸爸 ").split())


@pytest.mark.parametrize(
    "text",
    [
        "My father died of a heart attack and I have chest pain.",
        "My wife says my speech is slurred.",
        "My mother has diabetes; my foot is numb.",
        "I am 40 and my brother has asthma.",
        "我爸爸有高血压，我头痛。",
        "",
    ],
)
def test_a_relative_beside_the_patient_stays_one(text):
    assert of_the_patient(text) == text


@given(st.text(alphabet="My dad,son I have 我爸爸胸痛。", max_size=60))
def test_places_stay_where_they_were(text):
    assert len(of_the_patient(text)) == len(text)
