"""Problems and allergies in the chart, and statements that there are none."""

from datetime import UTC, datetime

import pytest
from tests.record.charts import chart, concept, status

from openward.domain.errors import ServiceError

IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"


def condition(**elements):
    return {"resourceType": "Condition", "id": "c", "code": concept("44054006", display="Type 2 diabetes")} | elements


def allergy(**elements):
    return {"resourceType": "AllergyIntolerance", "id": "a", "code": concept("91936005")} | elements


@pytest.mark.parametrize(
    ("elements", "active"),
    [
        ({"clinicalStatus": status("active")}, True),
        ({"clinicalStatus": status("recurrence")}, True),
        ({"clinicalStatus": status("relapse")}, True),
        ({"clinicalStatus": status("remission")}, False),
        ({"clinicalStatus": status("resolved")}, False),
        ({"clinicalStatus": status("inactive")}, False),
        ({"clinicalStatus": {"text": "Active"}}, True),
        ({}, None),
        ({"clinicalStatus": status("something-else")}, None),
        ({"abatementDateTime": "2020"}, False),
        ({"abatementDateTime": "2026-04"}, None),
        ({"abatementDateTime": "2026"}, None),
        ({"abatementString": "in spring"}, False),
        ({"abatementAge": {"value": 40, "code": "a"}}, False),
        ({"clinicalStatus": status("active"), "abatementDateTime": "2020-01-01"}, None),
        ({"clinicalStatus": status("active"), "abatementDateTime": "2027-01-01"}, True),
        ({"clinicalStatus": status("active"), "verificationStatus": status("refuted")}, False),
    ],
)
def test_whether_a_problem_is_active_follows_status_end_and_verification(elements, active):
    assert chart(condition(**elements)).problems.entries[0].active is active


def test_a_refuted_condition_is_kept_but_is_no_problem():
    section = chart(condition(verificationStatus=status("refuted"))).problems
    assert section.state == "not-recorded"
    assert section.entries[0].verification == "refuted"


def test_a_condition_entered_in_error_stands_nowhere():
    found = chart(condition(verificationStatus=status("entered-in-error")))
    assert (len(found.problems), found.problems.state, found.retracted) == (0, "not-recorded", ("Condition/c",))


@pytest.mark.parametrize(
    ("elements", "onset", "text"),
    [
        ({"onsetDateTime": "2019-05-03"}, datetime(2019, 5, 3, tzinfo=UTC), None),
        ({"onsetDateTime": "2019-05"}, None, "2019-05"),
        ({"onsetDateTime": "2019"}, None, "2019"),
        ({"onsetPeriod": {"start": "2019-05-03", "end": "2020"}}, datetime(2019, 5, 3, tzinfo=UTC), None),
        (
            {"onsetAge": {"value": 40, "unit": "years", "system": "http://unitsofmeasure.org", "code": "a"}},
            None,
            "40 a",
        ),
        ({"onsetRange": {"low": {"value": 30, "unit": "a"}, "high": {"value": 40, "unit": "a"}}}, None, "30 a-40 a"),
        ({"onsetString": "in childhood"}, None, "in childhood"),
        ({}, None, None),
    ],
)
def test_a_partial_onset_is_never_an_exact_date(elements, onset, text):
    problem = chart(condition(**elements)).problems.entries[0]
    assert (problem.onset, problem.onset_text) == (onset, text)


def test_an_allergy_is_read_whole():
    found = chart(
        allergy(
            clinicalStatus=status("active"), verificationStatus=status("confirmed"), type="allergy",
            category=["medication", None], criticality="high", recordedDate="2020-01-02",
            reaction=[{"manifestation": [{"text": "hives"}], "severity": "severe", "onset": "2019"}],
        )
    ).allergies  # fmt: skip
    entry = found.entries[0]
    assert found.state == "present"
    assert (entry.active, entry.kind, entry.category, entry.criticality) == (True, "allergy", ("medication",), "high")
    assert entry.reactions[0].manifestations[0].text == "hives"
    assert entry.reactions[0].onset is None
    assert entry.recorded == datetime(2020, 1, 2, tzinfo=UTC)


def test_an_allergy_without_a_code_is_named_by_the_substance_of_its_reaction():
    resource = allergy(reaction=[{"manifestation": [{"text": "hives"}]}, {"substance": {"text": "penicillin"}}])
    del resource["code"]
    entry = chart(resource).allergies.entries[0]
    assert (entry.concept.text, entry.path) == ("penicillin", "reaction[1].substance")


