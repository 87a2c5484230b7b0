"""The form of the console takes words as a person types them, for every service."""

import msgspec
import pytest

from openward.doors.console.filling import faults_of, filled
from openward.doors.console.forms import fields_of
from openward.doors.fields import titled, words_of
from openward.services.triage.vitals import SIGNS

TYPED = {
    "clinical-calculator": {"calculator": "CURB-65", "note": "72-year-old man, no confusion"},
    "differential-diagnosis": {"text": "fever, headache", "sex": "female"},
    "lab-report": {"text": "Potassium 4.1 mmol/L\nSodium 140 mmol/L", "sex": "male"},
    "triage": {"complaint": "cough\nfor 3 days", "sex": "male"},
}


def said(key, **slots):
    return " ".join([key, *(str(slot) for slot in slots.values())])


def read(service, form, language="en"):
    return filled(service, {f"input.{key}": text for key, text in form.items()}, said, language)


def inside(fields):
    for field in fields:
        yield field
        yield from inside(field.parts)
        yield from inside(field.blank)


def engines(house):
    return [service for service in house.ward.services.values() if service.card.kind == "engine"]


@pytest.mark.parametrize("service", TYPED)
def test_words_are_typed_without_quotes(house, service):
    found = read(house.ward.services[service], TYPED[service])
    assert (found.input, found.faults) == (TYPED[service], {})
    msgspec.convert(found.input, house.ward.services[service].reads)


def test_a_number_that_may_be_left_out_is_a_number(house):
    service = house.ward.services["differential-diagnosis"]
    assert read(service, {"age": "54", "text": ""}).input == {"age": 54}
    assert read(service, {"age": "old"}).faults == {"age": "form_number"}
    assert read(service, {"age": "540"}).faults == {"age": "form_range 0 130"}


def test_what_is_unknown_may_be_left_unsaid(house):
    triage = house.ward.services["triage"]
    kinds = {f.name: f.kind for f in fields_of(triage)}
    assert (kinds["pregnant"], kinds["complaint"]) == ("maybe", "long")
    assert read(triage, {"pregnant": "no"}).input == {"pregnant": False}
    assert read(triage, {"pregnant": ""}).input == {}


def test_a_choice_offers_what_the_service_takes_in_its_order(house):
    by_name = {f.name: f for f in inside(fields_of(house.ward.services["triage"], "zh"))}
    assert (by_name["sex"].kind, by_name["sex"].choices) == ("choice", ("female", "male"))
    assert by_name["vitals.consciousness"].choices == ("alert", "confused", "voice", "pain", "unresponsive")
    assert by_name["sex"].label == "性别"


def test_vital_signs_are_typed_one_by_one_with_their_units(house):
    triage = house.ward.services["triage"]
    typed = {
        "complaint": "头晕", "age": "６", "age.unit": "mo", "vitals.heart_rate": "120", "vitals.systolic": "85",
        "vitals.temperature": "101.3", "vitals.temperature.unit": "[degF]", "vitals.on_oxygen": "yes",
    }  # fmt: skip
    found = read(triage, typed)
    assert found.faults == {}
    given = msgspec.convert(found.input, triage.reads)
    assert (given.age.value, given.age.unit) == (6, "mo")
    assert (given.vitals.heart_rate.value, given.vitals.heart_rate.unit) == (120, "/min")
    assert given.vitals.temperature.unit == "[degF]"
    assert given.vitals.on_oxygen is True


def test_each_fault_of_a_vital_sign_stands_at_its_field_and_what_was_typed_stays(house):
    triage = house.ward.services["triage"]
    typed = {
        "input.complaint": "dizzy",
        "input.vitals.systolic": "HR 120, BP 85/50",
        "input.vitals.heart_rate": "1200",
        "input.vitals.coma_scale": "3.5",
    }
    found = filled(triage, typed, said)
    assert found.faults == {
        "vitals.systolic": "form_number",
        "vitals.heart_rate": "form_range 10 350 /min",
        "vitals.coma_scale": "form_whole_number",
    }
    drawn = {f.name: f for f in inside(fields_of(triage, "en", typed, found.faults))}
    assert drawn["vitals.systolic"].value == "HR 120, BP 85/50"
    assert drawn["vitals.systolic"].fault
    assert drawn["vitals"].filled
    assert drawn["complaint"].value == "dizzy"


def test_the_ranges_of_the_form_are_those_of_triage():
    for sign in SIGNS:
        words = words_of("triage", f"vitals.{sign.field}")
        if words.units:
            assert (words.units[0], words.least, words.most) == (sign.unit, sign.least, sign.most)


def test_rows_are_read_in_their_order_and_an_empty_one_is_left_out(house):
    review = house.ward.services["note-quality"]
    typed = {
        "notes.0.text": "", "notes.2.text": "second", "notes.2.written": "2026-11-20T08:30", "notes.1.text": "first",
        "events.admitted": "2026-11-19T10:00", "birth_date": "1950-03-02",
    }  # fmt: skip
    found = read(review, typed)
    assert found.faults == {}
    given = msgspec.convert(found.input, review.reads)
    assert [note.text for note in given.notes] == ["first", "second"]
    assert given.events["admitted"].hour == 10
    assert given.birth_date.year == 1950


