"""The patient record in a database: writing in bulk, reading by id, by patient and in order."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, Select, func, or_, select

from openward.adapters import sql_search
from openward.adapters.database import Database
from openward.adapters.dates import micros, moment
from openward.adapters.put import Past, Planner, Writer
from openward.adapters.put import Row as NewRow
from openward.adapters.tables import quarantine, resource
from openward.adapters.words import NewWords, Words
from openward.domain.resource import Incoming, Page, PutCounts, SearchQuery, Stored, Unreadable

_AT_ONCE: Final = 500
_columns: Final = (
    resource.c.type,
    resource.c.id,
    resource.c.version,
    resource.c.seq,
    resource.c.body,
    resource.c.digest,
    resource.c.received,
    resource.c.patient,
    resource.c.date,
    resource.c.links,
)
_decode_links: Final = msgspec.json.Decoder(dict[str, str]).decode


class SqlRecordStore:
    """The record in SQLite or PostgreSQL; `writer` makes what writes in bulk over a connection."""

    def __init__(self, database: Database, writer: Callable[[Connection], Writer]) -> None:
        self._database = database
        self._writer = writer
        self._words = Words()

    def put(self, batch: Sequence[Incoming], received: datetime) -> PutCounts:
        """Stores a batch in one transaction."""
        if not batch:
            return PutCounts()
        with self._database.writing() as connection:
            writer = self._writer(connection)
            words = NewWords(connection, self._words.known())
            planner = Planner(words, _past(writer, words, batch), writer.last_seq(), micros(received))
            for item in batch:
                planner.add(item)
            writer.write(planner.plan)
        self._words.remember(words.met)
        return planner.plan.counts

    def read(self, type: str, id: str, version: int | None = None) -> Stored | None:
        """One resource, the current version or a given one."""
        which = resource.c.until.is_(None) if version is None else resource.c.version == version
        found = self._of(type, select(*_columns).where(resource.c.id == id, which))
        return found[0] if found else None

    def history(self, type: str, id: str) -> tuple[Stored, ...]:
        """All versions, newest first."""
        return self._of(type, select(*_columns).where(resource.c.id == id).order_by(resource.c.version.desc()))

    def compartment(
        self, patient: str, types: Sequence[str] | None = None, at: int | None = None
    ) -> tuple[Stored, ...]:
        """The patient and all that belongs to the patient, in `seq` order."""
        wanted = select(*_columns).where(resource.c.patient == patient)
        if at is None:
            wanted = wanted.where(resource.c.until.is_(None))
        else:
            wanted = wanted.where(resource.c.seq <= at, or_(resource.c.until.is_(None), resource.c.until > at))
        with self._database.reading() as connection:
            if types is not None:
                wanted = wanted.where(resource.c.type.in_(self._words.numbers(connection, types).values()))
            return tuple(sorted(self._read(connection, wanted), key=lambda stored: stored.seq))

    def version(self, patient: str) -> int:
        """The last `seq` at which the compartment changed."""
        mine = resource.c.patient == patient
        last = select(func.max(resource.c.seq)).where(mine)
        # What was superseded may have left for another patient's compartment.
        left = select(func.max(resource.c.until)).where(mine, resource.c.until.is_not(None))
        with self._database.reading() as connection:
            return max(connection.execute(statement).scalar() or 0 for statement in (last, left))

    def search(self, query: SearchQuery) -> Page:
        """One page of current resources of a type."""
        with self._database.reading() as connection:
            found = sql_search.search(connection, query, self._words)
            wanted = select(*_columns).where(resource.c.seq.in_(found.seqs))
            items = {stored.seq: stored for stored in self._read(connection, wanted)} if found.seqs else {}
        return Page(items=tuple(items[seq] for seq in found.seqs), total=found.total, next=found.next)

    def scan(self, types: Sequence[str] | None = None, patient: str | None = None) -> Iterator[Stored]:
        """All resources that are current at the first step, in `seq` order, a few hundred at a time."""
        with self._database.reading() as connection:
            top = connection.execute(select(func.max(resource.c.seq))).scalar() or 0
            wanted = select(*_columns).where(or_(resource.c.until.is_(None), resource.c.until > top))
            if types is not None:
                numbers = self._words.numbers(connection, types).values()
                # The sum keeps the planner from gathering and sorting a whole type for each step.
                wanted = wanted.where((resource.c.type + 0).in_(numbers))
        if patient is not None:
            wanted = wanted.where(resource.c.patient == patient)
        wanted = wanted.order_by(resource.c.seq).limit(_AT_ONCE)
        last = 0
        while True:
            with self._database.reading() as connection:
                rows = self._read(connection, wanted.where(resource.c.seq > last, resource.c.seq <= top))
            yield from rows
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1].seq

    def counts(self) -> dict[str, int]:
        """How many current resources there are of each type, by type."""
        wanted = select(resource.c.type, func.count()).where(resource.c.until.is_(None)).group_by(resource.c.type)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
            return dict(sorted((self._words.text(connection, number), count) for number, count in rows))

    def quarantine(self, items: Sequence[Unreadable]) -> int:
        """Keeps what could not be read; returns how many are new."""
        rows = [
            {
                "id": item.id,
                "source": item.source,
                "reason": item.reason,
                "digest": hashlib.sha256(item.body).hexdigest(),
                "received": micros(item.received),
                "body": item.body,
            }
            for item in items
        ]
        if not rows:
            return 0
        once = self._database.insert(quarantine).on_conflict_do_nothing()
        with self._database.writing() as connection:
            return len(connection.execute(once.returning(quarantine.c.id), rows).all())

    def quarantined(self, limit: int = 100, after: str | None = None) -> tuple[Unreadable, ...]:
        """What could not be read, by id."""
        wanted = select(quarantine).order_by(quarantine.c.id).limit(limit)
        if after is not None:
            wanted = wanted.where(quarantine.c.id > after)
        with self._database.reading() as connection:
            return tuple(
                Unreadable(
                    id=row.id, source=row.source, reason=row.reason, body=row.body, received=moment(row.received)
                )
                for row in connection.execute(wanted)
            )

    def _of(self, type: str, wanted: Select[Any]) -> tuple[Stored, ...]:
        with self._database.reading() as connection:
            number = self._words.numbers(connection, [type]).get(type)
            return () if number is None else tuple(self._read(connection, wanted.where(resource.c.type == number)))

    def _read(self, connection: Connection, wanted: Select[Any]) -> list[Stored]:
        rows = connection.execute(wanted).all()
        return [_stored(self._words.text(connection, row.type), row) for row in rows]


def _past(writer: Writer, words: NewWords, batch: Sequence[Incoming]) -> dict[tuple[str, str], Past]:
    """What the record holds already of the resources of a batch."""
    ids: dict[str, list[str]] = {}
    for item in batch:
        ids.setdefault(item.type, []).append(item.id)
    past: dict[tuple[str, str], Past] = {}
    for name, all_ids in ids.items():
        for start in range(0, len(all_ids), _AT_ONCE):
            for row in writer.past(words[name], all_ids[start : start + _AT_ONCE]):
                past.setdefault((name, row[2]), Past()).add(NewRow(*row))
    return past


def _stored(type: str, row: Row[Any]) -> Stored:
    return Stored(
        type=type,
        id=row.id,
        version=row.version,
        seq=row.seq,
        body=bytes(row.body),
        digest=row.digest,
        received=moment(row.received),
        patient=row.patient,
        date=row.date,
        links=_decode_links(row.links) if row.links else {},
    )
