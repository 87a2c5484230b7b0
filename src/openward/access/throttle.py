"""Slowing down who guesses."""

import hashlib
import math
import threading
from datetime import datetime, timedelta
from typing import Final

import msgspec

from openward.domain.errors import TooManyTriesError

FREE: Final = 5
FIRST_WAIT: Final = timedelta(seconds=2)
LONGEST_WAIT: Final = timedelta(minutes=15)
FORGET: Final = timedelta(days=1)
MOST_NAMES: Final = 10_000


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


def _wait(failures: int) -> timedelta:
    """How long to wait after so many failures in a row."""
    if failures < FREE:
        return timedelta(0)
    # Beyond ten doublings the longest wait is long passed; larger powers would only overflow.
    return min(FIRST_WAIT * (1 << min(failures - FREE, 10)), LONGEST_WAIT)


def _key(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()
