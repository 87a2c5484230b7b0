"""Patient, date and codes of a resource, as FHIR R4 search and the patient compartment have them."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.record.fhir import observation, raw, resource

from openward.record.index import known, local_reference, places, read_index
from openward.record.moments import sortable, sortable_instant

LOINC = {"system": "http://loinc.org", "code": "718-7"}


def index(value, links=None):
    return read_index(value["resourceType"], raw(value), links or {})


def tokens(value):
    return {(t.param, t.system, t.code) for t in index(value).tokens}


def ref(text):
    return {"reference": text}


def test_an_observation_is_found_by_its_common_parameters():
    found = tokens(
        observation(
            category=[{"coding": [{"system": "urn:cat", "code": "laboratory"}]}],
            identifier=[{"system": "urn:lab", "value": "9"}],
            encounter=ref("Encounter/e1"),
            component=[{"code": {"coding": [{"code": "8480-6"}]}}],
        )
    )
    assert found == {
        ("status", "", "final"),
        ("code", "http://loinc.org", "718-7"),
        ("category", "urn:cat", "laboratory"),
        ("identifier", "urn:lab", "9"),
        ("encounter", "", "Encounter/e1"),
        ("component-code", "", "8480-6"),
    }


@pytest.mark.parametrize(
    ("value", "token"),
    [
        (resource("Condition", clinicalStatus={"coding": [{"code": "active"}]}), ("clinical-status", "", "active")),
        (resource("Condition", verificationStatus={"coding": [{"code": "x"}]}), ("verification-status", "", "x")),
        (resource("Encounter", **{"class": {"system": "urn:v3", "code": "IMP"}}), ("class", "urn:v3", "IMP")),
        (resource("Encounter", type=[{"coding": [LOINC]}]), ("type", "http://loinc.org", "718-7")),
        (resource("MedicationRequest", intent="order"), ("intent", "", "order")),
        (resource("MedicationRequest", medicationCodeableConcept={"coding": [LOINC]}), ("code", *LOINC.values())),
        (resource("MedicationRequest", medicationReference=ref("Medication/m")), ("medication", "", "Medication/m")),
        (resource("MedicationStatement", medicationCodeableConcept={"coding": [LOINC]}), ("code", *LOINC.values())),
        (resource("Immunization", vaccineCode={"coding": [{"code": "140"}]}), ("vaccine-code", "", "140")),
        (resource("AllergyIntolerance", type="allergy"), ("type", "", "allergy")),
        (resource("AllergyIntolerance", category=["food", None]), ("category", "", "food")),
        (resource("AllergyIntolerance", reaction=[{"substance": {"coding": [{"code": "s"}]}}]), ("code", "", "s")),
        (resource("DocumentReference", masterIdentifier={"value": "1"}), ("identifier", "", "1")),
        (resource("DocumentReference", context={"encounter": [ref("Encounter/1")]}), ("encounter", "", "Encounter/1")),
        (resource("Goal", lifecycleStatus="active"), ("lifecycle-status", "", "active")),
        (resource("PractitionerRole", code=[{"coding": [{"code": "doctor"}]}]), ("role", "", "doctor")),
        (resource("Patient", active=False), ("active", "", "false")),
        (resource("Patient", gender="female"), ("gender", "", "female")),
        (resource("Patient", name=[{"family": "De  Vries"}]), ("family", "", "vries")),
        (resource("Patient", name=[{"family": "De  Vries"}]), ("family", "", "de vries")),
        (resource("Patient", name=[{"family": "De  Vries"}]), ("family:exact", "", "De  Vries")),
        (resource("Patient", name=[{"given": ["Änne", None]}]), ("given", "", "anne")),
        (resource("Patient", name=[{"given": ["Änne", None]}]), ("name:exact", "", "Änne")),
        (resource("Patient", name=[{"text": "Li Wei", "prefix": ["Dr."], "suffix": [None]}]), ("name", "", "wei")),
        (resource("Patient", name=[{"text": "Li Wei", "prefix": ["Dr."]}]), ("name", "", "dr.")),
        (resource("Patient", name=[{"family": "李", "given": ["小", "明"]}]), ("name", "", "李小明")),
        (resource("Organization", name="Ward One"), ("name", "", "ward one")),
        (resource("Patient", address=[{"city": "São Paulo"}, None]), ("address-city", "", "sao paulo")),
        (resource("Provenance", target=[{"reference": "Observation/1"}]), ("target", "", "Observation/1")),
        (resource("Moon", identifier=[{"value": "1"}], code={"coding": [{"code": "c"}]}), ("code", "", "c")),
    ],
)
def test_each_type_is_found_by_the_parameters_of_r4(value, token):
    assert token in tokens(value)


def test_an_absolute_reference_is_indexed_as_type_and_id():
    assert ("encounter", "", "Encounter/1") in tokens(observation(encounter=ref("http://x.org/fhir/Encounter/1")))


def test_the_same_code_twice_is_one_token():
    twice = observation(code={"coding": [LOINC, LOINC]})
    assert len([t for t in index(twice).tokens if t.param == "code"]) == 1


@pytest.mark.parametrize(
    "value",
    [
        resource("Patient", "p1"),
        observation(),
        observation(of="https://x.org/fhir/Patient/p1/_history/3"),
        resource("AllergyIntolerance", patient=ref("Patient/p1"), recorder=ref("Patient/p2")),
        resource("Coverage", beneficiary=ref("Patient/p1"), subscriber=ref("Patient/p2")),
        resource("Appointment", participant=[{"actor": ref("Practitioner/d")}, {"actor": ref("Patient/p1")}]),
        resource("Task", **{"for": ref("Patient/p1")}),
        resource("ResearchSubject", individual=ref("Patient/p1")),
        resource("Provenance", target=[ref("Observation/o"), ref("Patient/p1")]),
        resource("AuditEvent", agent=[{"who": ref("Practitioner/d")}], entity=[{"what": ref("Patient/p1")}]),
        resource("Group", member=[{"entity": ref("Patient/p1")}]),
        resource("Device", patient=ref("Patient/p1")),
        resource("Observation", performer=[ref("Patient/p1")]),
        resource("Moon", subject=ref("Patient/p1")),
        resource("EnrollmentRequest", candidate=ref("Patient/p1")),
        resource("SupplyRequest", deliverTo=ref("Patient/p1")),
    ],
)
def test_a_resource_lies_in_the_compartment_of_the_patient_it_is_about(value):
    assert index(value).patient == "p1"


@pytest.mark.parametrize(
    "value",
    [
        resource("Observation", subject=ref("Group/g"), performer=[ref("Patient/p1")]),
        observation(of="#p1"),
        observation(of="Patient?identifier=1"),
        observation(of="urn:uuid:1"),
        observation(of="Patient/"),
        resource("Observation", subject={"display": "somebody"}),
        resource("Medication"),
        resource("Practitioner"),
    ],
)
def test_what_is_not_about_a_patient_lies_in_no_compartment(value):
    assert index(value).patient is None


def test_every_type_of_the_r4_patient_compartment_is_filed():
    compartment = """
    Account AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic BodyStructure CarePlan
    CareTeam ChargeItem Claim ClaimResponse ClinicalImpression Communication CommunicationRequest Composition
    Condition Consent Coverage CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue DeviceRequest
    DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference Encounter EnrollmentRequest
    EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Flag Goal Group ImagingStudy Immunization
    ImmunizationEvaluation ImmunizationRecommendation Invoice List MeasureReport Media MedicationAdministration
    MedicationDispense MedicationRequest MedicationStatement MolecularSequence NutritionOrder Observation Person
    Procedure Provenance QuestionnaireResponse RelatedPerson RequestGroup ResearchSubject RiskAssessment Schedule
    ServiceRequest Specimen SupplyDelivery SupplyRequest Task VisionPrescription
    """
    assert [t for t in compartment.split() if not (known(t) and (places(t).patient or places(t).others))] == []


@pytest.mark.parametrize(
    ("value", "date"),
    [
        (observation(effectiveDateTime="2020-03-01T23:30:00-05:00"), "2020-03-02T04:30:00Z"),
        (observation(effectivePeriod={"start": "2020-03", "end": "2020-04"}), "2020-03"),
        (observation(effectivePeriod={"end": "2020-04-02"}), "2020-04-02"),
        (observation(effectiveTiming={"event": ["2020"]}), "2020"),
        (observation(effectiveTiming={"repeat": {"boundsPeriod": {"start": "2019"}}}), "2019"),
        (observation(issued="2020-03-01T00:00:00Z"), None),
        (resource("Condition", onsetDateTime="2011", recordedDate="2012"), "2011"),
        (resource("Encounter", period={"start": "2020-01-01T10:00:00.25Z"}), "2020-01-01T10:00:00Z"),
        (resource("MedicationRequest", authoredOn="2020-01-01"), "2020-01-01"),
        (resource("Specimen", collection={"collectedDateTime": "2020-01-01"}), "2020-01-01"),
        (resource("Patient", birthDate="1970-12"), "1970-12"),
        (observation(effectiveDateTime="yesterday"), None),
        (observation(effectiveDateTime="2020-02-30"), None),
    ],
)
def test_the_date_is_the_one_that_matters_clinically_in_utc(value, date):
    assert index(value).date == date


def test_a_wrong_type_of_an_element_that_is_searched_by_is_an_error_with_its_path():
    with pytest.raises(msgspec.ValidationError, match=r"\$\.category"):
        index(observation(category={"coding": []}))


def test_a_type_unknown_to_r4_is_never_refused_for_its_form():
    found = index(resource("Moon", "m", code=7, subject=[3], meta={"versionId": "2"}))
    assert (found.id, found.source_version, found.tokens, found.patient) == ("m", "2", (), None)


def test_json_null_counts_as_absent():
    assert index(observation(category=None, effectiveDateTime=None, meta=None)).date is None


def test_versions_and_last_update_are_read():
    found = index(observation(meta={"versionId": "7", "lastUpdated": "2020-01-01T00:00:00Z"}))
    assert (found.source_version, found.updated) == ("7", "2020-01-01T00:00:00.000000Z")


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("Patient/1", ("Patient", "1")),
        ("http://x.org/a/b/Patient/1", ("Patient", "1")),
        ("Patient/1/_history/2", ("Patient", "1")),
        ("urn:uuid:1", None),
        ("#1", None),
        ("Patient", None),
        ("patient/1", None),
        ("Patient/1?x", None),
        ("", None),
    ],
)
def test_what_a_reference_names(text, local):
    assert local_reference(text) == local


def test_a_link_goes_before_the_text():
    assert local_reference("urn:uuid:1", {"urn:uuid:1": "Patient/9"}) == ("Patient", "9")


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_sortable_moments_sort_as_time_does(moment, offset):
    from datetime import UTC, timedelta, timezone

    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset)))
    try:
        wanted = aware.astimezone(UTC)
    except OverflowError:
        return
    assert sortable(aware.isoformat()) == wanted.isoformat().replace("+00:00", "Z")


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_none(text):
    for read in (sortable, sortable_instant):
        assert read(text) is None or read(text)[:4] == text[:4] or "T" in text


@pytest.mark.parametrize("text", ["2016-12-31T23:59:60Z", "2016-12-31T23:59:60.5Z"])
def test_a_leap_second_counts_as_the_second_before(text):
    assert sortable(text) == "2016-12-31T23:59:59Z"


def test_the_table_says_where_it_comes_from():
    from importlib import resources

    for name in ("search", "elements", "subsets"):
        table = json.loads((resources.files("openward.record.r4") / f"{name}.json").read_text())
        assert "R4 4.0.1" in table["_origin"]
        assert (len(json.dumps(table))) < 400_000
