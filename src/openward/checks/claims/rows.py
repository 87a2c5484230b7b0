"""Rows of a written source: what was measured, its value, when, and whether it is usual."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

from openward.checks.claims.measured import Name, names
from openward.language.prose import narrowed

State = Literal["high", "low", "normal", "abnormal"]

_LINE: Final = re.compile(r"[^\n{}]+")
_DATE: Final = re.compile(
    r"(?P<year>(?:19|20)\d\d)[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})(?!\d)日?"
    r"(?:[ T](?P<clock>\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?"
)
_DIGIT: Final = re.compile(r"\d")
_AMOUNT: Final = re.compile(
    r"(?<![A-Za-z0-9_.*^/])(?P<value>\d{1,7}(?:\.\d{1,6})?)(?P<unit> ?(?:%|[A-Za-zµμ/\[][^\s,;()]*|"
    r"×?10[*^][^\s,;()]*))?"
)
_BETWEEN: Final = re.compile(
    r"(?<![\w.])(?P<low>\d{1,7}(?:\.\d{1,6})?) ?(?:-|–|—|~|to|至) ?(?P<high>\d{1,7}(?:\.\d{1,6})?)|"
    r"\blow\W{1,4}(?P<low2>\d{1,7}(?:\.\d{1,6})?)\b.{0,20}\bhigh\W{1,4}(?P<high2>\d{1,7}(?:\.\d{1,6})?)|"
    r"[≤<] ?(?P<most>\d{1,7}(?:\.\d{1,6})?)|[≥>] ?(?P<least>\d{1,7}(?:\.\d{1,6})?)"
)
_FLAG: Final = re.compile(
    r"(?<![\w/*^])(?:(?P<high>HH?|HU|[Hh]igh|[Ee]levated|偏?高|↑+)|(?P<low>LL?|LU|[Ll]ow|偏?低|↓+)|(?P<normal>N|"
    r"[Nn]ormal|正常)|"
    r"(?P<abnormal>AA?|[Aa]bnormal|异常))(?=[\"'\])）|]*\s*(?:$|[,;|，；。.]|\d{4}-))"
)
_DOSED: Final = re.compile(r" ?(?:mg|mcg|ug|µg|μg|g|ml|mmol|meq|units?|iu|tablets?|puffs?)(?![/\w])", re.IGNORECASE)
_MOST: Final = 4_000
_LONGEST: Final = 400


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One value; `day` and `clock` are empty where nobody says when."""

    name: Name
    label: str
    value: float
    state: State | None = None
    day: str = ""
    clock: str = ""
    source: str = ""
    start: int = 0
    end: int = 0
    quote: str = ""

    @property
    def when(self) -> tuple[str, str]:
        """What rows are ordered by."""
        return self.day, self.clock


def rows(source: str, text: str) -> tuple[Row, ...]:
    """The rows of a text: values of named measures that have a date, a flag or an interval."""
    found: list[Row] = []
    for line in _LINE.finditer(text):
        if len(found) < _MOST and _DIGIT.search(line.group()):
            found += _of_line(source, line.start(), line.group())
    return tuple(found)


def _of_line(source: str, begin: int, line: str) -> Iterator[Row]:
    named = names(line)
    if not named:
        return
    dates = list(_DATE.finditer(narrowed(line)))
    leads = bool(dates) and dates[0].start() < named[0].start
    bare = _DATE.sub(lambda found: " " * len(found.group()), narrowed(line))
    stops = [*(name.start for name in named[1:]), len(line)]
    for name, stop in zip(named, stops, strict=True):
        end = min(stop, name.end + _LONGEST)
        own = [one for one in dates if name.end <= one.start() < end]
        if leads:
            own = [one for one in dates if one.start() < name.start][-1:]
        yield from _of_name(name, own, bare[name.end : end], source, (begin, line))


def _of_name(
    name: Name, dates: Sequence[re.Match[str]], rest: str, source: str, whole: tuple[int, str]
) -> Iterator[Row]:
    """The row of a name, or one for each date where values and dates are told in turn."""
    begin, line = whole
    numbers = list(_AMOUNT.finditer(_BETWEEN.sub(lambda found: " " * len(found.group()), rest)))
    if not numbers or (len(dates) > 1 and len(dates) != len(numbers)):
        return
    many = len(dates) > 1
    state = _state(rest, numbers[0]) if not many else None
    limits = _BETWEEN.search(rest, numbers[0].end())
    for number, date in zip(numbers if many else numbers[:1], dates or (None,), strict=True):
        if state is None and limits is None and (date is None or _DOSED.match(number.group("unit") or "")):
            continue
        value = float(number.group("value"))
        yield Row(
            name=name, label=line[name.start : name.end].lower(), value=value,
            state=state or (_within(value, limits) if limits else None), source=source, start=begin,
            end=begin + len(line), quote=line, day=_day(date) if date else "",
            clock=(date.group("clock") or "") if date else "",
        )  # fmt: skip


def _state(rest: str, number: re.Match[str]) -> State | None:
    flag = _FLAG.search(rest, number.end())
    if flag is None:
        return None
    states: tuple[State, ...] = ("high", "low", "normal", "abnormal")
    return next(state for state in states if flag.group(state))


def _within(value: float, limits: re.Match[str]) -> State:
    parts = limits.groupdict()
    low, high = parts["low"] or parts["low2"] or parts["least"], parts["high"] or parts["high2"] or parts["most"]
    if low and value < float(low):
        return "low"
    return "high" if high and value > float(high) else "normal"


def _day(date: re.Match[str]) -> str:
    return f"{date.group('year')}-{int(date.group('month')):02}-{int(date.group('day')):02}"


class Rows:
    """All rows of some sources by what they measure."""

    def __init__(self, found: Sequence[Row]) -> None:
        self._rows = sorted(found, key=lambda row: row.when)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def of(self, name: Name) -> tuple[tuple[Row, ...], ...]:
        """The rows of what a name means, one group for each thing measured, the newest last; dated ones go first."""
        fitting = [row for row in self._rows if row.name.of == name.of] or [
            row for row in self._rows if row.name.of & name.of
        ]
        groups: dict[frozenset[str] | str, list[Row]] = {}
        for row in fitting:
            groups.setdefault(row.name.of, []).append(row)
        return tuple(tuple([row for row in group if row.day] or group) for group in groups.values())


def until(group: Sequence[Row], day: str) -> Sequence[Row]:
    """The rows up to a day and on it."""
    return group[: bisect_right([row.day for row in group], day)]
