"""What this door can do, as a FHIR R4 CapabilityStatement."""

from datetime import datetime
from typing import Any, Final

import openward
from openward.doors.fhir.query import parameters_of
from openward.record import r4

_TYPES: Final = tuple(sorted(name for name in r4.load("search", dict[str, Any]) if name[0].isupper()))
_READS: Final = ("read", "vread", "history-instance", "search-type")
_EVERYTHING: Final = {
    "name": "everything",
    "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything",
}
_NAMES: Final = "Whole words, whatever their case."


def capability(base: str, now: datetime) -> dict[str, Any]:
    """The statement for the address under which it was asked."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": now.isoformat(timespec="seconds"),
        "kind": "instance",
        "software": {"name": "OpenWard", "version": openward.__version__},
        "implementation": {"description": "Read-only view of the patient record of one ward", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["json", "application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": {
                    "description": "Authorization: Bearer with a token of the ward; scopes are SMART App Launch 2, "
                    "such as system/Observation.rs. Every access to a patient is in the ward's trail."
                },
                "resource": [_resource(name) for name in _TYPES],
            }
        ],
    }


def _resource(name: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "type": name,
        "interaction": [{"code": code} for code in _READS],
        "versioning": "versioned",
        "readHistory": True,
        "updateCreate": False,
        "searchParam": [
            {"name": parameter, "type": kind} | ({"documentation": _NAMES} if kind == "string" else {})
            for parameter, kind in parameters_of(name)
        ],
    }
    return described | ({"operation": [_EVERYTHING]} if name == "Patient" else {})
