"""What stories are made of: tests, drugs, problems and words, read from the tables beside this module."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec

from openward.domain.code import ATC, ICD10, LOINC, RXNORM, SNOMED
from openward.domain.errors import KnowledgeError
from openward.domain.text import Text

CVX = "http://hl7.org/fhir/sid/cvx"
LOCAL = "urn:openward:synthetic"
Language = Literal["en", "zh"]
Json = dict[str, Any]
_CODED: tuple[tuple[str, str], ...] = (
    ("icd10", ICD10), ("snomed", SNOMED), ("loinc", LOINC), ("atc", ATC), ("rxnorm", RXNORM), ("cvx", CVX),
)  # fmt: skip
_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


class Term(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing with its names in both languages and the codes that are certain."""

    en: str
    zh: str
    display: str | None = None
    icd10: str | None = None
    snomed: str | None = None
    loinc: str | None = None
    atc: str | None = None
    rxnorm: str | None = None
    cvx: str | None = None
    category: str | None = None

    def name(self, language: Language) -> str:
        """The name in one language."""
        return self.zh if language == "zh" else self.en


class Range(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """A reference range for an age in years (from <= age < to) and perhaps one sex."""

    from_: float = 0.0
    to: float = 200.0
    sex: Literal["female", "male"] | None = None
    low: float | None = None
    high: float | None = None


class LabTest(Term, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A laboratory test, score or measurement; `same_draw_as` shares the spread of another test of the same tube."""

    unit: str | None = None
    shown: str | None = None
    decimals: int = 0
    cv: float = 0.0
    limits: tuple[float, float] = (0.0, 1e9)
    panel: str | None = None
    coded: bool = False
    same_draw_as: str | None = None
    ranges: tuple[Range, ...] = ()

    def range_for(self, age: float, sex: str) -> Range | None:
        """The first reference range that fits."""
        fits = (r for r in self.ranges if r.from_ <= age < r.to and r.sex in (None, sex))
        return next(fits, None)


class Vital(Term, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A vital sign; `spread` is the absolute spread around the story's value."""

    unit: str
    decimals: int
    spread: float
    limits: tuple[float, float]
    shown: str | None = None


class Rhythm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often a dose is given, in words and as FHIR Timing."""

    en: str
    zh: str
    frequency: int | None = None
    period: int | None = None
    unit: Literal["h", "d", "wk"] | None = None
    count: int | None = None


class DoseUnit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A unit of dose: as people write it, and in UCUM."""

    en: str
    zh: str
    ucum: str


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Routes, rhythms, units, vitals and coded answers."""

    routes: dict[str, Term]
    rhythms: dict[str, Rhythm]
    units: dict[str, DoseUnit]
    vitals: dict[str, Vital]
    answers: dict[str, Term]
    reactions: dict[str, Term]


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Made-up names, the departments, and the kinds of notes that they write."""

    family_en: tuple[str, ...]
    family_zh: tuple[str, ...]
    female_en: tuple[str, ...]
    female_zh: tuple[str, ...]
    male_en: tuple[str, ...]
    male_zh: tuple[str, ...]
    doctors_en: tuple[str, ...]
    doctors_zh: tuple[str, ...]
    specialties: dict[str, Text]
    notes: dict[str, Term]


class Companion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A background problem, perhaps with one long-term drug, that a story may add."""

    problem: str
    since: str
    drug: str | None = None
    dose: str | None = None
    route: str = "oral"
    often: str = "once daily"
    from_age: int = 0
    sex: Literal["female", "male"] | None = None


class Catalogue(msgspec.Struct, frozen=True):
    """All tables of the synthetic hospital."""

    tests: dict[str, LabTest]
    panels: dict[str, Term]
    drugs: dict[str, Term]
    substances: dict[str, Term]
    problems: dict[str, Term]
    procedures: dict[str, Term]
    vaccines: dict[str, Term]
    reports: dict[str, Term]
    background: dict[str, Companion]
    words: Words
    people: People


def read_table(name: str) -> Json:
    """One TOML table of this package, by its path below the package.

    Raises:
        KnowledgeError: the file is not TOML.
    """
    try:
        return tomllib.loads(files("openward.synthetic").joinpath(name).read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        msg = f"synthetic/{name} is not TOML: {error}"
        raise KnowledgeError(msg) from error


@cache
def load_catalogue() -> Catalogue:
    """Reads all tables once.

    Raises:
        KnowledgeError: a table is malformed; the message names the field.
    """
    tables = {name: read_table(f"catalogue/{name}.toml") for name in Catalogue.__struct_fields__}
    try:
        return msgspec.convert(tables, Catalogue)
    except msgspec.ValidationError as error:
        msg = f"a table of synthetic/catalogue is malformed: {error}"
        raise KnowledgeError(msg) from error


def concept(key: str, term: Term, language: Language, *, codes: bool = True) -> Json:
    """A FHIR CodeableConcept: certain codes, the words of the chart's language, and their translation.

    A term without a certain code carries a local one, so that it is never mistaken for a standard code.
    """
    coding: list[Json] = []
    for field, system in _CODED if codes else ():
        code = getattr(term, field)
        if code:
            display = term.display if term.display and field in {"snomed", "loinc", "cvx"} else term.en
            coding.append({"system": system, "code": code, "display": display})
    if codes and not coding:
        coding.append({"system": LOCAL, "code": key, "display": term.en})
    other: Language = "en" if language == "zh" else "zh"
    parts = [{"url": "lang", "valueCode": other}, {"url": "content", "valueString": term.name(other)}]
    body: Json = {"coding": coding} if coding else {}
    body["text"] = term.name(language)
    body["_text"] = {"extension": [{"url": _TRANSLATION, "extension": parts}]}
    return body
