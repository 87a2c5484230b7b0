"""A chart whose readings are looked through once for all inputs of an instrument, not once for each."""

from collections.abc import Iterator

import msgspec

from openward.record.chart import Chart, Reading
from openward.services.clinical_calculator.library import Calculator

Codes = tuple[str, ...]


class IndexedChart(Chart, frozen=True, kw_only=True):
    """The chart, with the readings of each group of codes that an instrument asks for."""

    groups: dict[Codes, tuple[Reading, ...]]

    def readings(self, *loinc: str) -> tuple[Reading, ...]:
        """As of the chart; at once for the codes of one input."""
        return self.groups[loinc] if loinc in self.groups else super().readings(*loinc)


def indexed(chart: Chart, calculator: Calculator) -> Chart:
    """The chart with an index of what an instrument reads; the same chart where it holds no observations."""
    asked = {d.loinc for d in calculator.definitions.values() if d.loinc}
    if not asked or not chart.observations.entries:
        return chart
    gathered: dict[Codes, list[Reading]] = {codes: [] for codes in asked}
    for reading, codes in _asked_for(chart, asked):
        gathered[codes].append(reading)
    groups = {codes: _narrowed(chart, found).readings(*codes) for codes, found in gathered.items()}
    fields = {name: getattr(chart, name) for name in chart.__struct_fields__}
    return IndexedChart(**fields, groups=groups)


def _asked_for(chart: Chart, asked: set[Codes]) -> Iterator[tuple[Reading, Codes]]:
    by_code: dict[str, list[Codes]] = {}
    for codes in asked:
        for code in codes:
            by_code.setdefault(code, []).append(codes)
    for reading in chart.observations.entries:
        found = {group: None for c in reading.concept.coding for group in by_code.get(c.code or "", ())}
        yield from ((reading, group) for group in found)


def _narrowed(chart: Chart, found: list[Reading]) -> Chart:
    section = msgspec.structs.replace(chart.observations, entries=tuple(found))
    return msgspec.structs.replace(chart, observations=section)
