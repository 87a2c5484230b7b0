"""The clock and the random numbers of this machine."""

import secrets
import threading
import time
from datetime import UTC, datetime
from typing import Final

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS: Final = 80
_STEP_BITS: Final = 40
_LENGTH: Final = 26


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment in UTC."""
        return datetime.now(UTC)


class SystemIds:
    """ULIDs (48 bits of milliseconds, 80 random, Crockford base 32), rising within a process; safe with threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def new(self, kind: str) -> str:
        """A new id such as `run-01K5V3…`."""
        return f"{kind}-{_ulid_text(self._next())}"

    def secret(self) -> str:
        """256 random bits in 43 URL-safe characters."""
        return secrets.token_urlsafe(32)

    def _next(self) -> int:
        fresh = (time.time_ns() // 1_000_000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
        with self._lock:
            # A random step, not one: two forks of a process must not count on alike.
            self._last = max(fresh, self._last + 1 + secrets.randbits(_STEP_BITS))
            return self._last


def _ulid_text(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))
