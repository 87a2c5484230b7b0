"""Coded concepts and the systems that they come from."""

from typing import Final

import msgspec

RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC: Final = "http://www.whocc.no/atc"
LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
ICD10: Final = "http://hl7.org/fhir/sid/icd-10"
ICD10CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
UCUM: Final = "http://unitsofmeasure.org"


class Code(msgspec.Struct, frozen=True):
    """One FHIR Coding: a code in a system, with its display."""

    system: str | None = None
    code: str | None = None
    display: str | None = None


class Concept(msgspec.Struct, frozen=True, tag_field="kind", tag="concept"):
    """One FHIR CodeableConcept: the same thing said in several systems, and in words."""

    coding: tuple[Code, ...] = ()
    text: str | None = None

    def name(self) -> str | None:
        """The words a person would read: the text, else the first display, else the first code."""
        if self.text:
            return self.text
        return next((word for c in self.coding if (word := c.display)), None) or next(
            (c.code for c in self.coding if c.code), None
        )

    def codes(self, system: str) -> tuple[str, ...]:
        """The codes of this concept in one system."""
        return tuple(c.code for c in self.coding if c.code and c.system == system)
