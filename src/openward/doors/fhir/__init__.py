"""The FHIR door: a read-only FHIR R4 REST API over the record."""
