"""Readings that belong together in time: the two pressures of one measurement, a blood gas with its oxygen."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from openward.record.chart import Chart
from openward.services.clinical_calculator.charted import Usable, charted_of, points_at, usable_readings
from openward.services.clinical_calculator.formulas import FORMULAS
from openward.services.clinical_calculator.gathered import Gathered, from_chart, window
from openward.services.clinical_calculator.instruments import Derivation
from openward.services.clinical_calculator.library import Calculator


def paired(name: str, calculator: Calculator, chart: Chart, now: datetime) -> dict[str, Gathered]:
    """A derived input from readings taken together, and those readings; the worst of the window where the item says so.

    Empty when no readings of the window go together.
    """
    derivation = calculator.instrument.derived[name]
    series = [
        usable_readings(calculator.definitions[part], chart, now, window(calculator, part))[0]
        for part in derivation.inputs
    ]
    computed = [
        (value, group)
        for group in _together(series, timedelta(hours=derivation.within_hours))
        if (value := _value(name, derivation, calculator, group)) is not None
    ]
    if not computed:
        return {}
    item = next((i for i in calculator.instrument.items if i.worst and i.input == name), None)
    value, group = max(computed, key=lambda pair: points_at(item, pair[0])) if item else computed[0]
    parts = dict(zip(derivation.inputs, group, strict=True))
    found = {part: from_chart(part, charted_of(usable)) for part, usable in parts.items()}
    evidence = tuple(e for part in found.values() for e in part.evidence)
    on = max((part.on for part in found.values() if part.on), default=None)
    return {**found, name: Gathered(id=name, origin="derived", value=value, on=on, evidence=evidence)}


def _together(series: Sequence[Sequence[Usable]], within: timedelta) -> Iterator[tuple[Usable, ...]]:
    """For each reading of the first series, newest first, the nearest of every other, where none is too far off."""
    first, *others = series
    timed = [(ordered, [u.at for u in ordered]) for other in others for ordered in [sorted(other, key=_moment)]]
    for usable in first:
        near = [_nearest(ordered, times, usable.at) for ordered, times in timed]
        group = [found for found in near if found is not None and abs(found.at - usable.at) <= within]
        if len(group) == len(others):
            yield (usable, *group)


def _moment(usable: Usable) -> datetime:
    return usable.at


def _nearest(ordered: Sequence[Usable], times: Sequence[datetime], at: datetime) -> Usable | None:
    place = bisect_left(times, at)
    return min(ordered[max(place - 1, 0) : place + 1], key=lambda usable: abs(usable.at - at), default=None)


def _value(name: str, derivation: Derivation, calculator: Calculator, group: tuple[Usable, ...]) -> float | None:
    told: Mapping[str, float] = {part: u.value for part, u in zip(derivation.inputs, group, strict=True)}
    definition = calculator.definitions[name]
    try:
        value = FORMULAS[derivation.formula](**told)
    except ValueError:
        return None
    return value if isinstance(value, float) and definition.low <= value <= definition.high else None
