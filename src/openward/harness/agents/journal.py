"""The journal of one run: each step is sealed and kept before the next, so that the run can go on after a crash."""

from collections.abc import Callable
from typing import Final

import msgspec

from openward.domain.agent import Said
from openward.domain.errors import StoreError
from openward.domain.journal import Journal, Note
from openward.domain.run import Door, RunRequest
from openward.harness.agency import Kept
from openward.ports.clock import Clock
from openward.ports.store import JournalStore
from openward.ports.vault import Vault

# Names of notes; a number follows those of replies and calls.
OPENING: Final = "opening"
MEMORY: Final = "memory"
REPLY: Final = "reply-"
BEGUN: Final = "begun-"
PENDING: Final = "pending-"
RESULT: Final = "result-"
_encode: Final = msgspec.json.Encoder().encode


class TakenOverError(StoreError):
    """Another process goes on with this run; this one has lost it and leaves nothing behind."""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """How a run began: enough to begin it again."""

    request: RunRequest
    door: Door
    patient: str | None = None
    chart_version: str | None = None


class Turns(msgspec.Struct, frozen=True):
    """What was remembered when the run began."""

    conversation: str
    said: tuple[Said, ...] = ()


class Sealed:
    """The journal of one run, read and written with its key."""

    def __init__(self, store: JournalStore, vault: Vault, clock: Clock, journal: Journal) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._journal = journal

    def once(self, name: str, type: type[Kept], make: Callable[[], Kept], *, firm: bool = False) -> Kept:
        """What was kept under this name; where nothing was, what `make` gives, kept before it is given back."""
        kept = self.kept(name, type)
        if kept is not None:
            return kept
        made = make()
        run = self._journal.run
        body = self._vault.seal(self._journal.key, _encode(made), f"{run}/{name}")
        if not self._store.add(Note(run=run, name=name, body=body), self._journal.turn, firm=firm):
            raise TakenOverError("another process goes on with this run, so this one has stopped")
        return made

    def kept(self, name: str, type: type[Kept]) -> Kept | None:
        """What was kept under this name."""
        run = self._journal.run
        note = self._store.note(run, name)
        if note is None:
            return None
        return msgspec.json.decode(self._vault.open(self._journal.key, note.body, f"{run}/{name}"), type=type)

    def approved(self, call: int, digest: str) -> bool:
        """Whether a person approved this call with exactly these arguments; the approval is used up by asking."""
        return self._store.use(self._journal.run, call, digest, self._clock.now()) is not None
