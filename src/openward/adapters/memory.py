"""Honest fakes: the seven stores in memory, a clock that stands still, ids that count, a signer with a known key."""

import threading
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from openward.adapters.keys import KeySigner, KeyVault
from openward.adapters.memory_journals import MemoryJournalStore
from openward.adapters.memory_record import MemoryRecordStore
from openward.adapters.memory_usage import MemoryUsageStore
from openward.domain.access import Person, TokenRecord
from openward.domain.errors import StoreError
from openward.domain.interview import Interview
from openward.domain.run import Decision, Feedback, Mark, Outline, Run, Showing
from openward.domain.trail import Checkpoint, Entry
from openward.ports.store import Sealer, Stores

START: Final = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)


class FixedClock:
    """Stands still at `at` until it is moved, or goes on by `step` after every look."""

    def __init__(self, at: datetime = START, step: timedelta = timedelta(0)) -> None:
        self.at = at
        self.step = step

    def now(self) -> datetime:
        """The moment at which the clock stands."""
        moment = self.at
        self.at = moment + self.step
        return moment

    def advance(self, by: timedelta) -> None:
        """Moves the clock on."""
        self.at += by


class CountingIds:
    """Ids that count from 1, all kinds together (`run-000001`), so that they sort by time; secrets likewise."""

    def __init__(self) -> None:
        self._count = 0
        self._lock = threading.Lock()

    def new(self, kind: str) -> str:
        """The next id."""
        with self._lock:
            self._count += 1
            return f"{kind}-{self._count:06d}"

    def secret(self) -> str:
        """The next secret, which anybody can guess, as long as a real one (43 characters)."""
        return self.new("secret").ljust(43, "x")


class MemorySigner(KeySigner):
    """Signs with a key that everybody knows."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__(seed.to_bytes(32, "big"), (seed + 1).to_bytes(32, "big"))


class MemoryVault(KeyVault):
    """Seals with a key that everybody knows."""

    def __init__(self, seed: int = 3) -> None:
        super().__init__(seed.to_bytes(32, "big"))


class MemoryRunStore:
    """Runs, showings, decisions and feedback in dictionaries."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}
        self._showings: dict[str, Showing] = {}
        self._decisions: dict[str, Decision] = {}
        self._firsts: dict[str, Decision] = {}
        self._feedback: list[Feedback] = []

    def add(self, run: Run) -> None:
        """Keeps a run."""
        with self._lock:
            if run.id in self._runs:
                raise StoreError("memory: this run is kept already; a run is written once")
            self._runs[run.id] = run

    def get(self, id: str) -> Run | None:
        """One run."""
        return self._runs.get(id)

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
        with self._lock:
            runs = [*self._runs.values()]
            if before is not None:
                runs = runs[: [run.id for run in runs].index(before)] if before in self._runs else []
            wanted = (("service", service), ("status", status), ("patient", patient))
            found = [
                run
                for run in reversed(runs)
                if all(value is None or getattr(run, name) == value for name, value in wanted)
                and not (undecided and run.id in self._decisions)
            ]
        return tuple(found[:limit])

    def outlines(self, patient: str, limit: int = 1000) -> tuple[Outline, ...]:
        """The runs of a patient without their proposals."""
        decided = self._decisions
        return tuple(
            Outline(msgspec.structs.replace(run, proposal=None), decided[run.id].choice if run.id in decided else None)
            for run in self.list(patient=patient, limit=limit)
        )

    def several(self, ids: Collection[str]) -> tuple[Run, ...]:
        """Those of these runs that there are."""
        return tuple(run for run in self.list(limit=len(self._runs)) if run.id in ids)

    def marks(self, limit: int = 1000) -> tuple[Mark, ...]:
        """What became of the newest runs."""
        with self._lock:
            newest = [*reversed(self._runs.values())][:limit]
            return tuple(
                Mark(
                    service=run.service, status=run.status, started=run.started, seconds=run.cost.seconds,
                    choice=self._decisions[run.id].choice if run.id in self._decisions else None,
                )
                for run in newest
                if run.parent is None
            )  # fmt: skip

    def services(self) -> tuple[str, ...]:
        """The services that left runs."""
        with self._lock:
            return tuple(sorted({run.service for run in self._runs.values()}))

    def waiting(self, services: Collection[str], limit: int = 50, before: str | None = None) -> tuple[Run, ...]:
        """Undecided runs of these services that no agent asked for, newest first."""
        found = self.list(undecided=True, limit=len(self._runs), before=before)
        return tuple(run for run in found if run.service in services and run.parent is None)[:limit]

    def show(self, showing: Showing) -> None:
        """Keeps a showing."""
        with self._lock:
            self._must_know(showing.run)
            if showing.id in self._showings:
                raise StoreError("memory: this showing is kept already")
            self._showings[showing.id] = showing

    def showing(self, id: str) -> Showing | None:
        """One showing."""
        return self._showings.get(id)

    def decide(self, decision: Decision) -> bool:
        """Keeps a decision unless the run has one or the showing was used."""
        with self._lock:
            return self._kept(decision, self._decisions)

    def sign_first(self, decision: Decision) -> bool:
        """Keeps the first of two signatures unless the run has one, or a decision."""
        with self._lock:
            return decision.run not in self._decisions and self._kept(decision, self._firsts)

    def _kept(self, decision: Decision, among: dict[str, Decision]) -> bool:
        self._must_know(decision.run)
        if decision.showing not in self._showings:
            raise StoreError("memory: there is no such showing; keep it before the decision on it")
        if decision.run in among or any(kept.showing == decision.showing for kept in among.values()):
            return False
        among[decision.run] = decision
        return True

    def decided(self, service: str) -> int:
        """On how many runs of a service somebody has decided."""
        with self._lock:
            return sum(run.service == service and run.id in self._decisions for run in self._runs.values())

    def first(self, run: str) -> Decision | None:
        """The first of two signatures on a run."""
        return self._firsts.get(run)

    def decision(self, run: str) -> Decision | None:
        """The decision on a run."""
        return self._decisions.get(run)

    def add_feedback(self, feedback: Feedback) -> None:
        """Keeps feedback."""
        with self._lock:
            self._must_know(feedback.run)
            if any(kept.id == feedback.id for kept in self._feedback):
                raise StoreError("memory: this feedback is kept already")
            self._feedback.append(feedback)

    def feedback(self, run: str) -> tuple[Feedback, ...]:
        """Feedback on a run, oldest first."""
        return tuple(kept for kept in self._feedback if kept.run == run)

    def _must_know(self, run: str) -> None:
        if run not in self._runs:
            raise StoreError("memory: there is no such run; keep the run before what belongs to it")


