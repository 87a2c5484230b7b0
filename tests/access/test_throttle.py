import threading
from datetime import UTC, datetime, timedelta

import pytest

from openward.access import throttle as module
from openward.access.throttle import FREE, LONGEST_WAIT, Throttle, Turnstile
from openward.domain.errors import CrowdedError, UnknownCallerError

AT = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)


def second(seconds):
    return AT + timedelta(seconds=seconds)


def wait_after(failures):
    """Seconds until the next attempt is let in after so many failures, each as early as it could be."""
    throttle, now = Throttle(), AT
    for _ in range(failures):
        throttle.enter("ada", now)
        now = throttle._tries[next(iter(throttle._tries))].until
    return (now - throttle._tries[next(iter(throttle._tries))].last).total_seconds()


def test_four_failures_are_free_then_each_doubles_the_wait_up_to_a_quarter_of_an_hour():
    assert [wait_after(failures) for failures in range(1, 16)] == [
        0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900,
    ]  # fmt: skip
    assert wait_after(80) == LONGEST_WAIT.total_seconds()


def test_the_wait_is_told_in_seconds():
    throttle = Throttle()
    for _ in range(FREE):
        throttle.enter("ada", AT)
    with pytest.raises(UnknownCallerError, match=r"wait 2 s, then try again"):
        throttle.enter("ada", AT)
    throttle.enter("ada", second(2))
    with pytest.raises(UnknownCallerError, match=r"wait 4 s"):
        throttle.enter("ada", second(2))


def test_others_do_not_wait():
    throttle = Throttle()
    for _ in range(FREE):
        throttle.enter("ada", AT)
    throttle.enter("bo", AT)
    assert {tries.until for tries in throttle._tries.values()} == {AT, second(2)}


def test_who_proved_themselves_starts_anew():
    throttle = Throttle()
    for _ in range(20):
        throttle.enter("ada", AT)
        throttle.passed("ada")
    throttle.passed("nobody")
    assert throttle._tries == {}


def test_a_day_later_failures_are_forgotten():
    throttle = Throttle()
    for _ in range(FREE):
        throttle.enter("ada", AT)
    for _ in range(FREE - 1):
        throttle.enter("ada", AT + timedelta(days=1))
    throttle.enter("ada", AT + timedelta(days=1))
    (tries,) = throttle._tries.values()
    assert tries.count == FREE


def test_memory_stays_bounded(monkeypatch):
    monkeypatch.setattr(module, "MOST_NAMES", 3)
    throttle = Throttle()
    for number in range(10):
        throttle.enter(f"name {number}", AT)
    assert len(throttle._tries) == 3


def test_no_name_is_kept():
    throttle = Throttle()
    throttle.enter("zhang", AT)
    throttle.enter("\udcff", AT)
    assert "zhang" not in repr(throttle._tries)


class TestTheTurnstile:
    def test_lets_one_in_after_the_other(self):
        turnstile, came = Turnstile(1, 0, 0), 0
        for _ in range(3):
            with turnstile.turn():
                came += 1
        assert came == 3

    def test_sends_away_at_once_who_comes_on_top(self):
        turnstile = Turnstile(1, 0, 600)
        with turnstile.turn(), pytest.raises(CrowdedError, match="wait 5 s") as told, turnstile.turn():
            pass
        assert (told.value.status, told.value.seconds) == (503, 5)
        with turnstile.turn():
            pass

    def test_sends_away_who_waited_in_vain(self):
        turnstile = Turnstile(1, 1, 0.01)
        with turnstile.turn(), pytest.raises(CrowdedError), turnstile.turn():
            pass
        with turnstile.turn():
            assert turnstile._inside._value == 0

    def test_is_free_again_when_it_went_wrong_inside(self):
        turnstile = Turnstile(1, 0, 0)
        with pytest.raises(KeyError), turnstile.turn():
            raise KeyError
        with turnstile.turn():
            assert turnstile._inside._value == 0

    def test_never_lets_more_in_than_it_may(self):
        turnstile, lock, inside, most = Turnstile(2, 20, 600), threading.Lock(), [], []

        def come():
            with turnstile.turn():
                with lock:
                    inside.append(1)
                    most.append(len(inside))
                with lock:
                    inside.pop()

        threads = [threading.Thread(target=come) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(most) == 20
        assert max(most) <= 2
