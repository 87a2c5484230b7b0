"""Search parameters of the FHIR door, read without a server."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import OpenWardError
from openward.domain.resource import SearchQuery, Token, Wanted
from openward.doors.fhir.outcome import NotSupportedError
from openward.doors.fhir.parameters import includes, parameters, resource_types, reverse_includes
from openward.doors.fhir.query import asked_of
from openward.record.times import when

NOW = datetime(2026, 1, 15, tzinfo=UTC)


def asked(*given, type="Observation", **more):
    return asked_of(type, given, now=NOW, **more)


def query(*given, **more):
    return asked(*given, **more).query


def test_a_comma_separates_alternatives_and_a_repeated_parameter_narrows():
    found = query(("code", "a,http://x|b"), ("code", "c"))
    assert found.tokens == ((Token("code", "", "a"), Token("code", "http://x", "b")), (Token("code", "", "c"),))


def test_an_escaped_separator_belongs_to_the_value():
    assert query(("identifier", r"urn:x|a\,b\|c\$d\\e")).tokens == ((Token("identifier", "urn:x", r"a,b|c$d\e"),),)


def starts(name, *texts):
    return tuple(Wanted(name, "", text, "starts") for text in texts)


def test_a_name_is_found_by_the_beginning_of_each_word_whatever_case_and_accents():
    found = query(("name", "Van DÉN"), ("given", "José Mar,B"), type="Patient")
    assert found.tokens == (starts("name", "van"), starts("name", "den"), starts("given", "jose mar", "b"))


def test_of_alternative_names_each_may_have_several_words():
    found = query(("name", "ada m,bo"), type="Patient")
    assert found.tokens == (starts("name", "ada", "bo"), starts("name", "m", "bo"))


def test_a_name_can_be_asked_for_exactly_or_by_a_part():
    found = query(("family:exact", "Smith, Jr."), ("name:contains", "É明"), type="Patient")
    assert found.tokens == (
        (Token("family:exact", "", "Smith"), Token("family:exact", "", " Jr.")),
        (Wanted("name", "", "e明", "contains"),),
    )


@pytest.mark.parametrize(
    ("value", "token"),
    [
        ("a", Token("code", "", "a")),
        ("http://x|a", Token("code", "http://x", "a")),
        ("|a", Wanted("code", "", "a", bare=True)),
        ("http://x|", Wanted("code", "http://x", "", "starts")),
        ("http://x|a|b", Token("code", "http://x", "a|b")),
    ],
)
def test_a_code_is_asked_for_with_or_without_a_system(value, token):
    assert query(("code", value)).tokens == ((token,),)
    assert query(("code:not", value)).without == (token,)


def test_what_must_not_be_there_adds_up():
    assert query(("code:not", "a,b"), ("status:not", "final")).without == (
        Token("code", "", "a"), Token("code", "", "b"), Token("status", "", "final"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "patient", "patients", "nothing"),
    [
        ([("patient", "1")], "1", (), False),
        ([("patient", "Patient/1")], "1", (), False),
        ([("subject:Patient", "1")], "1", (), False),
        ([("patient", "2,Patient/1,2")], None, ("1", "2"), False),
        ([("patient", "1,2"), ("subject", "Patient/2,Patient/3")], "2", (), False),
        ([("patient", "1"), ("subject", "2")], None, (), True),
    ],
)
def test_one_of_several_patients_may_be_asked_for(given, patient, patients, nothing):
    found = asked(*given)
    assert (found.query.patient, found.query.patients, found.nothing) == (patient, patients, nothing)


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("ap2026-01-15", "2026-01-15T00:00:00Z", "2026-01-15T23:59:59Z"),
        ("ap2025-10-07", "2025-09-27T00:00:00Z", "2025-10-17T23:59:59Z"),
        ("ap2026-04-25T00:00:00Z", "2026-04-15T00:00:00Z", "2026-05-05T00:00:00Z"),
    ],
)
def test_approximately_is_within_a_tenth_of_the_time_from_now(value, low, high):
    first, last = query(("date", value)).dates
    assert (first[0], last[0]) == ("ge", "le")
    assert (first[1], last[1]) == (low, high)


@pytest.mark.parametrize("value", ["ap0001", "ap9999", "ap9999-12-31T23:59:59Z"])
def test_approximately_ends_where_the_calendar_does(value):
    (_, first), (_, last) = query(("date", value)).dates
    assert when(first).earliest <= when(value.removeprefix("ap")).earliest
    assert when(last)


def test_alternative_dates_are_one_condition():
    assert query(("date", "2020,ge2021"), ("date", "eb2022")).any_dates == ((("eq", "2020"), ("ge", "2021")),)
    assert query(("date", "2020,ge2021"), ("date", "eb2022")).dates == (("eb", "2022"),)


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
        ("_lastUpdated", "Patient", "_lastUpdated"),
        ("-_id", "Patient", "-_id"),
        ("-date,_id", "Observation", "-date,_id"),
        ("date,-_lastUpdated,_id", "Observation", "date,-_lastUpdated"),
        ("_id,-date", "Observation", "_id"),
        ("date,-date", "Observation", "date"),
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
    given = [("_format", "json"), ("_pretty", "true"), ("_summary", "false"), ("_total", "none"), ("_elements", "code")]
    assert asked(*given, strict=True).used == tuple(given)


VALUES = {"token": "a", "reference": "Patient/x", "string": "a", "date": "2020"}


@pytest.mark.parametrize("type", resource_types())
def test_every_parameter_that_is_declared_is_read(type):
    for parameter in parameters(type).values():
        value = f"{parameter.target}/x" if parameter.target else VALUES[parameter.kind]
        found = asked((parameter.name, value), type=type, strict=True)
        assert found.used == ((parameter.name, value),)
        assert found.query != SearchQuery(type=type)


@pytest.mark.parametrize("type", resource_types())
def test_every_include_that_is_declared_is_read(type):
    for name, values in (("_include", includes(type)), ("_revinclude", reverse_includes(type))):
        for value in values:
            (rule,) = asked((name, value), type=type).includes
            assert (f"{rule.source}:{rule.parameter}", rule.back) == (value, name == "_revinclude")


@pytest.mark.parametrize(
    ("name", "value"),
    [("_include", "Observation:performer"), ("_include", "Encounter:patient"), ("_include", "*"), ("_include", "x"),
     ("_include:other", "Observation:patient"), ("_include:iterate", "Starship:patient"),
     ("_revinclude", "Observation:patient"), ("_revinclude", "Provenance:agent")],
)  # fmt: skip
def test_an_include_that_cannot_be_followed_is_refused(name, value):
    with pytest.raises(NotSupportedError):
        asked((name, value))


names = st.sampled_from(
    ["_id", "_lastUpdated", "_count", "_sort", "_summary", "_cursor", "code", "patient", "subject:Patient",
     "date", "name", "encounter", "identifier", "status", "birthdate", "family", "name:exact", "family:contains",
     "code:not", "_include", "_revinclude:iterate", "_elements", "_format"]
) | st.text(max_size=12)  # fmt: skip
texts = st.sampled_from(
    [
        "1",
        "a|b",
        "|",
        ",",
        "\\",
        "a\\",
        "a,b c,d e f",
        "ap2020",
        "2020,ap1",
        "Observation:patient",
        "2020",
        "ge2020-01-01T00:00:00 00:00",
        "Patient/1",
    ]
) | st.text(max_size=12)


@given(
    st.sampled_from(["Patient", "Observation", "Basic", "Nothing"]), st.lists(st.tuples(names, texts)), st.booleans()
)
def test_any_parameters_are_read_or_refused(type, given_parameters, strict):
    with contextlib.suppress(OpenWardError):
        found = asked(*given_parameters, type=type, strict=strict)
        assert 1 <= found.query.count <= 200
        assert len(found.used) <= len(given_parameters)
