"""An honest fake: journals of agents in dictionaries."""

import threading
from datetime import datetime

import msgspec

from openward.domain.errors import StoreError
from openward.domain.journal import Approval, Journal, JournalState, Note, Remembered


class MemoryJournalStore:
    """Journals, notes, approvals and memories in dictionaries."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._journals: dict[str, Journal] = {}
        self._notes: dict[tuple[str, str], Note] = {}
        self._approvals: dict[tuple[str, int], Approval] = {}
        self._used: set[tuple[str, int]] = set()
        self._memories: dict[str, Remembered] = {}

    def begin(self, journal: Journal) -> None:
        """Keeps a new journal."""
        with self._lock:
            if journal.run in self._journals:
                raise StoreError("memory: this run has a journal already")
            self._journals[journal.run] = journal

    def get(self, run: str) -> Journal | None:
        """The journal of one run."""
        return self._journals.get(run)

    def unfinished(self) -> tuple[Journal, ...]:
        """Journals of runs that have not ended."""
        with self._lock:
            return tuple(one for _, one in sorted(self._journals.items()) if one.state != "ended")

    def take_over(self, run: str, turn: int) -> bool:
        """Makes its turn the next one."""
        with self._lock:
            known = self._journals.get(run)
            if known is None or known.turn != turn or known.state == "ended":
                return False
            self._journals[run] = msgspec.structs.replace(known, turn=turn + 1, state="running")
            return True

    def set_state(self, run: str, state: JournalState, expires: datetime) -> None:
        """Sets its state and until when it is kept."""
        with self._lock:
            if run in self._journals:
                self._journals[run] = msgspec.structs.replace(self._journals[run], state=state, expires=expires)

    def add(self, note: Note, turn: int, *, firm: bool = False) -> bool:  # noqa: ARG002 - it is as firm as the rest
        """Keeps a note if the journal still stands at `turn` and holds none of that name."""
        with self._lock:
            known = self._journals.get(note.run)
            if known is None or known.turn != turn or (note.run, note.name) in self._notes:
                return False
            self._notes[note.run, note.name] = note
            return True

    def note(self, run: str, name: str) -> Note | None:
        """One note."""
        return self._notes.get((run, name))

    def names(self, run: str) -> tuple[str, ...]:
        """The names of all notes of a run, in order."""
        with self._lock:
            return tuple(sorted(name for of, name in self._notes if of == run))

    def approve(self, approval: Approval) -> bool:
        """Keeps an approval in place of one of the same call that was not used."""
        with self._lock:
            if approval.run not in self._journals:
                raise StoreError("memory: there is no such journal; begin it before what belongs to it")
            place = (approval.run, approval.call)
            if place in self._used:
                return False
            self._approvals[place] = approval
            return True

    def use(self, run: str, call: int, digest: str, at: datetime) -> Approval | None:
        """Uses an approval up."""
        with self._lock:
            found = self._approvals.get((run, call))
            if found is None or found.digest != digest or found.expires <= at or (run, call) in self._used:
                return None
            self._used.add((run, call))
            return found

    def remember(self, remembered: Remembered) -> None:
        """Keeps what a conversation remembers."""
        with self._lock:
            self._memories[remembered.id] = remembered

    def remembered(self, id: str) -> Remembered | None:
        """What a conversation remembers."""
        return self._memories.get(id)

    def forget(self, run: str) -> bool:
        """Drops a journal."""
        with self._lock:
            return self._drop(run)

    def forget_conversation(self, conversation: str, actor: str) -> int:
        """Drops what any agent remembers of a conversation with an actor."""
        with self._lock:
            gone = [m.id for m in self._memories.values() if (m.conversation, m.actor) == (conversation, actor)]
            for id in gone:
                del self._memories[id]
            return len(gone)

    def forget_expired(self, at: datetime) -> int:
        """Drops all that was to be kept until before a moment."""
        with self._lock:
            runs = [run for run, one in self._journals.items() if one.expires < at]
            memories = [id for id, one in self._memories.items() if one.expires < at]
            for run in runs:
                self._drop(run)
            for id in memories:
                del self._memories[id]
            return len(runs) + len(memories)

    def _drop(self, run: str) -> bool:
        self._notes = {place: note for place, note in self._notes.items() if place[0] != run}
        self._approvals = {place: one for place, one in self._approvals.items() if place[0] != run}
        self._used = {place for place in self._used if place[0] != run}
        return self._journals.pop(run, None) is not None
