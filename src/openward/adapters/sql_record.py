"""The patient record in a database: writing in bulk, reading by id, by patient and in order."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, select

from openward.adapters import sql_search
from openward.adapters.database import Database
from openward.adapters.dates import micros, moment
from openward.adapters.put import KnownError, Past, Planner, Writer
from openward.adapters.tables import quarantine, resource
from openward.adapters.words import NewWords, Words
from openward.domain.resource import Incoming, Page, PutCounts, SearchQuery, Stored, Unreadable

_AT_ONCE: Final = 500
_SELECT: Final = "SELECT type, id, version, seq, body, digest, received, patient, date, links FROM resource WHERE "
_VERSION: Final = (
    "SELECT (SELECT max(seq) FROM resource WHERE patient = ?),"
    # What was superseded may have left for another patient's compartment.
    " (SELECT max(until) FROM resource WHERE patient = ? AND until IS NOT NULL)"
)
_decode_links: Final = msgspec.json.Decoder(dict[str, str]).decode


class SqlRecordStore:
    """The record in SQLite or PostgreSQL; `writer` makes what writes in bulk over a connection."""

    def __init__(self, database: Database, writer: Callable[[Connection], Writer]) -> None:
        self._database = database
        self._writer = writer
        self._words = Words(database)
        self._met_again = False

    def put(self, batch: Sequence[Incoming], received: datetime) -> PutCounts:
        """Stores a batch in one transaction."""
        if not batch:
            return PutCounts()
        if not self._met_again:
            # Most imports bring what is new: the unique index finds out for nothing, looking first would cost.
            try:
                return self._put(batch, received, look=False)
            except KnownError:
                pass
        counts = self._put(batch, received, look=True)
        self._met_again = counts.created < len(batch)
        return counts

    def _put(self, batch: Sequence[Incoming], received: datetime, *, look: bool) -> PutCounts:
        with self._database.writing() as connection:
            writer = self._writer(connection)
            words = NewWords(connection, self._words.known())
            past = _past(writer, words, batch) if look else {}
            planner = Planner(words, past, writer.last_seq(), micros(received))
            for item in batch:
                planner.add(item)
            writer.write(planner.plan)
        self._words.remember(words.met)
        return planner.plan.counts

    def read(self, type: str, id: str, version: int | None = None) -> Stored | None:
        """One resource, the current version or a given one."""
        if version is None:
            found = self._of(type, "id = ? AND until IS NULL", id)
        else:
            found = self._of(type, "id = ? AND version = ?", id, version)
        return found[0] if found else None

    def history(self, type: str, id: str) -> tuple[Stored, ...]:
        """All versions, newest first."""
        return tuple(self._of(type, "id = ? ORDER BY version DESC", id))

    def compartment(
        self, patient: str, types: Sequence[str] | None = None, at: int | None = None
    ) -> tuple[Stored, ...]:
        """The patient and all that belongs to the patient, in `seq` order."""
        where = ["patient = ?"]
        parameters: list[Any] = [patient]
        if at is None:
            where.append("until IS NULL")
        else:
            where.append("seq <= ? AND (until IS NULL OR until > ?)")
            parameters += [at, at]
        found = self._stored(" AND ".join(where), parameters, types)
        return tuple(sorted(found, key=lambda stored: stored.seq))

    def version(self, patient: str) -> int:
        """The last `seq` at which the compartment changed."""
        ((last, left),) = self._database.rows(_VERSION, (patient, patient))
        return max(last or 0, left or 0)

    def search(self, query: SearchQuery) -> Page:
        """One page of current resources of a type."""
        with self._database.reading() as connection:
            found = sql_search.search(connection, query, self._words)
        marks = ", ".join("?" * len(found.seqs))
        items = {stored.seq: stored for stored in self._stored(f"seq IN ({marks})", found.seqs)} if marks else {}
        return Page(items=tuple(items[seq] for seq in found.seqs), total=found.total, next=found.next)

    def scan(self, types: Sequence[str] | None = None, patient: str | None = None) -> Iterator[Stored]:
        """All resources that are current at the first step, in `seq` order, a few hundred at a time."""
        ((top,),) = self._database.rows("SELECT max(seq) FROM resource")
        where, parameters = "seq > ? AND seq <= ? AND (until IS NULL OR until > ?)", [top or 0] * 2
        if patient is not None:
            where, parameters = f"{where} AND patient = ?", [*parameters, patient]
        last = 0
        while True:
            rows = self._stored(where, [last, *parameters], types, f" ORDER BY seq LIMIT {_AT_ONCE}")
            yield from rows
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1].seq

    def counts(self) -> dict[str, int]:
        """How many current resources there are of each type, by type."""
        wanted = select(resource.c.type, func.count()).where(resource.c.until.is_(None)).group_by(resource.c.type)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        return dict(sorted((self._words.text(number), count) for number, count in rows))

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

    def _of(self, type: str, where: str, *parameters: Any) -> list[Stored]:
        """Versions of one type; the condition on the type comes first, where the index begins."""
        number = self._words.number(type)
        return [] if number is None else self._stored(f"type = ? AND {where}", [number, *parameters])

    def _stored(
        self, where: str, parameters: Sequence[Any], types: Sequence[str] | None = None, tail: str = ""
    ) -> list[Stored]:
        if types is not None:
            numbers = [number for type in types if (number := self._words.number(type)) is not None]
            # The sum keeps the planner from gathering and sorting a whole type at each step of a scan.
            where = f"{where} AND type + 0 IN ({', '.join('?' * len(numbers)) or 'NULL'})"
            parameters = [*parameters, *numbers]
        rows = self._database.rows(_SELECT + where + tail, parameters)
        names = {number: self._words.text(number) for number in {row[0] for row in rows}}
        return [_stored(names[row[0]], row) for row in rows]


def _past(writer: Writer, words: NewWords, batch: Sequence[Incoming]) -> dict[tuple[str, str], Past]:
    """What the record holds already of the resources of a batch."""
    ids: dict[str, list[str]] = {}
    for item in batch:
        ids.setdefault(item.type, []).append(item.id)
    past: dict[tuple[str, str], Past] = {}
    for name, wanted in ids.items():
        for start in range(0, len(wanted), _AT_ONCE):
            for row in writer.past(words[name], wanted[start : start + _AT_ONCE]):
                past.setdefault((name, row.id), Past()).add(row.digest, row.seq, row.until, row.updated)
    return past


def _stored(name: str, row: tuple[Any, ...]) -> Stored:
    _, id, version, seq, body, digest, received, patient, date, links = row
    return Stored(
        type=name,
        id=id,
        version=version,
        seq=seq,
        body=body,
        digest=digest,
        received=moment(received),
        patient=patient,
        date=date,
        links=_decode_links(links) if links else {},
    )
