"""How often somebody may ask at a door that needs no credential."""

import threading
from collections import deque
from datetime import datetime, timedelta
from typing import Final

MOST_NAMES: Final = 10_000


class Pace:
    """So many times within a span for each name; kept in this process, the name of longest ago is forgotten first."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most = most
        self._within = within
        self._lock = threading.Lock()
        self._asked: dict[str, deque[datetime]] = {}

    def wait(self, name: str, now: datetime) -> int:
        """Counts one more; 0 when it may go on, else in how many seconds it may."""
        with self._lock:
            asked = self._asked.pop(name, None) or deque()
            self._asked[name] = asked
            if len(self._asked) > MOST_NAMES:
                self._asked.pop(next(iter(self._asked)))
            while asked and now - asked[0] >= self._within:
                asked.popleft()
            if len(asked) >= self._most:
                return max(1, round((self._within - (now - asked[0])).total_seconds()))
            asked.append(now)
            return 0
