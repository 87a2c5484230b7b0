import base64
from datetime import UTC, datetime

import msgspec
import pytest
from fhir.resources.R4B.auditevent import AuditEvent
from fhir.resources.R4B.provenance import Provenance

from openward.adapters.memory import FixedClock, MemorySigner, MemoryTrailStore
from openward.domain.actor import Actor
from openward.domain.run import Cost, Decision, Run, Signed, digest_of
from openward.trail.trail import Trail

AT = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
PERSON = Actor(id="ada", kind="person", role="pharmacist")
MADE = digest_of(b"{}")
PROGRAM = Actor(id="token-1", kind="service", role="service")
SIGNER = MemorySigner()

RUN = Run(
    id="run-1", site="north", service="prescription-review", service_version="1.2.0", status="proposed", door="http",
    actor="ada", started=AT, cost=Cost(seconds=0.1, unit="review"), input_digest="ab" * 32, patient="zhang-1",
    chart_version="17", proposal=msgspec.Raw(b"{}"), proposal_digest=MADE,
)  # fmt: skip
DECISION = Decision(
    id="decision-1", run="run-1", showing="showing-1", digest=MADE, choice="accept", reason="", person="ada",
    role="pharmacist", decided=AT, key="k1", signature="0a" * 64,
)  # fmt: skip


def exported(actor, what, action, **about):
    trail = Trail(MemoryTrailStore(), SIGNER, FixedClock())
    trail.write(actor, what, action, **about)
    return next(trail.audit_events())


def provenance(run, decision=None, first=None):
    (told,) = Trail(MemoryTrailStore(), SIGNER, FixedClock()).provenance([(run, decision, first)])
    return told


def codes(concepts):
    return {(c["coding"][0]["system"].rsplit("/", 1)[-1], c["coding"][0]["code"]) for c in concepts}


