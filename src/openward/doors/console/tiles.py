"""What became of a service's runs, at a glance: figures, and a small picture of its use day by day."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from statistics import median, quantiles
from typing import Final

import msgspec

from openward.domain.card import Card
from openward.domain.run import Mark

_SECOND: Final = 1.0
_STEP: Final = 7
_HEIGHT: Final = 22
_LEAST: Final = 1.5
_MOST_INITIALS: Final = 2
_SMALL_WORDS: Final = frozenset({"a", "and", "by", "for", "in", "of", "on", "or", "the", "to", "with"})


class Column(msgspec.Struct, frozen=True):
    """One day of a picture of use: its place, and what is said of it."""

    x: float
    y: float
    height: float
    day: date
    count: int


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the runs of one service in a span of days, the last of which is today.

    `more` says that there are older runs of the span that were not counted, `more_today` that some are of today.
    """

    columns: tuple[Column, ...]
    runs: int = 0
    today: int = 0
    accepted: int = 0
    amended: int = 0
    rejected: int = 0
    waiting: int = 0
    held: int = 0
    failed: int = 0
    more: bool = False
    more_today: bool = False
    median: str = ""
    slowest: str = ""

    @property
    def decided(self) -> int:
        """How many were decided on."""
        return self.accepted + self.amended + self.rejected

    @property
    def share(self) -> int:
        """The share of the decided that was accepted as it was, in percent."""
        return round(100 * self.accepted / self.decided) if self.decided else 0


class Tile(msgspec.Struct, frozen=True):
    """One service on the wall; `rank` says how near it is to a role: 0 signs, 1 is meant, 2 is neither."""

    card: Card
    use: Use
    rank: int


def tile(card: Card, used: Use, role: str) -> Tile:
    """A service on the wall as a person of a role sees it."""
    return Tile(card, used, 0 if card.signs == role else 1 if role in card.audience else 2)


def use(marks: Iterable[Mark], now: datetime, days: int, *, signed: bool, since: datetime | None = None) -> Use:
    """What became of the runs of one service in the last days, by the calendar of this machine.

    `since` is the moment before which there are runs that were not counted; None where all were.
    """
    today = now.astimezone().date()
    first = today - timedelta(days=days - 1)
    held = [(mark, mark.started.astimezone().date()) for mark in marks]
    held = [(mark, day) for mark, day in held if day >= first]
    seconds = [mark.seconds for mark, _ in held]
    chosen = Counter(mark.choice for mark, _ in held)
    stood = Counter(mark.status for mark, _ in held if mark.choice is None)
    by_day = Counter(day for _, day in held)
    cut = since.astimezone().date() if since else None
    return Use(
        columns=columns([(day := first + timedelta(days=n), by_day[day]) for n in range(days)]),
        runs=len(held), today=by_day[today], accepted=chosen["accept"], amended=chosen["amend"],
        rejected=chosen["reject"], waiting=stood["proposed"] + stood["held"] if signed else 0,
        held=sum(mark.status == "held" for mark, _ in held), failed=stood["failed"],
        more=cut is not None and cut >= first, more_today=cut == today,
        median=_time(median(seconds)) if seconds else "",
        slowest=_time(quantiles(seconds, n=20, method="inclusive")[-1]) if len(seconds) > 1 else "",
    )  # fmt: skip


def columns(counts: Sequence[tuple[date, int]]) -> tuple[Column, ...]:
    """One column a day, the highest as high as the picture; a day without runs keeps a line at the bottom."""
    most = max((count for _, count in counts), default=0) or 1
    heights = [round(max(_LEAST, count / most * _HEIGHT), 1) for _, count in counts]
    return tuple(
        Column(n * _STEP, round(_HEIGHT - height, 1), height, day, count)
        for n, ((day, count), height) in enumerate(zip(counts, heights, strict=True))
    )


def initials(title: str) -> str:
    """One or two letters that stand for a title; the first character of one in Chinese."""
    words = [word for word in title.replace("-", " ").split() if word[0].isalnum()]
    if not words or not words[0].isascii():
        return title[:1]
    names = [word[0].upper() for word in words if word.lower() not in _SMALL_WORDS]
    return "".join(names[:_MOST_INITIALS])


def _time(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= _SECOND else f"{seconds * 1000:.0f} ms"
