"""Times in a story: said relative to the day on which the ward is looked at, turned into dates of the calendar."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import msgspec

from openward.domain.errors import KnowledgeError

DAY_MINUTES: Final = 1440
NEAR_DAYS: Final = 60  # within this many days a story's days are kept exactly; further back they are stretched
_FORM = re.compile(r"(?P<age>age )?(?P<number>-?\d+(?:\.\d+)?)(?P<unit>y|mo|w|d)?(?: (?P<hour>\d\d):(?P<minute>\d\d))?")
_UNIT_DAYS: Final = {"y": 365.25, "mo": 30.4375, "w": 7.0, "d": 1.0, None: 1.0}
_CLOCK: Final = tuple(f"{m // 60:02}:{m % 60:02}:00+08:00" for m in range(DAY_MINUTES))


class When(msgspec.Struct, frozen=True):
    """A moment of a story: days from the as-of date (negative: before), or from birth, and a minute of the day."""

    days: int
    minute: int | None = None
    from_birth: bool = False


@lru_cache(maxsize=4096)
def parse_when(text: str) -> When:
    """Reads "-4 21:10", "-4", "-9y", "-5mo", "-3w" or "age 2mo".

    Raises:
        KnowledgeError: the text has another form.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        msg = f"a story's time reads '-4 21:10', '-4', '-9y', '-5mo' or 'age 2mo', not '{text}'"
        raise KnowledgeError(msg)
    days = round(float(found["number"]) * _UNIT_DAYS[found["unit"]])
    minute = None if found["hour"] is None else int(found["hour"]) * 60 + int(found["minute"])
    return When(days, minute, from_birth=found["age"] is not None)


class Calendar:
    """Turns day numbers into dates around one as-of date; remembers what it has turned."""

    def __init__(self, as_of: date) -> None:
        """Day 0 is `as_of`."""
        self.as_of = as_of
        self._known: dict[int, str] = {}

    def day(self, days: int) -> str:
        """The ISO date of a day number."""
        text = self._known.get(days)
        if text is None:
            text = self._known[days] = (self.as_of + timedelta(days=days)).isoformat()
        return text

    def moment(self, minutes: int) -> str:
        """The ISO time of a minute number (minutes from midnight at the start of the as-of date, hospital time)."""
        days, minute = divmod(minutes, DAY_MINUTES)
        return f"{self.day(days)}T{_CLOCK[minute]}"


class Timeline(msgspec.Struct, frozen=True):
    """One patient's own way through the calendar: same order of events as in the story, other distances.

    `age_days` is the age at the as-of date; `stretch` scales what lies further back than 60 days; `early` are minutes
    by which the patient's clock times come before those of the story.
    """

    calendar: Calendar
    age_days: int
    stretch: float
    early: int

    def days(self, when: When) -> int:
        """The day number of a moment, never before birth."""
        if when.from_birth:
            return when.days - self.age_days
        days = when.days
        if days < -NEAR_DAYS:
            days = -round(NEAR_DAYS + (-days - NEAR_DAYS) * self.stretch)
        return max(days, 1 - self.age_days) if days < -1 else days

    def minutes(self, when: When, *, default: int = 540) -> int:
        """The minute number of a moment; `default` is the minute of the day where the story names none."""
        minute = default if when.minute is None else when.minute
        return self.days(when) * DAY_MINUTES + minute - self.early

    def day(self, when: When) -> str:
        """The ISO date of a moment."""
        return self.calendar.day(self.days(when))

    def moment(self, when: When) -> str:
        """The ISO time of a moment, or its date alone where the story names no time of day."""
        return self.day(when) if when.minute is None else self.calendar.moment(self.minutes(when))
