"""Usual doses: for each ingredient how much a day the labels give to an adult, and where a day's dose stands to it.

The table `doses` holds one row for each way of giving, population and, where the most differs, indication or form. A
dose is only placed beside the rows: what the patient is treated for is not known here, and no finding is made from it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, cast, get_args

import msgspec

from openward.domain.errors import KnowledgeError
from openward.domain.evidence import KnowledgeEvidence
from openward.domain.quantity import Quantity, convert
from openward.domain.text import Text
from openward.knowledge.cells import number, one_of
from openward.knowledge.tables import Row, Table, find, remembered

DOSES: Final = "doses"
ADULT: Final = 18
OLDER: Final = 65
Given = Literal["oral", "parenteral"]
Population = Literal["adult", "older"]
Basis = Literal["one-document", "two-documents"]
# How a dose a day stands to the rows; `depends` when it is more than some uses allow and not more than others do.
Standing = Literal["below", "within", "high", "above", "depends"]
_UNITS: Final = ("mg", "ug")
_ROUNDING: Final = 1.001  # once a week is 0.142857 times a day


class DoseRange(msgspec.Struct, frozen=True, kw_only=True):
    """One row, in its `unit`: `low` to `high` is usual in a day, `most` the most in 24 h, `each` the most at once.

    None is not stated. `more` names uses for which the documents allow more than any row of the ingredient.
    """

    id: str
    ingredient: str
    given: Given
    population: Population
    indication: Text
    low: float | None
    high: float | None
    most: float | None
    each: float | None
    unit: str
    note: Text
    more: Text
    basis: Basis
    evidence: KnowledgeEvidence


class Doses:
    """All rows, by ingredient."""

    def __init__(self, ranges: Iterable[DoseRange], version: str) -> None:
        self.version: Final = version
        self._ranges: dict[str, list[DoseRange]] = defaultdict(list)
        for held in ranges:
            self._ranges[held.ingredient].append(held)
        for ingredient, found in self._ranges.items():
            if len({held.unit for held in found}) > 1:
                raise KnowledgeError(f"table '{DOSES}': the rows of '{ingredient}' have different units; choose one")

    def ingredients(self) -> tuple[str, ...]:
        """The ingredients that the table speaks of, sorted."""
        return tuple(sorted(self._ranges))

    def covered(self, ingredient: str) -> bool:
        """Whether the table speaks of the ingredient at all."""
        return ingredient in self._ranges

    def ranges(self, ingredient: str, given: Iterable[Given], age: float | None) -> tuple[DoseRange, ...]:
        """The rows for ways of giving and an age in years; of an unknown age all of them, of a child none."""
        ways = frozenset(given)
        held = [one for one in self._ranges.get(ingredient, ()) if one.given in ways]
        if age is None:
            return tuple(held)
        if age < ADULT:
            return ()
        older = tuple(one for one in held if one.population == "older")
        return older if older and age >= OLDER else tuple(one for one in held if one.population == "adult")


def standing(daily: float, ranges: Sequence[DoseRange]) -> Standing | None:
    """Where a dose a day, in the unit of the rows, stands to them; None where there is no row."""
    each = [_stands(daily, held) for held in ranges]
    if not each:
        return None
    if "above" in each:
        alone = set(each) == {"above"} and not any(held.more.en for held in ranges)
        return "above" if alone else "depends"
    return next(word for word in ("within", "high", "below") if word in each)


def _stands(daily: float, held: DoseRange) -> Standing:
    if held.most is not None and daily > held.most * _ROUNDING:
        return "above"
    if held.high is not None and daily > held.high * _ROUNDING:
        return "high"
    return "below" if held.low is not None and daily * _ROUNDING < held.low else "within"


def in_unit(milligrams: float, unit: str) -> float:
    """A mass in milligrams as a number of another unit of the table."""
    return convert(Quantity(milligrams, "mg"), unit).value


def load(search: Sequence[Path] = ()) -> Doses:
    """The rows of the house and of a hospital's own folders, read on first use.

    Raises:
        KnowledgeError: the table is malformed; the message names file, line and column.
    """
    return _load(tuple(search))


@remembered(16)
def _load(search: tuple[Path, ...]) -> Doses:
    table = find(DOSES, search)
    return Doses([_range(row, table) for row in table], table.version)


def _range(row: Row, table: Table) -> DoseRange:
    low, high, most, each = (number(row, column) if row[column] else None for column in ("low", "high", "most", "each"))
    steps = [step for step in (low, high, most) if step is not None]
    if not steps or steps != sorted(steps) or steps[0] <= 0:
        raise KnowledgeError(f"{row.where}: columns 'low', 'high', 'most': give at least one, and in rising order")
    return DoseRange(
        id=row.id, ingredient=row["ingredient"], given=cast("Given", one_of(row, "given", get_args(Given))),
        population=cast("Population", one_of(row, "population", get_args(Population))),
        indication=Text(row["indication_en"], row["indication_zh"]), low=low, high=high, most=most, each=each,
        unit=one_of(row, "unit", _UNITS), note=Text(row["note_en"], row["note_zh"]),
        more=Text(row["more_en"], row["more_zh"]), basis=cast("Basis", one_of(row, "basis", get_args(Basis))),
        evidence=table.evidence(row),
    )  # fmt: skip
