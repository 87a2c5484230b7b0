"""Models: what there is, what it costs, how far each budget is used, and who used what in the last month."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

import msgspec
from starlette.responses import Response

from openward.access.scopes import ADMIN
from openward.domain.usage import UsageEntry
from openward.doors.console.visit import PageRoute, Visit, draw
from openward.models.accounts import lines
from openward.models.budgets import State, states, windows
from openward.models.registry import price_on

_DAYS: Final = 30
_BY: Final = ("department", "agent", "model")
_HIGH: Final = 90.0
_STEP: Final = 20
_FULL: Final = 0.9
_FILE: Final = "models.toml"


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day of the picture of usage: where its bar stands, how high it is, and what it is made of."""

    day: date
    x: int
    height: float
    calls: int = 0
    tokens: int = 0
    money: Decimal = Decimal(0)


class Gauge(msgspec.Struct, frozen=True, kw_only=True):
    """How far one limit of a budget is used, as parts of the whole; `near` says that little is left."""

    spent: Decimal | int
    held: Decimal | int
    limit: Decimal | int

    @property
    def left(self) -> Decimal | int:
        """What is left of it."""
        return max(self.limit - self.spent - self.held, type(self.limit)(0))

    @property
    def used(self) -> float:
        """The part that is spent."""
        return min(float(self.spent) / float(self.limit), 1.0) if self.limit else 1.0

    @property
    def kept(self) -> float:
        """The part that is held for calls under way."""
        return min(float(self.held) / float(self.limit), 1.0 - self.used) if self.limit else 0.0

    @property
    def near(self) -> bool:
        """Whether it is nearly used up."""
        return self.used + self.kept > _FULL


def models(visit: Visit) -> Response:
    """The registry, the budgets and the usage."""
    ward = visit.ward
    ward.access.require(visit.actor, ADMIN)
    registry, now = ward.models.registry, ward.clock.now()
    today = now.date()
    since = datetime.combine(today - timedelta(days=_DAYS - 1), time(), UTC)
    entries = tuple(ward.stores.usage.entries(since, now + timedelta(days=1)))
    budgets = states(registry, ward.stores.usage.tallies(windows(today)), today)
    return draw(
        visit, "models.html", registry=registry, prices={m.id: price_on(m, today) for m in registry.models},
        budgets=[(state, *_gauges(state)) for state in budgets], used=lines(entries, _BY), days=_DAYS,
        daily=daily(entries, since.date()), step=_STEP, high=_HIGH, file=ward.settings.home / _FILE,
    )  # fmt: skip


def state(visit: Visit) -> Response:
    """Whether each model can be asked now; every server is asked, so this part of the page comes after the rest."""
    visit.ward.access.require(visit.actor, ADMIN)
    held = visit.ward.models
    chats = [model for model in held.registry.models if model.kind != "predict"]
    resting = {model.id for model in chats if held.gateway.resting(model)}
    return draw(
        visit, "models_state.html", registry=held.registry, faults=held.faults(), resting=resting,
        at=visit.ward.clock.now(),
    )  # fmt: skip


def _gauges(state: State) -> tuple[Gauge | None, Gauge | None]:
    budget = state.budget
    money = None if budget.money is None else Gauge(spent=state.spent, held=state.held, limit=budget.money)
    tokens = None
    if budget.tokens is not None:
        tokens = Gauge(spent=state.spent_tokens, held=state.held_tokens, limit=budget.tokens)
    return money, tokens


def daily(entries: Iterable[UsageEntry], first: date) -> list[Day]:
    """The days of the last month, also those on which nobody asked anything."""
    told = {line.heading["day"]: line for line in lines(entries, ("day",))}
    most = max((line.input_tokens + line.output_tokens for line in told.values()), default=0)
    found = []
    for place in range(_DAYS):
        day = first + timedelta(days=place)
        line = told.get(day.isoformat())
        tokens = line.input_tokens + line.output_tokens if line else 0
        found.append(
            Day(
                day=day, x=place * _STEP, height=_HIGH * tokens / most if most else 0.0,
                calls=line.calls if line else 0, tokens=tokens, money=line.money if line else Decimal(0),
            )
        )  # fmt: skip
    return found


ROUTES: Final = (PageRoute("/console/models", models), PageRoute("/console/models/state", state))
