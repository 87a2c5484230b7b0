"""Resources of one made-up patient."""

SUBJECT = {"reference": "Patient/p"}
_HL7 = "http://terminology.hl7.org/CodeSystem"


def problem(id, text, onset, **more):
    status = {"coding": [{"system": f"{_HL7}/condition-clinical", "code": "active"}]}
    return {
        "resourceType": "Condition", "id": id, "subject": SUBJECT, "code": {"text": text}, "onsetDateTime": onset,
        "clinicalStatus": status,
    } | more  # fmt: skip


def allergy(id, text, **more):
    status = {"coding": [{"system": f"{_HL7}/allergyintolerance-clinical", "code": "active"}]}
    return {
        "resourceType": "AllergyIntolerance", "id": id, "patient": SUBJECT, "type": "allergy", "code": {"text": text},
        "clinicalStatus": status,
    } | more  # fmt: skip


def no_allergy():
    coding = {"system": "http://snomed.info/sct", "code": "716186003", "display": "No known allergy"}
    return allergy("none", "No known allergy") | {"code": {"coding": [coding], "text": "No known allergy"}}


def order(id, drug, dose, written, **more):
    return {
        "resourceType": "MedicationRequest", "id": id, "status": "active", "intent": "order", "subject": SUBJECT,
        "authoredOn": written, "medicationCodeableConcept": {"text": drug}, "dosageInstruction": [{"text": dose}],
    } | more  # fmt: skip


def taken(id, drug, dose, start, end=None, **more):
    period = {"start": start} | ({"end": end} if end else {})
    return {
        "resourceType": "MedicationStatement", "id": id, "status": "stopped" if end else "active", "subject": SUBJECT,
        "medicationCodeableConcept": {"text": drug}, "effectivePeriod": period, "dosage": [{"text": dose}],
    } | more  # fmt: skip


def result(id, name, value, unit, at, **more):
    quantity = {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return {
        "resourceType": "Observation", "id": id, "status": "final", "subject": SUBJECT, "code": {"text": name},
        "effectiveDateTime": at, "valueQuantity": quantity,
        "category": [{"coding": [{"system": f"{_HL7}/observation-category", "code": "laboratory"}]}],
    } | more  # fmt: skip


def within(low, high, unit):
    of = {"unit": unit, "system": "http://unitsofmeasure.org", "code": unit}
    return {"referenceRange": [{"low": {"value": low} | of, "high": {"value": high} | of}]}


def stay(start, end=None, reason="Pneumonia", id="stay"):
    period = {"start": start} | ({"end": end} if end else {})
    return {
        "resourceType": "Encounter", "id": id, "status": "finished" if end else "in-progress", "subject": SUBJECT,
        "class": {"system": f"{_HL7}/v3-ActCode", "code": "IMP"}, "period": period, "reasonCode": [{"text": reason}],
    }  # fmt: skip


def procedure(id, text, at, status="completed"):
    return {
        "resourceType": "Procedure", "id": id, "status": status, "subject": SUBJECT, "code": {"text": text},
        "performedDateTime": at,
    }  # fmt: skip
