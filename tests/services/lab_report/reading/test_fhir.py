"""FHIR resources: Bundles, contained observations, components, what is void, what is no FHIR."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openward.domain.code import LOINC
from openward.domain.errors import InputError
from openward.services.lab_report.reading import read_fhir

UCUM = "http://unitsofmeasure.org"


def _observation(**more):
    return {
        "resourceType": "Observation", "id": "o1", "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "2160-0", "display": "Creatinine"}], "text": "肌酐"},
        "effectiveDateTime": "2026-11-20T07:35:00+08:00",
        "valueQuantity": {"value": 212, "unit": "μmol/L", "system": UCUM, "code": "umol/L"},
        "referenceRange": [{"low": {"value": 57}, "high": {"value": 97}}],
        "interpretation": [{"coding": [{"code": "H"}]}],
    } | more  # fmt: skip


def test_an_observation_is_read():
    found = read_fhir(_observation()).results[0]
    assert (found.name, found.code, found.system) == ("肌酐", "2160-0", LOINC)
    assert (found.value, found.unit, found.low, found.high, found.flag) == (212, "umol/L", 57, 97, "H")
    assert found.taken == datetime(2026, 11, 20, 7, 35, tzinfo=timezone(timedelta(hours=8)))
    assert found.place == "Observation/o1"


def test_a_bundle_gives_person_specimen_and_results():
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "2026-11-10"}},
        {"resource": {"resourceType": "Specimen", "id": "s", "type": {"text": "Urine"}}},
        {"resource": _observation(specimen={"reference": "Specimen/s"}, note=[{"text": "late"}])},
        {"resource": {"resourceType": "DiagnosticReport", "id": "r", "status": "final", "conclusion": "x",
                      "contained": [_observation(id="c")]}},
    ]}  # fmt: skip
    panel = read_fhir(bundle)
    assert [(r.specimen, r.comment) for r in panel.results] == [("Urine", "late"), (None, None)]
    assert (panel.person.sex, panel.person.age_days) == ("female", 10)
    assert [u.why for u in panel.unread] == ["the conclusion in words was not read"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"valueQuantity": {"value": 0.01, "comparator": "<", "unit": "ng/mL"}}, (0.01, "<", None, "ng/mL")),
        ({"valueCodeableConcept": {"text": "阴性"}}, (None, None, "阴性", None)),
        ({"valueString": ">1000 ng/mL"}, (1000, ">", None, "ng/mL")),
        ({"valueInteger": 3}, (3, None, None, None)),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 320}}}, (None, None, "1:320", None)),
        ({"valueBoolean": True}, (None, None, "positive", None)),
    ],
)
def test_every_kind_of_value_is_read(value, expected):
    body = _observation() | value
    if "valueQuantity" not in value:
        del body["valueQuantity"]
    found = read_fhir(body).results[0]
    assert (found.value, found.comparator, found.text, found.unit) == expected


def test_components_are_results():
    part = {"code": {"text": "Neutrophils"}, "valueQuantity": {"value": 78, "code": "%", "system": UCUM}}
    body = _observation(component=[part, {"code": {"text": "empty"}}])
    del body["valueQuantity"]
    panel = read_fhir(body)
    assert [(r.name, r.value) for r in panel.results] == [("Neutrophils", 78)]
    assert [u.place for u in panel.unread] == ["Observation/o1 component 2"]


def test_of_several_normal_ranges_none_is_guessed():
    found = read_fhir(_observation(referenceRange=[{"low": {"value": 1}}, {"low": {"value": 2}}])).results[0]
    assert (found.low, found.high) == (None, None)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (_observation(status="entered-in-error"), "it was entered in error"),
        (_observation(category=[{"coding": [{"code": "vital-signs"}]}]), "it is no result of a laboratory"),
        (_observation(status=5), "the resource does not follow FHIR R4 and cannot be read"),
        ({"resourceType": "Immunization"}, "a resource of this type holds no results of a laboratory"),
    ],
)
def test_what_is_not_read_comes_back(body, why):
    panel = read_fhir(body)
    assert panel.results == ()
    assert [u.why for u in panel.unread] == [why]


@pytest.mark.parametrize("body", [{}, [], {"entry": []}, {"resourceType": "Bundle"}])
def test_no_resource_is_refused(body):
    with pytest.raises(InputError, match="fhir"):
        read_fhir(body)


def test_a_bundle_of_bundles_without_end_is_refused():
    body = _observation()
    for _ in range(10):
        body = {"resourceType": "Bundle", "entry": [{"resource": body}]}
    with pytest.raises(InputError, match="nested"):
        read_fhir(body)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_KEYS = st.sampled_from(["code", "status", "valueQuantity", "component", "referenceRange", "specimen", "note",
                         "category", "effectiveDateTime", "effectivePeriod", "interpretation", "id"])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(_KEYS, _JSON, max_size=4))
def test_no_resource_makes_the_reader_fail(more):
    panel = read_fhir(_observation(**more))
    assert len(panel.results) + len(panel.unread) >= 1
