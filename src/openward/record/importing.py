"""From what was read to the store: in batches, each of one type and one transaction, with a report.

An import that is cut off has kept whole batches only; the same import again keeps the rest and changes nothing else.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

import msgspec

from openward.domain.resource import Incoming, PutCounts, Unreadable
from openward.ports.clock import Clock
from openward.ports.store import RecordStore
from openward.record.index import PATIENT_ASKED
from openward.record.intake import Refused, Tally, refuse
from openward.record.lookup import Lookup

Progress = Callable[[int, str], None]

_UNFILED: Final = (
    "the patient is named by an identifier that no patient of the record has, or several have; "
    "import the patient, then this again"
)
_PATIENT_ASKED: Final = PATIENT_ASKED.encode()
_BATCH: Final = 12_000
_BATCH_BYTES: Final = 16 * 1024 * 1024


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did.

    `types` counts by resource type; `assigned` are resources that came without id and got one; `refused` pieces could
    not be read, of which `quarantined` are new in the quarantine; `empty` Bundle entries carried nothing (GET,
    answers); `passed_by` names files in folders that are of no kind of FHIR.
    """

    types: dict[str, PutCounts]
    assigned: int
    refused: int
    quarantined: int
    empty: int
    passed_by: tuple[str, ...]
    seconds: float

    @property
    def resources(self) -> int:
        """How many resources were read."""
        return sum(c.created + c.updated + c.unchanged for c in self.types.values())

    @property
    def rate(self) -> float | None:
        """Resources a second, None when no time was measured."""
        return self.resources / self.seconds if self.seconds > 0 else None

    def sentence(self) -> str:
        """The report in one line for a person."""
        new, changed, same = (
            sum(getattr(c, name) for c in self.types.values()) for name in PutCounts.__struct_fields__
        )
        pace = f" in {self.seconds:.1f} s ({self.rate:,.0f} a second)" if self.rate else ""
        parts = [f"{self.resources:,} resources read{pace}: {new:,} new, {changed:,} changed, {same:,} unchanged"]
        if self.assigned:
            parts.append(f"{self.assigned:,} came without id and got one")
        if self.refused:
            parts.append(f"{self.refused:,} could not be read and are in quarantine ({self.quarantined:,} of them new)")
        if self.passed_by:
            parts.append(f"{len(self.passed_by):,} files of other kinds were passed by")
        return "; ".join(parts) + "."


class Intake:
    """Gathers what is read, writes it batch by batch, and counts."""

    def __init__(self, store: RecordStore, clock: Clock, progress: Progress | None = None) -> None:
        self._store = store
        self._clock = clock
        self._progress = progress
        self._started = clock.now()
        self._waiting: dict[str, list[Incoming]] = {}
        self._held = self._bytes = self._done = 0
        self._asking: list[Incoming] = []
        self._refused: list[Refused] = []
        self._refused_all = self._quarantined = 0
        self._types: dict[str, PutCounts] = {}

    def take(self, reads: Iterable[Incoming | Refused], tally: Tally) -> None:
        """Writes all that is read.

        Raises:
            StoreError: the store is locked or full; every batch before is kept whole, of this one nothing.
        """
        waiting = self._waiting
        for read in reads:
            if isinstance(read, Refused):
                self._refused.append(read)
            elif read.patient is None and (read.asked or _PATIENT_ASKED in read.body):
                self._asking.append(read)
            elif (group := waiting.get(read.type)) is not None:
                group.append(read)
            else:
                waiting[read.type] = [read]
            self._held += 1
            self._bytes += len(read.body)
            if self._held >= _BATCH or self._bytes >= _BATCH_BYTES:
                self._write(tally)
        self._write(tally)

    def report(self, tally: Tally) -> ImportReport:
        """What was done until now."""
        return ImportReport(
            types=dict(sorted(self._types.items())),
            assigned=tally.assigned,
            refused=self._refused_all,
            quarantined=self._quarantined,
            empty=tally.empty,
            passed_by=tuple(tally.passed_by),
            seconds=(self._clock.now() - self._started).total_seconds(),
        )

    def _write(self, tally: Tally) -> None:
        now = self._clock.now()
        for type_name, batch in self._waiting.items():
            self._put(type_name, batch, now)
        self._file(now)
        if self._refused:
            unread = [
                Unreadable(id=_unreadable_id(r), source=r.source, reason=r.reason, body=r.body, received=now)
                for r in self._refused
            ]
            self._refused_all += len(unread)
            self._quarantined += self._store.quarantine(unread)
        self._done += self._held
        self._waiting.clear()
        self._refused.clear()
        self._asking.clear()
        self._held = self._bytes = 0
        if self._progress is not None:
            self._progress(self._done, tally.reading)

    def _put(self, type: str, batch: list[Incoming], now: datetime) -> None:
        counts = self._store.put(batch, now)
        total = self._types.setdefault(type, PutCounts())
        total.created += counts.created
        total.updated += counts.updated
        total.unchanged += counts.unchanged

    def _file(self, now: datetime) -> None:
        """Writes what names its patient by identifier; without the patient it would lie in nobody's chart, unseen."""
        lookup = Lookup(self._store)
        for item in self._asking:
            filed = lookup.filed(item)
            if filed is None:
                self._refused.append(refuse(item.source, _UNFILED, item.body))
            else:
                self._put(filed.type, [filed], now)


def _unreadable_id(refused: Refused) -> str:
    """The same for the same bytes from the same place."""
    return hashlib.sha256(refused.source.encode() + b"\0" + refused.body).hexdigest()[:32]
