"""What a note is made of: a talk, the chart, or both, and which kind of note is wanted."""

from datetime import date
from typing import Annotated, Final, Literal

import msgspec

MAX_TEXT: Final = 100_000
MAX_TURNS: Final = 2000
MAX_TURN: Final = 20_000
Format = Literal["soap", "admission", "progress", "discharge", "referral", "handover"]
Style = Literal["cn", "international"]


class GivenTurn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one person says without a break; `who` is any label (`doctor`, `P`, `家属`, `speaker 1`), or empty."""

    text: Annotated[str, msgspec.Meta(max_length=MAX_TURN)]
    who: Annotated[str, msgspec.Meta(max_length=60)] = ""


class Reads(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to write, and what from.

    `dialogue` is a transcript with or without names of speakers; `turns` is the same, turn by turn. While a talk goes
    on, send all that was said so far with `final` false: the draft is made anew, and what is still missing is not asked
    for. `since` is the day from which a progress note, a handover or the results of a chart are told. `course` says
    which of the two Chinese course notes a progress note is. `style` is the set of sections; without it a note in
    Chinese has those of China.
    """

    format: Format = "soap"
    dialogue: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] | None = None
    turns: Annotated[tuple[GivenTurn, ...], msgspec.Meta(max_length=MAX_TURNS)] = ()
    final: bool = True
    since: date | None = None
    course: Literal["first", "daily"] = "daily"
    style: Style | None = None
