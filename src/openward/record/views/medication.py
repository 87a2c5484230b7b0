"""Typed views of the FHIR R4 medication resources."""

import msgspec

from openward.domain.code import Concept
from openward.record.views.datatypes import Dosage, Period, Quantity, Ratio, Reference
from openward.record.views.resource import Resource


class Ingredient(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Medication.ingredient."""

    item_codeable_concept: Concept | None = None
    item_reference: Reference | None = None
    is_active: bool | None = None
    strength: Ratio | None = None


class Medication(Resource, frozen=True, kw_only=True):
    """Medication."""

    code: Concept | None = None
    status: str | None = None
    form: Concept | None = None
    amount: Ratio | None = None
    ingredient: tuple[Ingredient, ...] = ()


class DispenseRequest(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """MedicationRequest.dispenseRequest."""

    validity_period: Period | None = None
    number_of_repeats_allowed: float | None = None
    quantity: Quantity | None = None
    expected_supply_duration: Quantity | None = None


class MedicationRequest(Resource, frozen=True, kw_only=True):
    """MedicationRequest."""

    status: str | None = None
    status_reason: Concept | None = None
    intent: str | None = None
    category: tuple[Concept, ...] = ()
    priority: str | None = None
    do_not_perform: bool | None = None
    reported_boolean: bool | None = None
    reported_reference: Reference | None = None
    medication_codeable_concept: Concept | None = None
    medication_reference: Reference | None = None
    subject: Reference | None = None
    encounter: Reference | None = None
    authored_on: str | None = None
    dosage_instruction: tuple[Dosage, ...] = ()
    dispense_request: DispenseRequest | None = None


class MedicationStatement(Resource, frozen=True, kw_only=True):
    """MedicationStatement."""

    status: str | None = None
    status_reason: tuple[Concept, ...] = ()
    category: Concept | None = None
    medication_codeable_concept: Concept | None = None
    medication_reference: Reference | None = None
    subject: Reference | None = None
    context: Reference | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    date_asserted: str | None = None
    dosage: tuple[Dosage, ...] = ()


class AdministrationDosage(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """MedicationAdministration.dosage."""

    text: str | None = None
    site: Concept | None = None
    route: Concept | None = None
    method: Concept | None = None
    dose: Quantity | None = None
    rate_ratio: Ratio | None = None
    rate_quantity: Quantity | None = None


class MedicationAdministration(Resource, frozen=True, kw_only=True):
    """MedicationAdministration."""

    status: str | None = None
    status_reason: tuple[Concept, ...] = ()
    category: Concept | None = None
    medication_codeable_concept: Concept | None = None
    medication_reference: Reference | None = None
    subject: Reference | None = None
    context: Reference | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    request: Reference | None = None
    dosage: AdministrationDosage | None = None


class MedicationDispense(Resource, frozen=True, kw_only=True):
    """MedicationDispense."""

    status: str | None = None
    status_reason_codeable_concept: Concept | None = None
    category: Concept | None = None
    medication_codeable_concept: Concept | None = None
    medication_reference: Reference | None = None
    subject: Reference | None = None
    context: Reference | None = None
    authorizing_prescription: tuple[Reference, ...] = ()
    quantity: Quantity | None = None
    days_supply: Quantity | None = None
    when_prepared: str | None = None
    when_handed_over: str | None = None
    dosage_instruction: tuple[Dosage, ...] = ()
