"""From the bytes of a resource to its typed view."""

from typing import Any, Final

import msgspec

from openward.domain.errors import RecordError
from openward.record.views import clinical, medication
from openward.record.views.resource import AnyResource, Head

View = (
    clinical.Patient
    | clinical.Condition
    | clinical.AllergyIntolerance
    | clinical.Observation
    | clinical.DiagnosticReport
    | clinical.Procedure
    | clinical.Encounter
    | clinical.Immunization
    | clinical.DocumentReference
    | clinical.Composition
    | clinical.List
    | medication.Medication
    | medication.MedicationRequest
    | medication.MedicationStatement
    | medication.MedicationAdministration
    | medication.MedicationDispense
    | AnyResource
)

_TYPED: Final = (
    clinical.Patient,
    clinical.Condition,
    clinical.AllergyIntolerance,
    clinical.Observation,
    clinical.DiagnosticReport,
    clinical.Procedure,
    clinical.Encounter,
    clinical.Immunization,
    clinical.DocumentReference,
    clinical.Composition,
    clinical.List,
    medication.Medication,
    medication.MedicationRequest,
    medication.MedicationStatement,
    medication.MedicationAdministration,
    medication.MedicationDispense,
)
_DECODERS: Final[dict[str, msgspec.json.Decoder[Any]]] = {view.__name__: msgspec.json.Decoder(view) for view in _TYPED}
# The word by which the values of a chart are told apart; no element that is read bears this name.
_KIND: Final = "kind"
_CLEANED: Final = (b"null", b'"kind"')
_ANY: Final[msgspec.json.Decoder[Any]] = msgspec.json.Decoder(AnyResource)
_HEAD: Final = msgspec.json.Decoder(Head)


def decode(type: str, body: bytes) -> View:
    """The typed view of a resource; a type without a view of its own gives an `AnyResource`.

    Raises:
        RecordError: the bytes are no JSON, the resource is of another type, or an element has a wrong type; the
            message names the JSON path and the type expected, never a value.
    """
    decoder = _DECODERS.get(type, _ANY)
    what = type if type in _DECODERS else "resource"
    view = _read(decoder, body, what)
    if view.resource_type != type:
        msg = f"{what}: $.resourceType names another type than the one under which the resource is read"
        raise RecordError(msg)
    return view  # type: ignore[no-any-return]  # the decoder's type is one of View


def head(body: bytes | msgspec.Raw) -> Head:
    """The type and id of a resource.

    Raises:
        RecordError: the bytes are no JSON object with a `resourceType`.
    """
    return _read(_HEAD, body, "resource")  # type: ignore[no-any-return]  # the decoder's type is Head


def decode_contained(bodies: tuple[msgspec.Raw, ...], id: str) -> tuple[int, View] | None:
    """The contained resource with an id and its place, None when there is none.

    Raises:
        RecordError: as `decode`.
    """
    for place, body in enumerate(bodies):
        found = head(body)
        # Some write the `#` of the reference into the id as well, as DSTU1 had it.
        if found.id is not None and found.id.removeprefix("#") == id:
            return place, decode(found.resource_type, bytes(body))
    return None


def _read(decoder: msgspec.json.Decoder[Any], body: bytes | msgspec.Raw, what: str) -> Any:
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        if not any(mark in bytes(body) for mark in _CLEANED):
            raise RecordError(f"{what}: {_reason(error)}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(f"{what}: {_reason(error)}") from None
    return _read_cleaned(decoder, body, what)


def _read_cleaned(decoder: msgspec.json.Decoder[Any], body: bytes | msgspec.Raw, what: str) -> Any:
    try:
        return decoder.decode(msgspec.json.encode(_cleaned(msgspec.json.decode(body))))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RecordError(f"{what}: {_reason(error)}") from None


def _reason(error: Exception) -> str:
    """The words of an error, without any value of the resource."""
    if isinstance(error, RecursionError):
        return "the JSON is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "the bytes are not UTF-8"
    words = str(error)
    return words if not words.startswith("Invalid value") else "Invalid value - at " + words.rpartition(" - at ")[2]


def _cleaned(value: object) -> object:
    """The same JSON without object members that are null or that FHIR does not have but the words of the domain do.

    Nulls in lists keep their place, as FHIR needs them there.
    """
    if isinstance(value, dict):
        return {key: _cleaned(item) for key, item in value.items() if item is not None and key != _KIND}
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    return value
