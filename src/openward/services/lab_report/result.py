"""What a reader makes of a report: the results as written, what was not understood, and whose they are."""

from datetime import datetime
from typing import Literal

import msgspec

Comparator = Literal["<", "<=", ">", ">="]
Sex = Literal["female", "male"]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One result as reported; nothing is converted and nothing is judged.

    A number stands in `value` (with `comparator` for "<0.01"), words in `text`. `unit`, `low` and `high` are the
    laboratory's own; `interval_text` is its interval as printed, `flag` its flag as printed. `status` is that of FHIR
    (`final`, `preliminary`, `corrected`, …). `taken` carries a time zone only where the report does. `place` says where
    it stands ("line 12", "OBX 3", "page 2 line 7").
    """

    name: str
    place: str
    code: str | None = None
    system: str | None = None
    value: float | None = None
    comparator: Comparator | None = None
    text: str | None = None
    unit: str | None = None
    low: float | None = None
    high: float | None = None
    interval_text: str | None = None
    flag: str | None = None
    taken: datetime | None = None
    specimen: str | None = None
    comment: str | None = None
    status: str | None = None


class Unread(msgspec.Struct, frozen=True):
    """A part of the report that was not understood."""

    place: str
    why: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """What the report itself says about the patient; None is not said."""

    age_days: float | None = None
    sex: Sex | None = None
    pregnant: bool | None = None


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """A report as read; `notes` are remarks of the report as a whole, such as "haemolysed"."""

    results: tuple[Result, ...]
    unread: tuple[Unread, ...] = ()
    person: Person = Person()
    notes: tuple[str, ...] = ()
