"""Reserves and settles for many calls at once: what waits together goes into one transaction.

A call waits until its reservation is on disk. It does not wait for its settlement: until that is written, all that was
reserved counts, so that nothing can be spent twice.
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
from openward.ports.store import UsageStore

_AT_ONCE: Final = 256
_LINGER: Final = 0.02
_Waiting = tuple[asyncio.AbstractEventLoop, "asyncio.Future[Refusal | None]"]
_Item = tuple[Reservation | Settlement, _Waiting | None]
_Entry = _Item | threading.Event | None


class Till:
    """One thread that writes; the calls put their reservations and settlements into its queue."""

    def __init__(self, store: UsageStore) -> None:
        self._store = store
        self._queue: queue.SimpleQueue[_Entry] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self.failure: StoreError | None = None

    async def reserve(self, reservation: Reservation) -> Refusal | None:
        """Sets aside what a call can use at most; gives the refusal if a budget does not suffice.

        Raises:
            StoreError: it cannot be written, or an earlier settlement could not be.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Refusal | None] = loop.create_future()
        self._put((reservation, (loop, answer)))
        return await answer

    def settle(self, settlement: Settlement) -> None:
        """Says what became of a reservation."""
        self._put((settlement, None))

    def flush(self, seconds: float = 30.0) -> None:
        """Waits until all that was put in before is written.

        Raises:
            StoreError: it is not written in time, or cannot be.
        """
        done = threading.Event()
        self._put(done)
        if not done.wait(seconds):
            raise StoreError("the usage of models was not written in time; the database is busy or gone: try again")
        if self.failure is not None:
            raise self.failure

    def close(self) -> None:
        """Writes what waits and ends the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join()

    def _put(self, item: _Item | threading.Event) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="openward-till", daemon=True)
                self._thread.start()
        self._queue.put(item)

    def _work(self) -> None:
        while True:
            taken = self._take()
            self._write([item for item in taken if isinstance(item, tuple)])
            for item in taken:
                if isinstance(item, threading.Event):
                    item.set()
            if None in taken:
                return

    def _take(self) -> list[_Entry]:
        """What waits; settlements alone, for which nobody waits, wait a little for a reservation to go with."""
        taken = [self._queue.get()]
        until = time.monotonic() + _LINGER
        with contextlib.suppress(queue.Empty):
            while len(taken) < _AT_ONCE:
                waits = not isinstance(taken[-1], tuple) or taken[-1][1] is not None
                until = 0.0 if waits else until
                left = until - time.monotonic()
                taken.append(self._queue.get(timeout=left) if left > 0 else self._queue.get_nowait())
        return taken

    def _write(self, items: list[_Item]) -> None:
        if not items:
            return
        try:
            refusals = self._store.apply([item for item, _ in items])
        except OpenWardError as error:
            self._apart(items, error)
            return
        self.failure = None
        _answer(items, refusals)

    def _apart(self, items: list[_Item], error: OpenWardError) -> None:
        """One that cannot be written must not stop the others: each goes alone."""
        if len(items) == 1:
            (item, waiting) = items[0]
            if isinstance(item, Settlement):
                self.failure = StoreError(f"the usage of a call could not be settled, all of it counts: {error}")
            elif waiting is not None:
                _tell(waiting, error)
            return
        for each in items:
            self._write([each])


def _answer(items: Sequence[_Item], refusals: Sequence[Refusal | None]) -> None:
    for (_, waiting), refusal in zip(items, refusals, strict=True):
        if waiting is not None:
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
