"""Dates and times of the day in a text, however they are written; English and Chinese."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from openward.checks.claims.claim import Claim

MONTHS: Final = "january february march april may june july august september october november december".split()  # noqa: SIM905
_NUMBER: Final = {
    name[:size].capitalize(): number for number, name in enumerate(MONTHS, 1) for size in (3, 4, len(name))
}
_MONTH: Final = "|".join(sorted(_NUMBER, key=len, reverse=True))
_DATES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![\d/.-])(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?(?![\d/-])",
        r"(?<![\d/])(?P<month>\d{1,2})/(?:(?P<day>\d{1,2})/(?P<year>(?:19|20)?\d\d)|(?P<year2>(?:19|20)\d\d))(?![\d/])",
        rf"(?<![\d.])(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<name>{_MONTH})\b\.?(?:,? (?P<year>(?:19|20)\d\d))?",
        rf"\b(?P<name>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d/.]\d|\d)(?:,? (?P<year>(?:19|20)\d\d))?",
        r"(?:(?P<year>(?:19|20)\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]",
        r"(?P<year>(?:19|20)\d\d)年(?P<month>\d{1,2})月(?!\d)",
    )
)
_CLOCK: Final = re.compile(r"(?<![\d/:])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?![\d/:])")
_MOST: Final = 2_000
_CENTURY: Final = 100


def dates(plain: str) -> tuple[Claim, ...]:
    """The dates and times; `terms` are `date`, year (two digits), month and day, empty where not said, or `clock`."""
    found: list[Claim] = []
    taken: set[int] = set()
    for claim in _all(plain):
        if taken.isdisjoint(range(claim.start, claim.end)):
            taken.update(range(claim.start, claim.end))
            found.append(claim)
    return tuple(found)


def _all(plain: str) -> Iterator[Claim]:
    for pattern in _DATES:
        for found in islice(pattern.finditer(plain), _MOST):
            parts = found.groupdict()
            month = _NUMBER[parts["name"]] if parts.get("name") else int(parts["month"])
            year = parts.get("year") or parts.get("year2")
            day = parts.get("day")
            said = [int(day)] if day else []
            short = int(year) % _CENTURY if year else None
            yield Claim(
                kind="amount", text=found.group(), start=found.start(), end=found.end(), value=float(month),
                terms=("date", f"{short}" if year else "", f"{month}", f"{int(day)}" if day else ""),
                also=tuple(float(part) for part in (*said, *([short] if short is not None else []))),
            )  # fmt: skip
    for found in islice(_CLOCK.finditer(plain), _MOST):
        yield Claim(
            kind="amount", text=found.group(), start=found.start(), end=found.end(), terms=("clock",),
            value=float(found.group("hour")), also=(float(found.group("minute")),),
        )  # fmt: skip


def is_same(one: Claim, other: Claim) -> bool:
    """Whether two dates or times are the same; a year, and the day of `other`, may go without saying."""
    if one.terms[:1] != other.terms[:1] or one.terms[:1] == ("clock",):
        return one.terms == other.terms and (one.value, one.also) == (other.value, other.also)
    (_, year, month, day), (_, other_year, other_month, other_day) = one.terms, other.terms
    return month == other_month and other_day in ("", day) and (other_year in ("", year) or not year)