@pytest.mark.parametrize("actor", [PERSON, PROGRAM, Actor(id="p", kind="person", role="patient")])
@pytest.mark.parametrize(
    ("what", "action"),
    [
        ("chart.read", "read"), ("service.run", "execute"), ("decision.accept", "execute"), ("record.import", "create"),
        ("access.denied", "execute"), ("session.open", "create"), ("token.revoke", "delete"), ("trail.read", "read"),
        ("person.disable", "update"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("about", [{}, {"patient": "zhang-1", "run": "run-1", "subject": "x", "door": "http"}])
def test_every_event_is_a_valid_audit_event(actor, what, action, about):
    told = exported(actor, what, action, **about)
    assert AuditEvent.model_validate(told).source.observer.display == "OpenWard"


def test_a_read_of_a_chart_follows_the_pattern_of_balp():
    told = exported(PERSON, "chart.read", "read", patient="zhang-1", run="run-1", door="http", detail={"findings": 2})
    assert (told["type"]["code"], [c["code"] for c in told["subtype"]]) == ("rest", ["read", "chart.read"])
    assert (told["action"], told["outcome"], told["recorded"]) == ("R", "0", "2026-01-15T09:00:00+00:00")
    assert codes(a["type"] for a in told["agent"]) == {("v3-ParticipationType", "IRCP"), ("DCM", "110153")}
    assert [a["requestor"] for a in told["agent"]] == [True, False]
    patient, run, place = told["entity"]
    assert (patient["type"]["code"], patient["role"]["code"]) == ("1", "1")
    assert patient["what"]["identifier"]["value"] == SIGNER.pseudonym("zhang-1")
    assert run["what"]["identifier"] == {"system": "urn:openward:run", "value": "run-1"}
    assert [(d["type"], d["valueString"]) for d in place["detail"]] == [
        ("seq", "1"), ("previous", "0" * 64), ("door", "http"), ("findings", "2"),
    ]  # fmt: skip
    assert "zhang" not in str(told)


def test_a_program_is_the_destination_of_what_it_reads_and_the_source_of_what_it_sends():
    read, sent = exported(PROGRAM, "chart.read", "read"), exported(PROGRAM, "record.import", "create")
    assert [a["type"]["coding"][0]["code"] for a in read["agent"]] == ["110152", "110153"]
    assert [a["type"]["coding"][0]["code"] for a in sent["agent"]] == ["110153", "110152"]


@pytest.mark.parametrize(("outcome", "code"), [("success", "0"), ("refused", "4"), ("failure", "8")])
def test_outcomes_have_the_codes_of_fhir(outcome, code):
    assert exported(PERSON, "chart.read", "read", outcome=outcome)["outcome"] == code


@pytest.mark.parametrize(
    ("what", "code"),
    [("access.denied", "110113"), ("session.open", "110114"), ("trail.read", "110101"), ("decision.accept", "rest")],
)
def test_security_events_have_the_types_of_dicom(what, code):
    assert exported(PERSON, what, "execute")["type"]["code"] == code


def test_all_entries_are_exported_in_order():
    trail = Trail(MemoryTrailStore(), SIGNER, FixedClock())
    for _ in range(3):
        trail.write(PERSON, "chart.read", "read")
    assert [e["id"] for e in trail.audit_events(after=1)] == ["trail-2", "trail-3"]


def test_a_run_alone_is_asserted_by_artificial_intelligence():
    told = provenance(RUN)
    Provenance.model_validate(told)
    assert codes(told["reason"]) == {("v3-ObservationValue", "AIAST")}
    assert codes(a["type"] for a in told["agent"]) == {("provenance-participant-type", "assembler")}
    assert told["agent"][0]["who"]["identifier"]["value"] == "prescription-review"
    assert "signature" not in told


def test_a_decided_run_names_the_person_and_carries_the_signature():
    told = provenance(RUN, DECISION)
    Provenance.model_validate(told)
    assert codes(a["type"] for a in told["agent"]) == {
        ("provenance-participant-type", "assembler"), ("provenance-participant-type", "verifier"),
    }  # fmt: skip
    assert told["agent"][1]["who"]["identifier"]["value"] == "ada"
    signature = told["signature"][0]
    assert (signature["sigFormat"], base64.b64decode(signature["data"])) == ("application/octet-stream", b"\n" * 64)
    assert (signature["who"]["identifier"]["value"], signature["onBehalfOf"]["identifier"]["value"]) == ("k1", "ada")


def test_where_two_persons_agreed_both_are_named_and_both_signatures_are_there():
    first = Signed(
        decision="decision-0", person="bo", role="nurse", choice="amend", reason="dose", decided=DECISION.decided,
        key="k1", signature="0b" * 64,
    )  # fmt: skip
    told = provenance(RUN, msgspec.structs.replace(DECISION, first=first))
    Provenance.model_validate(told)
    assert [a["who"]["identifier"]["value"] for a in told["agent"][1:]] == ["bo", "ada"]
    assert [s["onBehalfOf"]["identifier"]["value"] for s in told["signature"]] == ["bo", "ada"]
    assert base64.b64decode(told["signature"][0]["data"]) == b"\x0b" * 64


def test_the_provenance_points_at_run_digest_and_pseudonym_and_says_what_it_came_from():
    told = provenance(RUN, DECISION)
    assert [t["identifier"]["value"] for t in told["target"]] == ["run-1", MADE, SIGNER.pseudonym("zhang-1")]
    assert [(e["role"], e["what"]["identifier"]["value"]) for e in told["entity"]] == [
        ("derivation", "prescription-review|1.2.0"), ("source", "ab" * 32), ("source", "17"),
    ]  # fmt: skip
    assert "zhang" not in str(told)


def test_a_failed_run_without_patient_has_a_provenance_too():
    told = provenance(
        msgspec.structs.replace(
            RUN, status="failed", patient=None, chart_version=None, proposal=None, proposal_digest=None
        )
    )
    Provenance.model_validate(told)
    assert [t["identifier"]["value"] for t in told["target"]] == ["run-1"]
    assert [e["role"] for e in told["entity"]] == ["derivation", "source"]


def test_content_that_is_not_what_was_made_or_signed_is_told():
    assert "extension" not in provenance(RUN, DECISION)
    other = msgspec.structs.replace(RUN, proposal=msgspec.Raw(b'{"x":1}'))
    for told in (provenance(other), provenance(RUN, msgspec.structs.replace(DECISION, digest="ab" * 32))):
        assert told["extension"] == [{"url": "urn:openward:altered", "valueBoolean": True}]
        assert Provenance.model_validate(told)


def test_an_entry_that_cannot_be_read_is_told_in_its_place_and_the_others_follow():
    store = MemoryTrailStore()
    trail = Trail(store, SIGNER, FixedClock())
    for _ in range(3):
        trail.write(PERSON, "chart.read", "read")
    store._entries[1] = msgspec.structs.replace(store._entries[1], event=msgspec.Raw(b"{broken"))
    first, second, third = trail.audit_events()
    assert (first["id"], third["id"]) == ("trail-1", "trail-3")
    assert (second["resourceType"], second["id"]) == ("OperationOutcome", "trail-2")
    assert "entry 2 of the trail cannot be read" in second["issue"][0]["diagnostics"]
