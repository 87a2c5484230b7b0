from datetime import UTC, datetime, timedelta

import pytest

from openward.access import throttle as module
from openward.access.throttle import FREE, LONGEST_WAIT, Throttle
from openward.domain.errors import UnknownCallerError

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
