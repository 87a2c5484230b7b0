"""A function that takes too long is stopped, and its result or error is given back otherwise."""

import threading
import time

import pytest

from openward.domain.errors import ServiceError
from openward.harness.budget import within


def test_a_result_is_given_back():
    assert within(5, lambda: 42) == 42


def test_an_error_is_raised_where_the_result_is_asked_for():
    with pytest.raises(KeyError):
        within(5, lambda: {}["missing"])


def test_an_endless_loop_is_stopped_and_does_not_run_on():
    running = threading.Event()

    def endless():
        while True:
            running.set()

    before = threading.active_count()
    with pytest.raises(ServiceError, match="budget"):
        within(0.1, endless)
    assert running.is_set()
    deadline = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert threading.active_count() == before


def test_a_loop_that_swallows_what_stops_it_is_stopped_all_the_same():
    swallowed = threading.Event()

    def stubborn():
        while True:
            try:
                while True:
                    time.sleep(0.001)
            except BaseException:
                if swallowed.is_set():
                    raise
                swallowed.set()

    before = threading.active_count()
    with pytest.raises(ServiceError, match="budget"):
        within(0.05, stubborn)
    deadline = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert swallowed.is_set()
    assert threading.active_count() == before


def test_work_that_looks_at_over_is_told_and_not_interrupted():
    over, ended = threading.Event(), threading.Event()

    def careful():
        assert over.wait(10)
        ended.set()

    with pytest.raises(ServiceError, match="budget"):
        within(0.05, careful, over=over)
    assert ended.wait(10)
