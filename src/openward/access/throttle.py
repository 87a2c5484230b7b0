"""Slowing down who guesses, and letting few guess at once."""

import hashlib
import math
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

import msgspec

from openward.domain.errors import CrowdedError, TooManyTriesError

FREE: Final = 5
FIRST_WAIT: Final = timedelta(seconds=2)
LONGEST_WAIT: Final = timedelta(minutes=15)
FORGET: Final = timedelta(days=1)
MOST_NAMES: Final = 10_000
# Half of a machine's cores stay with those who are signed in already, however many come.
AT_ONCE: Final = max(1, min(2, (os.cpu_count() or 1) // 2))
MOST_WAITING: Final = 8
PATIENCE_SECONDS: Final = 5


class _Tries(msgspec.Struct, frozen=True):
    """How often in a row it went wrong, when last, and until when nobody may try again."""

    count: int
    last: datetime
    until: datetime


class Throttle:
    """Counts attempts by name; from the fifth failure in a row each doubles the wait, up to a quarter of an hour.

    It answers alike for names that exist and names that do not, and keeps no name, only a digest. Kept in the memory of
    this process: a restart forgets, and each process of a ward counts for itself.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tries: dict[bytes, _Tries] = {}

    def enter(self, name: str, now: datetime) -> None:
        """Lets one attempt in and counts it as failed until `passed` is called, so that many at once do not slip by.

        Raises:
            TooManyTriesError: it is too soon after the last failure.
        """
        key = _key(name)
        with self._lock:
            tries = self._tries.pop(key, None)
            if tries and now < tries.until:
                self._tries[key] = tries
                raise TooManyTriesError(math.ceil((tries.until - now).total_seconds()))
            count = tries.count + 1 if tries and now - tries.last < FORGET else 1
            if len(self._tries) >= MOST_NAMES:
                self._tries.pop(next(iter(self._tries)))
            self._tries[key] = _Tries(count, now, now + _wait(count))

    def passed(self, name: str) -> None:
        """Forgets the failures of a name that proved itself."""
        with self._lock:
            self._tries.pop(_key(name), None)


class Turnstile:
    """Lets few at once compare a passphrase, which is dear on purpose, and few more wait for it.

    Whoever comes on top is sent away at once: one who waits holds a thread that pages need.
    """

    def __init__(self, at_once: int = AT_ONCE, waiting: int = MOST_WAITING, patience: float = PATIENCE_SECONDS) -> None:
        self._inside = threading.BoundedSemaphore(at_once)
        self._present = threading.BoundedSemaphore(at_once + waiting)
        self._patience = patience

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A turn, as soon as there is one.

        Raises:
            CrowdedError: too many are ahead.
        """
        if not self._present.acquire(blocking=False):
            raise CrowdedError(PATIENCE_SECONDS)
        try:
            if not self._inside.acquire(timeout=self._patience):
                raise CrowdedError(PATIENCE_SECONDS)
            try:
                yield
            finally:
                self._inside.release()
        finally:
            self._present.release()


def _wait(failures: int) -> timedelta:
    """How long to wait after so many failures in a row."""
    if failures < FREE:
        return timedelta(0)
    # Beyond ten doublings the longest wait is long passed; larger powers would only overflow.
    return min(FIRST_WAIT * (1 << min(failures - FREE, 10)), LONGEST_WAIT)


def _key(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
