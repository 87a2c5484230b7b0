"""The pre-visit summary for the physician: a FHIR R4 Bundle with questionnaire, complaint and vital signs."""

import hashlib
import uuid
from datetime import datetime
from typing import Any, Final

from openward.domain.code import LOINC, UCUM
from openward.domain.proposal import Language
from openward.knowledge.findings import vocabulary
from openward.record.chart import Chart
from openward.services.triage.intake import Intake
from openward.services.triage.questions import shown
from openward.services.triage.reads import Answer, Reads
from openward.services.triage.vitals import Vital

_SPACE: Final = uuid.UUID("6f1e2b9a-6a53-5c0e-9d0b-3f6f6d0c7a11")
_CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFIED: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_OBSERVED: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
Resource = dict[str, Any]


def summary(reads: Reads, chart: Chart | None, intake: Intake, now: datetime, language: Language) -> Resource:
    """The Bundle; what stands in the chart already is not written again."""
    subject = {"reference": f"Patient/{chart.patient}"} if chart else {"display": "the person who asks"}
    moment = now.isoformat()
    resources = [_questionnaire(reads, subject, moment, language)]
    if reads.complaint.strip():
        resources.append(_complaint(reads, subject, moment, intake, language))
    fresh = (vital for vital in intake.vitals.values() if vital.origin != "chart")
    resources += [_observation(vital, subject, moment, language) for vital in fresh]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": moment,
        "entry": [{"fullUrl": _name(resource), "resource": resource} for resource in resources],
    }


def _name(resource: Resource) -> str:
    digest = hashlib.sha256(repr(resource).encode()).hexdigest()
    return f"urn:uuid:{uuid.uuid5(_SPACE, digest)}"


def _questionnaire(reads: Reads, subject: Resource, moment: str, language: Language) -> Resource:
    items: list[Resource] = [{"linkId": "complaint", "answer": [{"valueString": reads.complaint}]}]
    for id, value in reads.answers.items():
        items.append({"linkId": id, "text": shown(id, language).text, "answer": [_answer(value)]})
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "in-progress",
        "subject": subject,
        "authored": moment,
        "item": items if reads.complaint.strip() else items[1:],
    }


def _answer(value: Answer) -> Resource:
    if isinstance(value, bool):
        return {"valueBoolean": value}
    return {"valueString": value} if isinstance(value, str) else {"valueDecimal": value}


def _complaint(reads: Reads, subject: Resource, moment: str, intake: Intake, language: Language) -> Resource:
    """The complaint in the person's words, with the findings that were understood as a note."""
    words = vocabulary()
    there = [words.get(id).name.in_(language) for id, known in intake.facts.stated.items() if known.present]
    resource: Resource = {
        "resourceType": "Condition",
        "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": _VERIFIED, "code": "unconfirmed"}]},
        "code": {"text": reads.complaint},
        "subject": subject,
        "recordedDate": moment,
    }
    return resource | ({"note": [{"text": "; ".join(there)}]} if there else {})


def _observation(vital: Vital, subject: Resource, moment: str, language: Language) -> Resource:
    return {
        "resourceType": "Observation",
        "status": "preliminary",
        "category": [{"coding": [{"system": _OBSERVED, "code": "vital-signs"}]}],
        "code": {
            "coding": [{"system": LOINC, "code": vital.sign.loinc[0]}],
            "text": vital.sign.name.in_(language),
        },
        "subject": subject,
        "effectiveDateTime": moment,
        "valueQuantity": {
            "value": vital.value,
            "unit": vital.sign.unit,
            "system": UCUM,
            "code": vital.sign.unit,
        },
    }
