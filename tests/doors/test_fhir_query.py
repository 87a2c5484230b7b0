"""Search parameters of the FHIR door, read without a server."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import OpenWardError
from openward.domain.resource import Token
from openward.doors.fhir.query import asked_of, parameters_of


def query(*parameters, type="Observation", **more):
    return asked_of(type, parameters, **more).query


def test_a_comma_separates_alternatives_and_a_repeated_parameter_narrows():
    found = query(("code", "a,http://x|b"), ("code", "c"))
    assert found.tokens == ((Token("code", "", "a"), Token("code", "http://x", "b")), (Token("code", "", "c"),))


def test_an_escaped_separator_belongs_to_the_value():
    assert query(("identifier", r"urn:x|a\,b\|c\$d\\e")).tokens == ((Token("identifier", "urn:x", r"a,b|c$d\e"),),)


def test_names_are_compared_word_by_word_whatever_their_case():
    found = query(("name", "Van DEN"), ("given", "a,B"), type="Patient")
    assert found.tokens == (
        (Token("name", "", "van"),),
        (Token("name", "", "den"),),
        (Token("given", "", "a"), Token("given", "", "b")),
    )


@pytest.mark.parametrize(
    ("value", "target"),
    [("7", "Encounter/7"), ("Encounter/7", "Encounter/7"), ("http://x/fhir/Encounter/7", "Encounter/7")],
)
def test_a_reference_is_found_by_id_type_or_address(value, target):
    assert query(("encounter", value)).tokens == ((Token("encounter", "", target),),)


@pytest.mark.parametrize(
    ("sort", "type", "order"),
    [
        ("-date", "Observation", "-date"),
        ("date", "Observation", "date"),
        ("-authoredon", "MedicationRequest", "-date"),
        ("birthdate", "Patient", "date"),
        ("-_lastUpdated", "Patient", "-_lastUpdated"),
        ("date", "Medication", "_id"),
        ("value,-date", "Observation", "_id"),
    ],
)
def test_the_order_is_one_that_the_record_keeps(sort, type, order):
    assert query(("_sort", sort), type=type).sort == order


@pytest.mark.parametrize(("text", "count"), [("7", 7), ("0", 1), ("100000000000000", 200)])
def test_a_page_has_its_bounds(text, count):
    assert query(("_count", text)).count == count


def test_what_only_shapes_the_answer_is_never_refused():
    asked = asked_of("Observation", [("_format", "json"), ("_pretty", "true"), ("_summary", "false")], strict=True)
    assert asked.link() == ""


def test_every_parameter_that_is_declared_is_read():
    values = {"token": "a", "reference": "x", "string": "a", "date": "2020"}
    for type in ("Patient", "Observation", "MedicationRequest", "Encounter", "Organization", "Claim"):
        for name, kind in parameters_of(type):
            assert asked_of(type, [(name, values[kind])], strict=True).used == ((name, values[kind]),)


names = st.sampled_from(
    ["_id", "_lastUpdated", "_count", "_sort", "_summary", "_cursor", "code", "patient", "subject:Patient",
     "date", "name", "encounter", "identifier", "status", "birthdate", "family"]
) | st.text(max_size=12)  # fmt: skip
texts = st.sampled_from(["1", "a|b", "|", ",", "\\", "2020", "ge2020-01-01T00:00:00 00:00", "Patient/1"]) | st.text(
    max_size=12
)


@given(
    st.sampled_from(["Patient", "Observation", "Basic", "Nothing"]), st.lists(st.tuples(names, texts)), st.booleans()
)
def test_any_parameters_are_read_or_refused(type, parameters, strict):
    with contextlib.suppress(OpenWardError):
        asked = asked_of(type, parameters, strict=strict)
        assert 1 <= asked.query.count <= 200
        assert len(asked.used) <= len(parameters)
