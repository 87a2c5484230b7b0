"""The axis of a timeline: which spans a chart offers, where a moment lies, and what is written along it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from openward.record.chart import Chart, Encounter

# What happened at least so often in a span shows that it was a busy one.
_BUSY: Final = 5
_STAYING: Final = frozenset({"arrived", "triaged", "in-progress", "onleave"})
_LYING: Final = frozenset({"IMP", "ACUTE", "NONAC", "EMER", "OBSENC", "SS"})
_LEAST: Final = timedelta(hours=30)
_MONTH: Final = timedelta(days=30)
_YEAR: Final = timedelta(days=365)
# A day before is none: exports write 0001-01-01 or 1753-01-01 where they know no day.
_LIFE: Final = timedelta(days=130 * 365)
_TICKS: Final = 5
# In percent: how near to the edge a word is cut off, and how wide one is.
_EDGE: Final = 5.0
_WORD: Final = 14.0
_HOURS: Final = (3, 6, 12, 24, 48, 120, 240)
_MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240)


class Window(msgspec.Struct, frozen=True):
    """A time from a moment to another."""

    start: datetime
    end: datetime


class Spans(msgspec.Struct, frozen=True):
    """The windows that a chart offers, by name, and which of them shows most."""

    spans: dict[str, Window]
    best: str


class Tick(msgspec.Struct, frozen=True):
    """Words at a place of the axis."""

    x: float
    text: str


def current_stay(chart: Chart) -> Encounter | None:
    """The newest stay or visit that the record says goes on; None when it says so of none."""
    held = [
        (start, stay)
        for stay in chart.encounters
        if stay.status in _STAYING
        and (start := stay.period.start)
        and start <= chart.as_of
        and (stay.period.end is None or stay.period.end > chart.as_of)
    ]
    return max(held, key=lambda one: one[0])[1] if held else None


def windows(chart: Chart) -> Spans:
    """What may be looked at: the stay, a month, a year, all; "last" is the last year of a record that ended before.

    The best is the shortest in which enough happened.
    """
    moments, now = sorted(_moments(chart)), chart.as_of
    if not moments:
        return Spans({}, "")
    stay, found = current_stay(chart), {}
    if stay and stay.period.start and now - stay.period.start <= _LIFE:
        since = max(now - stay.period.start, _LEAST)
        found["stay"] = _padded(now - since, now)
    for name, length in (("month", _MONTH), ("year", _YEAR)):
        found[name] = _padded(now - length, now)
    if moments[-1] < now - _YEAR:
        found["last"] = _padded(moments[-1] - _YEAR, moments[-1])
    found["all"] = _padded(min(moments[0], now - _MONTH), now)
    lying = stay is not None and stay.class_code in _LYING
    for name, window in found.items():
        happened = sum(window.start <= at <= window.end for at in moments)
        if happened >= _BUSY and (name != "stay" or lying):
            return Spans(found, name)
    return Spans(found, "all")


def _padded(start: datetime, end: datetime) -> Window:
    return widened(start, end, (end - start) * 0.03)


def widened(start: datetime, end: datetime, margin: timedelta) -> Window:
    """A time with room at both ends, as far as the calendar goes."""
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    return Window(start - min(margin, start - first), end + min(margin, last - end))


def _moments(chart: Chart) -> Iterator[datetime]:
    """When something happened, as far as it has come; nothing of a time at which the patient cannot have lived."""
    held = [stay.period.start for stay in chart.encounters]
    held += [document.at for document in chart.documents]
    held += [drug.period.start or drug.authored for drug in chart.medications]
    held += [reading.at for reading in chart.observations if reading.measure]
    yield from (at for at in held if at and chart.as_of - _LIFE <= at <= chart.as_of)


class Axis(msgspec.Struct, frozen=True):
    """Places within a window, in percent of its width."""

    window: Window

    def x(self, at: datetime) -> float:
        """Where a moment lies; what is outside lies at the edge."""
        start, end = self.window.start, self.window.end
        return round((min(max(at, start), end) - start) / (end - start) * 100, 2)

    def across(self, start: datetime, end: datetime) -> tuple[float, float]:
        """Where a time begins, and how wide it is."""
        x = self.x(start)
        return x, round(self.x(end) - x, 2)

    def shows(self, start: datetime, end: datetime) -> bool:
        """Whether a time reaches into the window."""
        return start <= self.window.end and end >= self.window.start

    def ticks(self, now: datetime, t: Callable[..., str]) -> tuple[Tick, ...]:
        """Round moments, about one for every fifth of the width; the place of "now" is left free."""
        length = self.window.end - self.window.start
        hours = next((h for h in _HOURS if length / timedelta(hours=h) <= _TICKS), 0)
        found = self._by_hours(hours, t) if hours else self._by_months(length, t)
        taken = self.x(now) if now <= self.window.end else 100.0
        return tuple(tick for tick in found if _EDGE <= tick.x <= 100 - _EDGE and abs(tick.x - taken) > _WORD)

    def _by_hours(self, hours: int, t: Callable[..., str]) -> Iterator[Tick]:
        at = self.window.start.replace(hour=0, minute=0, second=0, microsecond=0)
        while at <= self.window.end:
            midnight = at.hour == 0
            yield Tick(self.x(at), _named(at, "tick_day", t) if midnight else f"{at:%H:%M}")
            at += timedelta(hours=hours)

    def _by_months(self, length: timedelta, t: Callable[..., str]) -> Iterator[Tick]:
        months = next((m for m in _MONTHS if length / timedelta(days=30.5 * m) <= _TICKS), _MONTHS[-1])
        first = True
        year, month = self.window.start.year - self.window.start.year % max(1, months // 12), 1
        while (at := self.window.start.replace(year=year, month=month, day=1, hour=0, minute=0)) <= self.window.end:
            if at >= self.window.start:
                form = "tick_month" if first or month == 1 else "tick_month_alone"
                yield Tick(self.x(at), f"{at:%Y}" if months % 12 == 0 else _named(at, form, t))
                first = False
            year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1


def _named(at: datetime, form: str, t: Callable[..., str]) -> str:
    return t(form, year=at.year, number=at.month, day=at.day, month=t("chart_month_names").split()[at.month - 1])
