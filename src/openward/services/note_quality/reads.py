"""What is reviewed: one note, the notes of an encounter, or those of the chart, with what they are compared against."""

from datetime import date, datetime
from typing import Annotated, Final, Literal

import msgspec

MAX_TEXT: Final = 200_000
MAX_NOTES: Final = 300
MAX_LISTED: Final = 2000
Standard = Literal["cn", "us", "general"]
Event = Literal[
    "admitted", "discharged", "died", "operation_started", "operation_ended", "rescue_ended", "transferred",
    "taken_over", "consult_requested",
]  # fmt: skip
Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
Words = Annotated[str, msgspec.Meta(max_length=400)]
Short = Annotated[str, msgspec.Meta(max_length=200)]


class GivenNote(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One note: `kind` is an id of the table `note_kinds`; without it the title, then the text says what it is."""

    text: Text
    kind: Short | None = None
    title: Short | None = None
    written: datetime | None = None
    signed: datetime | None = None
    author: Short | None = None


class GivenResult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One measured value, as the laboratory or the observation chart gives it."""

    name: Words
    value: float
    unit: Words | None = None
    low: float | None = None
    high: float | None = None
    at: datetime | None = None


class GivenDiagnosis(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One coded diagnosis of the front page or the problem list (ICD-10)."""

    code: Words | None = None
    name: Words | None = None


class Reads(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to review and what to compare it with.

    `note` (with `kind`, `title`, `written`) is the short form of one entry of `notes`; without either the documents of
    the chart's `encounter` are reviewed, the latest one when it is not named. `whole_encounter` says that every
    document of the stay is there, so that a missing one is a fault. A list that is None was not looked up; an empty one
    says that there is nothing. What is given here goes before the chart. `dialogue` is what was said when `note` was
    taken down; the note is held against it. `standard` is the set of rules; without it a
    Chinese note is held against the Chinese rules, any other against those of the United States.
    """

    note: Text | None = None
    kind: Short | None = None
    title: Short | None = None
    written: datetime | None = None
    notes: Annotated[tuple[GivenNote, ...], msgspec.Meta(max_length=MAX_NOTES)] = ()
    dialogue: Text | None = None
    encounter: Short | None = None
    whole_encounter: bool = False
    standard: Standard | None = None
    events: dict[Event, datetime] = {}
    sex: Literal["female", "male"] | None = None
    birth_date: date | None = None
    allergies: Annotated[tuple[Words, ...], msgspec.Meta(max_length=MAX_LISTED)] | None = None
    orders: Annotated[tuple[Words, ...], msgspec.Meta(max_length=MAX_LISTED)] | None = None
    discharge_orders: Annotated[tuple[Words, ...], msgspec.Meta(max_length=MAX_LISTED)] | None = None
    results: Annotated[tuple[GivenResult, ...], msgspec.Meta(max_length=MAX_LISTED)] | None = None
    diagnoses: Annotated[tuple[GivenDiagnosis, ...], msgspec.Meta(max_length=MAX_LISTED)] | None = None
