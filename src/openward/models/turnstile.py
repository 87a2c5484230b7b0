"""Lets calls to models through: a pause before a second try, the breaker, the budgets; and counts them afterwards."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import lru_cache, partial
from itertools import count
from typing import Final, TypeVar

import msgspec

from openward.domain.errors import BudgetError, EndpointError
from openward.domain.model import Embedding, Model, Reply
from openward.domain.usage import Reservation, Settlement, Usage, amount
from openward.models.breaker import Breaker
from openward.models.budgets import holds, most, nothing, settlement, short, whole
from openward.models.registry import Registry
from openward.models.till import Till
from openward.models.trip import Trip
from openward.ports.clock import Clock
from openward.ports.ids import Ids

_FIRST_PAUSE: Final = 0.25
_LONGEST_PAUSE: Final = 10.0
# How long after its time a call may still come to settle.
_GRACE: Final = 60.0
# As many runs are known in which a model let the time go by.
_RUNS: Final = 1024
Answer = TypeVar("Answer", Reply, Embedding)
Pause = Callable[[float], Awaitable[None]]


class Turnstile:
    """One for all calls of a gateway."""

    def __init__(self, registry: Registry, till: Till, clock: Clock, ids: Ids, pause: Pause = asyncio.sleep) -> None:
        self._registry = registry
        self._till = till
        self._clock = clock
        self._numbers = _Numbers(ids)
        self._holds = lru_cache(maxsize=1024)(partial(holds, registry))
        self._pause = pause
        self._breakers = {model.id: Breaker() for model in registry.models}
        self._late: dict[tuple[str, str], None] = {}

    def resting(self, model: Model) -> bool:
        """Whether a model is left alone just now, because its server kept failing."""
        return self._breakers[model.id].resting

    async def enter(self, trip: Trip, model: Model, bound: Usage) -> Reservation | None:
        """Reserves for a call that may use as much as `bound`; None when this model is not to be asked (again).

        Raises:
            StoreError: the reservation cannot be written; nothing is asked then.
        """
        if trip.tried[model.id] and not await self._waited(trip, model):
            return None
        if trip.left <= 0:
            return None
        if (trip.request.account.run, model.id) in self._late:
            trip.note(model, "it did not answer in time earlier in this run")
            return None
        if not self._breakers[model.id].lets():
            trip.note(model, "it failed again and again and is left alone for a while")
            return None
        try:
            reservation = await self._reserved(trip, model, bound)
        except BudgetError as error:
            self._breakers[model.id].left()
            trip.short_of(error)
            return None
        except BaseException:
            self._breakers[model.id].left()
            raise
        trip.begin(model)
        return reservation

    async def ask(self, trip: Trip, model: Model, held: Reservation, call: Awaitable[Answer]) -> Answer | None:
        """Awaits an answer and counts it; None when the server failed."""
        try:
            answer = await call
        except EndpointError as error:
            self.failed(trip, model, held, error)
            return None
        except BaseException:
            self.left(model, held)
            raise
        return self.answered(model, held, answer)

    def answered(self, model: Model, held: Reservation, answer: Answer) -> Answer:
        """Counts an answer; gives it with what it cost."""
        talked = isinstance(answer, Reply)
        done = settlement(held, model, answer.usage, self._clock.now(), answered=talked)
        self._settle(done)
        self._breakers[model.id].worked()
        return msgspec.structs.replace(answer, model=model.id, version=model.version, cost=amount(done.money))

    def failed(self, trip: Trip, model: Model, held: Reservation, error: EndpointError) -> None:
        """Counts a failure: nothing was used, unless the server may have worked for it."""
        now = self._clock.now()
        self._settle(whole(held, "unknown", now) if error.used else nothing(held, now))
        if error.ill:
            self._breakers[model.id].failed(trip.waited if error.late else 0.0)
            self._note_late(trip.request.account.run, model, late=error.late)
        else:
            self._breakers[model.id].left()
        trip.failed(model, error)

    def left(self, model: Model, held: Reservation) -> None:
        """Counts a call that was given up: the server may go on working for it, so all of it counts."""
        self._settle(whole(held, "unknown", self._clock.now()))
        self._breakers[model.id].left()

    def _note_late(self, run: str, model: Model, *, late: bool) -> None:
        """A model that let the time go by is not waited for again in the same run: what is left is for another."""
        if late and run:
            self._late[run, model.id] = None
            while len(self._late) > _RUNS:
                self._late.pop(next(iter(self._late)), None)

    def _settle(self, done: Settlement) -> None:
        self._till.settle(done)

    async def _waited(self, trip: Trip, model: Model) -> bool:
        error = trip.again(model)
        if error is None:
            return False
        grown = _FIRST_PAUSE * 2.0 ** trip.tried[model.id] * random.uniform(0.5, 1.0)  # noqa: S311 - it keeps no secret
        wanted = grown if error.after is None else error.after
        if wanted > _LONGEST_PAUSE or wanted >= trip.left:
            trip.note(model, f"it wants to be left alone for {wanted:.0f} s")
            return False
        await self._pause(wanted)
        return True

    async def _reserved(self, trip: Trip, model: Model, bound: Usage) -> Reservation:
        now, account = self._clock.now(), trip.request.account
        drawn = self._holds(account, now.date())
        money, price = most(model, bound, drawn, now.date())
        reservation = Reservation(
            id=self._numbers.next(), at=now, expires=now + timedelta(seconds=trip.request.seconds + _GRACE),
            model=model.id, account=msgspec.structs.replace(account, budgets=()), money=money, tokens=bound.tokens,
            price=price, holds=drawn,
        )  # fmt: skip
        refusal = await self._till.reserve(reservation)
        if refusal is not None:
            raise short(refusal, self._registry.currency)
        return reservation


class _Numbers:
    """Ids of calls: one new id for each process, and a count; random numbers cost more than all else in a call."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._process = -1
        self._begin = ""
        self._count = count()

    def next(self) -> str:
        """The next id, unique among all processes."""
        if self._process != os.getpid():
            self._process, self._begin, self._count = os.getpid(), self._ids.new("call"), count()
        return f"{self._begin}-{next(self._count):08d}"
