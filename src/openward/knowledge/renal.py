"""Dose by kidney function: for each ingredient, bands of kidney function and what to do in each.

The table `renal_rules` holds one row a band: `low` ≤ value < `high`, an empty `high` has no upper end. Above the last
band of an ingredient nothing changes. The rules are for adults.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Literal, cast, get_args

import msgspec

from openward.domain.errors import KnowledgeError
from openward.domain.evidence import KnowledgeEvidence
from openward.domain.proposal import SEVERITIES, Present, Severity
from openward.domain.text import Text
from openward.knowledge.cells import number, one_of
from openward.knowledge.tables import Row, Table, find, remembered

RULES: Final = "renal_rules"
Measured = Literal["crcl", "egfr"]
Action = Literal["avoid", "reduce", "max", "extend", "monitor", "none"]
Given = Literal["oral", "parenteral"]


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """What to do with an ingredient at one band of kidney function.

    `given` limits the row to one way of giving; `max_daily` in `max_unit` ("mg" or "mg/kg") is the most in 24 h;
    `min_interval_h` the least hours between doses.
    """

    id: str
    ingredient: str
    given: Given | None
    measure: Measured
    low: float
    high: float
    action: Action
    max_daily: float | None
    max_unit: str
    min_interval_h: float | None
    severity: Severity
    present: Present
    say: Text
    evidence: KnowledgeEvidence

    def holds(self, value: float) -> bool:
        """Whether a kidney function lies in this band."""
        return self.low <= value < self.high


class Renal:
    """All bands, by ingredient."""

    def __init__(self, bands: Iterable[Band], version: str) -> None:
        self.version: Final = version
        self._bands: dict[str, tuple[Band, ...]] = {}
        grouped: dict[str, list[Band]] = defaultdict(list)
        for band in bands:
            grouped[band.ingredient].append(band)
        for ingredient, found in grouped.items():
            _demand_tiles(found)
            self._bands[ingredient] = tuple(found)

    def covered(self, ingredient: str) -> bool:
        """Whether the table speaks of the ingredient at all."""
        return ingredient in self._bands

    def bands(self, ingredient: str, given: Given | None) -> tuple[Band, ...]:
        """The bands of an ingredient for one way of giving; all of them when the way is not known."""
        found = self._bands.get(ingredient, ())
        return tuple(b for b in found if given is None or b.given is None or b.given == given)

    def ingredients(self) -> tuple[str, ...]:
        """The ingredients that the table speaks of, sorted."""
        return tuple(sorted(self._bands))


def load(search: Sequence[Path] = ()) -> Renal:
    """The rules of the house and of a hospital's own folders, read on first use.

    Raises:
        KnowledgeError: the table is malformed, or the bands of an ingredient overlap or leave a gap.
    """
    return _load(tuple(search))


@remembered(16)
def _load(search: tuple[Path, ...]) -> Renal:
    table = find(RULES, search)
    return Renal([_band(row, table) for row in table], table.version)


def _band(row: Row, table: Table) -> Band:
    return Band(
        id=row.id,
        ingredient=row["ingredient"],
        given=cast("Given", one_of(row, "given", get_args(Given))) if row["given"] else None,
        measure=cast("Measured", one_of(row, "measure", get_args(Measured))),
        low=number(row, "low"),
        high=number(row, "high") if row["high"] else float("inf"),
        action=cast("Action", one_of(row, "action", get_args(Action))),
        max_daily=number(row, "max_daily") if row["max_daily"] else None,
        max_unit=one_of(row, "max_unit", ("mg", "mg/kg", "")),
        min_interval_h=number(row, "min_interval_h") if row["min_interval_h"] else None,
        severity=cast("Severity", one_of(row, "severity", SEVERITIES)),
        present=cast("Present", one_of(row, "present", get_args(Present))),
        say=Text(row["say_en"], row["say_zh"]),
        evidence=table.evidence(row),
    )


def _demand_tiles(bands: list[Band]) -> None:
    """Bands of one ingredient, way of giving and measure begin at 0 and follow each other without gap or overlap."""
    groups: dict[tuple[str | None, str], list[Band]] = defaultdict(list)
    for band in bands:
        groups[(band.given, band.measure)].append(band)
    for found in groups.values():
        edge = 0.0
        for band in sorted(found, key=lambda b: b.low):
            if band.low != edge or band.high <= band.low:
                raise KnowledgeError(f"table '{RULES}', row '{band.id}': the bands overlap or leave a gap at {edge:g}")
            edge = band.high
