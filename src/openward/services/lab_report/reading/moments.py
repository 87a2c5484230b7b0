"""Dates and times as reports print them; only those that can be read in one way."""

import re
from datetime import UTC, datetime
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME: Final = r"(?:[T\s]{1,3}|\s*日\s*)?(?:(?P<hour>\d{1,2})[:：时](?P<minute>\d{2})(?:[:：分](?P<second>\d{2}))?)?"
DATE: Final = re.compile(
    r"(?P<year>(?:19|20)\d{2})(?:-|/|\.|年)\s?(?P<month>\d{1,2})(?:-|/|\.|月)\s?(?P<day>\d{1,2})日?(?!\d)" + _TIME
)
NAMED: Final = re.compile(
    r"(?:(?P<day>\d{1,2})[\s-](?P<name>[A-Za-z]{3,9})[\s,-]{1,2}(?P<year>(?:19|20)\d{2})"
    r"|(?P<name2>[A-Za-z]{3,9})\s(?P<day2>\d{1,2}),?\s(?P<year2>(?:19|20)\d{2}))(?!\d)" + _TIME
)
_HL7: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(?:(\d{2})(?:\.\d{1,4})?)?)?([+-]\d{4})?")


def moment_in(text: str) -> datetime | None:
    """The first date in a text, with its time where one stands behind it; without a time zone, as printed."""
    if found := DATE.search(text):
        month = int(found["month"])
        return _made(found, int(found["year"]), month, int(found["day"]))
    for found in NAMED.finditer(text):
        name = (found["name"] or found["name2"])[:3].casefold()
        if name in _MONTHS:
            year, day = int(found["year"] or found["year2"]), int(found["day"] or found["day2"])
            return _made(found, year, _MONTHS.index(name) + 1, day)
    return None


def hl7_moment(text: str) -> datetime | None:
    """An HL7 v2 time stamp: year to second, with its offset where it has one."""
    found = _HL7.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        made = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone is added where it is known
        return made if found[7] is None else datetime.strptime(f"{made:%Y%m%d%H%M%S}{found[7]}", "%Y%m%d%H%M%S%z")
    except ValueError:
        return None


def iso_moment(text: str | None) -> datetime | None:
    """An ISO 8601 date or time."""
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        return moment_in(text or "")


def days_between(birth: str | None, then: datetime | None) -> float | None:
    """An age in days, None when one of the two is not known to the day."""
    born = iso_moment(birth)
    if born is None or then is None:
        return None
    days = (then.replace(tzinfo=UTC) - born.replace(tzinfo=UTC)).days
    return float(days) if days >= 0 else None


def _made(found: re.Match[str], year: int, month: int, day: int) -> datetime | None:
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - a report prints local time
    except ValueError:
        return None
