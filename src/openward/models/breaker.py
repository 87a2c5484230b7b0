"""Leaves a server that keeps failing alone for a while, then lets one call try."""

import time
from collections.abc import Callable
from typing import Final

_FAILURES: Final = 5
_FIRST_REST: Final = 2.0
_LONGEST_REST: Final = 60.0


class Breaker:
    """Opens after five failures in a row; each time that the one call which tries fails too, the rest doubles.

    It opens at once for a server that let the time go by, and for as long as was waited for it.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._failures = 0
        self._rest = _FIRST_REST
        self._until = 0.0
        self._trying = False

    @property
    def resting(self) -> bool:
        """Whether the server is left alone just now."""
        return self._now() < self._until

    def lets(self) -> bool:
        """Whether a call may be made now; who is let must say `worked`, `failed` or `left` afterwards."""
        if self.resting:
            return False
        if self._failures < _FAILURES:
            return True
        if self._trying:
            return False
        self._trying = True
        return True

    def worked(self) -> None:
        """The server answered."""
        self._failures, self._rest, self._trying = 0, _FIRST_REST, False

    def left(self) -> None:
        """The call was given up for a reason that is not the server's."""
        self._trying = False

    def failed(self, waited: float = 0.0) -> None:
        """The server failed; `waited` is how many seconds it was waited for in vain."""
        self._failures += 1
        self._until = max(self._until, self._now() + min(waited, _LONGEST_REST))
        if self._failures < _FAILURES:
            return
        if self._trying:
            self._rest = min(self._rest * 2, _LONGEST_REST)
        self._until, self._trying = max(self._until, self._now() + self._rest), False
