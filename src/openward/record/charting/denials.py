"""Statements that there is none of something: "no known allergies", "nil known" on a list.

Codes: SNOMED CT International, children of 716186003; HL7 International Patient Summary 1.1, code system
absent-unknown-uv-ips; FHIR R4 list-empty-reason; LOINC document sections. Reviewed 2026-11-21.
"""

from typing import Final, Literal, NamedTuple

from openward.domain.code import LOINC, SNOMED, Concept
from openward.record import views

Named = Literal["problems", "allergies", "medications", "procedures", "immunizations"]

_IPS: Final = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
_EXAMPLE_LISTS: Final = "http://terminology.hl7.org/CodeSystem/list-example-use-codes"
_NIL_KNOWN: Final = "nilknown"
UNKNOWN: Final = "unknown"


class Denial(NamedTuple):
    """A section and what the record says there is none of in it: "" for anything, "unknown" for no information."""

    section: Named
    scope: str = ""


_NONE_OF: Final[dict[tuple[str | None, str | None], Denial]] = {
    (SNOMED, "716186003"): Denial("allergies"),  # No known allergy
    (SNOMED, "160244002"): Denial("allergies"),  # No known allergies (retired, still met)
    (SNOMED, "409137002"): Denial("allergies", "medication"),  # No known drug allergy
    (SNOMED, "429625007"): Denial("allergies", "food"),  # No known food allergy
    (SNOMED, "428607008"): Denial("allergies", "environment"),  # No known environmental allergy
    (SNOMED, "716220001"): Denial("allergies", "animal"),  # No known animal allergy
    (SNOMED, "1003774007"): Denial("allergies", "latex"),  # No known Hevea brasiliensis latex allergy
    (SNOMED, "160245001"): Denial("problems"),  # No current problems or disability
    (_IPS, "no-known-allergies"): Denial("allergies"),
    (_IPS, "no-known-medication-allergies"): Denial("allergies", "medication"),
    (_IPS, "no-known-food-allergies"): Denial("allergies", "food"),
    (_IPS, "no-known-environmental-allergies"): Denial("allergies", "environment"),
    (_IPS, "no-known-problems"): Denial("problems"),
    (_IPS, "no-known-medications"): Denial("medications"),
    (_IPS, "no-known-procedures"): Denial("procedures"),
    (_IPS, "no-known-immunizations"): Denial("immunizations"),
    (_IPS, "no-allergy-info"): Denial("allergies", UNKNOWN),
    (_IPS, "no-problem-info"): Denial("problems", UNKNOWN),
    (_IPS, "no-medication-info"): Denial("medications", UNKNOWN),
    (_IPS, "no-procedure-info"): Denial("procedures", UNKNOWN),
    (_IPS, "no-immunization-info"): Denial("immunizations", UNKNOWN),
}
_IN_WORDS: Final[dict[str, Denial]] = {
    "no known allergies": Denial("allergies"),
    "no known allergy": Denial("allergies"),
    "nka": Denial("allergies"),
    "no known drug allergies": Denial("allergies", "medication"),
    "no known drug allergy": Denial("allergies", "medication"),
    "no known medication allergies": Denial("allergies", "medication"),
    "nkda": Denial("allergies", "medication"),
    "no known food allergies": Denial("allergies", "food"),
    "否认过敏史": Denial("allergies"),
    "无已知过敏": Denial("allergies"),
    "无过敏史": Denial("allergies"),
    "否认药物过敏史": Denial("allergies", "medication"),
    "无药物过敏史": Denial("allergies", "medication"),
}
_SECTIONS: Final[dict[tuple[str | None, str | None], Named]] = {
    (LOINC, "48765-2"): "allergies",
    (LOINC, "52472-8"): "allergies",
    (LOINC, "11450-4"): "problems",
    (LOINC, "10160-0"): "medications",
    (LOINC, "47519-4"): "procedures",
    (LOINC, "11369-6"): "immunizations",
    (_EXAMPLE_LISTS, "allergies"): "allergies",
    (_EXAMPLE_LISTS, "problems"): "problems",
    (_EXAMPLE_LISTS, "medications"): "medications",
}


def denied(concept: Concept) -> Denial | None:
    """What a concept says there is none of, None when it says no such thing."""
    for coding in concept.coding:
        found = _NONE_OF.get((coding.system, coding.code))
        if found is not None:
            return found
    if any(coding.code for coding in concept.coding) or not concept.text:
        return None
    return _IN_WORDS.get(" ".join(concept.text.casefold().strip(" .。").split()))


def denied_by_list(view: views.List) -> Denial | None:
    """The section of which a current List says nil known."""
    if view.status != "current" or not _nil_known(view.empty_reason):
        return None
    section = _section(view.code)
    return Denial(section) if section and not any(not e.deleted for e in view.entry) else None


def denied_by_composition(view: views.Composition) -> tuple[Denial, ...]:
    """The sections of which a document says nil known."""
    found = (_section(part.code) for part in view.section if _nil_known(part.empty_reason))
    return tuple(Denial(section) for section in found if section)


def _nil_known(reason: Concept | None) -> bool:
    return reason is not None and any(coding.code == _NIL_KNOWN for coding in reason.coding)


def _section(code: Concept | None) -> Named | None:
    return next((s for c in (code.coding if code else ()) if (s := _SECTIONS.get((c.system, c.code)))), None)
