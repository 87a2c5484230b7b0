"""Pregnancy and breastfeeding, as far as the record says so for the chart's moment."""

from datetime import UTC, datetime

import pytest
from tests.record.charts import chart, concept, loinc, status

PREGNANT, NOT_PREGNANT, UNKNOWN = concept("77386006", display="Pregnant"), concept("60001007"), concept("261665006")
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"


def asked(answer, on="2026-02-01", id="o", **more):
    return {"resourceType": "Observation", "id": id, "status": "final", "code": loinc("82810-3"),
            "valueCodeableConcept": answer} | ({"effectiveDateTime": on} if on else {}) | more  # fmt: skip


def condition(code, **elements):
    return {"resourceType": "Condition", "id": "c", "code": code} | elements


def due(on, **more):
    return {"resourceType": "Observation", "id": "d", "status": "final", "code": loinc("11778-8"), "valueDateTime": on,
            "effectiveDateTime": "2026-02-01"} | more  # fmt: skip


ACTIVE = {"clinicalStatus": status("active")}
RESOLVED = {"clinicalStatus": status("resolved")}


@pytest.mark.parametrize(
    ("resources", "state"),
    [
        ([], "not-recorded"),
        ([asked(PREGNANT)], "present"),
        ([asked(loinc("LA15173-0"))], "present"),
        ([asked(NOT_PREGNANT)], "absent"),
        ([asked(loinc("LA26683-5"))], "absent"),
        ([asked(UNKNOWN)], "not-recorded"),
        ([asked(PREGNANT, "2015-01-01")], "not-recorded"),
        ([asked(NOT_PREGNANT, "2015-01-01")], "not-recorded"),
        ([asked(PREGNANT, "2026-04-01")], "not-recorded"),
        ([asked(PREGNANT, None)], "present"),
        ([asked(NOT_PREGNANT, None)], "not-recorded"),
        ([asked(PREGNANT, "2026-01-01"), asked(NOT_PREGNANT, "2026-02-01", "o2")], "absent"),
        ([asked(PREGNANT, "2026-02-01"), asked(NOT_PREGNANT, "2026-01-01", "o2")], "present"),
        ([asked(PREGNANT), asked(NOT_PREGNANT, id="o2")], "present"),
        ([asked(PREGNANT, status="entered-in-error")], "not-recorded"),
        ([asked(PREGNANT, status="cancelled")], "not-recorded"),
        ([due("2026-08-01")], "present"),
        ([due("2026-03")], "present"),
        ([due("2026-03-01")], "not-recorded"),
        ([due("2030-03-01")], "not-recorded"),
        ([condition(PREGNANT, **ACTIVE)], "present"),
        ([condition(concept("72892002"), onsetDateTime="2026-01-10", **ACTIVE)], "present"),
        ([condition(concept("O09.511", ICD10CM), onsetDateTime="2026-01-10")], "present"),
        ([condition(concept("Z34", "http://hl7.org/fhir/sid/icd-10"), onsetDateTime="2026-01-10")], "present"),
        ([condition(concept("Z33.2", ICD10CM), onsetDateTime="2026-01-10")], "not-recorded"),
        ([condition(concept("O80", ICD10CM), onsetDateTime="2026-01-10")], "not-recorded"),
        ([condition(PREGNANT)], "not-recorded"),
        ([condition(PREGNANT, onsetDateTime="2019-01-10", **ACTIVE)], "not-recorded"),
        ([condition(PREGNANT, onsetDateTime="2019", **ACTIVE)], "not-recorded"),
        ([condition(PREGNANT, verificationStatus=status("refuted"), **ACTIVE)], "not-recorded"),
        ([condition(PREGNANT, clinicalStatus=status("resolved"))], "not-recorded"),
        ([condition(PREGNANT, **RESOLVED, abatementDateTime="2026-02-20"), asked(PREGNANT)], "absent"),
        ([condition(NOT_PREGNANT, onsetDateTime="2026-03-01", **ACTIVE)], "absent"),
        ([condition(concept("44054006"), **ACTIVE)], "not-recorded"),
    ],
)  # fmt: skip
def test_pregnancy_is_what_the_newest_statement_that_still_holds_says(resources, state):
    assert chart(*resources).pregnancy.state == state


def test_a_statement_of_pregnancy_names_its_source_path_value_and_date():
    stated = chart(asked(PREGNANT)).pregnancy
    assert (stated.source.reference, stated.path) == ("Observation/o", "valueCodeableConcept.coding[0].display")
    assert (stated.value, stated.at) == ("Pregnant", datetime(2026, 2, 1, tzinfo=UTC))


def test_pregnancy_is_withheld_when_neither_source_may_be_seen():
    found = chart(asked(PREGNANT), types=frozenset({"Patient"}))
    assert (found.pregnancy.state, found.lactation.state) == ("withheld", "withheld")


@pytest.mark.parametrize(
    ("resource", "state"),
    [
        (condition(concept("Z39.1", ICD10CM), **ACTIVE), "present"),
        (condition(concept("Z39.1", ICD10CM)), "not-recorded"),
        (condition(concept("69840006"), clinicalStatus=status("resolved")), "not-recorded"),
        (asked(concept("69840006")), "present"),
        (asked(concept("69840006"), "2015-01-01"), "not-recorded"),
    ],
)
def test_breastfeeding_is_present_only_when_the_record_says_so_now(resource, state):
    assert chart(resource).lactation.state == state
