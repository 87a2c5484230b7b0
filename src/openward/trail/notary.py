"""Who signs the chain: always goes on from what was signed last, however long the chain is by now."""

import threading
from collections.abc import Iterator
from typing import Final

from openward.domain.errors import TrailError
from openward.domain.trail import Checkpoint, Entry
from openward.ports.clock import Clock
from openward.ports.signer import Signer
from openward.ports.store import TrailStore
from openward.trail import checkpoint as signing
from openward.trail.walk import Walk

PAGE: Final = 1000


class Notary:
    """Signs the Merkle root over all entries.

    Only what was written since the last checkpoint, by any process, is read: the ward's own signature stands for what
    is before it. That this still says what was signed is found by verifying, which reads everything.
    """

    def __init__(self, store: TrailStore, signer: Signer, clock: Clock) -> None:
        self._store = store
        self._signer = signer
        self._clock = clock
        self._walk = Walk()
        self._walking = threading.Lock()

    def sign(self) -> Checkpoint | None:
        """Walks to the end of the chain and signs what was walked; the last checkpoint when nothing is new.

        Raises:
            TrailError: the entries do not verify; nothing is signed.
        """
        with self._walking:
            last = self._store.last_checkpoint()
            if last and last.size > self._walk.size:
                self._go_on_from(last)
            self._compare(last)
            for entry in self._new():
                self._step(entry, last)
            if last and last.size > self._walk.size:
                raise _broken("it is shorter than its last checkpoint")
            if self._walk.size == 0 or (last and last.size == self._walk.size):
                return last
            made = signing.sign(self._walk, self._clock.now(), self._signer)
            self._store.add_checkpoint(made)
            return made

    def _go_on_from(self, last: Checkpoint) -> None:
        """Jumps to the last checkpoint if this ward signed it; if not, everything up to it is walked."""
        if signing.genuine(last, self._signer.verify):
            self._walk = Walk.signed(last) or self._walk

    def _new(self) -> Iterator[Entry]:
        """The entries behind those that were walked, of which the last must still stand where it stood."""
        after = self._walk.size
        entries = self._entries(max(after - 1, 0))
        if after:
            standing = next(entries, None)
            if standing is None:
                raise _broken("it is shorter than its last checkpoint")
            if (standing.seq, standing.hash) != (after, self._walk.head):
                raise _broken(f"entries up to {after} are not those that were signed")
        yield from entries

    def _entries(self, after: int) -> Iterator[Entry]:
        while page := self._store.entries(after, PAGE):
            yield from page
            after = page[-1].seq

    def _step(self, entry: Entry, last: Checkpoint | None) -> None:
        """Walks over one entry; a chain that is already broken must not get a fresh signature."""
        if reason := self._walk.step(entry):
            raise _broken(reason)
        self._compare(last)

    def _compare(self, last: Checkpoint | None) -> None:
        """Where the walk stands at the last checkpoint, both must say the same."""
        if last and last.size == self._walk.size and last.root != self._walk.root():
            raise _broken(f"entries up to {last.size} are not those that were signed")


def _broken(reason: str) -> TrailError:
    return TrailError(f"the trail does not verify, so it is not signed: {reason}; run `openward trail verify`")
