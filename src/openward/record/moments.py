"""FHIR dates as sortable text in UTC.

A partial date keeps its precision (`2020`, `2020-03`, `2020-03-01`); a date with time becomes `2020-03-01T09:30:00Z`.
All sort as text: a partial date stands before everything that it contains. A time without an offset, which FHIR forbids
but exports hold, is taken as UTC. What is no date gives None.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

_FORM: Final = re.compile(
    r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{2}(T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)
_LEAP: Final = re.compile(r":60(?=[.Z+-]|$)")


@lru_cache(maxsize=16_384)
def sortable(text: str | None) -> str | None:
    """A FHIR date, dateTime or instant to the second."""
    moment = _moment(text)
    return moment if moment is None or isinstance(moment, str) else f"{moment.isoformat(timespec='seconds')}Z"


def sortable_instant(text: str | None) -> str | None:
    """A FHIR instant to the microsecond, as versions of one resource are ordered."""
    moment = _moment(text)
    return moment if moment is None or isinstance(moment, str) else f"{moment.isoformat(timespec='microseconds')}Z"


def _moment(text: str | None) -> datetime | str | None:
    form = _FORM.fullmatch(text) if text else None
    if form is None or text is None:
        return None
    try:
        if form.group(1) is None:
            if len(text) == len("2020-03-01"):
                datetime.fromisoformat(text)
            return text
        moment = datetime.fromisoformat(_LEAP.sub(":59", text))
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None
