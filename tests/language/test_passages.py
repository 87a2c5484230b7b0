"""Sentences and sections."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.language.passages import sections, sentences


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("He has fever. No cough.", ["He has fever.", "No cough."]),
        ("Dr. Smith saw E. coli in 3.5 mL.", ["Dr. Smith saw E. coli in 3.5 mL."]),
        ("无发热。有咳嗽！", ["无发热。", "有咳嗽！"]),
        ("One line\nAnother line", ["One line", "Another line"]),
        ("leg swelling.12 days ago", ["leg swelling.", "12 days ago"]),
        ("? cellulitis", ["? cellulitis"]),
        ("Fever: no. Cough: yes.", ["Fever: no.", "Cough: yes."]),
        ("Potassium 7.9 mmol/L. Sodium 140 mmol/L.", ["Potassium 7.9 mmol/L.", "Sodium 140 mmol/L."]),
        ("Creatinine 206 umol/L. 2 rows.", ["Creatinine 206 umol/L.", "2 rows."]),
        ("Glucose 90 mg/dL. It is normal.", ["Glucose 90 mg/dL.", "It is normal."]),
        ("Pulse 77/min. It is regular.", ["Pulse 77/min.", "It is regular."]),
        ("Given 2 mmol/L. of salt", ["Given 2 mmol/L. of salt"]),
        ("", []),
    ],
)
def test_a_text_is_cut_into_its_sentences(text, said):
    assert [text[s.start : s.end] for s in sentences(text)] == said


def test_a_line_that_was_wrapped_is_one_sentence():
    text = "The patient is a woman who came because of a long cough and\nshortness of breath."
    assert len(sentences(text)) == 1


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Chief complaint: cough\nHistory of present illness: ...\nFamily history: none",
         ["complaint", "present_history", "family"]),
        ("主诉：咳嗽3天。现病史：患者咳嗽。既往史：体健。家族史：无。",
         ["complaint", "present_history", "past_history", "family"]),
        ("PHYSICAL EXAMINATION\nHeart regular\nLABS:\nNa 141", ["examination", "laboratory"]),
        ("Plan: rest. He said: go", ["plan"]),
        ("no headings here", []),
    ],
)  # fmt: skip
def test_headings_open_sections(text, kinds):
    assert [s.kind for s in sections(text)] == kinds


def test_a_section_on_one_line_ends_with_the_line_but_a_list_goes_on():
    text = "PMH: asthma\nThe patient is well."
    assert text[sections(text)[0].start : sections(text)[0].end] == "asthma"
    text = "PMH: asthma\n- gout\n- migraine"
    assert text[sections(text)[0].start : sections(text)[0].end] == "asthma\n- gout\n- migraine"


@given(st.text(alphabet="ab .!?\n。；：:主诉PMH-1", max_size=300))
def test_the_parts_are_in_order_inside_the_text_and_lose_no_word(text):
    found = sentences(text)
    assert all(0 <= s.start < s.end <= len(text) for s in found)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert "".join(text[s.start : s.end] for s in found).split() == [] or set("".join(text.split())) == set(
        "".join("".join(text[s.start : s.end].split()) for s in found)
    )
    assert all(0 <= s.start <= s.end <= len(text) for s in sections(text))
