"""What models use, in memory: the honest fake."""

import threading
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from openward.adapters.tallies import Place, Teller
from openward.domain.usage import Hold, Refusal, Reservation, Settlement, Tally, UsageEntry


class MemoryUsageStore:
    """Reservations, settlements and tallies in dictionaries."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tallies: dict[Place, Tally] = {}
        self._reservations: dict[str, Reservation] = {}
        self._settlements: dict[str, Settlement] = {}

    def apply(self, batch: Sequence[Reservation | Settlement]) -> tuple[Refusal | None, ...]:
        """Carries out a batch in order, all or nothing but for what is refused."""
        with self._lock:
            changes = Teller(self._tallies, self._reservations, self._settlements, "memory").work(batch)
            self._tallies |= changes.tallies
            self._reservations |= {made.id: made for made in changes.reservations}
            self._settlements |= {made.reservation: made for made in changes.settlements}
            return tuple(changes.refusals)

    def tally(self, hold: Hold) -> Tally:
        """What is spent and held of one budget in one window."""
        return self._tallies.get((hold.key, hold.window), Tally())

    def tallies(self, windows: Collection[str]) -> Iterator[tuple[str, str, Tally]]:
        """Key, window and tally of every budget that was drawn on in these windows, in their order."""
        with self._lock:
            found = sorted(self._tallies.items(), key=lambda item: item[0])
        yield from ((key, window, tally) for (key, window), tally in found if window in windows)

    def unsettled(self, before: datetime, limit: int = 1000) -> tuple[Reservation, ...]:
        """Reservations that expired before a moment and were never settled, oldest first."""
        with self._lock:
            kept = [*self._reservations.values()]
            old = [made for made in kept if made.expires < before and made.id not in self._settlements]
        return tuple(sorted(old, key=lambda made: (made.expires, made.id))[:limit])

    def entries(self, since: datetime, until: datetime) -> Iterator[UsageEntry]:
        """Every call of a span of time, oldest first."""
        with self._lock:
            found = [made for made in self._reservations.values() if since <= made.at < until]
            settled = dict(self._settlements)
        for made in sorted(found, key=lambda made: (made.at, made.id)):
            yield UsageEntry(reservation=made, settlement=settled.get(made.id))
