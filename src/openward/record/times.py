"""FHIR dates and times: `2019`, `2019-05`, `2019-05-03`, `2019-05-03T10:20:30.5+02:00`.

A partial date stays partial: it is an interval, never a moment. A moment is aware and in UTC; a day, and a time without
an offset (which FHIR forbids but exports hold), is taken as UTC.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

import msgspec

_PARTIAL: Final = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,40}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_LEAP: Final = "60"
_TICK: Final = timedelta(microseconds=1)
_LAST_YEAR: Final = 9999
_DECEMBER: Final = 12


class When(msgspec.Struct, frozen=True):
    """A FHIR date or time as recorded.

    `at` is the moment (for a day, its midnight in UTC), None when only a year or month is recorded; the truth lies
    between `earliest` and `latest`.
    """

    text: str
    at: datetime | None
    earliest: datetime
    latest: datetime


@lru_cache(maxsize=65_536)
def when(text: str) -> When | None:
    """Reads a FHIR date, dateTime or instant; None when it is none."""
    if _DAY.fullmatch(text):
        return _day(text)
    if partial := _PARTIAL.fullmatch(text):
        return _partial(text, int(partial.group(1)), int(partial.group(2) or 0))
    moment = _MOMENT.fullmatch(text)
    return _moment(text, *moment.groups()) if moment else None


def day(text: str) -> date | None:
    """Reads a full calendar date; None for a partial date or anything else."""
    found = when(text) if _DAY.fullmatch(text) else None
    return found.earliest.date() if found else None


def _day(text: str) -> When | None:
    try:
        start = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        return None
    return When(text, start, start, start.replace(hour=23, minute=59, second=59, microsecond=999_999))


def _partial(text: str, year: int, month: int) -> When | None:
    if not year:
        return None
    return When(text, None, datetime(year, month or 1, 1, tzinfo=UTC), _end(year, month or _DECEMBER))


def _end(year: int, month: int) -> datetime:
    if (year, month) == (_LAST_YEAR, _DECEMBER):
        return datetime.max.replace(tzinfo=UTC)
    return datetime(year + month // _DECEMBER, month % _DECEMBER + 1, 1, tzinfo=UTC) - _TICK


def _moment(text: str, minute: str, second: str | None, fraction: str | None, offset: str | None) -> When | None:
    """A leap second counts as the one before it; digits below the microsecond are cut off."""
    second = "59" if second == _LEAP else second or "00"
    try:
        found = datetime.fromisoformat(f"{minute}:{second}.{(fraction or '0')[:6]:0<6}{offset or 'Z'}")
    except ValueError:
        return None
    at = _in_utc(found)
    return When(text, at, at, at)


def _in_utc(moment: datetime) -> datetime:
    """The same moment in UTC; the ends of the calendar, which exports use for "always", stay at the ends."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if moment.year == 1 else datetime.max.replace(tzinfo=UTC)
