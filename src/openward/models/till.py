"""Reserves and settles for many calls at once: what waits together goes into one transaction.

A call waits until its reservation is on disk, or draws on a lease that is. It does not wait for its settlement: until
that is written, all that was reserved counts, so that nothing can be spent twice.
"""

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Sequence
from typing import Final

from openward.domain.errors import OpenWardError, StoreError
from openward.domain.usage import Refusal, Reservation, Settlement
from openward.models.leases import Item, Key, Lease, key_of, lease_for
from openward.ports.clock import Clock
from openward.ports.store import UsageStore

_AT_ONCE: Final = 256
_LINGER: Final = 0.02
_OFTEN: Final = 1.0
_TRIES: Final = 20
_Waiting = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Refusal | None]"]
_Asked = tuple[Reservation, _Waiting]
_Group = tuple[Item, ...]


class Till:
    """One thread that writes; calls that must wait put their reservations into its queue, all else is collected."""

    def __init__(self, store: UsageStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._queue: queue.SimpleQueue[_Asked | threading.Event | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._idle = False
        self._later: list[_Group] = []
        self._leases: dict[Key, Lease] = {}
        self._drawn: dict[str, Lease] = {}
        self._next: list[Reservation] = []
        self._seen: dict[Key, float] = {}
        self._tries = 0
        self.failure: StoreError | None = None

    async def reserve(self, wanted: Reservation) -> Refusal | None:
        """Sets aside what a call can use at most; gives the refusal if a budget does not suffice.

        Raises:
            StoreError: it cannot be written.
        """
        if self._draws(wanted):
            return None
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Refusal | None] = loop.create_future()
        self._put((wanted, (loop, answer)))
        return await answer

    def settle(self, done: Settlement) -> None:
        """Says what became of a reservation."""
        with self._lock:
            lease = self._drawn.pop(done.reservation, None)
            self._later.append((done,) if lease is None else lease.settle(done))
            wake, self._idle = self._idle or self._thread is None, False
        if wake:
            self._put(threading.Event())

    def flush(self, seconds: float = 30.0) -> None:
        """Waits until all that was put in before is written, and ends the leases.

        Raises:
            StoreError: it is not written in time, or cannot be.
        """
        done = threading.Event()
        with self._lock:
            self._end(all_of_them=True)
        self._put(done)
        if not done.wait(seconds):
            raise StoreError("the usage of models was not written in time; the database is busy or gone: try again")
        if self.failure is not None:
            raise self.failure

    def close(self) -> None:
        """Writes what waits and ends the thread."""
        with self._lock:
            self._end(all_of_them=True)
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def _draws(self, wanted: Reservation) -> bool:
        with self._lock:
            lease = self._leases.get(key_of(wanted))
            if lease is None or lease.ended or not lease.draw(wanted):
                return False
            self._drawn[wanted.id] = lease
            if lease.wears():
                self._next.append(wanted)
            return True

    def _end(self, *, all_of_them: bool = False) -> None:
        """Ends leases; called with the lock held."""
        for key in [key for key, lease in self._leases.items() if all_of_them or lease.ended]:
            self._close(key)

    def _close(self, key: Key) -> None:
        lease = self._leases.pop(key)
        for call in lease.calls:
            del self._drawn[call]
        self._later.append(lease.close(self._clock.now()))

    def _put(self, item: _Asked | threading.Event) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="openward-till", daemon=True)
                self._thread.start()
        self._queue.put(item)

    def _work(self) -> None:
        running = True
        while running:
            taken = self._take()
            with self._lock:
                self._end()
                later, self._later = self._later, []
                following, self._next = self._next, []
            self._write(later, [item for item in taken if isinstance(item, tuple)], following)
            for item in taken:
                if isinstance(item, threading.Event):
                    item.set()
            running = None not in taken

    def _take(self) -> list[_Asked | threading.Event | None]:
        """What waits; settlements, for which nobody waits, are written a little later with what has come by then."""
        taken: list[_Asked | threading.Event | None] = []
        with self._lock:
            self._idle = not self._later and not self._leases
            wait = None if self._idle else _LINGER
        with contextlib.suppress(queue.Empty):
            taken.append(self._queue.get(timeout=wait))
            while len(taken) < _AT_ONCE:
                taken.append(self._queue.get_nowait())
        self._idle = False
        return taken

    def _write(self, later: list[_Group], asked: list[_Asked], following: list[Reservation]) -> None:
        items = [item for group in later for item in group]
        leases: list[Reservation] = []
        try:
            leases = self._wanted_leases(asked, following)
            if items or asked or leases:
                refusals = self._store.apply([*items, *(wanted for wanted, _ in asked), *leases])
                _answer(asked, refusals[len(items) : len(items) + len(asked)])
                self._open(leases, refusals[len(items) + len(asked) :])
        except OpenWardError as error:
            self._apart(later, asked, error)
            return
        self._tries, self.failure = 0, None

    def _wanted_leases(self, asked: list[_Asked], following: list[Reservation]) -> list[Reservation]:
        """A lease for each kind of call that comes often, and the next one where one is nearly used up."""
        now, wanted = time.monotonic(), {key_of(reservation): reservation for reservation, _ in asked}
        often = [one for key, one in wanted.items() if now - self._seen.get(key, -_OFTEN) < _OFTEN or _more(key, asked)]
        self._seen = {key: at for key, at in self._seen.items() if now - at < _OFTEN} | dict.fromkeys(wanted, now)
        wanting = {key_of(one): one for one in (*often, *following)}
        found = [lease_for(one, self._store.tally) for one in wanting.values()]
        return [lease for lease in found if lease is not None]

    def _open(self, leases: list[Reservation], refusals: Sequence[Refusal | None]) -> None:
        with self._lock:
            for held, refusal in zip(leases, refusals, strict=True):
                if refusal is None:
                    if key_of(held) in self._leases:
                        self._close(key_of(held))
                    self._leases[key_of(held)] = Lease(held)

    def _apart(self, later: list[_Group], asked: list[_Asked], error: OpenWardError) -> None:
        """One that cannot be written must not stop the others: each goes alone; what is only told is tried again."""
        for one in asked:
            try:
                _answer([one], self._store.apply([one[0]]))
            except OpenWardError as refused:
                _tell(one[1], refused)
        failed = [group for group in later if not self._told(group)]
        self._tries += 1
        if failed:
            self.failure = StoreError(f"the usage of calls could not be settled, all that was held counts: {error}")
        if self._tries < _TRIES:
            with self._lock:
                self._later = failed + self._later

    def _told(self, group: _Group) -> bool:
        try:
            self._store.apply(group)
        except OpenWardError:
            return False
        return True


def _more(key: Key, asked: list[_Asked]) -> bool:
    return sum(key_of(reservation) == key for reservation, _ in asked) > 1


def _answer(asked: Sequence[_Asked], refusals: Sequence[Refusal | None]) -> None:
    for (_, waiting), refusal in zip(asked, refusals, strict=True):
        _tell(waiting, refusal)


def _tell(waiting: _Waiting, result: Refusal | OpenWardError | None) -> None:
    loop, answer = waiting

    def told() -> None:
        if answer.done():
            return
        if isinstance(result, OpenWardError):
            answer.set_exception(result)
        else:
            answer.set_result(result)

    with contextlib.suppress(RuntimeError):  # the loop is closed: who waited is gone, and what was reserved stays held
        loop.call_soon_threadsafe(told)
