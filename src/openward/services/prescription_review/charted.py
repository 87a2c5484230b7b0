"""A medication entry of the chart, or an order sent as FHIR, as a drug in use."""

import msgspec

from openward.domain.code import Concept
from openward.domain.evidence import ChartEvidence, InputEvidence
from openward.knowledge.drugs import Resolution
from openward.record.chart import MedicationEntry
from openward.record.charting.frame import literal_path
from openward.services.prescription_review.dosing import dose_in_use, unit_strength
from openward.services.prescription_review.drugs import DrugInUse
from openward.services.prescription_review.naming import resolved
from openward.services.prescription_review.routes import UNKNOWN, Way, way_in_words, way_of, way_of_form

UNNAMED = "?"


def drug_of_entry(entry: MedicationEntry, *, order: int | None, path: str | None = None) -> DrugInUse:
    """The drug of an entry; `path` is set when the entry came as an order in the input (`orders[0]`)."""
    name = entry.concept.name()
    found = _resolution(entry)
    route, given = _way(entry, found.form)
    return DrugInUse(
        label=(name or UNNAMED)[:200],
        ingredients=found.ids,
        route=route,
        given=given,
        is_order=order is not None,
        order=order,
        current=None if path else True if entry.draft else entry.current,
        draft=path is None and entry.draft,
        reference=path or entry.source.reference,
        source=None if path else entry.source,
        evidence=(_evidence(entry, name, path),),
        dose=dose_in_use(entry.doses, unit_strength(name) if name and len(found.ingredients) == 1 else None),
        unresolved=(*found.unresolved, *found.ambiguous),
        suggestions=found.suggestions,
        warnings=(found.conflict,) if found.conflict else (),
    )


def stopped_drug(entry: MedicationEntry) -> DrugInUse:
    """A drug that the record says was stopped, with the words that say so as evidence."""
    drug = drug_of_entry(entry, order=None)
    ended = entry.period.end.date().isoformat() if entry.period.end is not None else ""
    status = entry.status or ""
    said = entry.source.cite("status", status, on=entry.period.end or entry.authored)
    return msgspec.structs.replace(drug, over=(status, ended), evidence=(*drug.evidence, said))


def _resolution(entry: MedicationEntry) -> Resolution:
    """That of the drug's own concept, else that of the ingredients of its Medication resource, if all are known."""
    own = resolved(entry.concept)
    if own.ingredients or not entry.ingredients:
        return own
    parts = [resolved(concept) for concept in entry.ingredients]
    if not all(part.ingredients for part in parts):
        return own
    held = {i.id: i for part in parts for i in part.ingredients}
    return Resolution(ingredients=tuple(held.values()), how=parts[0].how, form=own.form)


def _way(entry: MedicationEntry, form: str | None) -> Way:
    """The recorded route, else what the name of the product or the words of the instruction say."""
    for dose in entry.doses:
        way = way_of(dose.route)
        if way != UNKNOWN:
            return way
    named = way_of_form(form)
    if named != UNKNOWN:
        return named
    told = (way_in_words(dose.text) for dose in entry.doses if dose.text)
    return next((way for way in told if way != UNKNOWN), UNKNOWN)


def _evidence(entry: MedicationEntry, name: str | None, path: str | None) -> ChartEvidence | InputEvidence:
    literal = _literal(entry.concept, entry.drug_path, name)
    if path is not None:
        return InputEvidence(f"{path}.{literal}" if literal else path, name if literal else None)
    source = entry.drug_source or entry.source
    return source.cite(literal, name if literal else None, on=entry.authored)


def _literal(concept: Concept, path: str, name: str | None) -> str:
    """Where the words stand; empty when the whole entry is meant."""
    if name is None:
        return ""
    return path if path.endswith(".display") else literal_path(concept, path)
