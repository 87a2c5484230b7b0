"""A small world to review in: one patient, resources in a line each, and the harness's own grounding check."""

from datetime import UTC, datetime

import msgspec

from openward.checks.form import form
from openward.checks.grounding import Sources, grounding
from openward.domain.code import LOINC, RXNORM, SNOMED
from openward.domain.resource import Stored
from openward.harness.service import Context
from openward.record.charting import chart_of
from openward.services.prescription_review import SERVICE
from openward.services.prescription_review.reads import Reads

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
SYSTEMS = {"rxnorm": RXNORM, "snomed": SNOMED}


def patient(born="1956-03-02", gender="female"):
    return {"resourceType": "Patient", "id": "p", "birthDate": born, "gender": gender}


def allergy(text, *, id="a1", code=None, **more):
    coding = [{"system": SYSTEMS[code[0]], "code": code[1], "display": text}] if code else None
    concept = {"coding": coding} if coding else {"text": text}
    return {
        "resourceType": "AllergyIntolerance",
        "id": id,
        "patient": {"reference": "Patient/p"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        "code": concept,
        **more,
    }


def no_known_allergies():
    return allergy("No known allergy", code=("snomed", "716186003"))


def observation(loinc, value, unit, *, id, at="2026-11-01T08:00:00Z"):
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": LOINC, "code": loinc}]},
        "effectiveDateTime": at,
        "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
    }


def creatinine(value, unit="mg/dL", **more):
    return observation("2160-0" if unit == "mg/dL" else "14682-9", value, unit, **({"id": "cr"} | more))


def weight(value=70, **more):
    return observation("29463-7", value, "kg", **({"id": "w"} | more))


def request(drug, *, id, status="active", dose=None, unit="mg", times=None, route=None, as_needed=None, **more):
    instruction = {}
    if dose:
        instruction["doseAndRate"] = [
            {"doseQuantity": {"value": dose, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}}
        ]
    if times:
        instruction["timing"] = {"repeat": {"frequency": times, "period": 1, "periodUnit": "d"}}
    if route:
        instruction["route"] = {"text": route}
    if as_needed is not None:
        instruction["asNeededBoolean"] = as_needed
    return {
        "resourceType": "MedicationRequest",
        "id": id,
        "status": status,
        "intent": "order",
        "subject": {"reference": "Patient/p"},
        "authoredOn": "2026-11-02",
        "medicationCodeableConcept": {"text": drug},
        **({"dosageInstruction": [instruction]} if instruction else {}),
        **more,
    }


def stored(resource):
    body = msgspec.json.encode(resource)
    owner = resource.get("id") if resource["resourceType"] == "Patient" else "p"
    return Stored(
        type=resource["resourceType"],
        id=resource["id"],
        version=1,
        seq=1,
        body=body,
        digest="",
        received=NOW,
        patient=owner,
    )


def chart(*resources, types=None):
    held = [stored(r) for r in (patient(), *resources)] if _no_patient(resources) else [stored(r) for r in resources]
    return chart_of(held, patient="p", as_of=NOW, version="1", types=types)


def _no_patient(resources):
    return all(r["resourceType"] != "Patient" for r in resources)


def review(orders=(), *resources, language="en", focus=(), without_chart=False):
    """Runs the engine, and lets the house's own checks pass over what it says."""
    given = msgspec.convert({"orders": list(orders)}, Reads)
    made = None if without_chart else chart(*resources)
    proposal = SERVICE.engine(given, made, Context(now=NOW, language=language, focus=tuple(focus)))
    held = resources if not _no_patient(resources) else (patient(), *resources)
    sources = Sources({f"{r['resourceType']}/{r['id']}": stored(r) for r in held}, {"orders": list(orders)})
    verdicts = [*grounding(proposal, sources), *form(proposal)]
    verdicts += [v for check in SERVICE.checks for v in check(proposal, made, given)]
    faults = [v for v in verdicts if v.outcome != "pass"]
    assert faults == [], faults
    msgspec.json.decode(msgspec.json.encode(proposal))
    return proposal


def codes(proposal, prefix=""):
    return [f.code.code for f in proposal.findings if f.code.code.startswith(prefix)]


def the(proposal, prefix):
    (found,) = [f for f in proposal.findings if f.code.code.startswith(prefix)]
    return found


def gaps(proposal):
    return {n.code for n in proposal.not_checked}
