"""What was measured of a patient over time: one series an analyte, each of its values in one unit."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

import msgspec

from openward.domain.code import LOINC
from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.doors.values import value_of
from openward.knowledge.analytes import Analyte, Critical, Interval, Person, analytes, canonical
from openward.record.chart import Chart, Measure, Reading
from openward.record.intended import Intended, Intent
from openward.record.judging import Side, Whose, in_unit, judged, person_at

_VOID: Final = frozenset({"entered-in-error", "cancelled"})
_VITAL, _OTHER = "vital-signs", "other"
_AT_ONCE: Final = frozenset({"HH", "LL", "AA"})
# A reading, what it measures, for whom, and what moves it by intent.
_Known = tuple[Reading, Analyte | None, Person, Intent | None]


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One value: `value`, `low` and `high` in the unit of its series, `shown` as recorded; `value` is None for words.

    `side` says on which side of the interval it lies, or else what the laboratory marked; `whose` interval or mark that
    is, and `house` the house's interval where it judges. Where `whose` is empty nobody has judged it. With `intent` a
    drug moves it by intent: above its interval it is on no side then.
    """

    reading: Reading
    shown: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    side: Side = ""
    whose: Whose = ""
    house: Interval | None = None
    at_once: bool = False
    critical: Critical | None = None
    intent: Intent | None = None

    @property
    def at(self) -> datetime | None:
        """When it was measured."""
        return self.reading.at

    @property
    def alarming(self) -> bool:
        """Whether the laboratory marked it as critical, or it has reached the house's critical limits."""
        return self.at_once or self.critical is not None

    @property
    def out(self) -> bool:
        """Whether anything speaks against it."""
        return bool(self.side) or self.alarming

    @property
    def judged(self) -> bool:
        """Whether anything is known to say that it lies in or out of its interval."""
        return bool(self.whose) or self.out

    @property
    def beyond(self) -> float:
        """How far it lies from its interval, in widths of the interval or, of an open one, in its only end."""
        if self.value is None or not self.side:
            return 0.0
        end = self.low if self.side == "low" else self.high
        width = self.high - self.low if self.low is not None and self.high is not None else end
        return abs(self.value - end) / width if end is not None and width else 0.0


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """From the value before to the newest: the difference, in percent where that has a meaning, and since when."""

    by: float
    percent: float | None
    since: datetime


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """Values of one thing, oldest first, those without a date at the very beginning; `key` names it in an address."""

    key: str
    name: str
    recorded: str
    group: str
    unit: str | None
    points: tuple[Point, ...]

    @property
    def newest(self) -> Point:
        """The value that counts now."""
        return self.points[-1]

    @property
    def dated(self) -> tuple[tuple[datetime, float, Point], ...]:
        """What can be drawn: moment, value, point."""
        return tuple((p.at, p.value, p) for p in self.points if p.at is not None and p.value is not None)

    @property
    def change(self) -> Change | None:
        """The newest value beside the one before; None where one of them is no exact number with a date."""
        held = self.dated[-2:]
        if len(held) < 2 or held[1][2] is not self.newest or any(_limit_only(p) for _, _, p in held):  # noqa: PLR2004
            return None
        (since, before, _), (_, now, _) = held
        return Change(by=now - before, percent=100 * (now - before) / before if before > 0 else None, since=since)


def series_of(chart: Chart, language: Language) -> list[Series]:
    """Every series of a chart: by analyte where the code or the name is known, else by the recorded name."""
    held: defaultdict[str, list[_Known]] = defaultdict(list)
    meant = Intended(chart)
    known: dict[tuple[str | None, ...], Analyte | None] = {}
    for reading in sorted(_counted(chart), key=_moment):
        code, name = next(iter(reading.concept.codes(LOINC)), None), reading.concept.name()
        unit = reading.measure.unit if reading.measure else None
        asked = (code, name, unit)
        if asked not in known:
            vital = _VITAL in reading.category
            known[asked] = None if vital else analytes().find(name=name, loinc=code, unit=unit)
        found = known[asked]
        held[found.id if found else name or code or "?"].append(
            (reading, found, person_at(chart, reading), meant.of(reading))
        )
    return [series for key, readings in held.items() for series in _parted(key, readings, language)]


def _counted(chart: Chart) -> Iterator[Reading]:
    """What was measured; a panel that only holds its components is left out."""
    for reading in chart.observations:
        if (
            reading.status not in _VOID
            and not reading.not_done
            and (reading.value is not None or reading.absent_reason)
        ):
            yield reading


def _moment(reading: Reading) -> float:
    return reading.at.timestamp() if reading.at else float("-inf")


def _parted(key: str, held: Sequence[_Known], language: Language) -> Iterator[Series]:
    """One series where all values are in one unit or can be; else one for each unit that cannot be converted."""
    units = {m.unit for reading, *_ in held if (m := reading.measure)}
    if len(units) < 2:  # noqa: PLR2004 - one unit, or words only
        yield _series(key, held, next(iter(units), None), language)
        return
    by_unit: defaultdict[str | None, list[_Known]] = defaultdict(list)
    for one in held:
        by_unit[_axis(one[0].measure, one[1])].append(one)
    for number, (unit, some) in enumerate(by_unit.items()):
        yield _series(key if number == 0 else f"{key} ({unit})", some, unit, language)


def _axis(measure: Measure | None, analyte: Analyte | None) -> str | None:
    if measure is None:
        return analyte.unit if analyte else None
    converts = analyte is not None and canonical(analyte, measure.value, measure.unit) is not None
    return analyte.unit if analyte is not None and converts else measure.unit


def _series(key: str, held: Sequence[_Known], unit: str | None, language: Language) -> Series:
    reading, analyte, *_ = held[-1]
    recorded = reading.concept.name() or key
    named = recorded if analyte is None else analyte.name_zh if language == "zh" else analyte.name_en
    group = analyte.group if analyte else _VITAL if _VITAL in reading.category else _OTHER
    return Series(
        key=key, name=named, recorded=recorded, group=group, unit=unit,
        points=tuple(_point(one, unit, language) for one in held),
    )  # fmt: skip


def _point(known: _Known, unit: str | None, language: Language) -> Point:
    reading, analyte, person, intent = known
    measure = reading.measure
    said = f"{measure.comparator or ''}{measure.value:.10g} {written(measure.unit, language)}" if measure else None
    lies = judged(reading, unit, analyte, person)
    return Point(
        reading=reading, shown=(said or value_of(reading)).strip(), value=in_unit(measure, measure, unit, analyte),
        low=lies.low, high=lies.high, whose=lies.whose, house=lies.house, critical=lies.critical, intent=intent,
        side="" if intent and lies.side != "low" and lies.critical is None else lies.side,
        at_once=bool(_AT_ONCE & set(reading.interpretation)),
    )  # fmt: skip


def _limit_only(point: Point) -> bool:
    return point.reading.measure is not None and point.reading.measure.comparator is not None


def chosen(held: Iterable[Series], keys: Sequence[str]) -> list[Series]:
    """The series of some keys in their order; a recorded name, and an analyte's own, serve as well."""
    listed = list(held)
    found = [next((s for s in listed if key in (s.key, s.recorded, s.name)), None) for key in keys]
    return list({s.key: s for s in found if s}.values())
