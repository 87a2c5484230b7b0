"""What this door can do, as a FHIR R4 CapabilityStatement, from the one table of parameters."""

from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import openward
from openward.doors.fhir.parameters import includes, parameters, resource_types, reverse_includes

_READS: Final = ("read", "vread", "history-instance", "search-type")
_EVERYTHING: Final = {
    "name": "everything",
    "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything",
    "documentation": "With _type, _since, _count, _summary and _elements; without start and end.",
}
_SECURITY: Final = (
    "Authorization: Bearer with a token of the ward; scopes are SMART App Launch 2, such as system/Observation.rs. "
    "Every access to a patient is in the ward's trail."
)
_SEARCHING: Final = (
    "Tokens: code, system|code, |code, system| and :not. References: id, Type/id, address and :Type. Strings: :exact "
    "and :contains. Dates: all prefixes. Commas separate alternatives, a repeated parameter narrows. Results: _count "
    "(at most 200), _sort by _id, _lastUpdated and the date parameter of a type, _summary, _elements (at the top of a "
    "resource), _include and _revinclude, also with :iterate. The total is always exact. Nothing is ever deleted from "
    "the record, so 410 is never answered."
)


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
        "format": ["application/fhir+json", "application/fhir+xml", "json", "xml"],
        "rest": [
            {
                "mode": "server",
                "documentation": _SEARCHING,
                "security": {"description": _SECURITY},
                "resource": _resources(),
            }
        ],
    }


@lru_cache(maxsize=1)
def _resources() -> list[dict[str, Any]]:
    return [_resource(name) for name in resource_types()]


def _resource(name: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "type": name,
        "interaction": [{"code": code} for code in _READS],
        "versioning": "versioned",
        "readHistory": True,
        "updateCreate": False,
        "conditionalRead": "full-support",
        "searchInclude": list(includes(name)),
        "searchRevInclude": list(reverse_includes(name)),
        "searchParam": [
            {"name": p.name, "type": p.kind} | ({"documentation": p.documentation} if p.documentation else {})
            for p in parameters(name).values()
        ],
        "operation": [_EVERYTHING] if name == "Patient" else [],
    }
    return {key: value for key, value in described.items() if value != []}
