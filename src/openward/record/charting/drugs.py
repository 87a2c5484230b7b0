"""Which drug a medication resource speaks of: its own concept, or that of a Medication resource that it refers to."""

from typing import Final, NamedTuple

import msgspec

from openward.domain.code import Concept
from openward.domain.errors import RecordError
from openward.domain.resource import Stored
from openward.record import views
from openward.record.chart import Source
from openward.record.charting.frame import NOTHING, Frame, source_of
from openward.record.index import local_reference
from openward.record.views.datatypes import Reference
from openward.record.views.medication import Ingredient

OWN: Final = "medicationCodeableConcept"
Medicated = (
    views.MedicationRequest | views.MedicationStatement | views.MedicationAdministration | views.MedicationDispense
)


class Drug(NamedTuple):
    """A drug and where it stands; `source` only when that is another resource of the record."""

    concept: Concept
    path: str = OWN
    ingredients: tuple[Concept, ...] = ()
    source: Source | None = None


def drug_of(view: Medicated, stored: Stored, frame: Frame) -> Drug:
    """The drug of a medication resource; one that is referred to but not there keeps the words of the reference."""
    if view.medication_codeable_concept is not None:
        return Drug(view.medication_codeable_concept)
    reference = view.medication_reference
    if reference is None:
        return Drug(NOTHING)
    found = _referred(reference.reference or "", view, stored, frame)
    return found or Drug(Concept(text=reference.display), "medicationReference.display")


def _referred(text: str, view: Medicated, stored: Stored, frame: Frame) -> Drug | None:
    if text.startswith("#"):
        return _contained(text[1:], view, stored, frame)
    target = local_reference(text, stored.links)
    if target is None or target[0] != "Medication":
        return None
    key = f"Medication/{target[1]}"
    medication = _of_record(key, frame)
    if medication is None:
        return None
    return _drug(medication, "", source_of(frame.drugs[key]), frame)


def _contained(id: str, view: Medicated, stored: Stored, frame: Frame) -> Drug | None:
    try:
        found = views.decode_contained(view.contained, id)
    except RecordError as error:
        frame.unread.append((f"{stored.type}/{stored.id}", f"contained: {error}"))
        return None
    if found is None or not isinstance(found[1], views.Medication):
        return None
    return _drug(found[1], f"contained[{found[0]}].", None, frame, beside=view.contained)


def _of_record(key: str, frame: Frame) -> views.Medication | None:
    """A Medication of the record, decoded once for a chart; one that cannot be read is noted once."""
    if key not in frame.decoded and key in frame.drugs:
        try:
            view = views.decode("Medication", frame.drugs[key].body)
        except RecordError as error:
            frame.unread.append((key, str(error)))
            view = None
        frame.decoded[key] = view if isinstance(view, views.Medication) else None
    return frame.decoded.get(key)


def _drug(
    medication: views.Medication,
    prefix: str,
    source: Source | None,
    frame: Frame,
    *,
    beside: tuple[msgspec.Raw, ...] = (),
) -> Drug:
    beside = beside or medication.contained
    active = [part for part in medication.ingredient if part.is_active is not False]
    ingredients = tuple(_ingredient(part, beside, frame) for part in active)
    return Drug(
        concept=medication.code or NOTHING,
        path=f"{prefix}code",
        ingredients=tuple(concept for concept in ingredients if concept != NOTHING),
        source=source,
    )


def _ingredient(part: Ingredient, beside: tuple[msgspec.Raw, ...], frame: Frame) -> Concept:
    """The concept of an ingredient: its own, or that of the Substance or Medication that it refers to, or its words."""
    if part.item_codeable_concept is not None:
        return part.item_codeable_concept
    reference = part.item_reference or Reference()
    text = reference.reference or ""
    target = local_reference(text)
    other = _of_record("/".join(target), frame) if target else None
    code = other.code if other else _code_beside(text[1:], beside) if text.startswith("#") else None
    return code or Concept(text=reference.display)


def _code_beside(id: str, beside: tuple[msgspec.Raw, ...]) -> Concept | None:
    try:
        found = views.decode_contained(beside, id)
        return msgspec.convert(getattr(found[1], "code", None), Concept | None) if found else None
    except (RecordError, msgspec.ValidationError):
        return None
