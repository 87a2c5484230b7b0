"""What was used, added up by whatever is asked: department, agent, run, model, day."""

from collections.abc import Iterable, Sequence
from datetime import UTC
from decimal import Decimal
from typing import Literal, get_args

import msgspec

from openward.domain.errors import InputError
from openward.domain.usage import UsageEntry, amount

By = Literal["department", "agent", "run", "model", "day"]


class Sum(msgspec.Struct, kw_only=True):
    """What was used under one heading (billionths of money); `uncertain` is counted whole because nobody knows."""

    calls: int = 0
    failed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    counted: int = 0
    uncertain: int = 0


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the accounts."""

    heading: dict[By, str]
    calls: int
    failed: int
    input_tokens: int
    output_tokens: int
    money: Decimal
    uncertain: Decimal


def headings(names: Iterable[str]) -> tuple[By, ...]:
    """What to add up by.

    Raises:
        InputError: there is no such heading.
    """
    known = get_args(By)
    found = tuple(name for name in known if name in names)
    if strange := sorted(set(names) - set(known)):
        raise InputError(f"usage cannot be added up by '{', '.join(strange)[:80]}'; use {', '.join(known)}")
    return found


def lines(entries: Iterable[UsageEntry], by: Sequence[By]) -> tuple[Line, ...]:
    """The accounts, sorted by their headings."""
    sums: dict[tuple[str, ...], Sum] = {}
    for entry in entries:
        if entry.settlement is None or entry.settlement.outcome != "shared":
            _add(sums.setdefault(tuple(_heading(entry, name) for name in by), Sum()), entry)
    return tuple(_line(by, place, sums[place]) for place in sorted(sums))


def _line(by: Sequence[By], place: tuple[str, ...], sum: Sum) -> Line:
    return Line(
        heading=dict(zip(by, place, strict=True)), calls=sum.calls, failed=sum.failed, input_tokens=sum.input_tokens,
        output_tokens=sum.output_tokens, money=amount(sum.counted), uncertain=amount(sum.uncertain),
    )  # fmt: skip


def _heading(entry: UsageEntry, name: By) -> str:
    held = entry.reservation
    if name == "model":
        return held.model
    if name == "day":
        return held.at.astimezone(UTC).date().isoformat()
    value: str = getattr(held.account, name)
    return value


def _add(sum: Sum, entry: UsageEntry) -> None:
    done = entry.settlement
    sum.calls += 1
    if done is None:
        sum.uncertain += entry.reservation.money
        return
    sum.failed += done.outcome == "failed"
    if done.usage is not None and done.outcome == "answered":
        sum.input_tokens += done.usage.input_tokens
        sum.output_tokens += done.usage.output_tokens
    if done.outcome in {"answered", "failed"}:
        sum.counted += done.money
    else:
        sum.uncertain += done.money
