"""The patient record: FHIR in and out, the Chart, search."""
