"""The machine's clock, ids and secrets, and the fakes that stand in for them."""

import base64
import threading
from datetime import UTC, datetime, timedelta

from openward.adapters.memory import CountingIds, FixedClock
from openward.adapters.system import SystemClock, SystemIds


def test_the_clock_tells_aware_time_in_utc():
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert now.utcoffset() == timedelta(0)
    assert before <= now <= datetime.now(UTC)


def test_ids_begin_with_their_kind_and_sort_by_time():
    ids = SystemIds()
    made = [ids.new("run") for _ in range(5000)]
    assert made == sorted(set(made))
    assert all(id.startswith("run-") and len(id) == 30 for id in made)
    assert set("".join(made)[4:]) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZrun-")


def test_ids_hold_the_time_at_which_they_were_made():
    text = SystemIds().new("run").removeprefix("run-")
    number = 0
    for letter in text[:10]:
        number = number * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(letter)
    assert abs(number / 1000 - datetime.now(UTC).timestamp()) < 60


def test_threads_never_get_the_same_id():
    ids, made = SystemIds(), []
    threads = [threading.Thread(target=lambda: made.extend(ids.new("x") for _ in range(500))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2000


def test_secrets_hold_256_bits_and_never_repeat():
    ids = SystemIds()
    made = {ids.secret() for _ in range(100)}
    assert len(made) == 100
    assert all(len(base64.urlsafe_b64decode(secret + "=")) == 32 for secret in made)


def test_the_fixed_clock_stands_still_until_it_is_moved():
    clock = FixedClock()
    first = clock.now()
    assert clock.now() == first
    clock.advance(timedelta(hours=1))
    assert clock.now() == first + timedelta(hours=1)


def test_the_fixed_clock_may_go_on_at_every_look():
    clock = FixedClock(step=timedelta(seconds=1))
    assert clock.now() + timedelta(seconds=1) == clock.now()


def test_counted_ids_sort_in_order_and_secrets_are_as_long_as_real_ones():
    ids = CountingIds()
    assert [ids.new("run"), ids.new("showing")] == ["run-000001", "showing-000002"]
    assert len(ids.secret()) == 43
