"""The encounter as the checkers see it: notes with their parts, events, and what the record says beside them."""

from datetime import datetime
from typing import Final, Literal

import msgspec

from openward.domain.evidence import ChartEvidence, DocumentEvidence, Evidence, InputEvidence
from openward.domain.proposal import Language
from openward.domain.text import Text
from openward.services.note_quality.rules import Rule

LONGEST_QUOTE: Final = 240
Sex = Literal["female", "male"]


class Part(msgspec.Struct, frozen=True):
    """What stands below one heading; `start` and `end` leave out the heading and blanks at both ends."""

    section: str
    start: int
    end: int


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One note; `place` is what evidence names it by, a path of the input or `Type/id` of the record."""

    place: str
    text: str
    kind: str | None
    standard: str
    language: Language
    title: str = ""
    written: datetime | None = None
    signed: datetime | None = None
    version: int | None = None
    charted: bool = False
    parts: tuple[Part, ...] = ()

    def of(self, *sections: str) -> tuple[Part, ...]:
        """The parts of some sections."""
        return tuple(part for part in self.parts if part.section in sections)

    def words(self, part: Part) -> str:
        """The text of a part."""
        return self.text[part.start : part.end]

    def within(self, sections: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
        """The stretches of text of some sections; the whole note where none are named."""
        if not sections:
            return ((0, len(self.text)),)
        return tuple(dict.fromkeys((part.start, part.end) for part in self.of(*sections)))

    def cite(self, start: int, end: int) -> Evidence:
        """Evidence for some words of the note, the first of them when they are many."""
        end = min(end, start + LONGEST_QUOTE)
        if start >= end:
            return self.whole()
        return DocumentEvidence(self.place, start, end, self.text[start:end])

    def whole(self) -> Evidence:
        """Evidence that names the note as a whole."""
        return ChartEvidence(self.place, self.version) if self.charted else InputEvidence(self.place)


class Allergen(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the allergy list; `denies` marks "no known allergies"."""

    name: str
    ingredients: tuple[str, ...]
    group: str | None
    evidence: Evidence
    denies: bool = False


class Ordered(msgspec.Struct, frozen=True, kw_only=True):
    """One order: its ingredients, the amount for one administration in mg where it could be read."""

    name: str
    ingredients: tuple[str, ...]
    evidence: Evidence
    each_mg: float | None = None
    at_discharge: bool = False


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One measured value; `analyte` is an id of the analytes, or `temperature`."""

    name: str
    analyte: str | None
    value: float
    unit: str | None
    low: float | None
    high: float | None
    at: datetime | None
    evidence: Evidence


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """One coded diagnosis."""

    code: str | None
    name: str | None
    evidence: Evidence


class Happened(msgspec.Struct, frozen=True):
    """When an event of the stay was, with where that stands."""

    at: datetime
    evidence: Evidence


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that rules may look at; a list that is None was not looked up."""

    notes: tuple[Note, ...]
    now: datetime
    language: Language
    whole: bool
    events: dict[str, Happened]
    sex: Sex | None = None
    sex_evidence: Evidence | None = None
    birth: datetime | None = None
    birth_evidence: Evidence | None = None
    allergies: tuple[Allergen, ...] | None = None
    orders: tuple[Ordered, ...] | None = None
    discharge_orders: tuple[Ordered, ...] | None = None
    results: tuple[Result, ...] | None = None
    diagnoses: tuple[Diagnosis, ...] | None = None
    dialogue: str | None = None

    def kinds(self) -> frozenset[str]:
        """The kinds of notes that are there."""
        return frozenset(note.kind for note in self.notes if note.kind)


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """One fault that a checker found; `detail` says what exactly, `key` tells it from others of the same rule."""

    evidence: tuple[Evidence, ...]
    detail: Text = Text("", "")
    key: str = ""
    due: datetime | None = None


class Gap(msgspec.Struct, frozen=True):
    """A rule could not be looked at because something is needed that is not there; `need` is a word for it."""

    need: str


MOOT: Final = Gap("")
"""Nothing of what a rule speaks of stands in the note: it is neither met nor broken."""


class Asked(msgspec.Struct, frozen=True):
    """One rule put to one note, or to the whole encounter where `note` is None."""

    rule: Rule
    case: Case
    note: Note | None

    @property
    def written(self) -> Note:
        """The note of a rule that speaks of single notes."""
        if self.note is None:
            msg = f"rule {self.rule.id} speaks of single notes"
            raise ValueError(msg)
        return self.note
