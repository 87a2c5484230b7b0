"""What the calculator puts forward: a value or a range, what it means, and every input with where it came from."""

from typing import Final, Literal

import msgspec

from openward.domain.proposal import Severity

SYSTEM: Final = "urn:openward:clinical-calculator"
Origin = Literal["given", "note", "chart", "derived", "assumed", "missing"]


class UnitShown(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that an input is usually given in: its value and plausible range in it, and whether it was stated so."""

    unit: str
    value: float | None = None
    low: float
    high: float
    stated: bool = False


class InputShown(msgspec.Struct, frozen=True, kw_only=True):
    """One input: its value in the instrument's unit, where it came from, and when it was measured.

    `options` are the ids that a choice may have, `labels` their words; `low` and `high` the plausible range.
    `reference` is the resource of the chart that states it; `usual` are the units that it may be given in, the usual
    one first, where there are several.
    """

    id: str
    name: str
    origin: Origin
    kind: Literal["number", "choice", "flag", "date"] = "number"
    value: float | bool | str | None = None
    unit: str | None = None
    date: str | None = None
    reference: str | None = None
    options: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    usual: tuple[UnitShown, ...] = ()


class PartShown(msgspec.Struct, frozen=True, kw_only=True):
    """The points of one item of a score; `low` and `high` differ when its input is missing.

    `name` is what the item reads, in the language of the run.
    """

    id: str
    name: str
    low: float
    high: float


class BandShown(msgspec.Struct, frozen=True, kw_only=True):
    """One band of results and what it means; `here` when the result lies in it, or may."""

    reach: str
    meaning: str
    here: bool
    severity: Severity | None = None


class Calculation(msgspec.Struct, frozen=True, kw_only=True):
    """One result: `value` when all is known, else `low` to `high`; none of them when it cannot be computed.

    `date` is set where the result is a day. `least` and `most` bound every score of the instrument.
    """

    calculator: str
    name: str
    unit: str
    method: str
    source: str
    population: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    date: str | None = None
    shown: str = ""
    interpretation: str = ""
    inputs: tuple[InputShown, ...] = ()
    parts: tuple[PartShown, ...] = ()
    bands: tuple[BandShown, ...] = ()
    missing: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One instrument in a list."""

    id: str
    name: str
    field: str
    purpose: str
    inputs: tuple[str, ...]


class ClinicalCalculator(msgspec.Struct, frozen=True, kw_only=True):
    """The body: the calculation that was asked for, or the instruments found."""

    calculation: Calculation | None = None
    found: tuple[Listed, ...] = ()
