"""Numbers that were measured."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.language.readings import readings


def said(text):
    return [(r.words, r.value, r.unit) for r in readings(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Creatinine 0.8 mg/dL, Na+ 141 mEq/L", [("creatinine", 0.8, "mg/dL"), ("na+", 141, "meq/L")]),
        ("a hemoglobin of 7.2 g/dL", [("hemoglobin", 7.2, "g/dL")]),
        ("Leukocyte count 16,300/mm3", [("leukocyte count", 16300, "/mm3")]),
        ("WBC 12.3 x10^9/L", [("wbc", 12.3, "10*9/L")]),
        ("白细胞12.5×10^9/L，CRP 45mg/L", [("白细胞", 12.5, "10*9/L"), ("crp", 45, "mg/L")]),
        ("肌酐 120 μmol/L", [("肌酐", 120, "umol/L")]),
        ("体温38.5℃，心率98次/分", [("体温", 38.5, "Cel"), ("心率", 98, "/min")]),
        ("T38.5℃ P100次/分", [("t", 38.5, "Cel"), ("p", 100, "/min")]),
        ("Her oxygen saturation is 92%", [("oxygen saturation", 92, "%")]),
        ("temperature is 37.8 C (100.0 F)", [("temperature", 37.8, "Cel"), ("temperature", 100, "[degF]")]),
        ("37°C (98.6°F)", [("", 37, "Cel"), ("", 98.6, "[degF]")]),
        ("vitamin B12 300 pg/mL, HbA1c 7.5%", [("vitamin b12", 300, "pg/mL"), ("hba1c", 7.5, "%")]),
        ("eGFR 45 mL/min/1.73 m2", [("egfr", 45, "mL/min/{1.73_m2}")]),
        ("CD4 count 450/mm3 (normal >= 500/mm3)", [("cd4 count", 450, "/mm3")]),
        ("on 2026-11-21 at 10:30, INR 2.3", [("inr", 2.3, None)]),
        ("66 year old man for 3 days", []),
        ("12 weeks", []),
        ("", []),
    ],
)
def test_a_number_comes_with_its_name_and_unit(text, found):
    assert said(text) == found


def test_a_table_of_results_is_read_line_by_line():
    text = "Hemoglobin 11.3 g/dL\nD-dimer 130 ng/mL(N < 250 ng/mL)\nSerum\nCreatinine 1.2 mg/dL"
    assert [words for words, _, _ in said(text)] == ["hemoglobin", "d-dimer", "creatinine"]


def test_a_blood_pressure_has_two_numbers():
    (english,) = readings("blood pressure is 155/89 mm Hg")
    (chinese,) = readings("血压150/95mmHg")
    assert (english.value, english.second, english.unit) == (155, 89, "mm[Hg]")
    assert (chinese.words, chinese.value, chinese.second) == ("血压", 150, 95)


def test_a_range_has_its_other_end():
    (found,) = readings("RBC 5-7/hpf")
    assert (found.value, found.high, found.unit) == (5, 7, "/[HPF]")


def test_a_limit_is_no_exact_value():
    (found,) = readings("troponin <0.01 ng/mL")
    assert (found.comparator, found.value) == ("<", 0.01)
    (found,) = readings("platelets below 20 K/uL")
    assert (found.comparator, found.unit) == ("<", "10*3/uL")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("creatinine rose from 0.9 to 2.1 mg/dL", [(0.9, "past"), (2.1, "current")]),
        ("血红蛋白由120g/L降至72g/L", [(120, "past"), (72, "current")]),
    ],
)
def test_a_change_is_two_readings_of_one_name(text, values):
    found = readings(text)
    assert [(r.value, r.when) for r in found] == values
    assert len({r.words for r in found}) == 1


def test_a_condition_is_no_measurement():
    (found,) = readings("Call if temperature > 38.5 C")
    assert found.assertion == "hypothetical"


@given(st.decimals(0, 9999, places=2), st.sampled_from(["mg/dL", "mmol/L", "g/L", "%", "U/L"]))
def test_any_number_with_a_unit_is_read(value, unit):
    (found,) = readings(f"Glucose {value} {unit}")
    assert found.value == pytest.approx(float(value))
    assert found.unit == unit


@given(st.text(alphabet="0123456789.,/-~<>=×x10^ 9L%°CmgdHg Na血压体温和from to()\n", max_size=80))
def test_any_text_is_read_the_same_way_twice(text):
    found = readings(text)
    assert all(0 <= r.start < r.end <= len(text) for r in found)
    assert all(a.start <= b.start for a, b in itertools.pairwise(found))
    assert readings(text) == found