def test_a_refuted_allergy_is_kept_but_does_not_make_the_section_present():
    section = chart(allergy(clinicalStatus=status("active"), verificationStatus=status("refuted"))).allergies
    assert (section.state, section.entries[0].active) == ("not-recorded", False)


@pytest.mark.parametrize(
    ("code", "state", "scopes"),
    [
        (concept("716186003"), "absent", ()),
        (concept("409137002"), "absent", ("medication",)),
        (concept("1003774007"), "not-recorded", ("latex",)),
        (concept("429625007"), "not-recorded", ("food",)),
        (concept("no-known-allergies", IPS), "absent", ()),
        (concept("no-allergy-info", IPS), "not-recorded", ()),
        ({"text": "No Known Drug Allergies."}, "absent", ("medication",)),
        ({"text": "NKA"}, "absent", ()),
        ({"text": "否认药物过敏史"}, "absent", ("medication",)),
    ],
)
def test_no_known_allergy_is_a_statement_about_the_section_and_no_allergy(code, state, scopes):
    section = chart(allergy(code=code, clinicalStatus=status("active"))).allergies
    assert (section.state, section.denied, section.entries) == (state, scopes, ())
    assert (section.stated_by.reference if section.stated_by else None) == (
        "AllergyIntolerance/a" if state == "absent" else None
    )


def test_words_are_not_searched_inside_a_coded_concept():
    coded = concept("91936005") | {"text": "no known allergies"}
    assert chart(allergy(code=coded)).allergies.state == "present"


@pytest.mark.parametrize("over", [{"clinicalStatus": status("resolved")}, {"verificationStatus": status("refuted")}])
def test_a_denial_that_no_longer_holds_denies_nothing(over):
    assert chart(allergy(code=concept("716186003"), **over)).allergies.state == "not-recorded"


def test_an_allergy_outweighs_a_denial():
    section = chart(allergy(code=concept("716186003")), allergy(id="b")).allergies
    assert (section.state, len(section), section.stated_by) == ("present", 1, None)


def test_no_known_allergy_written_as_a_condition_is_no_problem():
    found = chart(condition(code=concept("716186003")))
    assert (found.problems.state, found.allergies.state) == ("not-recorded", "absent")


def test_a_list_that_says_nil_known_makes_its_section_absent():
    nil = {"resourceType": "List", "id": "l", "status": "current", "mode": "snapshot", "code": loinc_list("48765-2"),
           "emptyReason": concept("nilknown", "http://terminology.hl7.org/CodeSystem/list-empty-reason")}  # fmt: skip
    assert chart(nil).allergies.stated_by.reference == "List/l"
    assert chart(nil | {"status": "retired"}).allergies.state == "not-recorded"
    assert chart(nil | {"entry": [{"item": {"reference": "AllergyIntolerance/x"}}]}).allergies.state == "not-recorded"
    assert chart(nil | {"emptyReason": concept("notasked")}).allergies.state == "not-recorded"
    assert chart(nil | {"code": loinc_list("10160-0")}).medications.state == "absent"


def test_a_section_of_a_document_that_says_nil_known_does_so_too():
    document = {"resourceType": "Composition", "id": "d", "status": "final",
                "section": [{"code": loinc_list("11450-4"), "emptyReason": concept("nilknown")}]}  # fmt: skip
    assert chart(document).problems.state == "absent"


def loinc_list(code):
    return concept(code, "http://loinc.org")


def test_nothing_said_is_not_recorded_and_what_may_not_be_seen_is_withheld():
    found = chart(allergy(), types=frozenset({"Condition"}))
    assert found.problems.state == "not-recorded"
    assert found.allergies.state == "withheld"
    assert len(found.allergies) == 0
    with pytest.raises(ServiceError, match="allergies"):
        list(found.allergies)


def test_a_resource_that_cannot_be_decoded_is_unread_and_the_rest_stays():
    found = chart(condition(id="bad", clinicalStatus="active"), condition())
    assert len(found.problems) == 1
    assert found.unread[0][0] == "Condition/bad"
    assert "$.clinicalStatus" in found.unread[0][1]
    assert found.resources == 2