class MemoryTrailStore:
    """The chain in a list."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._checkpoints: list[Checkpoint] = []

    def append(self, seal: Sealer) -> Entry:
        """Appends what `seal` makes of the last entry."""
        return self.append_all((seal,))[0]

    def append_all(self, seals: Sequence[Sealer]) -> tuple[Entry, ...]:
        """Appends one entry after the other, all of them or none."""
        with self._lock:
            new: list[Entry] = []
            for seal in seals:
                before = new or self._entries
                entry = seal(before[-1] if before else None)
                if entry.seq != len(self._entries) + len(new) + 1:
                    raise StoreError("memory: the trail entry does not follow the last one; nothing was written")
                new.append(entry)
            self._entries.extend(new)
            return tuple(new)

    def entries(self, after: int = 0, limit: int = 1000) -> tuple[Entry, ...]:
        """Entries in order, after a `seq`."""
        return tuple(self._entries[after : after + limit])

    def decisions(self, run: str) -> tuple[Entry, ...]:
        """The entries `decision.…` of one run, in order."""
        parts = (b'"what":"decision.', f'"run":"{run}"'.encode())
        return tuple(entry for entry in self._entries if all(part in bytes(entry.event) for part in parts))

    def add_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keeps a checkpoint."""
        with self._lock:
            self._checkpoints.append(checkpoint)

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """All checkpoints, oldest first."""
        return tuple(self._checkpoints)

    def last_checkpoint(self) -> Checkpoint | None:
        """The checkpoint that was kept last."""
        return self._checkpoints[-1] if self._checkpoints else None


class MemoryAccessStore:
    """Persons and tokens in dictionaries."""

    def __init__(self) -> None:
        self._persons: dict[str, Person] = {}
        self._tokens: dict[str, TokenRecord] = {}
        self._lock = threading.Lock()

    def put_person(self, person: Person) -> None:
        """Keeps a person."""
        self._persons[person.id] = person

    def person(self, id: str) -> Person | None:
        """One person."""
        return self._persons.get(id)

    def persons(self) -> tuple[Person, ...]:
        """All persons, by id."""
        return tuple(person for _, person in sorted(self._persons.items()))

    def put_token(self, token: TokenRecord) -> None:
        """Keeps a token's record."""
        with self._lock:
            self._tokens[token.id] = token

    def replace_token(self, before: TokenRecord, token: TokenRecord) -> bool:
        """Keeps the new state of a record that still stands as it did."""
        with self._lock:
            stands = self._tokens.get(token.id) == before
            if stands:
                self._tokens[token.id] = token
        return stands

    def token(self, id: str) -> TokenRecord | None:
        """One token's record."""
        return self._tokens.get(id)

    def tokens(self) -> tuple[TokenRecord, ...]:
        """All tokens' records, by id."""
        return tuple(token for _, token in sorted(self._tokens.items()))


class MemoryInterviewStore:
    """Interviews in a dictionary."""

    def __init__(self) -> None:
        self._interviews: dict[str, Interview] = {}
        self._lock = threading.Lock()

    def add(self, interview: Interview) -> None:
        """Keeps a new interview."""
        with self._lock:
            if interview.id in self._interviews:
                raise StoreError("memory: this interview is kept already")
            self._interviews[interview.id] = interview

    def get(self, id: str) -> Interview | None:
        """One interview."""
        return self._interviews.get(id)

    def replace(self, interview: Interview, step: int) -> bool:
        """Keeps its new state if it still stands at `step`."""
        with self._lock:
            found = self._interviews.get(interview.id)
            if found is None or found.step != step:
                return False
            self._interviews[interview.id] = interview
            return True

    def forget(self, before: datetime) -> int:
        """Drops the interviews that were not touched since a moment."""
        with self._lock:
            old = [id for id, interview in self._interviews.items() if interview.changed < before]
            for id in old:
                del self._interviews[id]
            return len(old)


def memory_stores() -> Stores:
    """Seven empty stores in memory."""
    return Stores(
        MemoryRecordStore(),
        MemoryRunStore(),
        MemoryTrailStore(),
        MemoryAccessStore(),
        MemoryInterviewStore(),
        MemoryUsageStore(),
        MemoryJournalStore(),
    )
