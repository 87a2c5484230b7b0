"""Typed views of FHIR R4 resources: only the elements that are read, decoded straight from the stored bytes.

Unknown elements are skipped, wrong types of known elements are errors, JSON null counts as absent.
"""

from openward.record.views.clinical import (
    AllergyIntolerance,
    Composition,
    Condition,
    DiagnosticReport,
    DocumentReference,
    Encounter,
    Immunization,
    List,
    Observation,
    Patient,
    Procedure,
)
from openward.record.views.decoding import View, decode, decode_contained, head
from openward.record.views.medication import (
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
)
from openward.record.views.resource import AnyResource

__all__ = [
    "AllergyIntolerance",
    "AnyResource",
    "Composition",
    "Condition",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "Immunization",
    "List",
    "Medication",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Patient",
    "Procedure",
    "View",
    "decode",
    "decode_contained",
    "head",
]
