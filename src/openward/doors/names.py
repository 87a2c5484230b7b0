"""What the entries of a chart and the services are called, looked up for the evidence that names them."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from openward.domain.actor import Actor
from openward.domain.code import LOINC, Code, Concept
from openward.domain.errors import NotFoundError, RecordError
from openward.domain.evidence import CalculationEvidence, ChartEvidence, DocumentEvidence, Evidence
from openward.domain.proposal import Language
from openward.domain.run import Run
from openward.doors.evidence import part_of
from openward.knowledge.analytes import analytes
from openward.record.paths import resolve
from openward.ward import Ward

_MOST: Final = 200
_LOOK: Final = "system/Patient.rs"
# Where the concept of a resource stands: the first of these that it has.
_CONCEPTS: Final = ("code", "medicationCodeableConcept", "vaccineCode", "type", "class")
_TITLES: Final = ("description", "title")


def names_of(ward: Ward, actor: Actor, evidence: Iterable[Evidence], language: Language) -> dict[str, str]:
    """Names by reference (and `reference|part`) and by the id of a service; of the chart only for who may look at it.

    At most 200 entries are looked up, each in the version that the evidence names.
    """
    found = {service.id: service.card.title.in_(language) for service in ward.services.values()}
    if not ward.access.may(actor, _LOOK):
        return found
    for reference, version, part in list(dict.fromkeys(_wanted(evidence)))[:_MOST]:
        try:
            body = ward.record.resource(reference, version).body
            named = resolve(body, part)
        except (NotFoundError, RecordError):
            continue
        if isinstance(named, dict) and (name := _name(named, language)):
            found[f"{reference}|{part}" if part else reference] = name
    return found


def names_in(ward: Ward, actor: Actor, run: Run) -> dict[str, str]:
    """Names for the evidence of all findings of a run, in its own language."""
    found = msgspec.json.decode(run.proposal, type=_Findings).findings if run.proposal else ()
    return names_of(ward, actor, (e for finding in found for e in finding.evidence), run.language)


class _Evidence(msgspec.Struct, frozen=True):
    evidence: tuple[Evidence, ...] = ()


class _Findings(msgspec.Struct, frozen=True):
    findings: tuple[_Evidence, ...] = ()


def _wanted(evidence: Iterable[Evidence]) -> Iterator[tuple[str, int | None, str]]:
    for one in evidence:
        match one:
            case ChartEvidence():
                yield one.reference, one.version, part_of(one.path)
            case DocumentEvidence() if "/" in one.id:
                yield one.id, None, ""
            case CalculationEvidence():
                yield from _wanted(one.inputs)
            case _:
                pass


def _name(resource: dict[str, Any], language: Language) -> str:
    """What a resource, or a part of one, is called: in the words of the record, else by the code of an analyte."""
    held = next((value for key in _CONCEPTS if (value := resource.get(key))), None)
    concept = _concept(held[0] if isinstance(held, list) and held else held)
    words = [*(resource.get(key) for key in _TITLES), concept.text, *(one.display for one in concept.coding)]
    said = next((word for word in words if isinstance(word, str) and word), "")
    if said:
        return said
    analyte = next((a for code in concept.codes(LOINC) if (a := analytes().find(loinc=code))), None)
    if analyte is not None:
        return analyte.name_zh if language == "zh" else analyte.name_en
    return concept.name() or ""


def _concept(value: object) -> Concept:
    """A CodeableConcept, or one Coding, as read; nothing of it when it is malformed."""
    if isinstance(value, dict) and "code" in value:
        value = {"coding": [value]}
    if not isinstance(value, dict):
        return Concept()
    try:
        coding = msgspec.convert(value.get("coding", []), tuple[Code, ...])
        return Concept(coding, msgspec.convert(value.get("text"), str | None))
    except msgspec.ValidationError:
        return Concept()
