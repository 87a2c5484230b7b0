"""What is set aside for several calls at once never lets a budget be passed, and nothing that was used is forgotten."""

import asyncio
import random
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.contracts.samples import NOW, hold, reservation, settlement

from openward.adapters.memory import FixedClock
from openward.adapters.memory_usage import MemoryUsageStore
from openward.domain.usage import Settlement, Tally
from openward.models import leases
from openward.models.leases import Lease, key_of, lease_for
from openward.models.till import Till

ROOMY = hold(money=100_000, tokens=10**9)


class Watched(MemoryUsageStore):
    """Counts transactions and keeps the most that was ever spent and held together."""

    def __init__(self):
        super().__init__()
        self.transactions = self.most = 0

    def apply(self, batch):
        done = super().apply(batch)
        self.transactions += 1
        now = self.tally(ROOMY)
        self.most = max(self.most, now.spent_money + now.held_money)
        return done


def call(id, money=300, **more):
    return reservation(id, money=money, tokens=10, holds=(ROOMY,), **more)


def done(id, money=120):
    return settlement(id, money=money, tokens=5)


def test_a_lease_is_a_small_share_of_what_is_left_and_none_when_little_is():
    store = Watched()
    taken = lease_for(call("a"), store.tally)
    assert taken is not None
    assert (taken.id, taken.money, taken.tokens) == ("a-lease", 300 * 20, 10 * 20)
    store.apply([call("b", money=97_000)])
    assert lease_for(call("a"), store.tally) is None
    assert lease_for(reservation(holds=()), store.tally).money == 300 * 512


def test_only_calls_that_draw_on_the_same_budgets_share_a_lease():
    assert key_of(call("a")) == key_of(call("b", money=7))
    assert key_of(call("a")) != key_of(call("b", model="n"))
    assert key_of(call("a")) != key_of(msgspec.structs.replace(call("b"), holds=(hold(window="2026-02"),)))


@pytest.fixture
def taken():
    """A store, and a lease of 20 calls in it."""
    store = Watched()
    held = lease_for(call("a"), store.tally)
    store.apply([held])
    return store, Lease(held)


def test_what_calls_of_a_lease_use_counts_when_it_ends(taken):
    store, lease = taken
    assert all(lease.draw(call(f"c{n}")) for n in range(20))
    assert not lease.draw(call("too many"))
    for n in range(20):
        store.apply(lease.settle(done(f"c{n}")))
    assert store.tally(ROOMY) == Tally(held_money=6000, held_tokens=200)
    store.apply(lease.close(NOW))
    assert store.tally(ROOMY) == Tally(spent_money=20 * 120, spent_tokens=20 * 5)


def test_a_call_that_is_under_way_when_its_lease_ends_keeps_what_was_set_aside(taken):
    store, lease = taken
    assert lease.draw(call("slow"))
    others = msgspec.structs.replace(call("other", money=94_000), holds=(hold(money=None, tokens=None),))
    store.apply([others])
    store.apply(lease.close(NOW))
    assert store.tally(ROOMY).held_money == 94_000 + 300
    store.apply([done("slow")])
    assert (store.tally(ROOMY).spent_money, store.tally(ROOMY).held_money) == (120, 94_000)


def test_a_call_under_way_keeps_it_even_when_the_budget_was_passed_by_others_meanwhile(taken):
    store, lease = taken
    assert lease.draw(call("slow"))
    store.apply([msgspec.structs.replace(call("other", money=10**6), holds=(hold(money=None, tokens=None),))])
    assert store.apply(lease.close(NOW)) == (None, None)
    assert store.apply([done("slow")]) == (None,)


def test_a_lease_that_nobody_ends_is_lost_whole(taken):
    store, lease = taken
    assert lease.draw(call("a"))
    (left,) = store.unsettled(NOW + timedelta(days=1))
    store.apply([Settlement(reservation=left.id, at=NOW, outcome="lost", money=left.money, tokens=left.tokens)])
    assert store.tally(ROOMY).spent_money == 6000


@given(st.lists(st.sampled_from(["draw", "settle", "end", "other"]), max_size=120), st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_whatever_comes_the_budget_holds_and_the_sums_are_right(steps, seed):
    chance, store, open_leases, late = random.Random(seed), Watched(), [], []
    for number, step in enumerate(steps):
        if step == "draw":
            _draw(store, open_leases, call(f"c{number}", money=chance.randrange(1, 300)))
        elif step == "settle" and open_leases and open_leases[-1].calls:
            store.apply(open_leases[-1].settle(done(chance.choice(open_leases[-1].calls), 0)))
        elif step == "end" and open_leases:
            lease = open_leases.pop()
            late += lease.calls
            store.apply(lease.close(NOW))
        elif step == "other":
            store.apply([call(f"other-{number}", money=chance.randrange(20_000))])
    assert store.most <= ROOMY.money
    for lease in open_leases:
        late += lease.calls
        store.apply(lease.close(NOW))
    store.apply([done(id, 1) for id in late])
    others = sum(left.money for left in store.unsettled(NOW + timedelta(days=9)))
    assert (store.tally(ROOMY).spent_money, store.tally(ROOMY).held_money) == (len(late), others)
    assert store.most <= ROOMY.money


def _draw(store, open_leases, wanted):
    """A call draws on the open lease, or a new lease is taken for it."""
    if open_leases and open_leases[-1].draw(wanted):
        return
    held = lease_for(wanted, store.tally)
    if held is not None and store.apply([held]) == (None,):
        open_leases.append(Lease(held))
        assert open_leases[-1].draw(wanted)


def test_calls_that_come_often_share_transactions_and_all_is_counted(monkeypatch):
    monkeypatch.setattr(leases, "_SECONDS", 0.05)
    store = Watched()
    till = Till(store, FixedClock())

    async def one(n):
        refusal = await till.reserve(call(f"c{n}"))
        if refusal is None:
            await asyncio.sleep(0.001 * (n % 3))
            till.settle(done(f"c{n}"))
        return refusal is None

    async def many():
        answers = []
        for start in range(0, 900, 30):
            answers += await asyncio.gather(*(one(n) for n in range(start, start + 30)))
        return answers

    answers = asyncio.run(many())
    till.flush()
    till.close()
    assert 300 < answers.count(True) < 900
    assert store.tally(ROOMY) == Tally(spent_money=120 * answers.count(True), spent_tokens=5 * answers.count(True))
    assert store.most <= ROOMY.money
    assert store.transactions < 600
