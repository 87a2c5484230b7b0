"""Days and moments as people write them, in two languages."""

import re
from datetime import date, datetime
from typing import Final

from openward.domain.proposal import Language

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?")


def day(given: str | date, language: Language = "en") -> str:
    """A day, month or year: "20 Nov 2026", 2026年11月20日; what is no date stays as it is."""
    text = given if isinstance(given, str) else given.isoformat()
    found = _DAY.fullmatch(text)
    year, month, number = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    if not year or month > len(_MONTHS):
        return text
    if language == "zh":
        return f"{year}年" + (f"{month}月" if month else "") + (f"{number}日" if number else "")
    return " ".join([*([str(number)] if number else []), *([_MONTHS[month - 1]] if month else []), str(year)])


def moment(at: datetime, language: Language = "en") -> str:
    """A day with its hour: "20 Nov 2026, 21:58", 2026年11月20日 21:58."""
    return f"{day(at.date(), language)}{' ' if language == 'zh' else ', '}{at:%H:%M}"
