"""Typed views of FHIR resources."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.record.charts import entries, public_bundles

from openward.domain.code import Code, Concept
from openward.domain.errors import RecordError
from openward.record import views

TYPES = [name for name in views.__all__ if name[0].isupper() and name not in {"AnyResource", "View"}]


def view(resource, type=None):
    return views.decode(type or resource["resourceType"], json.dumps(resource).encode())


@pytest.mark.parametrize("type", [*TYPES, "Claim", "SomethingOfTomorrow"])
def test_a_resource_with_nothing_but_its_type_can_be_read(type):
    assert view({"resourceType": type}).resource_type == type


def test_codings_are_read_as_the_words_of_the_domain():
    found = view({"resourceType": "Condition", "code": {"coding": [{"system": "s", "code": "c"}], "text": "t"}})
    assert found.code == Concept((Code("s", "c"),), "t")


def test_elements_that_nobody_reads_are_skipped_whatever_they_hold():
    found = view({"resourceType": "Patient", "photo": 5, "_birthDate": [None], "zz": {"a": [{}]}, "gender": "female"})
    assert found.gender == "female"


@pytest.mark.parametrize("number", ["5", "5.0", "5E0", "50e-1"])
def test_a_number_is_the_same_however_it_is_written(number):
    body = f'{{"resourceType":"Observation","valueQuantity":{{"value":{number}}},"valueInteger":{number}}}'.encode()
    found = views.decode("Observation", body)
    assert (found.value_quantity.value, found.value_integer) == (5.0, 5.0)


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        ({"resourceType": "Observation", "valueQuantity": {"value": "secret"}}, "$.valueQuantity.value"),
        ({"resourceType": "Observation", "component": [{}, {"code": "secret"}]}, "$.component[1].code"),
        ({"resourceType": "Condition", "clinicalStatus": "secret"}, "$.clinicalStatus"),
        ({"resourceType": "Patient", "name": {"family": "secret"}}, "$.name"),
        ({"resourceType": "Encounter", "class": ["secret"]}, "$.class"),
        ({"resourceType": "Patient", "deceasedBoolean": "secret"}, "$.deceasedBoolean"),
        ({"resourceType": "Patient", "birthDate": 19801231}, "$.birthDate"),
        ({"resourceType": "MedicationRequest", "dosageInstruction": [{"timing": "secret"}], "note": None},
         "$.dosageInstruction[0].timing"),
    ],
)  # fmt: skip
def test_a_wrong_type_is_an_error_that_names_the_path_and_no_value(resource, path):
    with pytest.raises(RecordError) as caught:
        view(resource)
    assert path in str(caught.value)
    assert "Expected" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "19801231" not in str(caught.value)


def test_null_counts_as_absent_everywhere():
    found = view(
        {
            "resourceType": "MedicationRequest", "id": None, "meta": None, "status": "active", "category": None,
            "medicationCodeableConcept": {"coding": None, "text": "warfarin"},
            "dosageInstruction": [{"doseAndRate": None, "timing": {"repeat": None, "event": [None, "2020"]}}],
        }
    )  # fmt: skip
    assert found.medication_codeable_concept == Concept((), "warfarin")
    assert found.category == ()
    assert found.dosage_instruction[0].timing.event == (None, "2020")


def test_an_element_that_fhir_does_not_have_is_skipped_even_when_the_domain_has_its_name():
    assert view({"resourceType": "Condition", "code": {"kind": "x", "text": "t"}}).code == Concept((), "t")


def test_no_error_quotes_the_name_of_a_type():
    with pytest.raises(RecordError) as caught:
        view({"resourceType": "AdaExample", "meta": 5})
    assert "AdaExample" not in str(caught.value)


def test_the_type_asked_for_must_be_the_type_of_the_resource():
    with pytest.raises(RecordError, match="another type"):
        view({"resourceType": "Patient"}, type="Condition")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"5", b"\xff", b'{"resourceType":5}', b"{}", b'{"resourceType":null}']
)
@pytest.mark.parametrize("type", ["Observation", "Claim"])
def test_what_is_no_resource_is_an_error(type, body):
    with pytest.raises(RecordError):
        views.decode(type, body)


@pytest.mark.parametrize("inner", [b"[" * 100_000, b'{"a":' * 100_000])
def test_deep_nesting_is_an_error_and_not_a_crash(inner):
    with pytest.raises(RecordError):
        views.decode("Observation", b'{"resourceType":"Observation","x":' + inner)


def test_a_contained_resource_is_found_by_its_id():
    parent = view(
        {
            "resourceType": "MedicationRequest",
            "contained": [
                {"resourceType": "Patient", "id": "a"},
                {"resourceType": "Medication", "id": "b", "code": {"text": "x"}},
            ],
        }
    )
    place, found = views.decode_contained(parent.contained, "b")
    assert (place, found.code.text) == (1, "x")
    assert views.decode_contained(parent.contained, "c") is None


def test_every_public_resource_can_be_read():
    read = 0
    for path in public_bundles():
        for entry in entries(path):
            resource = entry["resource"]
            assert view(resource).id == resource["id"]
            read += 1
    assert read > 5000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
NAMES = sorted({name for type in TYPES for name in getattr(views, type).__struct_encode_fields__} - {"resourceType"})


@given(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(NAMES), json_values, max_size=6))
def test_any_json_is_read_or_refused(type, members):
    with contextlib.suppress(RecordError):
        assert view(members | {"resourceType": type}).resource_type == type


@given(st.sampled_from(TYPES), st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(type, body):
    with contextlib.suppress(RecordError):
        assert views.decode(type, body).resource_type == type
