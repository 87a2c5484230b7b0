"""The trail: what happened, who did it, and a proof that the account was not changed afterwards."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import msgspec

from openward.domain.actor import Actor
from openward.domain.errors import OpenWardError, TrailError
from openward.domain.run import Decision, Run
from openward.domain.trail import Action, Checkpoint, Entry, Event, EventOutcome
from openward.ports.clock import Clock
from openward.ports.signer import Signer
from openward.ports.store import RunStore, Sealer, TrailStore
from openward.trail import checkpoint as signing
from openward.trail.chain import canonical, read_event, seal
from openward.trail.decisions import decided_in, lost
from openward.trail.export import audit_event, provenance, unreadable
from openward.trail.looking import Looked, Wanted, look
from openward.trail.notary import PAGE, Notary
from openward.trail.verification import Verification, Verifying

EVERY: Final = 256
MOST_EVENT_BYTES: Final = 8192


class Trail:
    """The append-only log of one ward.

    Patients appear by pseudonym only, also those who act for themselves. With every decision, when the ward closes, and
    at the latest after 256 entries (`every`) a signed Merkle root is kept, so that nobody who lacks the ward's key can
    rewrite the chain, or cut off its end, unseen. With `runs` the decisions kept there are held against those written.
    """

    def __init__(
        self, store: TrailStore, signer: Signer, clock: Clock, *, every: int = EVERY, runs: RunStore | None = None
    ) -> None:
        self._store = store
        self._runs = runs
        self._signer = signer
        self._clock = clock
        self._every = every
        self._notary = Notary(store, signer, clock)

    def write(  # noqa: PLR0913 - the columns of the log, each named at the call
        self,
        actor: Actor,
        what: str,
        action: Action,
        *,
        outcome: EventOutcome = "success",
        patient: str | None = None,
        subject: str | None = None,
        run: str | None = None,
        door: str | None = None,
        detail: dict[str, str | int] | None = None,
    ) -> Entry:
        """Writes what happened; `patient` is the id as in the record, of which only the pseudonym is kept.

        Raises:
            TrailError: the entry was not written, or could not be signed; the caller's action must fail.
        """
        with _utf8():
            event = Event(
                at=self._clock.now(), actor=self._named(actor), role=actor.role, what=what, action=action,
                outcome=outcome, patient=self._pseudonym(patient), subject=subject, run=run, door=door,
                detail=detail or {},
            )  # fmt: skip
        return self._append([event])[0]

    def write_each(
        self,
        actor: Actor,
        what: str,
        action: Action,
        *,
        patients: Mapping[str | None, dict[str, str | int]],
        door: str | None = None,
    ) -> tuple[Entry, ...]:
        """Writes one entry for each patient of whom something happened at once, with its detail; all or none.

        Raises:
            TrailError: nothing was written, or it could not be signed; the caller's action must fail.
        """
        with _utf8():
            event = Event(
                at=self._clock.now(), actor=self._named(actor), role=actor.role, what=what, action=action, door=door
            )
            each = [
                msgspec.structs.replace(event, patient=self._pseudonym(patient), detail=detail)
                for patient, detail in patients.items()
            ]
        return self._append(each)

    def checkpoint(self) -> Checkpoint | None:
        """Signs the Merkle root over all entries so far; None when there are none, the last one when nothing is new.

        It reads only what was written since the last one; `verify` reads everything.

        Raises:
            TrailError: the entries do not verify (then nothing is signed), or the checkpoint cannot be kept.
        """
        try:
            return self._notary.sign()
        except TrailError:
            raise
        except (OpenWardError, OSError) as error:
            msg = "the trail's checkpoint cannot be kept, so the action is refused: look at the store"
            raise TrailError(msg) from error

    def verify(self, *, trusted_key: bytes | None = None, kept: Sequence[Checkpoint] = ()) -> Verification:
        """Checks every link, root and signature.

        Args:
            trusted_key: the raw Ed25519 public key (32 bytes) to believe in; the ward's own when left out.
            kept: checkpoints that somebody took away earlier; they prove also what the store may have lost since.

        Raises:
            TrailError: `trusted_key` is no public key.
        """
        try:
            verify = self._signer.verify if trusted_key is None else signing.verifier_of(trusted_key)
        except ValueError as error:
            msg = "the trusted key is no Ed25519 public key: give the 32 raw bytes that the ward published"
            raise TrailError(msg) from error

        def checkpoints() -> tuple[Checkpoint, ...]:
            """What the store holds, and what was brought along."""
            stored = self._store.checkpoints()
            return (*stored, *(one for one in kept if one not in stored))

        missing: list[int] = []
        found = Verifying(checkpoints, verify, 2 * self._every - 1).over(self._comparing(missing))
        if not found.ok or not missing:
            return found
        reason = (
            f"the decision that entry {missing[0]} writes down is missing from the store, or says otherwise there: "
            "tampering, a partial restore, or a machine that stopped at that moment"
        )
        return msgspec.structs.replace(found, ok=False, lost=missing[0], reason=reason)

    def lost(self, run: str) -> tuple[Event, ...]:
        """What this trail says was decided on a run, and the store does not say, or says otherwise.

        Raises:
            TrailError: an entry about it cannot be read.
        """
        if self._runs is None:
            return ()
        return lost(self._store.decisions(run), (self._runs.first(run), self._runs.decision(run)))

    def _comparing(self, missing: list[int]) -> Iterator[tuple[Entry, ...]]:
        """All entries page by page; on the way the place of the first decision that the store lacks is noted."""
        for page in self._pages():
            if self._runs is not None and not missing:
                decided = decided_in(page, self._clock.now())
                missing.extend(entry.seq for entry, event in decided if self._lacks(self._runs, event))
            yield page

    def _lacks(self, runs: RunStore, event: Event) -> bool:
        """Whether the store lacks what an event says was decided; nearly always one look is enough."""
        run = str(event.run)
        kept = runs.decision(run)
        if kept and (kept.id, f"decision.{kept.choice}") == (event.detail.get("decision"), event.what):
            return kept.digest != event.detail.get("digest")
        return event in self.lost(run)

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """All signed checkpoints, oldest first: to be kept away from this ward, and brought along to `verify`."""
        return self._store.checkpoints()

    def attest(self, *, kept: Sequence[Checkpoint] = ()) -> Verification:
        """Checks everything and, where it is whole, signs what no checkpoint covered yet; says what was found before.

        Raises:
            TrailError: the checkpoint cannot be kept.
        """
        found = self.verify(kept=kept)
        if found.ok:
            self.checkpoint()
        return found

    def entries(
        self,
        after: int = 0,
        limit: int = 100,
        *,
        patient: str | None = None,
        actor: str | None = None,
        what: str | None = None,
    ) -> tuple[Entry, ...]:
        """One page of entries in order, after a seq, that match every filter given.

        `patient` is an id of the record or a pseudonym; `what` a word or its beginning up to a dot (`decision` finds
        `decision.accept`).
        """
        patients = None if patient is None else {patient, self._signer.pseudonym(patient)}
        actors = None if actor is None else {actor, self._signer.pseudonym(actor)}
        found: list[Entry] = []
        for page in self._pages(after):
            for entry in page:
                if len(found) >= limit:
                    return tuple(found)
                event = read_event(entry)
                if (
                    (patients is None or event.patient in patients)
                    and (actors is None or event.actor in actors)
                    and (what is None or event.what == what or event.what.startswith(f"{what}."))
                ):
                    found.append(entry)
        return tuple(found)

    def look(  # noqa: PLR0913 - the filters of a page
        self, *, patient: str = "", actor: str = "", what: str = "", outcome: EventOutcome | None = None,
        since: datetime | None = None, until: datetime | None = None, before: int | None = None, limit: int = 50,
    ) -> Looked:  # fmt: skip
        """The newest entries that fit, ahead of a place; `patient` and `actor` are ids or pseudonyms."""
        wanted = Wanted(
            patients=self._names(patient), actors=self._names(actor), what=what, outcome=outcome, since=since,
            until=until,
        )  # fmt: skip
        return look(self._store, wanted, before=before, limit=limit)

    def _names(self, id: str) -> frozenset[str]:
        """Under which names somebody stands in the trail; none for nobody in particular."""
        return frozenset({id, self._signer.pseudonym(id)}) if id else frozenset()

    def audit_events(self, after: int = 0) -> Iterator[dict[str, Any]]:
        """Every entry as a FHIR R4 AuditEvent, streamed in order; what cannot be read as an OperationOutcome."""
        for page in self._pages(after):
            for entry in page:
                try:
                    yield audit_event(entry, observer=self._signer.key_id)
                except TrailError as error:
                    yield unreadable(entry, error)

    def provenance(self, runs: Iterable[tuple[Run, Decision | None, Decision | None]]) -> Iterator[dict[str, Any]]:
        """Each run, with its decision and the one ahead of it if there are, as a FHIR R4 Provenance."""
        for run, decision, first in runs:
            patient = None if run.patient is None else self._signer.pseudonym(run.patient)
            yield provenance(run, decision, first, patient=patient)

    def _named(self, actor: Actor) -> str:
        """The actor as the trail names them: a patient only by pseudonym."""
        return self._signer.pseudonym(actor.id) if actor.role == "patient" else actor.id

    def _pseudonym(self, patient: str | None) -> str | None:
        return None if patient is None else self._signer.pseudonym(patient)

    def _append(self, events: Sequence[Event]) -> tuple[Entry, ...]:
        """Puts events behind the last entry, with no other writer in between."""
        entries = self._store_all([_sealer(_content(event)) for event in events])
        if any(entry.seq % self._every == 0 for entry in entries):
            self.checkpoint()
        return entries

    def _store_all(self, seals: Sequence[Sealer]) -> tuple[Entry, ...]:
        try:
            return (self._store.append(seals[0]),) if len(seals) == 1 else self._store.append_all(seals)
        except (OpenWardError, OSError) as error:
            msg = f"the trail cannot be written, so the action is refused: {error}"
            raise TrailError(msg) from error

    def _pages(self, after: int = 0) -> Iterator[tuple[Entry, ...]]:
        """All entries after a seq, page by page."""
        while page := self._store.entries(after, PAGE):
            yield page
            after = page[-1].seq


@contextmanager
def _utf8() -> Iterator[None]:
    try:
        yield
    except UnicodeEncodeError:
        msg = "an event of the trail has text that is no UTF-8, so the action is refused"
        raise TrailError(msg) from None


def _content(event: Event) -> bytes:
    with _utf8():
        content = canonical(event)
    if len(content) > MOST_EVENT_BYTES:
        msg = f"an event of the trail is larger than {MOST_EVENT_BYTES} bytes: it may hold codes and counts only"
        raise TrailError(msg)
    return content


def _sealer(content: bytes) -> Sealer:
    return lambda last: seal(content, last)
