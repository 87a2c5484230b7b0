"""The one table of what each resource type is searched by; searches and the CapabilityStatement share it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec

from openward.record import r4
from openward.record.elements import elements_of
from openward.record.index import Places, known, places

Kind = Literal["token", "string", "reference", "date"]

_CODED: Final = frozenset({"code", "boolean"})
_TEXTS: Final = frozenset({"name", "string"})
_RANGES: Final = frozenset({"period", "timing"})
# FHIR R4 has `family` and `given` for these only; Person and RelatedPerson are searched by `name`.
_PARTS: Final = {"Patient": ("family", "given"), "Practitioner": ("family", "given")}
# What a reference parameter points at; `target` points at anything.
_TARGETS: Final[dict[str, str | None]] = {
    "patient": "Patient", "subject": "Patient", "encounter": "Encounter", "medication": "Medication", "target": None,
}  # fmt: skip

# Abstract types, one that came after R4, and one that is taken apart when it comes in.
_NONE: Final = frozenset({"DomainResource", "Resource", "SubscriptionStatus", "Bundle"})

_STRINGS: Final = "From the beginning of a word on, whatever case and accents; :exact and :contains."
_NAMES: Final = "Each word must begin one of the name, whatever case and accents; :exact and :contains."
_RANGE: Final = (
    "A period or timing is compared by its start (by its end when it has no start), not over its whole length."
)
_PATIENT: Final = (
    "The patient in whose compartment the resource lies; references to others than patients are not searched."
)


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    """A search parameter of a type.

    `coded` elements have no system of their own; `target` is the type that a reference by id alone points at; `words`
    are looked for one by one.
    """

    name: str
    kind: Kind
    coded: bool = False
    words: bool = False
    target: str | None = None
    documentation: str | None = None


@lru_cache(maxsize=1)
def resource_types() -> tuple[str, ...]:
    """The resource types of FHIR R4 that the record can hold."""
    return tuple(
        sorted(
            name
            for name in r4.load("subsets", dict[str, Any])
            if "implicitRules" in elements_of(name) and name not in _NONE
        )
    )


@lru_cache(maxsize=512)
def parameters(type: str) -> Mapping[str, Parameter]:
    """The search parameters of a type by name."""
    rows = Places() if type in resource_types() and not known(type) else places(type)
    found = [Parameter(name="_id", kind="token"), Parameter(name="_lastUpdated", kind="date")]
    for name, pairs in rows.tokens.items():
        found.append(_parameter(name, frozenset(kind for _, kind in pairs)))
    found += [Parameter(name=part, kind="string", documentation=_STRINGS) for part in _PARTS.get(type, ())]
    if rows.date_param:
        ranged = any(kind in _RANGES for _, kind in rows.date)
        found.append(Parameter(name=rows.date_param, kind="date", documentation=_RANGE if ranged else None))
    found += [_reference(name) for name in _whose(type, rows)]
    return {parameter.name: parameter for parameter in found}


@lru_cache(maxsize=512)
def includes(type: str) -> tuple[str, ...]:
    """What `_include` can follow from a type, as `Type:parameter`."""
    return tuple(f"{type}:{p.name}" for p in parameters(type).values() if p.kind == "reference")


@lru_cache(maxsize=512)
def reverse_includes(type: str) -> tuple[str, ...]:
    """What `_revinclude` can follow to a type, as `Type:parameter`."""
    return tuple(
        f"{source}:{p.name}"
        for source in resource_types()
        for p in parameters(source).values()
        if p.kind == "reference" and p.target in (None, type)
    )


def _parameter(name: str, kinds: frozenset[str]) -> Parameter:
    if "reference" in kinds:
        return Parameter(name=name, kind="reference", target=_TARGETS[name])
    if kinds & _TEXTS:
        human = "name" in kinds
        return Parameter(name=name, kind="string", words=human, documentation=_NAMES if human else _STRINGS)
    return Parameter(name=name, kind="token", coded=kinds <= _CODED)


def _reference(name: str) -> Parameter:
    return Parameter(name=name, kind="reference", target="Patient", documentation=_PATIENT)


def _whose(type: str, rows: Places) -> tuple[str, ...]:
    if type == "Patient" or not (rows.patient or rows.others):
        return ()
    return ("patient", "subject") if any(path.startswith("subject") for path in rows.patient) else ("patient",)
