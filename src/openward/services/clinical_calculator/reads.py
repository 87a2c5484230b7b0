"""What the calculator is asked: which instrument, and the values that the caller gives."""

from typing import Annotated, Final

import msgspec

MAX_INPUTS: Final = 100
MAX_NOTE: Final = 100_000


class Given(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number with its unit, in UCUM or as laboratories write it (`mg/dL`, `umol/L`, `mmHg`)."""

    value: float
    unit: str


Value = bool | float | str | Given


class Reads(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One calculation, or a search.

    `calculator` is an id, a name or a synonym, in English or Chinese. `inputs` are keyed by the input's id: a number
    (read in the unit that the instrument declares), a number with its unit, a choice by id, yes or no, or a date such
    as 2026-11-21; a given value goes before one of the `note`, a clinical text in English or Chinese, and that before
    one of the chart; null says that the input is not known, whatever note and chart say. `assumed` says what an input
    is taken to be when none of them states it: the caller's word about what silence means, shown as such; without it
    silence means nothing. Without `calculator` the instruments are listed, or those that match the words of `search`.
    """

    calculator: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    inputs: Annotated[dict[str, Value | None], msgspec.Meta(max_length=MAX_INPUTS)] = {}
    note: Annotated[str, msgspec.Meta(max_length=MAX_NOTE)] | None = None
    assumed: Annotated[dict[str, Value], msgspec.Meta(max_length=MAX_INPUTS)] = {}
    search: Annotated[str, msgspec.Meta(max_length=200)] | None = None
