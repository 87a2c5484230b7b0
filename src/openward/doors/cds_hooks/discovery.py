"""What a CDS client discovers: one CDS service for each hook that a card names, with its prefetch templates."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from openward.domain.card import Hook
from openward.domain.errors import BrokenServiceError, NotFoundError
from openward.harness.service import Service

_PATIENT: Final = "{{context.patientId}}"
_TEMPLATES: Final = {
    "Patient": f"Patient/{_PATIENT}",
    "MedicationRequest": (
        f"MedicationRequest?patient={_PATIENT}&status=active,on-hold&_include=MedicationRequest:medication"
    ),
    "MedicationStatement": f"MedicationStatement?patient={_PATIENT}&status=active,intended,unknown",
    "MedicationAdministration": (
        f"MedicationAdministration?patient={_PATIENT}&status=in-progress,completed&_sort=-effective-time&_count=50"
    ),
    "Observation": (
        f"Observation?patient={_PATIENT}&category=laboratory,vital-signs,social-history&_sort=-date&_count=200"
    ),
    "Condition": f"Condition?patient={_PATIENT}",
}
_WITHOUT_PATIENT_SEARCH: Final = frozenset({"Medication", "Practitioner", "Organization", "Location"})


def cds_id(service: Service, hook: Hook) -> str:
    """The id of the CDS service that answers one hook of a service."""
    return f"{service.id}-{hook}"


def find(services: Mapping[str, Service], faults: Mapping[str, str], id: str) -> tuple[Service, Hook]:
    """The service and hook behind a CDS service's id.

    Raises:
        BrokenServiceError: it is of a service that cannot serve; `faults` says why.
        NotFoundError: there is none.
    """
    for service in services.values():
        for hook in service.card.hooks:
            if cds_id(service, hook) == id:
                return service, hook
    for broken, why in faults.items():
        if id in {f"{broken}-{hook}" for hook in get_args(Hook)}:
            msg = f"the service '{broken}' is out of order: {why}"
            raise BrokenServiceError(msg)
    msg = "there is no such CDS service; see GET /cds-services"
    raise NotFoundError(msg)


def discovery(services: Mapping[str, Service], language: str) -> dict[str, Any]:
    """The body of `GET /cds-services`."""
    return {"services": [_entry(s, hook, language) for s in services.values() for hook in s.card.hooks]}


def _entry(service: Service, hook: Hook, language: str) -> dict[str, Any]:
    return {
        "hook": hook,
        "id": cds_id(service, hook),
        "title": service.card.title.in_(language),
        "description": f"{service.card.intended_use.in_(language)} {service.card.not_for.in_(language)}",
        "prefetch": prefetch(service),
        "usageRequirements": "Prefetch is needed: this service never calls back to the EHR's FHIR server.",
    }


def prefetch(service: Service) -> dict[str, str]:
    """Prefetch templates: what the card reads, no more."""
    wanted = [t for t in service.card.reads if t not in _WITHOUT_PATIENT_SEARCH]
    return {_key(t): _TEMPLATES.get(t, f"{t}?patient={_PATIENT}") for t in wanted}


def _key(type: str) -> str:
    return type[0].lower() + type[1:] + ("" if type == "Patient" else "s")
