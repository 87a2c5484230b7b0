"""A note gives an instrument its inputs, each with the words that say it; what it does not mention stays unknown."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.checks.grounding import Sources, grounding
from openward.domain.errors import InputError
from openward.domain.evidence import DocumentEvidence
from openward.harness.service import Context
from openward.services.clinical_calculator import SERVICE
from openward.services.clinical_calculator.library import library
from openward.services.clinical_calculator.note import read_note

NOTE = (
    "A 42-year-old woman, 105 kg, 160 cm. Blood pressure 145/90 mm Hg, pulse 95, temperature 37°C (98.6°F). "
    "Serum sodium (Na) 141 mEq/L; bicarbonate, 24 mEq/L. Chloride 98 mmol/L. Creatinine was normal at 0.8 mg/dL. "
    "She has hypertension and denies diabetes. Her father had a stroke. Possible heart failure."
)


def run(**reads):
    given = msgspec.convert(reads, SERVICE.reads)
    return SERVICE.engine(given, None, Context(now=datetime(2026, 11, 21, tzinfo=UTC)))


def read(calculator, text):
    return {name: noted.value for name, noted in read_note(library().calculators[calculator], text).items()}


def test_an_instrument_is_computed_from_the_note_alone():
    calculation = run(calculator="anion-gap", note=NOTE).body.calculation
    assert calculation.value == 141 - 98 - 24
    assert {i.origin for i in calculation.inputs if i.value is not None} == {"note"}


def test_every_value_of_a_note_is_quoted_from_it():
    proposal = run(calculator="anion-gap", note=NOTE)
    quotes = [e for f in proposal.findings for e in f.evidence if isinstance(e, DocumentEvidence)]
    flat = [p for f in proposal.findings for e in f.evidence for p in getattr(e, "inputs", ())]
    for quote in [*quotes, *(e for e in flat if isinstance(e, DocumentEvidence))]:
        assert NOTE[quote.start : quote.end] == quote.quote
    verdicts = grounding(proposal, Sources({}, {"calculator": "anion-gap", "note": NOTE}))
    assert {v.outcome for v in verdicts} == {"pass"}


def test_flags_are_read_with_denial_doubt_and_family():
    found = read("cha2ds2-vasc", NOTE)
    assert (found["hypertension"], found["diabetes"]) == (True, False)
    assert "stroke" not in found
    assert "heart_failure" not in found
    assert (found["age"], found["sex"]) == (42, "female")


def test_what_a_note_does_not_mention_gives_a_range_and_never_a_no():
    calculation = run(calculator="cha2ds2-vasc", note=NOTE).body.calculation
    assert calculation.value is None
    assert calculation.low < calculation.high
    assert "stroke" in calculation.missing


def test_the_caller_may_say_what_silence_means_and_it_is_shown_so():
    silent = dict.fromkeys(("heart_failure", "stroke", "tia", "thromboembolism", "vascular_disease"), False)
    calculation = run(calculator="cha2ds2-vasc", note=NOTE, assumed=silent).body.calculation
    assert calculation.value == 2
    assert {i.id: i.origin for i in calculation.inputs}["stroke"] == "assumed"


def test_a_given_value_goes_before_the_note():
    assert run(calculator="anion-gap", note=NOTE, inputs={"sodium": 150}).body.calculation.value == 150 - 98 - 24


def test_an_assumption_about_another_input_is_refused():
    with pytest.raises(InputError, match="assumed: 'anion-gap' has no input 'magic'"):
        run(calculator="anion-gap", assumed={"magic": 1})


@pytest.mark.parametrize(
    ("calculator", "text", "wanted"),
    [
        ("bmi", "体重 60 kg，身高 165 cm。", {"weight": 60, "height": 165}),
        ("bmi", "He is 5 ft 10 in tall and weighs 180 lb.", {"weight": pytest.approx(81.6, abs=0.1), "height": 177.8}),
        ("bmi", "He lost 5 kg and now weighs 70 kg; height 1.75 m.", {"weight": 70, "height": 175}),
        ("mean-arterial-pressure", "Systolic blood pressure of 120 mm Hg, diastolic pressure of 80 mm Hg.",
         {"sbp": 120, "dbp": 80}),
        ("anion-gap", "Na 152, Cl 112, HCO3 22", {"sodium": 152, "chloride": 112, "bicarbonate": 22}),
        ("anion-gap", "Urine sodium 20 mmol/L", {}),
        ("gcs", "Coma, E2V2M4.", {"gcs_eye": "pain", "gcs_verbal": "sounds", "gcs_motor": "withdrawal"}),
    ],
)  # fmt: skip
def test_numbers_are_read_in_the_ways_notes_write_them(calculator, text, wanted):
    found = read(calculator, text)
    assert {name: found.get(name) for name in wanted} == wanted
    assert wanted or "sodium" not in found


def test_a_number_without_unit_counts_only_where_one_unit_is_possible():
    assert read("corrected-sodium-katz", "Glucose 400, sodium 130").get("glucose") == 400
    assert "bilirubin" not in read("child-pugh", "Bilirubin 20")


def test_daily_doses_are_read_with_how_often():
    text = "The patient takes 50 mg of tapentadol twice a day and 20 mg oxycodone 3 times a day."
    found = read("morphine-equivalents", text)
    assert (found["tapentadol"], found["oxycodone"]) == (100, 60)


def test_an_impossible_day_is_no_day():
    assert "last_period" not in read("due-date", "Her last menstrual period was on 13/45/2020.")


@given(st.text(max_size=300))
def test_no_text_makes_it_fail_and_every_place_lies_inside(text):
    for noted in read_note(library().calculators["apache-ii"], text).values():
        assert 0 <= noted.start <= noted.end <= len(text)
