"""What every UsageStore must do, the fake and the real ones alike."""

import threading
from datetime import timedelta

import pytest
from tests.contracts.samples import LATER, NOW, hold, reservation, settlement

from openward.domain.errors import StoreError
from openward.domain.usage import Tally, Usage, UsageEntry
from openward.ports.store import Stores

SECOND = timedelta(seconds=1)


def test_an_unknown_budget_is_untouched(stores: Stores):
    assert stores.usage.tally(hold()) == Tally()
    assert stores.usage.apply([]) == ()


def test_the_budgets_of_a_window_are_listed(stores: Stores):
    other, earlier = hold(key="agent:a"), hold(window="2000-01")
    stores.usage.apply([reservation("a", holds=(hold(), other)), reservation("b", holds=(earlier,)), settlement("a")])
    spent = Tally(spent_money=120, spent_tokens=400)
    window = hold().window
    assert list(stores.usage.tallies({window})) == [(other.key, window, spent), (hold().key, window, spent)]
    assert [key for key, _, _ in stores.usage.tallies({window, "2000-01"})] == sorted([other.key, *[hold().key] * 2])
    assert list(stores.usage.tallies({"1999-01"})) == []


def test_what_is_reserved_is_held_and_what_is_settled_is_spent(stores: Stores):
    assert stores.usage.apply([reservation()]) == (None,)
    assert stores.usage.tally(hold()) == Tally(held_money=300, held_tokens=1000)
    assert stores.usage.apply([settlement()]) == (None,)
    assert stores.usage.tally(hold()) == Tally(spent_money=120, spent_tokens=400)


def test_what_a_server_claims_may_be_any_number(stores: Stores):
    claimed = Usage(input_tokens=10**30, output_tokens=1)
    stores.usage.apply([reservation(), settlement(outcome="disputed", usage=claimed, claimed=10**40)])
    (entry,) = stores.usage.entries(NOW, LATER)
    assert entry.settlement is not None
    assert (entry.settlement.usage, entry.settlement.claimed) == (claimed, 10**40)


def test_a_reservation_may_reach_its_limit_but_not_pass_it(stores: Stores):
    assert stores.usage.apply([reservation("a", money=1000)]) == (None,)
    (refusal,) = stores.usage.apply([reservation("b", money=1)])
    assert refusal is not None
    assert (refusal.key, refusal.what, refusal.left, refusal.asked) == ("department:icu", "money", 0, 1)


def test_tokens_are_limited_as_money_is(stores: Stores):
    (refusal,) = stores.usage.apply([reservation(tokens=5001)])
    assert refusal is not None
    assert (refusal.what, refusal.left, refusal.asked) == ("tokens", 5000, 5001)


def test_a_refused_reservation_leaves_nothing_behind(stores: Stores):
    two = (hold("department:icu"), hold("ward:*", money=100))
    assert stores.usage.apply([reservation("a", holds=two)]) != (None,)
    assert stores.usage.tally(two[0]) == Tally()
    assert list(stores.usage.entries(NOW, LATER)) == []
    with pytest.raises(StoreError, match="there is no such reservation"):
        stores.usage.apply([settlement("a")])


def test_a_batch_goes_on_after_a_refusal(stores: Stores):
    said = stores.usage.apply([reservation("a", money=900), reservation("b"), settlement("a"), reservation("c")])
    assert [refusal is None for refusal in said] == [True, False, True, True]
    assert stores.usage.tally(hold()) == Tally(spent_money=120, held_money=300, spent_tokens=400, held_tokens=1000)


def test_each_window_and_each_key_has_its_own_tally(stores: Stores):
    next_month, other = hold(window="2026-02"), hold("department:er")
    stores.usage.apply([reservation("a"), reservation("b", holds=(next_month,)), reservation("c", holds=(other,))])
    held = Tally(held_money=300, held_tokens=1000)
    assert [stores.usage.tally(place) for place in (hold(), next_month, other)] == [held] * 3


def test_two_limits_of_one_budget_count_once_and_both_hold(stores: Stores):
    both = (hold(money=1000, tokens=None), hold(money=None, tokens=1500))
    assert stores.usage.apply([reservation("a", holds=both)]) == (None,)
    assert stores.usage.tally(hold()) == Tally(held_money=300, held_tokens=1000)
    (refusal,) = stores.usage.apply([reservation("b", holds=both)])
    assert refusal is not None
    assert refusal.what == "tokens"


