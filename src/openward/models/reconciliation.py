"""Our books against the provider's bill: for each day and model, what we counted and what they charge."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import UTC, date
from decimal import Decimal
from typing import Literal

import msgspec

from openward.domain.errors import InputError
from openward.domain.usage import UsageEntry, amount


class BillLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a provider's bill: what a model cost on a day (UTC), as they say."""

    day: date
    model: str
    money: Decimal
    tokens: int | None = None


def bill_of(text: str, names: Mapping[str, str]) -> tuple[BillLine, ...]:
    """The lines of a bill in CSV with the columns day, model, money and, where it is told, tokens.

    `names` gives the id in the registry for what the provider calls a model.

    Raises:
        InputError: a column or a value is not as it should be; the message names the line.
    """
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        if missing := {"day", "model", "money"} - {*(rows.fieldnames or ())}:
            raise InputError(f"the bill has no column {', '.join(sorted(missing))}; it needs day, model, money")
        return tuple(_bill_line(row, names, rows.line_num) for row in rows)
    except csv.Error as error:
        raise InputError(f"the bill is no CSV (line {rows.line_num}): {error}") from None


def _bill_line(row: dict[str, str], names: Mapping[str, str], line: int) -> BillLine:
    model = row["model"] or ""
    told = {
        "day": row["day"],
        "model": names.get(model, model),
        "money": row["money"],
        "tokens": row.get("tokens") or None,
    }
    try:
        read = msgspec.convert(told, BillLine, strict=False)
    except msgspec.ValidationError as error:
        raise InputError(f"line {line} of the bill: {error}") from None
    if not read.money.is_finite():
        raise InputError(f"line {line} of the bill: the money is no amount")
    return read


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """One day of one model.

    `counted` is what the server reported and the price makes of it; `uncertain` is what we counted whole because nobody
    knows (no report, no answer, a crash), so that the bill may lie anywhere from `counted` to both together; `disputed`
    is what servers claimed beyond what can be.
    """

    day: date
    model: str
    calls: int
    counted: Decimal
    uncertain: Decimal
    disputed: Decimal
    billed: Decimal | None
    says: Literal["agrees", "billed more", "billed less", "not billed", "not ours"]


class _Sum(msgspec.Struct):
    calls: int = 0
    counted: int = 0
    uncertain: int = 0
    disputed: int = 0


def compare(
    entries: Iterable[UsageEntry], bill: Iterable[BillLine], *, tolerance: Decimal = Decimal("0.01")
) -> tuple[Comparison, ...]:
    """Each day of each model that we or the provider know of, oldest first; `tolerance` is in money, for rounding."""
    sums: dict[tuple[date, str], _Sum] = {}
    for entry in entries:
        _add(sums.setdefault((entry.reservation.at.astimezone(UTC).date(), entry.reservation.model), _Sum()), entry)
    billed: dict[tuple[date, str], Decimal] = {}
    for line in bill:
        billed[line.day, line.model] = billed.get((line.day, line.model), Decimal(0)) + line.money
    return tuple(_compared(place, sums.get(place), billed.get(place), tolerance) for place in sorted({*sums, *billed}))


def _add(sum: _Sum, entry: UsageEntry) -> None:
    done = entry.settlement
    if done is not None and done.outcome == "shared":
        return
    sum.calls += 1
    if done is None:
        sum.uncertain += entry.reservation.money
    elif done.outcome == "answered":
        sum.counted += done.money
    else:
        sum.uncertain += done.money
        sum.disputed += max(0, done.claimed - done.money)


def _compared(place: tuple[date, str], sum: _Sum | None, billed: Decimal | None, tolerance: Decimal) -> Comparison:
    known = sum or _Sum()
    least, most = amount(known.counted), amount(known.counted + known.uncertain)
    return Comparison(
        day=place[0], model=place[1], calls=known.calls, counted=least, uncertain=amount(known.uncertain),
        disputed=amount(known.disputed), billed=billed, says=_says(sum, least, most, billed, tolerance),
    )  # fmt: skip


def _says(
    sum: _Sum | None, least: Decimal, most: Decimal, billed: Decimal | None, tolerance: Decimal
) -> Literal["agrees", "billed more", "billed less", "not billed", "not ours"]:
    if sum is None:
        return "not ours"
    if billed is None:
        return "agrees" if not most else "not billed"
    if billed > most + tolerance:
        return "billed more"
    return "billed less" if billed < least - tolerance else "agrees"
