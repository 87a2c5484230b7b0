"""The parts of the gateway: bounds, prices, breaker, kept answers, till, books."""

import asyncio
import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contracts.samples import LATER, NOW, hold, reservation, settlement

from openward.adapters.memory import FixedClock
from openward.adapters.memory_usage import MemoryUsageStore
from openward.domain.errors import StoreError
from openward.domain.model import ChatRequest, Image, Message, Model, Reply, Tool
from openward.domain.usage import Account, Budget, Hold, Price, Tally, Usage, UsageEntry
from openward.models.bounds import about_input, most_input, most_output
from openward.models.breaker import Breaker
from openward.models.budgets import holds
from openward.models.cache import Cache, digest_of
from openward.models.reconciliation import BillLine, compare
from openward.models.registry import Registry
from openward.models.till import Till

MODEL = Model(id="m", locality="local", version="1", address="http://gpu/v1")


def ask(text, **more):
    return ChatRequest(messages=(Message(role="user", text=text),), **more)


@given(st.text())
def test_a_token_is_at_least_a_byte(text):
    assert most_input(ask(text), MODEL) >= len(text.encode("utf-8", "replace")) + MODEL.overhead
    assert about_input(ask(text)) <= most_input(ask(text), MODEL)


def test_tools_schemas_and_pictures_count():
    tool = Tool(name="f", description="d" * 1000)
    bare = most_input(ask("x"), MODEL)
    assert most_input(ask("x", tools=(tool,)), MODEL) > bare + 1000
    assert most_input(ask("x", schema={"description": "d" * 500}), MODEL) > bare + 500
    picture = ChatRequest(messages=(Message(role="user", text="x", images=(Image("image/png", b""),)),))
    assert most_input(picture, MODEL) == bare + MODEL.image_tokens
    assert most_output(ask("x", max_tokens=10**9), MODEL) == MODEL.output


def test_a_price_is_exact_and_rounds_up():
    price = Price(
        version="1", since=date(2026, 1, 1), input=Decimal("0.27"), output=Decimal("1.10"), cached=Decimal("0.07")
    )
    assert price.of(Usage(input_tokens=1_000_000)) == 270_000_000
    assert price.of(Usage(input_tokens=1)) == 270
    assert price.of(Usage(input_tokens=10, cached_tokens=4, output_tokens=1)) == 6 * 270 + 4 * 70 + 1100
    assert (
        Price(version="1", since=date(2026, 1, 1), input=Decimal("0.0001"), output=Decimal(1)).of(Usage(input_tokens=1))
        == 1
    )


def test_a_call_draws_on_the_budgets_that_concern_it_each_once_and_tightest():
    registry = Registry(budgets=(
        Budget(scope="ward", period="month", money=Decimal(1000)),
        Budget(scope="department", period="month", money=Decimal(100)),
        Budget(scope="department", id="icu", period="month", money=Decimal(50), tokens=7),
        Budget(scope="department", id="er", period="month", tokens=1),
        Budget(scope="agent", period="day", tokens=9),
        Budget(scope="run", tokens=5),
    ))  # fmt: skip
    found = holds(registry, Account(department="icu", run="r1", budgets=(Budget(scope="run", tokens=3),)), NOW.date())
    assert found == (
        Hold(key="department:icu", window="2026-01", money=50 * 10**9, tokens=7),
        Hold(key="run:r1", window="total", tokens=3),
        Hold(key="ward:*", window="2026-01", money=1000 * 10**9),
    )
    assert [one.key for one in holds(registry, Account(), NOW.date())] == ["department:", "ward:*"]


def test_a_breaker_opens_at_once_for_as_long_as_was_waited_in_vain():
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    breaker.failed(20.0)
    now[0] = 19.0
    assert not breaker.lets()
    now[0] = 20.0
    assert breaker.lets()
    breaker.failed(5000.0)
    now[0] = 80.0
    assert breaker.lets()


def test_a_breaker_opens_after_five_failures_and_lets_one_try():
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    for _ in range(5):
        assert breaker.lets()
        breaker.failed()
    assert not breaker.lets()
    now[0] = 2.0
    assert breaker.lets()
    assert not breaker.lets()
    breaker.failed()
    now[0] = 5.9
    assert not breaker.lets()
    now[0] = 6.0
    assert breaker.lets()
    breaker.worked()
    assert breaker.lets()


def test_a_try_that_is_given_up_lets_another_one_try():
    breaker = Breaker(lambda: 100.0)
    for _ in range(5):
        breaker.failed()
    breaker._until = 0.0
    assert breaker.lets()
    breaker.left()
    assert breaker.lets()