def test_no_limit_is_no_limit_but_is_counted(stores: Stores):
    free = hold(money=None, tokens=None)
    assert stores.usage.apply([reservation(money=10**15, tokens=10**12, holds=(free,))]) == (None,)
    assert stores.usage.tally(free) == Tally(held_money=10**15, held_tokens=10**12)


def test_a_reservation_is_written_once(stores: Stores):
    stores.usage.apply([reservation()])
    with pytest.raises(StoreError, match="kept already"):
        stores.usage.apply([reservation("b"), reservation()])
    assert stores.usage.tally(hold()).held_money == 300


def test_a_reservation_is_settled_once(stores: Stores):
    stores.usage.apply([reservation(), settlement()])
    stores.usage.apply([settlement(money=300, outcome="lost"), settlement(money=1)])
    assert stores.usage.tally(hold()) == Tally(spent_money=120, spent_tokens=400)


def test_a_settlement_is_never_more_than_what_was_held(stores: Stores):
    stores.usage.apply([reservation()])
    for wrong in ({"money": 301}, {"tokens": 1001}, {"money": -1}):
        with pytest.raises(StoreError, match="may not be more than what was held"):
            stores.usage.apply([settlement(**wrong)])
    assert stores.usage.tally(hold()) == Tally(held_money=300, held_tokens=1000)


def test_what_nobody_settled_is_found_after_it_expired(stores: Stores):
    late, later = reservation("b", expires=LATER - SECOND), reservation("a", expires=LATER)
    stores.usage.apply([later, late, reservation("c", holds=()), settlement("c")])
    assert stores.usage.unsettled(LATER) == (late,)
    assert stores.usage.unsettled(LATER + SECOND) == (late, later)
    assert stores.usage.unsettled(LATER + SECOND, limit=1) == (late,)


def test_calls_come_back_whole_in_order_of_time(stores: Stores):
    first, second = reservation("z"), reservation("a", at=NOW + SECOND)
    done = settlement("z", usage=Usage(input_tokens=300, output_tokens=100), claimed=7)
    stores.usage.apply([second, first, done])
    expected = [UsageEntry(reservation=first, settlement=done), UsageEntry(reservation=second)]
    assert list(stores.usage.entries(NOW, LATER)) == expected
    assert list(stores.usage.entries(NOW + SECOND, LATER)) == expected[1:]
    assert list(stores.usage.entries(NOW, NOW + SECOND)) == expected[:1]


def test_many_calls_stream_page_after_page(stores: Stores):
    stores.usage.apply([reservation(f"call-{n:04}", holds=(), at=NOW) for n in range(2001)])
    assert [entry.reservation.id for entry in stores.usage.entries(NOW, LATER)] == [f"call-{n:04}" for n in range(2001)]


def test_a_hundred_at_once_never_pass_the_budget(stores: Stores):
    """Each of 100 threads asks for a tenth of the budget: ten get it, in whatever order they come."""
    refused: list[bool] = []
    go = threading.Barrier(100)

    def ask(n: int) -> None:
        go.wait()
        (refusal,) = stores.usage.apply([reservation(f"call-{n}", money=100, tokens=1)])
        refused.append(refusal is not None)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused.count(False) == 10
    assert stores.usage.tally(hold()) == Tally(held_money=1000, held_tokens=10)


def test_the_tallies_are_what_the_rows_add_up_to(stores: Stores):
    for n in range(30):
        stores.usage.apply([reservation(f"call-{n}", money=10 + n, tokens=n, holds=(hold(),))])
    kept = [entry.reservation.id for entry in stores.usage.entries(NOW, LATER)]
    stores.usage.apply([settlement(id, money=n % 10, tokens=0) for n, id in enumerate(kept) if n % 3])
    entries = list(stores.usage.entries(NOW, LATER))
    spent = sum(entry.settlement.money for entry in entries if entry.settlement)
    held = sum(entry.reservation.money for entry in entries if not entry.settlement)
    tally = stores.usage.tally(hold())
    assert (tally.spent_money, tally.held_money) == (spent, held)
    assert spent + held <= 1000
