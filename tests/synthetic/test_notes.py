"""Notes agree with the record: numbers, doses and drugs that they quote are its own."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.synthetic.charts import STORIES, Chart, moment

from openward.domain.errors import KnowledgeError
from openward.synthetic import notes as notes_module
from openward.synthetic.catalogue import load_catalogue
from openward.synthetic.hospital import build_patient, story_of
from openward.synthetic.story import load_stories
from openward.synthetic.when import Calendar

UNITS = (
    "mL/min/1.73 m²", "mmol/L", "µmol/L", "pmol/L", "mIU/L", "×10⁹/L", "mg/L", "g/L", "mg/g", "U/L", "ng/mL", "pg/mL",
    "µg/mL FEU", "µg/mL", "µg/L", "ng/L", "mm/h", "°C", "fL", "ms", "L/min", "kg", "mmHg", "/min", "/HPF",
)  # fmt: skip
QUOTED = re.compile(r"(\d+(?:\.\d+)?)(?:/(\d+))? ?(" + "|".join(re.escape(u) for u in UNITS) + r")(?![\w/])")
DOSED = re.compile(r"(\d+(?:\.\d+)?) (mg|g|microgram|μg|units|单位|mmol)(?![\w/])")


def recorded(chart: Chart) -> dict[str, list[tuple]]:
    """Recorded numbers by the unit that people read."""
    found: dict[str, list[tuple]] = {}
    for o in chart.of("Observation"):
        at = moment(o["effectiveDateTime"])
        for part in (o, *o.get("component", ())):
            if "valueQuantity" in part:
                quantity = part["valueQuantity"]
                found.setdefault(quantity["unit"], []).append((at, float(quantity["value"])))
    return found


def check(chart: Chart) -> None:
    values = recorded(chart)
    for at, text in chart.notes():
        for first, second, unit in QUOTED.findall(text):
            known = [v for when, v in values.get(unit, ()) if when <= at]
            assert float(first) in known, f"{chart.filed.id}: {first} {unit}"
            if second:
                assert float(second) in known, f"{chart.filed.id}: {second} {unit}"


def test_numbers_quoted_in_notes_are_in_the_record_by_then(chart):
    check(chart)


@given(seed=st.integers(0, 2**32), number=st.integers(1, len(STORIES) * 3))
@settings(max_examples=40, deadline=None)
def test_numbers_agree_for_any_seed(seed, number):
    check(Chart(number, seed))


def test_doses_quoted_in_notes_are_doses_of_the_record(chart):
    known = set()
    for order in chart.of("MedicationRequest", "MedicationStatement"):
        for dosage in order.get("dosageInstruction") or order.get("dosage"):
            for rate in dosage.get("doseAndRate", ()):
                quantity = rate.get("doseQuantity") or rate.get("rateQuantity")
                known.add((float(quantity["value"]), quantity["unit"]))
    values = {v for unit in recorded(chart).values() for _, v in unit}
    for _, text in chart.notes():
        for amount, unit in DOSED.findall(text):
            assert (float(amount), unit) in known or float(amount) in values, f"{chart.filed.id}: {amount} {unit}"


def test_drugs_named_in_notes_are_in_the_record_or_ruled_out(chart):
    """A drug that a note names is taken, ordered, an allergy, or mentioned as not given."""
    spoken_of = {"zoledronic acid", "amikacin", "paracetamol", "heparin", "insulin"}
    terms = load_catalogue().drugs.values()
    have = {
        r["medicationCodeableConcept"]["text"] for r in chart.of("MedicationRequest", "MedicationStatement")
    } | {r["code"]["text"] for r in chart.of("AllergyIntolerance")}  # fmt: skip
    language = chart.filed.story.language
    for term in terms:
        name = term.name(language)
        if name in have or term.en in spoken_of or len(name) < 3:
            continue
        part_of_another = any(name in other for other in have)
        quoted = any(re.search(rf"(?<![a-z]){re.escape(name)}(?![a-z0-9])", text) for _, text in chart.notes())
        assert part_of_another or not quoted, f"{chart.filed.id}: {name}"


def test_notes_are_written_in_the_language_of_the_chart(chart):
    for _, text in chart.notes():
        chinese = sum("\u4e00" <= c <= "\u9fff" for c in text)
        assert (chinese > 20) == (chart.filed.story.language == "zh")
        assert "{" not in text
        assert "  " not in text


def test_a_third_of_the_stories_are_told_in_chinese():
    told = [f.story.language for f in load_stories()]
    assert 0.3 <= told.count("zh") / len(told) <= 0.6


def test_every_patient_has_a_note(chart):
    assert chart.notes()


def test_a_field_without_a_value_is_refused(monkeypatch):
    from datetime import date

    def broken(case):
        notes_module.render(case, "Potassium {lab.no-such-test}.", 0)

    monkeypatch.setattr("openward.synthetic.hospital._STEPS", (broken,))
    with pytest.raises(KnowledgeError, match="no value in the record"):
        build_patient(1, seed=1, calendar=Calendar(date(2026, 10, 1)))
    assert story_of(1, 1).id == "atrial_fibrillation_pneumonia"
