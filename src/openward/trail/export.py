"""The trail in FHIR R4: AuditEvent after the patterns of IHE BALP, Provenance after HL7 AI Transparency on FHIR."""

import base64
from collections.abc import Mapping
from typing import Any, Final

from openward.domain.errors import TrailError
from openward.domain.run import Decision, Run, Signed, unaltered
from openward.domain.trail import Action, Entry, Event, EventOutcome
from openward.trail.chain import read_event

DCM: Final = "http://dicom.nema.org/resources/ontology/DCM"
EVENT_TYPE: Final = "http://terminology.hl7.org/CodeSystem/audit-event-type"
INTERACTION: Final = "http://hl7.org/fhir/restful-interaction"
ENTITY_TYPE: Final = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
ENTITY_ROLE: Final = "http://terminology.hl7.org/CodeSystem/object-role"
SOURCE_TYPE: Final = "http://terminology.hl7.org/CodeSystem/security-source-type"
PARTICIPATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
PARTICIPANT: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
INTEGRITY: Final = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
DATA_OPERATION: Final = "http://terminology.hl7.org/CodeSystem/v3-DataOperation"
SIGNATURE_TYPE: Final = "urn:iso-astm:E1762-95:2013"

# Our own words, as URNs: they name, they do not resolve.
WHAT: Final = "urn:openward:trail:what"
SUBJECT: Final = "urn:openward:subject"
CHART: Final = "urn:openward:chart"
ROLE: Final = "urn:openward:role"
ACTOR: Final = "urn:openward:actor"
PSEUDONYM: Final = "urn:openward:pseudonym"
RUN: Final = "urn:openward:run"
SERVICE: Final = "urn:openward:service"
WARD: Final = "urn:openward:ward"
KEY: Final = "urn:openward:key"
ENTRY: Final = "urn:openward:trail:entry"
DIGEST: Final = "urn:openward:sha256"
ALTERED: Final = "urn:openward:altered"

_ACTION: Final[Mapping[Action, tuple[str, str]]] = {
    "create": ("C", "create"),
    "read": ("R", "read"),
    "update": ("U", "update"),
    "delete": ("D", "delete"),
    "execute": ("E", "operation"),
}
# AuditEvent.outcome: a refusal is a minor failure (4), what broke is a serious one (8).
_OUTCOME: Final[Mapping[EventOutcome, str]] = {"success": "0", "refused": "4", "failure": "8"}
# DICOM PS3.16 CID 400, by the first word of an event that is no interaction with the record.
_TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "access": ("110113", "Security Alert"),
    "session": ("110114", "User Authentication"),
    "person": ("110113", "Security Alert"),
    "token": ("110113", "Security Alert"),
    "trail": ("110101", "Audit Log Used"),
}


def coding(system: str, code: str, display: str | None = None) -> dict[str, Any]:
    """One FHIR Coding."""
    return {"system": system, "code": code} | ({"display": display} if display else {})


def concept(system: str, code: str, display: str | None = None) -> dict[str, Any]:
    """One FHIR CodeableConcept with one coding."""
    return {"coding": [coding(system, code, display)]}


def named(system: str, value: str) -> dict[str, Any]:
    """A FHIR Reference by identifier: nothing here is a resource that could be fetched."""
    return {"identifier": {"system": system, "value": value}}


def audit_event(entry: Entry, *, observer: str) -> dict[str, Any]:
    """One entry as an AuditEvent; `observer` names the ward that saw it.

    Raises:
        TrailError: the entry cannot be read.
    """
    event = read_event(entry)
    letter, interaction = _ACTION[event.action]
    return {
        "resourceType": "AuditEvent",
        "id": f"trail-{entry.seq}",
        "type": _type(event),
        "subtype": [coding(INTERACTION, interaction, interaction), coding(WHAT, event.what)],
        "action": letter,
        "recorded": event.at.isoformat(),
        "outcome": _OUTCOME[event.outcome],
        "agent": _agents(event, observer),
        "source": {
            "observer": named(WARD, observer) | {"display": "OpenWard"},
            "type": [coding(SOURCE_TYPE, "4", "Application Server")],
        },
        "entity": _entities(event, entry),
    }


def unreadable(entry: Entry, error: TrailError) -> dict[str, Any]:
    """An entry that cannot be read, told in its place."""
    return {
        "resourceType": "OperationOutcome",
        "id": f"trail-{entry.seq}",
        "issue": [{"severity": "error", "code": "exception", "diagnostics": str(error)}],
    }


def _type(event: Event) -> dict[str, Any]:
    """The type: what DICOM has a word for, otherwise an interaction with the record."""
    known = _TYPES.get(event.what.split(".", 1)[0])
    return coding(DCM, *known) if known else coding(EVENT_TYPE, "rest", "RESTful Operation")


