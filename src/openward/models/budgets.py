"""Which budgets a call draws on, and what it may cost at most."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import msgspec

from openward.domain.errors import BudgetError
from openward.domain.model import Model
from openward.domain.usage import (
    BILLIONTHS,
    Account,
    Budget,
    Hold,
    Outcome,
    Refusal,
    Reservation,
    Settlement,
    Tally,
    Usage,
)
from openward.domain.usage import amount as money_of
from openward.models.registry import Registry, price_on

_WINDOWS: Final = {"day": "%Y-%m-%d", "month": "%Y-%m"}


def holds(registry: Registry, account: Account, day: date) -> tuple[Hold, ...]:
    """The budgets that a call draws on, each once, with its tightest limits; days and months are those of UTC."""
    found: dict[tuple[str, str], Hold] = {}
    for budget in (*registry.budgets, *account.budgets):
        key = _key(budget, account)
        if key is not None:
            window = day.strftime(_WINDOWS[budget.period]) if budget.period in _WINDOWS else "total"
            found[key, window] = _tighter(found.get((key, window)), budget, key, window)
    return tuple(found[place] for place in sorted(found))


def _key(budget: Budget, account: Account) -> str | None:
    """Whose budget it is; None when it does not concern this account."""
    if budget.scope == "ward":
        return "ward:*"
    id: str = getattr(account, budget.scope)
    # A call outside of any run or agent is nobody's run; but it is always some department's, if only an unnamed one.
    if (not id and budget.scope != "department") or budget.id not in {"*", id}:
        return None
    return f"{budget.scope}:{id}"


def _tighter(hold: Hold | None, budget: Budget, key: str, window: str) -> Hold:
    money = [] if budget.money is None else [int(budget.money * BILLIONTHS)]
    tokens = [] if budget.tokens is None else [budget.tokens]
    if hold is not None:
        money += [] if hold.money is None else [hold.money]
        tokens += [] if hold.tokens is None else [hold.tokens]
    return Hold(key=key, window=window, money=min(money, default=None), tokens=min(tokens, default=None))


def most(model: Model, usage: Usage, drawn: tuple[Hold, ...], day: date) -> tuple[int, str]:
    """What a call can cost at most (billionths), and the version of the price.

    Raises:
        BudgetError: the model is remote, and has no price on this day or no budget of money covers the call.
    """
    price = price_on(model, day)
    if model.locality == "local":
        return (price.of(usage) if price else 0), (price.version if price else "")
    if price is None:
        raise BudgetError(f"model '{model.id}' has no price on {day}; write it into the registry")
    if all(hold.money is None for hold in drawn):
        raise BudgetError(
            f"no budget of money covers this call of the remote model '{model.id}'; "
            "set one in the registry for the ward or the department"
        )
    return price.of(usage), price.version


def settlement(
    reservation: Reservation, model: Model, usage: Usage | None, now: datetime, *, answered: bool = True
) -> Settlement:
    """What an answered call is settled at: what the server reports, unless it reports nothing or the impossible."""
    if not reservation.money and not reservation.tokens:
        return msgspec.structs.replace(whole(reservation, "answered", now), usage=usage)
    if usage is None or (answered and not usage.output_tokens) or min(usage.input_tokens, usage.output_tokens) < 0:
        return whole(reservation, "unreported", now)
    price = next((price for price in model.prices if price.version == reservation.price), None)
    cost = price.of(usage) if price else 0
    if cost > reservation.money or usage.tokens > reservation.tokens:
        return whole(reservation, "disputed", now, usage, cost)
    return Settlement(
        reservation=reservation.id, at=now, outcome="answered", money=cost, tokens=usage.tokens, usage=usage,
        claimed=cost,
    )  # fmt: skip


def whole(
    reservation: Reservation, outcome: Outcome, now: datetime, usage: Usage | None = None, claimed: int = 0
) -> Settlement:
    """A settlement at all that was held."""
    return Settlement(
        reservation=reservation.id, at=now, outcome=outcome, money=reservation.money, tokens=reservation.tokens,
        usage=usage, claimed=claimed,
    )  # fmt: skip


def nothing(reservation: Reservation, now: datetime) -> Settlement:
    """A settlement of a call that used nothing."""
    return Settlement(reservation=reservation.id, at=now, outcome="failed", money=0, tokens=0)


def short(refusal: Refusal, currency: str) -> BudgetError:
    """The error that says which budget does not suffice."""
    unit = currency if refusal.what == "money" else "tokens"
    left, asked = (
        (money_of(refusal.left), money_of(refusal.asked)) if refusal.what == "money" else (refusal.left, refusal.asked)
    )
    return BudgetError(
        f"the budget of {refusal.key} ({refusal.window}) has {left} {unit} left and this call can use up to {asked}; "
        "wait for the next period, ask for a shorter answer, or raise the budget in the registry"
    )


def windows(day: date) -> tuple[str, ...]:
    """The windows of time that are open on a day."""
    return ("total", *(day.strftime(form) for form in _WINDOWS.values()))


class State(msgspec.Struct, frozen=True, kw_only=True):
    """How far a budget is used: spent, and held for calls under way; without a key nobody has drawn on it yet."""

    budget: Budget
    window: str
    key: str = ""
    spent: Decimal = Decimal(0)
    held: Decimal = Decimal(0)
    spent_tokens: int = 0
    held_tokens: int = 0


def states(registry: Registry, tallies: Iterable[tuple[str, str, Tally]], day: date) -> tuple[State, ...]:
    """How far each budget of the registry is used on a day, by everybody whom it concerns."""
    known = [*tallies]
    found: list[State] = []
    for budget in registry.budgets:
        window = day.strftime(_WINDOWS[budget.period]) if budget.period in _WINDOWS else "total"
        drawn = [_state(budget, *one) for one in known if one[1] == window and _concerns(budget, one[0])]
        found += drawn or [State(budget=budget, window=window)]
    return tuple(found)


def _concerns(budget: Budget, key: str) -> bool:
    scope, _, id = key.partition(":")
    return scope == budget.scope and budget.id in {"*", id}


def _state(budget: Budget, key: str, window: str, tally: Tally) -> State:
    return State(
        budget=budget, window=window, key=key, spent=money_of(tally.spent_money), held=money_of(tally.held_money),
        spent_tokens=tally.spent_tokens, held_tokens=tally.held_tokens,
    )  # fmt: skip


def lost(reservations: Iterable[Reservation], now: datetime) -> list[Settlement]:
    """Settlements of what nobody came back for: all of it counts, since nobody knows that it was not used."""
    return [whole(reservation, "lost", now) for reservation in reservations]
