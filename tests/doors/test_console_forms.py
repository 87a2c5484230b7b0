"""The form of the console takes words as a person types them, for every service."""

import msgspec
import pytest

from openward.domain.errors import InputError
from openward.doors.console.forms import fields_of, input_of

TYPED = {
    "clinical-calculator": {"calculator": "CURB-65", "note": "72-year-old man, no confusion"},
    "differential-diagnosis": {"text": "fever, headache", "sex": "female"},
    "lab-report": {"text": "Potassium 4.1 mmol/L\nSodium 140 mmol/L", "sex": "male"},
    "triage": {"complaint": "cough\nfor 3 days", "sex": "male"},
}


@pytest.mark.parametrize("service", TYPED)
def test_words_are_typed_without_quotes(house, service):
    typed = TYPED[service]
    found = input_of(house.ward.services[service], {f"input.{k}": v for k, v in typed.items()})
    assert found == typed
    msgspec.convert(found, house.ward.services[service].reads)


def test_a_number_that_may_be_left_out_is_a_number(house):
    service = house.ward.services["differential-diagnosis"]
    assert input_of(service, {"input.age": "54", "input.text": ""}) == {"age": 54}
    with pytest.raises(InputError, match="'age' is not a number"):
        input_of(service, {"input.age": "old"})


def test_what_is_unknown_may_be_left_unsaid(house):
    kinds = {f.name: f.kind for f in fields_of(house.ward.services["triage"])}
    assert kinds["pregnant"] == "maybe"
    assert kinds["complaint"] == "long"
    assert input_of(house.ward.services["triage"], {"input.pregnant": "no"}) == {"pregnant": False}
    assert input_of(house.ward.services["triage"], {"input.pregnant": ""}) == {}


def test_a_choice_offers_what_the_service_takes(house):
    field = next(f for f in fields_of(house.ward.services["triage"], "zh") if f.name == "sex")
    assert (field.kind, set(field.choices)) == ("choice", {"female", "male"})
    assert field.label


def test_a_list_that_nobody_filled_is_an_empty_field_and_is_left_to_the_service(house):
    for id, service in house.ward.services.items():
        fields = fields_of(service)
        assert [f.name for f in fields if f.kind in ("lines", "json") and f.default] == [], id
        untouched = {f"input.{f.name}": f.default for f in fields}
        given = input_of(service, untouched)
        assert not {f.name for f in fields if f.kind in ("lines", "json")} & set(given), id
    kept = {f.name: f.default for f in fields_of(house.ward.services["clinical-note"])}
    assert kept["format"] == "soap", "a plain value is shown as it is"
