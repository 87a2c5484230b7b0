"""What every FHIR resource has, and the loose view of the types that have no view of their own."""

from typing import Any

import msgspec

from openward.domain.code import Code, Concept
from openward.record.views.datatypes import Extension, Identifier, Meta, Reference


class Base(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The elements that every resource may have; contained resources stay bytes until they are asked for."""

    resource_type: str
    id: str | None = None
    meta: Meta | None = None
    contained: tuple[msgspec.Raw, ...] = ()
    extension: tuple[Extension, ...] = ()
    modifier_extension: tuple[Extension, ...] = ()


class Resource(Base, frozen=True, kw_only=True):
    """A resource with identifiers."""

    identifier: tuple[Identifier, ...] = ()


class Head(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """The type and id of a resource, and nothing else."""

    resource_type: str
    id: str | None = None


class AnyResource(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Any resource, loosely: elements whose type differs between resource types are plain JSON values.

    Read them through `concepts`, `references` and `identifiers`.
    """

    resource_type: str
    id: str | None = None
    meta: Meta | None = None
    contained: tuple[msgspec.Raw, ...] = ()
    identifier: Any = None
    status: Any = None
    intent: Any = None
    code: Any = None
    type: Any = None
    category: Any = None
    class_: Any = msgspec.field(name="class", default=None)
    subject: Any = None
    patient: Any = None
    beneficiary: Any = None
    individual: Any = None
    encounter: Any = None
    context: Any = None
    participant: Any = None
    actor: Any = None
    target: Any = None
    date: Any = None
    created: Any = None
    issued: Any = None
    authored_on: Any = None
    recorded: Any = None
    occurred_date_time: Any = None
    occurred_period: Any = None
    occurrence_date_time: Any = None
    occurrence_period: Any = None
    effective_date_time: Any = None
    effective_period: Any = None
    performed_date_time: Any = None
    performed_period: Any = None
    period: Any = None
    billable_period: Any = None
    start: Any = None
    date_time: Any = None
    sent: Any = None
    started: Any = None
    timing_date_time: Any = None
    timing_period: Any = None


def concepts(value: object) -> tuple[Concept, ...]:
    """The concepts in a code, Coding, CodeableConcept or a list of them; what is none of these is left out."""
    if isinstance(value, str):
        return (Concept((Code(None, value),)),)
    if isinstance(value, list):
        return tuple(concept for item in value for concept in concepts(item))
    if not isinstance(value, dict):
        return ()
    whole = "coding" in value or ("text" in value and "code" not in value)
    try:
        return (msgspec.convert(value, Concept) if whole else Concept((msgspec.convert(value, Code),)),)
    except msgspec.ValidationError:
        return ()


def references(value: object) -> tuple[Reference, ...]:
    """The references in a Reference or a list of them; what is none of these is left out."""
    if isinstance(value, list):
        return tuple(reference for item in value for reference in references(item))
    if not isinstance(value, dict) or not isinstance(value.get("reference"), str):
        return ()
    return (Reference(reference=value["reference"]),)


def identifiers(value: object) -> tuple[Identifier, ...]:
    """The identifiers in an Identifier or a list of them; what is none of these is left out."""
    if isinstance(value, list):
        return tuple(identifier for item in value for identifier in identifiers(item))
    if not isinstance(value, dict):
        return ()
    system, text = value.get("system"), value.get("value")
    if not isinstance(text, str):
        return ()
    return (Identifier(system=system if isinstance(system, str) else None, value=text),)
