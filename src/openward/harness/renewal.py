"""What was signed at another worker or machine of this ward takes effect here too, soon after."""

import contextlib
import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

from openward.domain.errors import KnowledgeError
from openward.harness.effects import take_effect
from openward.harness.service import Service
from openward.knowledge import tables
from openward.ports.clock import Clock
from openward.ports.store import RunStore

PAUSE: Final = timedelta(seconds=2)


class Renewal:
    """Lets signed proposals take effect: those signed here at once, those signed elsewhere when they are noticed.

    To notice costs one count for each service that has an effect, at most every two seconds.
    """

    def __init__(self, services: Mapping[str, Service], runs: RunStore, home: Path, clock: Clock) -> None:
        self._services = services
        self._runs = runs
        self._home = home
        self._clock = clock
        self._looked = clock.now()
        self._seen: dict[str, int] = {}
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Lets all that is signed take effect, when a ward opens."""
        with self._lock:
            for service in self._with_effect():
                # Rows that fit their table no longer are told, with their file, by whoever reads the table.
                with contextlib.suppress(KnowledgeError):
                    self._take(service)

    def signed(self, service: Service) -> None:
        """Lets what was signed here take effect.

        Raises:
            OpenWardError: it could not; the home is then as it was.
        """
        with self._lock:
            self._take(service)

    def notice(self) -> None:
        """Looks, unless it did just now, whether somebody signed elsewhere, and lets that take effect."""
        if abs(self._clock.now() - self._looked) < PAUSE:
            return
        with self._lock:
            self._looked = self._clock.now()
            for service in self._with_effect():
                if self._runs.decided(service.id) != self._seen.get(service.id, 0):
                    with contextlib.suppress(KnowledgeError):
                        self._take(service)
                    # Another worker of this home has laid the rows there already; what was read before is still held.
                    tables.forget()

    def _with_effect(self) -> list[Service]:
        return [service for service in self._services.values() if service.effect is not None]

    def _take(self, service: Service) -> None:
        """Counts first: what is signed meanwhile is noticed the next time."""
        self._seen[service.id] = self._runs.decided(service.id)
        take_effect(service, self._runs, self._home)
