"""A medication entry of the chart, or an order sent as FHIR, as a drug in use."""

from openward.domain.code import Concept
from openward.domain.evidence import ChartEvidence, InputEvidence
from openward.record.chart import MedicationEntry
from openward.record.charting.frame import literal_path
from openward.services.prescription_review.dosing import dose_in_use
from openward.services.prescription_review.drugs import DrugInUse
from openward.services.prescription_review.naming import ingredients_of
from openward.services.prescription_review.routes import Way, way_in_words, way_of

UNNAMED = "?"


def drug_of_entry(entry: MedicationEntry, *, order: int | None, path: str | None = None) -> DrugInUse:
    """The drug of an entry; `path` is set when the entry came as an order in the input (`orders[0]`)."""
    name = entry.concept.name()
    route, given = _way(entry, name or "")
    cited = path or entry.source.reference
    return DrugInUse(
        label=(name or UNNAMED)[:200],
        ingredients=_ingredients(entry),
        route=route,
        given=given,
        is_order=order is not None,
        order=order,
        current=None if path else entry.current,
        draft=path is None and entry.draft,
        reference=cited,
        source=None if path else entry.source,
        evidence=(_evidence(entry, name, path),),
        dose=dose_in_use(entry.doses),
    )


def _ingredients(entry: MedicationEntry) -> tuple[str, ...]:
    """Those of the drug's own concept, else those of the ingredients of its Medication resource, if all are known."""
    own = ingredients_of(entry.concept)
    if own or not entry.ingredients:
        return own
    parts = [ingredients_of(concept) for concept in entry.ingredients]
    return tuple(dict.fromkeys(i for part in parts for i in part)) if all(parts) else ()


def _way(entry: MedicationEntry, name: str) -> Way:
    """The recorded route, else what the words of instruction or product say."""
    ways = [way for dose in entry.doses if (way := way_of(dose.route))[0] != "unknown"]
    if ways:
        return ways[0]
    texts = [*(dose.text for dose in entry.doses), name, *(c.display for c in entry.concept.coding)]
    found = (way_in_words(text) for text in texts if text)
    return next((way for way in found if way[0] != "unknown"), ("unknown", None))


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