def test_a_row_that_was_begun_says_what_it_still_needs(house):
    assert read(house.ward.services["note-quality"], {"notes.0.title": "Ward round"}).faults == {
        "notes.0.text": "form_needed"
    }
    assert read(house.ward.services["triage"], {"answers.0.key": "fever"}).faults == {"answers.0.value": "form_needed"}


def test_a_pair_is_a_number_with_its_unit_yes_or_no_a_day_or_words(house):
    typed = {"0": ("weight", "70 kg"), "1": ("age", "65"), "2": ("smoker", "否"), "3": ("on_day", "2026-11-21")}
    form = {
        f"inputs.{n}.{part}": text
        for n, pair in typed.items()
        for part, text in zip(("key", "value"), pair, strict=True)
    }
    calculator = house.ward.services["clinical-calculator"]
    found = read(calculator, form | {"calculator": "CURB-65"}).input
    assert found["inputs"] == {
        "weight": {"value": 70.0, "unit": "kg"}, "age": 65.0, "smoker": False, "on_day": "2026-11-21",
    }  # fmt: skip
    msgspec.convert(found, calculator.reads)


def test_a_day_that_is_none_and_data_that_is_none_are_told_so(house):
    assert read(house.ward.services["clinical-note"], {"since": "last week"}).faults == {"since": "form_day"}
    assert read(house.ward.services["lab-report"], {"fhir": "{"}).faults == {"fhir": "form_json"}
    assert read(house.ward.services["note-quality"], {"written": "noon"}).faults == {"written": "form_moment"}


@pytest.mark.parametrize(("typed", "value"), [("37,2", 37.2), ("37.2", 37.2), ("1,200", None), ("0,125", None)])
def test_a_comma_is_a_point_unless_it_may_part_thousands(house, typed, value):
    found = read(house.ward.services["triage"], {"complaint": "cough", "vitals.temperature": typed})
    assert found.input.get("vitals", {}).get("temperature", {}).get("value") == value
    assert found.faults == ({} if value else {"vitals.temperature": "form_number"})


def test_data_that_nests_beyond_all_depth_is_told_so(house):
    deep = '{"a":' * 200_000
    assert read(house.ward.services["lab-report"], {"fhir": deep}).faults == {"fhir": "form_json"}
    assert read(house.ward.services["prescription-review"], {"orders": deep}).input == {"orders": [deep]}


@pytest.mark.parametrize(
    ("message", "typed", "faults"),
    [
        ("complaint: say what brings the person here", {}, {"complaint": "form_needed"}),
        ("vitals.systolic.unit: no such unit", {"vitals.systolic": "9"}, {"vitals.systolic": "no such unit"}),
        (
            "wrong: Expected `float` <= 10 - at `$.vitals.pain`",
            {"vitals.pain": "11"},
            {"vitals.pain": "form_cannot_be"},
        ),
        ("one report at a time", {}, {}),
        ("nothing.like.it: no", {}, {}),
    ],
)
def test_a_refusal_of_the_service_stands_at_the_field_that_it_names(house, message, typed, faults):
    form = {f"input.{key}": text for key, text in typed.items()}
    assert faults_of(house.ward.services["triage"], form, message, said) == faults


def test_a_form_that_nobody_touched_gives_only_what_it_shows(house):
    for service in engines(house):
        fields = [*inside(fields_of(service))]
        untouched = {f"input.{f.name}": f.value for f in fields}
        found = filled(service, untouched, said)
        shown = {f.name for f in fields if f.value}
        assert found.faults == {}, service.id
        assert set(found.input) == shown, f"{service.id}: nothing inside of a group or row fills it by itself"
    kept = {f.name: f.value for f in fields_of(house.ward.services["clinical-note"])}
    assert kept["format"] == "soap", "a plain value is shown as it is"


def test_data_is_asked_for_as_json_only_where_a_whole_resource_is_meant(house):
    asked = {(s.id, f.name) for s in engines(house) for f in inside(fields_of(s)) if f.kind == "json"}
    assert asked == {("lab-report", "fhir")}


def test_every_field_of_every_service_has_a_name_in_both_languages(house):
    for service in engines(house):
        for language in ("en", "zh"):
            labels = {f.name: f.label for f in inside(fields_of(service, language))}
            assert all(labels.values()), service.id
            if language == "zh":
                plain = {name for name, label in labels.items() if label.isascii()}
                assert plain <= {
                    "results.new.loinc", "diagnoses.new.code", "citations.new.pmid", "citations.new.doi",
                }, service.id  # fmt: skip


def test_every_word_of_a_field_is_of_a_field_that_exists(house):
    for service in engines(house):
        known = {f.name.replace(".new", "") for f in inside(fields_of(service))}
        assert set(titled(service.id)) <= known, service.id
