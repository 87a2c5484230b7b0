"""Dates of a search as FHIR R4 reads them (search, 3.1.1.4.9): a text stands for the interval of its precision."""

import contextlib
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

import msgspec

from openward.domain.errors import InputError

PREFIXES: Final = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "sa", "eb"})
_TEXT: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_END: Final = datetime.max.replace(tzinfo=UTC)


class Interval(msgspec.Struct, frozen=True):
    """From `start` to just before `end`, in UTC."""

    start: datetime
    end: datetime


def interval(text: str) -> Interval:
    """The interval that a date or date-time stands for; fractions of a second are read as their second.

    Raises:
        InputError: the text is no FHIR date or date-time.
    """
    found = _TEXT.fullmatch(text)
    if found is not None:
        with contextlib.suppress(ValueError, OverflowError):
            return _interval(found)
    raise InputError("a date of the search is no FHIR date: write YYYY, YYYY-MM, YYYY-MM-DD or a full date-time")


def _interval(found: re.Match[str]) -> Interval:
    year, month, day, hour, minute, second, zone = found.groups()
    date, time = (int(year), int(month or "1"), int(day or "1")), (int(hour or "0"), int(minute or "0"))
    start = datetime(*date, *time, min(int(second or "0"), 59), tzinfo=_zone(zone)).astimezone(UTC)
    if month is None:
        return Interval(start, start.replace(year=start.year + 1) if start.year < _END.year else _END)
    if day is None:
        return Interval(start, _next_month(start))
    if hour is None:
        return Interval(start, _later(start, timedelta(days=1)))
    return Interval(start, _later(start, timedelta(minutes=1) if second is None else timedelta(seconds=1)))


def _zone(text: str | None) -> timezone:
    if text is None or text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[4:6])))


def _next_month(start: datetime) -> datetime:
    if start.month < 12:  # noqa: PLR2004 - December is the twelfth
        return start.replace(month=start.month + 1)
    return start.replace(year=start.year + 1, month=1) if start.year < _END.year else _END


def _later(start: datetime, step: timedelta) -> datetime:
    return start + step if start < _END - step else _END


def least_text(moment: datetime) -> str:
    """The shortest text of a moment; a stored text of any precision sorts before it exactly when it begins earlier."""
    text = moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
    for zero in (":00", "T00:00", "-01", "-01"):
        if not text.endswith(zero):
            break
        text = text.removesuffix(zero)
    return text


def coarser_texts(text: str) -> tuple[str, ...]:
    """The texts of lower precision whose interval holds the start of this one, coarsest first."""
    start = interval(text).start.strftime("%Y-%m-%d").rjust(10, "0")
    precision = min(len(text), 11)
    return tuple(start[:length] for length in (4, 7, 10) if length < precision)


def micros(moment: datetime) -> int:
    """Microseconds since 1970 in UTC."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(micros: int) -> datetime:
    """The moment so many microseconds after 1970, in UTC."""
    return _EPOCH + timedelta(microseconds=micros)


def is_older(updated: str | None, than: str | None) -> bool:
    """Whether one last-updated text lies before another; False when either is not given or cannot be read."""
    if not updated or not than:
        return False
    try:
        first, second = (datetime.fromisoformat(text) for text in (updated, than))
    except ValueError:
        return False
    return (first if first.tzinfo else first.replace(tzinfo=UTC)) < (
        second if second.tzinfo else second.replace(tzinfo=UTC)
    )