def test_a_digest_tells_what_decides_about_an_answer_and_nothing_else():
    base = digest_of(MODEL, ask("x"))
    assert digest_of(MODEL, ask("x", account=Account(run="r"), seconds=1.0, fresh=True, model="m")) == base
    others = [ask("y"), ask("x", temperature=0.1), ask("x", max_tokens=1), ask("x", seed=1), ask("x", schema={})]
    assert base not in {digest_of(MODEL, other) for other in others}
    assert digest_of(Model(id="m", locality="local", version="2", address=MODEL.address), ask("x")) != base


def test_kept_answers_stay_within_their_bytes():
    cache = Cache(1000)
    for n in range(20):
        cache.put(str(n), Reply(text="x" * 100, model="m"))
    cache.put("huge", Reply(text="x" * 2000, model="m"))
    kept = [n for n in range(20) if cache.get(str(n))]
    assert kept == list(range(20 - len(kept), 20))
    assert 0 < len(kept) < 10
    assert cache.get("huge") is None


class Slow(MemoryUsageStore):
    """Counts its transactions and can be made to fail."""

    def __init__(self):
        super().__init__()
        self.batches = []
        self.go = threading.Event()
        self.broken = False

    def apply(self, batch):
        self.go.wait(10)
        self.batches.append(len(batch))
        if self.broken:
            raise StoreError("the disk is full")
        return super().apply(batch)


def test_what_waits_together_is_written_together():
    store = Slow()
    till = Till(store, FixedClock())

    async def many():
        waiting = [asyncio.create_task(till.reserve(reservation(f"call-{n}", money=100, tokens=1))) for n in range(50)]
        await asyncio.sleep(0.05)
        store.go.set()
        return await asyncio.gather(*waiting)

    refused = asyncio.run(many())
    assert [refusal is None for refusal in refused] == [True] * 10 + [False] * 40
    assert len(store.batches) <= 2
    till.settle(settlement("call-0", money=1, tokens=1))
    till.flush()
    assert store.tally(hold()) == Tally(spent_money=1, held_money=900, spent_tokens=1, held_tokens=9)
    till.close()


def test_one_that_cannot_be_written_does_not_stop_the_others():
    store = Slow()
    store.go.set()
    till = Till(store, FixedClock())
    store.apply([reservation("there")])

    async def some():
        return await asyncio.gather(
            *(till.reserve(reservation(id)) for id in ("a", "there", "b")), return_exceptions=True
        )

    a, there, b = asyncio.run(some())
    assert (a, b) == (None, None)
    assert isinstance(there, StoreError)
    till.close()


def test_when_nothing_can_be_written_nothing_is_asked_and_it_is_told():
    store = Slow()
    store.go.set()
    store.broken = True
    till = Till(store, FixedClock())
    with pytest.raises(StoreError, match="the disk is full"):
        asyncio.run(till.reserve(reservation()))
    till.settle(settlement())
    with pytest.raises(StoreError, match="could not be settled, all that was held counts"):
        till.flush()
    till.close()


def test_a_till_that_is_closed_has_written_all():
    store = Slow()
    store.go.set()
    store.apply([reservation()])
    till = Till(store, FixedClock())
    till.settle(settlement())
    till.close()
    assert store.tally(hold()).spent_money == 120


def entries():
    done = settlement("call-1", money=100_000_000, tokens=1)
    held = {"money": 500_000_000}
    yield UsageEntry(reservation=reservation("call-1", **held), settlement=done)
    unknown = settlement("call-2", outcome="unknown", money=500_000_000)
    yield UsageEntry(reservation=reservation("call-2", **held), settlement=unknown)
    claims = settlement("call-3", outcome="disputed", money=500_000_000, claimed=900_000_000)
    yield UsageEntry(reservation=reservation("call-3", at=NOW + timedelta(days=1), **held), settlement=claims)
    yield UsageEntry(reservation=reservation("call-4", at=NOW + timedelta(days=2), model="n", **held))


@pytest.mark.parametrize(
    ("billed", "says"),
    [("0.05", "billed less"), ("0.10", "agrees"), ("0.60", "agrees"), ("0.70", "billed more")],
)
def test_the_bill_is_compared_day_by_day_and_model_by_model(billed, says):
    bill = [
        BillLine(day=NOW.date(), model="m", money=Decimal(billed)),
        BillLine(day=LATER.date(), model="x", money=Decimal(1)),
    ]
    first, second, stranger, third = compare(entries(), bill)
    assert (first.says, first.calls, first.counted, first.uncertain) == (says, 2, Decimal("0.1"), Decimal("0.5"))
    assert (second.says, second.disputed, second.billed) == ("not billed", Decimal("0.4"), None)
    assert (stranger.model, stranger.says) == ("x", "not ours")
    assert (third.model, third.says, third.uncertain) == ("n", "not billed", Decimal("0.5"))
