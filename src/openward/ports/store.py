"""Where things are kept: seven small stores over one database."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from openward.domain.access import Person, TokenRecord
from openward.domain.interview import Interview
from openward.domain.journal import Approval, Journal, JournalState, Note, Remembered
from openward.domain.resource import Incoming, Page, PutCounts, SearchQuery, Stored, Unreadable
from openward.domain.run import Decision, Feedback, Mark, Outline, Run, Showing
from openward.domain.trail import Checkpoint, Entry
from openward.domain.usage import Hold, Refusal, Reservation, Settlement, Tally, UsageEntry


class RecordStore(Protocol):
    """The patient record: resources by type, id and version, and what could not be read."""

    def put(self, batch: Sequence[Incoming], received: datetime) -> PutCounts:
        """Stores a batch in one transaction; the same bytes again change nothing; other bytes make a new version."""
        ...

    def read(self, type: str, id: str, version: int | None = None) -> Stored | None:
        """One resource, the current version or a given one."""
        ...

    def history(self, type: str, id: str) -> tuple[Stored, ...]:
        """All versions of one resource, newest first."""
        ...

    def compartment(
        self, patient: str, types: Sequence[str] | None = None, at: int | None = None
    ) -> tuple[Stored, ...]:
        """The patient and all that belongs to the patient, current or as of a `seq`; empty when unknown."""
        ...

    def version(self, patient: str) -> int:
        """The highest `seq` in the patient's compartment, 0 when there is nothing."""
        ...

    def search(self, query: SearchQuery) -> Page:
        """One page of current resources of a type."""
        ...

    def scan(self, types: Sequence[str] | None = None, patient: str | None = None) -> Iterator[Stored]:
        """All current resources in `seq` order, streamed."""
        ...

    def counts(self) -> dict[str, int]:
        """How many current resources there are of each type."""
        ...

    def quarantine(self, items: Sequence[Unreadable]) -> int:
        """Keeps what could not be read; the same bytes from the same place once; returns how many are new."""
        ...

    def quarantined(self, limit: int = 100, after: str | None = None) -> tuple[Unreadable, ...]:
        """What could not be read, in order of id, after a given id."""
        ...


class RunStore(Protocol):
    """Runs, what was shown of them, what was decided, what was said of them."""

    def add(self, run: Run) -> None:
        """Keeps a run; a run is written once."""
        ...

    def get(self, id: str) -> Run | None:
        """One run."""
        ...

    def list(
        self,
        *,
        service: str | None = None,
        status: str | None = None,
        patient: str | None = None,
        undecided: bool = False,
        limit: int = 50,
        before: str | None = None,
    ) -> tuple[Run, ...]:
        """Runs, newest first, before a given id."""
        ...

    def outlines(self, patient: str, limit: int = 1000) -> tuple[Outline, ...]:
        """The runs of a patient without their proposals, also those that an agent asked for, newest first."""
        ...

    def several(self, ids: Collection[str]) -> tuple[Run, ...]:
        """Those of these runs that there are, newest first."""
        ...

    def marks(self, limit: int = 1000) -> tuple[Mark, ...]:
        """What became of the newest `limit` runs, newest first, less those that an agent asked for."""
        ...

    def services(self) -> tuple[str, ...]:
        """The services that left runs, sorted."""
        ...

    def waiting(self, services: Collection[str], limit: int = 50, before: str | None = None) -> tuple[Run, ...]:
        """Runs of these services on which nothing is decided, less those that an agent asked for, newest first."""
        ...

    def show(self, showing: Showing) -> None:
        """Keeps a showing."""
        ...

    def showing(self, id: str) -> Showing | None:
        """One showing."""
        ...

    def decide(self, decision: Decision) -> bool:
        """Keeps a decision; False when the run has one already or the showing was used (nothing is written then)."""
        ...

    def sign_first(self, decision: Decision) -> bool:
        """Keeps the first of two signatures; False when the run has one, or a decision (nothing is written then)."""
        ...

    def first(self, run: str) -> Decision | None:
        """The first of two signatures on a run."""
        ...

    def decision(self, run: str) -> Decision | None:
        """The decision on a run."""
        ...

    def decided(self, service: str) -> int:
        """On how many runs of a service somebody has decided."""
        ...

    def add_feedback(self, feedback: Feedback) -> None:
        """Keeps feedback on a finding of a run."""
        ...

    def feedback(self, run: str) -> tuple[Feedback, ...]:
        """Feedback on a run, oldest first."""
        ...


class Sealer(Protocol):
    """Turns the next event into an entry, given the last one; called inside the store's own lock."""

    def __call__(self, last: Entry | None) -> Entry:
        """The entry that follows `last`."""
        ...


