"""What every FHIR resource has, and the loose view of the types that have no view of their own."""

from typing import Any

import msgspec

from openward.record.views.datatypes import Extension, Identifier, Meta


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
    """Any resource, loosely: elements whose type differs between resource types are plain JSON values."""

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
    subject: Any = None
    patient: Any = None
    encounter: Any = None
    date: Any = None
    period: Any = None