def _agents(event: Event, observer: str) -> list[dict[str, Any]]:
    """Who asked, and the ward that answered; BALP calls the side that gives the data the source."""
    source, destination = ("110153", "Source Role ID"), ("110152", "Destination Role ID")
    asking, answering = (destination, source) if event.action == "read" else (source, destination)
    person = event.role != "service"
    user = {
        "type": concept(PARTICIPATION, "IRCP", "information recipient") if person else concept(DCM, *asking),
        "role": [concept(ROLE, event.role)],
        "who": named(PSEUDONYM if event.role == "patient" else ACTOR, event.actor),
        "requestor": True,
    }
    server = {
        "type": concept(DCM, *answering),
        "who": named(WARD, observer) | {"display": "OpenWard"},
        "requestor": False,
    }
    return [user, server]


def _entities(event: Event, entry: Entry) -> list[dict[str, Any]]:
    """The patient, the run and what else it was about, and the place in the chain."""
    found: list[dict[str, Any]] = []
    if event.patient:
        found.append(
            {
                "what": named(PSEUDONYM, event.patient),
                "type": coding(ENTITY_TYPE, "1", "Person"),
                "role": coding(ENTITY_ROLE, "1", "Patient"),
            }
        )
    for system, value in ((RUN, event.run), (SUBJECT, event.subject)):
        if value:
            found.append(
                {
                    "what": named(system, value),
                    "type": coding(ENTITY_TYPE, "2", "System Object"),
                    "role": coding(ENTITY_ROLE, "4", "Domain Resource"),
                }
            )
    found.append(
        {
            "what": named(ENTRY, entry.hash),
            "type": coding(ENTITY_TYPE, "4", "Other"),
            "detail": _details(event, entry),
        }
    )
    return found


def _details(event: Event, entry: Entry) -> list[dict[str, Any]]:
    """What else the event says, word by word, and where it stands in the chain."""
    told: dict[str, str | int] = {"seq": entry.seq, "previous": entry.previous}
    if event.door:
        told["door"] = event.door
    return [{"type": name, "valueString": str(value)} for name, value in (told | event.detail).items()]


def provenance(
    run: Run, decision: Decision | None, first: Decision | None = None, *, patient: str | None = None
) -> dict[str, Any]:  # fmt: skip
    """One run, and the decision on it if there is one, as a Provenance; `patient` is a pseudonym.

    A proposal alone is asserted by artificial intelligence (`AIAST`); with a decision a person has verified it, and the
    ward's Ed25519 signature over the decision stands in `signature` (raw bytes, so `sigFormat` says octet-stream);
    where two persons had to agree, both. An extension says so where the content kept is not what was made and signed.
    """
    signed = [one for one in (decision and decision.first, decision) if one]
    known = ((RUN, run.id), (DIGEST, run.proposal_digest), (PSEUDONYM, patient))
    found: dict[str, Any] = {
        "resourceType": "Provenance",
        "id": run.id,
        "target": [named(system, value) for system, value in known if value],
        "occurredDateTime": run.started.isoformat(),
        "recorded": (decision.decided if decision else run.started).isoformat(),
        "reason": [concept(INTEGRITY, "AIAST", "Artificial Intelligence asserted")],
        "activity": concept(DATA_OPERATION, "CREATE", "create"),
        "agent": [_machine(run), *map(_verifier, signed)],
        "entity": _sources(run),
    }
    if not unaltered(run, first, decision):
        found["extension"] = [{"url": ALTERED, "valueBoolean": True}]
    if signed:
        found["signature"] = [*map(_signature, signed)]
    return found


def _machine(run: Run) -> dict[str, Any]:
    """The service that made the proposal."""
    return {
        "type": concept(PARTICIPANT, "assembler", "Assembler"),
        "who": named(SERVICE, run.service) | {"display": f"{run.service} {run.service_version}"},
        "onBehalfOf": named(WARD, run.site),
    }


def _verifier(decision: Decision | Signed) -> dict[str, Any]:
    """The person who decided, or signed first."""
    return {
        "type": concept(PARTICIPANT, "verifier", "Verifier"),
        "role": [concept(ROLE, decision.role)],
        "who": named(ACTOR, decision.person),
    }


def _sources(run: Run) -> list[dict[str, Any]]:
    """What went in (by digest and version), and the card of the service version (the model card) it derives from."""
    found = [
        {"role": "derivation", "what": named(SERVICE, f"{run.service}|{run.service_version}")},
        {"role": "source", "what": named(DIGEST, run.input_digest)},
    ]
    if run.chart_version:
        found.append({"role": "source", "what": named(CHART, run.chart_version)})
    return found


def _signature(decision: Decision | Signed) -> dict[str, Any]:
    """The ward's signature over the decision, on behalf of the person."""
    return {
        "type": [coding(SIGNATURE_TYPE, "1.2.840.10065.1.12.1.5", "Verification Signature")],
        "when": decision.decided.isoformat(),
        "who": named(KEY, decision.key),
        "onBehalfOf": named(ACTOR, decision.person),
        "targetFormat": "application/json",
        "sigFormat": "application/octet-stream",
        "data": base64.b64encode(bytes.fromhex(decision.signature)).decode(),
    }