class TrailStore(Protocol):
    """The chain of what happened; append only."""

    def append(self, seal: Sealer) -> Entry:
        """Appends what `seal` makes of the last entry, with no other writer in between."""
        ...

    def append_all(self, seals: Sequence[Sealer]) -> tuple[Entry, ...]:
        """Appends one entry after the other in one transaction: all of them or none."""
        ...

    def entries(self, after: int = 0, limit: int = 1000) -> tuple[Entry, ...]:
        """Entries in order, after a `seq` (the first entry has seq 1)."""
        ...

    def decisions(self, run: str) -> tuple[Entry, ...]:
        """The entries `decision.…` of one run, in order, found without reading the chain."""
        ...

    def add_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keeps a signed checkpoint."""
        ...

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """All checkpoints, oldest first."""
        ...

    def last_checkpoint(self) -> Checkpoint | None:
        """The checkpoint that was kept last."""
        ...


class AccessStore(Protocol):
    """Persons and tokens."""

    def put_person(self, person: Person) -> None:
        """Keeps a person, new or changed."""
        ...

    def person(self, id: str) -> Person | None:
        """One person."""
        ...

    def persons(self) -> tuple[Person, ...]:
        """All persons, by id."""
        ...

    def put_token(self, token: TokenRecord) -> None:
        """Keeps a token's record, new or changed (revoked)."""
        ...

    def replace_token(self, before: TokenRecord, token: TokenRecord) -> bool:
        """Keeps the new state of a record if it still stands as `before`; False, and nothing changed, if not."""
        ...

    def token(self, id: str) -> TokenRecord | None:
        """One token's record."""
        ...

    def tokens(self) -> tuple[TokenRecord, ...]:
        """All tokens' records, by id."""
        ...


class InterviewStore(Protocol):
    """Interviews between two answers; one that is left alone is forgotten."""

    def add(self, interview: Interview) -> None:
        """Keeps a new interview."""
        ...

    def get(self, id: str) -> Interview | None:
        """One interview."""
        ...

    def replace(self, interview: Interview, step: int) -> bool:
        """Keeps its new state if it still stands at `step`; False, and nothing changed, if it does not."""
        ...

    def forget(self, before: datetime) -> int:
        """Drops the interviews that were last changed before a moment; returns how many."""
        ...


class UsageStore(Protocol):
    """What models use: reservations and settlements, written once, and the tallies of the budgets over them."""

    def apply(self, batch: Sequence[Reservation | Settlement]) -> tuple[Refusal | None, ...]:
        """Carries out a batch in order, in one transaction that keeps other writers of the same budgets out.

        A reservation that would pass one of its budgets is refused and leaves nothing behind; the rest of the batch
        goes on. A second settlement of the same reservation changes nothing.

        Raises:
            StoreError: the store does not answer, or a settlement names no reservation; nothing was written.
        """
        ...

    def tally(self, hold: Hold) -> Tally:
        """What is spent and held of one budget in one window."""
        ...

    def tallies(self, windows: Collection[str]) -> Iterator[tuple[str, str, Tally]]:
        """Key, window and tally of every budget that was drawn on in these windows, in their order."""
        ...

    def unsettled(self, before: datetime, limit: int = 1000) -> tuple[Reservation, ...]:
        """Reservations that expired before a moment and were never settled, oldest first."""
        ...

    def entries(self, since: datetime, until: datetime) -> Iterator[UsageEntry]:
        """Every call from `since` to just before `until`, oldest first, streamed."""
        ...


class JournalStore(Protocol):
    """Journals of agents, approvals of their calls, and what conversations remember; all words come sealed."""

    def begin(self, journal: Journal) -> None:
        """Keeps a new journal."""
        ...

    def get(self, run: str) -> Journal | None:
        """The journal of one run."""
        ...

    def unfinished(self) -> tuple[Journal, ...]:
        """Journals of runs that have not ended, oldest first."""
        ...

    def take_over(self, run: str, turn: int) -> bool:
        """Makes its turn the next one, and its state `running`, if it still stands at `turn` and has not ended."""
        ...

    def set_state(self, run: str, state: JournalState, expires: datetime) -> None:
        """Sets its state and until when it is kept."""
        ...

    def add(self, note: Note, turn: int, *, firm: bool = False) -> bool:
        """Keeps a note if the journal stands at `turn` and holds none of that name; whether it did.

        Every note outlives the process, a `firm` one also a power cut.
        """
        ...

    def note(self, run: str, name: str) -> Note | None:
        """One note."""
        ...

    def names(self, run: str) -> tuple[str, ...]:
        """The names of all notes of a run, in order."""
        ...

    def approve(self, approval: Approval) -> bool:
        """Keeps an approval in place of one of the same call that was not used; False if it was used."""
        ...

    def use(self, run: str, call: int, digest: str, at: datetime) -> Approval | None:
        """Uses an approval up, of this call with this digest, that has not expired; None where there is none."""
        ...

    def remember(self, remembered: Remembered) -> None:
        """Keeps what a conversation remembers, in place of what it did."""
        ...

    def remembered(self, id: str) -> Remembered | None:
        """What a conversation remembers."""
        ...

    def forget(self, run: str) -> bool:
        """Drops a journal: its key is overwritten, then all of it is deleted; whether there was one."""
        ...

    def forget_conversation(self, conversation: str, actor: str) -> int:
        """Drops, key first, what any agent remembers of a conversation with an actor; returns how many."""
        ...

    def forget_expired(self, at: datetime) -> int:
        """Drops all that was to be kept until before a moment; returns how many journals and memories."""
        ...


class Stores(msgspec.Struct, frozen=True):
    """The seven stores of one database; `close` lets go of it."""

    record: RecordStore
    runs: RunStore
    trail: TrailStore
    access: AccessStore
    interviews: InterviewStore
    usage: UsageStore
    journals: JournalStore
    close: Callable[[], None] = lambda: None
