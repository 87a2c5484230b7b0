"""Typed views of FHIR R4 resources that describe the patient and the patient's care."""

import msgspec

from openward.domain.code import Code, Concept
from openward.record.views.datatypes import (
    Annotation,
    Attachment,
    Beside,
    Extension,
    HumanName,
    Identifier,
    Meta,
    Narrative,
    Period,
    Quantity,
    Range,
    Ratio,
    Reference,
    SampledData,
    Timing,
)
from openward.record.views.resource import Base, Resource


class Communication(msgspec.Struct, frozen=True, kw_only=True):
    """Patient.communication."""

    language: Concept | None = None
    preferred: bool | None = None


class Patient(Resource, frozen=True, kw_only=True):
    """Patient."""

    active: bool | None = None
    name: tuple[HumanName, ...] = ()
    gender: str | None = None
    birth_date: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None
    communication: tuple[Communication, ...] = ()
    managing_organization: Reference | None = None


class Condition(Resource, frozen=True, kw_only=True):
    """Condition."""

    clinical_status: Concept | None = None
    verification_status: Concept | None = None
    category: tuple[Concept, ...] = ()
    severity: Concept | None = None
    code: Concept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    onset_date_time: str | None = None
    onset_age: Quantity | None = None
    onset_period: Period | None = None
    onset_range: Range | None = None
    onset_string: str | None = None
    abatement_date_time: str | None = None
    abatement_age: Quantity | None = None
    abatement_period: Period | None = None
    abatement_range: Range | None = None
    abatement_string: str | None = None
    abatement_boolean: bool | None = None
    recorded_date: str | None = None


class AllergyReaction(msgspec.Struct, frozen=True, kw_only=True):
    """AllergyIntolerance.reaction."""

    substance: Concept | None = None
    manifestation: tuple[Concept, ...] = ()
    description: str | None = None
    onset: str | None = None
    severity: str | None = None


class AllergyIntolerance(Resource, frozen=True, kw_only=True):
    """AllergyIntolerance."""

    clinical_status: Concept | None = None
    verification_status: Concept | None = None
    type: str | None = None
    category: tuple[str | None, ...] = ()
    criticality: str | None = None
    code: Concept | None = None
    patient: Reference | None = None
    encounter: Reference | None = None
    onset_date_time: str | None = None
    onset_period: Period | None = None
    recorded_date: str | None = None
    last_occurrence: str | None = None
    reaction: tuple[AllergyReaction, ...] = ()


class ReferenceRange(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Observation.referenceRange."""

    low: Quantity | None = None
    high: Quantity | None = None
    type: Concept | None = None
    applies_to: tuple[Concept, ...] = ()
    age: Range | None = None
    text: str | None = None


class Valued(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What Observation and Observation.component share."""

    code: Concept | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: Concept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None
    value_integer: float | None = None
    value_range: Range | None = None
    value_ratio: Ratio | None = None
    value_sampled_data: SampledData | None = None
    value_time: str | None = None
    value_date_time: str | None = None
    value_period: Period | None = None
    beside_string: Beside | None = msgspec.field(name="_valueString", default=None)
    beside_boolean: Beside | None = msgspec.field(name="_valueBoolean", default=None)
    beside_integer: Beside | None = msgspec.field(name="_valueInteger", default=None)
    beside_time: Beside | None = msgspec.field(name="_valueTime", default=None)
    beside_date_time: Beside | None = msgspec.field(name="_valueDateTime", default=None)
    data_absent_reason: Concept | None = None
    interpretation: tuple[Concept, ...] = ()
    reference_range: tuple[ReferenceRange, ...] = ()


class Observation(Valued, frozen=True, kw_only=True):
    """Observation; it has the elements of `Resource` and those that it shares with its components."""

    resource_type: str
    id: str | None = None
    meta: Meta | None = None
    contained: tuple[msgspec.Raw, ...] = ()
    extension: tuple[Extension, ...] = ()
    modifier_extension: tuple[Extension, ...] = ()
    identifier: tuple[Identifier, ...] = ()
    status: str | None = None
    category: tuple[Concept, ...] = ()
    subject: Reference | None = None
    encounter: Reference | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    effective_timing: Timing | None = None
    effective_instant: str | None = None
    issued: str | None = None
    note: tuple[Annotation, ...] = ()
    component: tuple[Valued, ...] = ()


class DiagnosticReport(Resource, frozen=True, kw_only=True):
    """DiagnosticReport."""

    status: str | None = None
    category: tuple[Concept, ...] = ()
    code: Concept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    issued: str | None = None
    result: tuple[Reference, ...] = ()
    conclusion: str | None = None
    conclusion_code: tuple[Concept, ...] = ()
    presented_form: tuple[Attachment, ...] = ()


class Procedure(Resource, frozen=True, kw_only=True):
    """Procedure."""

    status: str | None = None
    status_reason: Concept | None = None
    category: Concept | None = None
    code: Concept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    performed_date_time: str | None = None
    performed_period: Period | None = None
    performed_string: str | None = None
    performed_age: Quantity | None = None
    performed_range: Range | None = None


class Encounter(Resource, frozen=True, kw_only=True):
    """Encounter."""

    status: str | None = None
    class_: Code | None = msgspec.field(name="class", default=None)
    type: tuple[Concept, ...] = ()
    service_type: Concept | None = None
    subject: Reference | None = None
    period: Period | None = None
    reason_code: tuple[Concept, ...] = ()


class Immunization(Resource, frozen=True, kw_only=True):
    """Immunization."""

    status: str | None = None
    status_reason: Concept | None = None
    vaccine_code: Concept | None = None
    patient: Reference | None = None
    encounter: Reference | None = None
    occurrence_date_time: str | None = None
    occurrence_string: str | None = None
    recorded: str | None = None


class DocumentContent(msgspec.Struct, frozen=True, kw_only=True):
    """DocumentReference.content."""

    attachment: Attachment | None = None


class DocumentReference(Resource, frozen=True, kw_only=True, rename="camel"):
    """DocumentReference."""

    status: str | None = None
    doc_status: str | None = None
    type: Concept | None = None
    category: tuple[Concept, ...] = ()
    subject: Reference | None = None
    date: str | None = None
    description: str | None = None
    content: tuple[DocumentContent, ...] = ()


class CompositionSection(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Composition.section."""

    title: str | None = None
    code: Concept | None = None
    text: Narrative | None = None
    empty_reason: Concept | None = None
    section: tuple["CompositionSection", ...] = ()


class Composition(Base, frozen=True, kw_only=True):
    """Composition; in R4 its identifier is one, not a list."""

    identifier: Identifier | None = None
    status: str | None = None
    type: Concept | None = None
    category: tuple[Concept, ...] = ()
    subject: Reference | None = None
    encounter: Reference | None = None
    date: str | None = None
    title: str | None = None
    section: tuple[CompositionSection, ...] = ()


class ListEntry(msgspec.Struct, frozen=True, kw_only=True):
    """List.entry."""

    deleted: bool | None = None
    item: Reference | None = None


class List(Resource, frozen=True, kw_only=True):
    """List."""

    status: str | None = None
    mode: str | None = None
    title: str | None = None
    code: Concept | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    date: str | None = None
    entry: tuple[ListEntry, ...] = ()
    empty_reason: Concept | None = None
