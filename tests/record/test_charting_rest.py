"""The person, events and documents in the chart."""

import base64
from datetime import UTC, date, datetime

import pytest
from tests.record.charts import chart, concept, status

from openward.record.chart import Span


def patient(**elements):
    return chart({"resourceType": "Patient", "id": "p"} | elements).demographics


@pytest.mark.parametrize(
    ("birth", "born", "age"),
    [
        ("1980-03-15", date(1980, 3, 15), 46),
        ("1980-03-16", date(1980, 3, 16), 45),
        ("1980-03", None, None),
        (None, None, None),
    ],
)
def test_age_needs_a_full_birth_date(birth, born, age):
    found = patient(birthDate=birth)
    assert (found.birth_date, found.birth_text, found.age_at(datetime(2026, 3, 15, tzinfo=UTC))) == (born, birth, age)


@pytest.mark.parametrize(
    ("elements", "deceased", "moment"),
    [
        ({}, None, None),
        ({"deceasedBoolean": False}, False, None),
        ({"deceasedBoolean": True}, True, None),
        ({"deceasedDateTime": "2025-01-01"}, True, datetime(2025, 1, 1, tzinfo=UTC)),
        ({"deceasedDateTime": "2025"}, True, None),
        ({"deceasedDateTime": "2027-01-01"}, False, datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_death_has_three_values_and_a_date_when_it_is_exact(elements, deceased, moment):
    found = patient(**elements)
    assert (found.deceased, found.deceased_at) == (deceased, moment)


@pytest.mark.parametrize(
    ("names", "name"),
    [
        ([], None),
        ([{"family": "Chalmers", "given": ["Peter", None, "James"]}], "Peter James Chalmers"),
        ([{"family": "王", "given": ["小明"]}], "王小明"),
        ([{"text": "王小明"}], "王小明"),
        ([{"use": "old", "family": "A"}, {"use": "usual", "family": "B"}, {"use": "official", "family": "C"}], "C"),
        ([{"use": "old", "family": "A"}, {"use": "nickname", "family": "B"}], "B"),
    ],
)
def test_the_name_is_the_official_one(names, name):
    assert patient(name=names).name == name


def test_the_language_is_the_preferred_or_only_one():
    zh, en = {"language": status("zh-CN")}, {"language": status("en")}
    assert patient(communication=[zh]).language == "zh-CN"
    assert patient(communication=[zh, en]).language is None
    assert patient(communication=[zh, en | {"preferred": True}]).language == "en"


@pytest.mark.parametrize(
    ("elements", "performed"),
    [
        ({"performedDateTime": "2025-01-01"}, Span(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))),
        ({"performedDateTime": "2025"}, Span(None, None, "2025/2025")),
        ({"performedPeriod": {"start": "2025-01-01"}}, Span(datetime(2025, 1, 1, tzinfo=UTC))),
        ({"performedString": "as a child"}, Span(text="as a child")),
        ({"performedAge": {"value": 6, "unit": "a"}}, Span(text="6 a")),
        ({}, Span()),
    ],
)
def test_when_a_procedure_was_performed(elements, performed):
    found = chart({"resourceType": "Procedure", "id": "x", "status": "completed", "code": {"text": "y"}} | elements)
    assert found.procedures.entries[0].performed == performed
    assert found.procedures.state == "present"


@pytest.mark.parametrize("type", ["Procedure", "Immunization"])
def test_what_was_not_done_is_marked_and_does_not_make_the_section_present(type):
    found = chart({"resourceType": type, "id": "x", "status": "not-done"})
    section = found.procedures if type == "Procedure" else found.immunizations
    assert (section.state, section.entries[0].not_done) == ("not-recorded", True)


def test_an_encounter_is_read():
    found = chart(
        {"resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "IMP"},
         "type": [{"text": "t"}], "period": {"start": "2025-01-01", "end": "2025-02"},
         "reasonCode": [{"text": "fever"}]}
    ).encounters.entries[0]  # fmt: skip
    assert (found.class_code, found.status, found.types[0].text, found.reasons[0].text) == (
        "IMP",
        "finished",
        "t",
        "fever",
    )
    assert found.period == Span(datetime(2025, 1, 1, tzinfo=UTC), None, "2025-01-01/2025-02")


def test_an_immunization_is_read():
    found = chart({"resourceType": "Immunization", "id": "i", "status": "completed", "vaccineCode": concept("140"),
                   "occurrenceDateTime": "2025-10"}).immunizations.entries[0]  # fmt: skip
    assert (found.occurred, found.occurred_text, found.concept.coding[0].code) == (None, "2025-10", "140")


def text(words, kind="text/plain", encoding="utf-8"):
    return {
        "attachment": {"contentType": kind, "data": base64.b64encode(words.encode(encoding)).decode(), "title": "Note"}
    }


def test_the_text_of_a_document_is_its_first_plain_attachment():
    found = chart(
        {"resourceType": "DocumentReference", "id": "d", "status": "current", "type": {"text": "note"},
         "date": "2025-01-01T00:00:00Z", "content": [text("<b/>", "text/html"),
                     text("复诊，无不适", "text/plain; charset=utf-8"), text("later")]}
    ).documents.entries[0]  # fmt: skip
    assert (found.text, found.title, found.at) == ("复诊，无不适", "Note", datetime(2025, 1, 1, tzinfo=UTC))


def test_an_attachment_that_is_no_base64_gives_no_text():
    found = chart(
        {
            "resourceType": "DocumentReference",
            "id": "d",
            "content": [{"attachment": {"contentType": "text/plain", "data": "é"}}],
        }
    )
    assert found.documents.entries[0].text is None


def test_a_report_gives_its_form_and_the_conclusion_that_this_does_not_hold():
    report = {"resourceType": "DiagnosticReport", "id": "d", "code": {"text": "CT"}, "conclusion": "normal",
              "effectivePeriod": {"end": "2025-01-02"}}  # fmt: skip
    found = chart(report).documents.entries[0]
    assert (found.text, found.path, found.at) == ("normal", "code", datetime(2025, 1, 2, tzinfo=UTC))
    form = text("findings")["attachment"]
    assert chart(report | {"presentedForm": [form]}).documents.entries[0].text == "findings\n\nnormal"
    form = text("findings: normal")["attachment"]
    assert chart(report | {"presentedForm": [form]}).documents.entries[0].text == "findings: normal"


def test_a_composition_gives_the_words_of_its_sections():
    inner = {"title": "Plan", "text": {"div": "<div><ul><li>rest</li><li>fluids &amp; sleep</li></ul></div>"}}
    found = chart(
        {"resourceType": "Composition", "id": "d", "title": "Letter",
         "section": [{"text": {"div": "<div xmlns='x'><p>Seen <b>to</b>day.</p></div>"}, "section": [inner]}]}
    ).documents.entries[0]  # fmt: skip
    assert found.text == "Seen today.\n\nPlan\nrest\nfluids & sleep"


def test_types_that_are_no_part_of_a_chart_are_passed_over():
    found = chart({"resourceType": "Claim", "id": "c"}, b"not json", {"resourceType": "Medication", "id": "m"})
    assert found.resources == 3
    assert [reference for reference, _ in found.unread] == ["Observation/r2"]
