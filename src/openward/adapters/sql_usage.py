"""What models use, in a database: rows that are written once, and tallies over them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, insert, select, tuple_

from openward.adapters import tables
from openward.adapters.database import Database
from openward.adapters.dates import micros
from openward.adapters.tallies import Changes, Place, Teller, places
from openward.domain.usage import Hold, Refusal, Reservation, Settlement, Tally, UsageEntry

_encode: Final = msgspec.json.Encoder().encode
_reservation: Final = msgspec.json.Decoder(Reservation).decode
_settlement: Final = msgspec.json.Decoder(Settlement).decode
_PAGE: Final = 1000


class SqlUsageStore:
    """Reservations, settlements and tallies in SQLite or PostgreSQL; `lock` keeps other writers of usage out."""

    def __init__(self, database: Database, lock: Callable[[Connection], None]) -> None:
        self._database = database
        self._lock = lock

    def apply(self, batch: Sequence[Reservation | Settlement]) -> tuple[Refusal | None, ...]:
        """Carries out a batch in order, in one transaction."""
        if not batch:
            return ()
        with self._database.writing() as connection:
            self._lock(connection)
            changes = self._teller(connection, batch).work(batch)
            _write(connection, self._database, changes)
        return tuple(changes.refusals)

    def tally(self, hold: Hold) -> Tally:
        """What is spent and held of one budget in one window."""
        place = (hold.key, hold.window)
        with self._database.reading() as connection:
            return _tallies(connection, {place}).get(place, Tally())

    def unsettled(self, before: datetime, limit: int = 1000) -> tuple[Reservation, ...]:
        """Reservations that expired before a moment and were never settled, oldest first."""
        c, done = tables.reservation.c, tables.settlement
        wanted = select(c.body).outerjoin(done, done.c.reservation == c.id).where(c.expires < micros(before))
        wanted = wanted.where(done.c.reservation.is_(None)).order_by(c.expires, c.id).limit(limit)
        with self._database.reading() as connection:
            return tuple(_reservation(body) for body in connection.execute(wanted).scalars())

    def entries(self, since: datetime, until: datetime) -> Iterator[UsageEntry]:
        """Every call of a span of time, oldest first, a page at a time."""
        c, done = tables.reservation.c, tables.settlement
        wanted = select(c.at, c.id, c.body, done.c.body.label("done")).outerjoin(done, done.c.reservation == c.id)
        wanted = wanted.where(c.at < micros(until)).order_by(c.at, c.id).limit(_PAGE)
        after: tuple[int, str] = (micros(since), "")
        while True:
            with self._database.reading() as connection:
                rows = connection.execute(wanted.where(tuple_(c.at, c.id) > after)).all()
            for row in rows:
                settled = None if row.done is None else _settlement(row.done)
                yield UsageEntry(reservation=_reservation(row.body), settlement=settled)
            if len(rows) < _PAGE:
                return
            after = (rows[-1].at, rows[-1].id)

    def _teller(self, connection: Connection, batch: Sequence[Reservation | Settlement]) -> Teller:
        named = {item.reservation if isinstance(item, Settlement) else item.id for item in batch}
        reserved = _reserved(connection, named)
        tallies = _tallies(connection, places(batch, reserved))
        return Teller(tallies, reserved, _settled(connection, reserved), self._database.where)


def _reserved(connection: Connection, ids: set[str]) -> dict[str, Reservation]:
    c = tables.reservation.c
    rows = connection.execute(select(c.id, c.body).where(c.id.in_(ids)))
    return {row.id: _reservation(row.body) for row in rows}


def _settled(connection: Connection, reserved: Mapping[str, Reservation]) -> list[str]:
    if not reserved:
        return []
    c = tables.settlement.c
    return [*connection.execute(select(c.reservation).where(c.reservation.in_(reserved))).scalars()]


def _tallies(connection: Connection, wanted: set[Place]) -> dict[Place, Tally]:
    if not wanted:
        return {}
    c = tables.tally.c
    keys = {key for key, _ in wanted}
    windows = {window for _, window in wanted}
    found = connection.execute(select(tables.tally).where(c.key.in_(keys), c.period.in_(windows)))
    return {(row.key, row.period): _tally(row) for row in found if (row.key, row.period) in wanted}


def _tally(row: Any) -> Tally:
    return Tally(
        spent_money=row.spent_money, held_money=row.held_money, spent_tokens=row.spent_tokens,
        held_tokens=row.held_tokens,
    )  # fmt: skip


def _write(connection: Connection, database: Database, changes: Changes) -> None:
    if changes.reservations:
        rows = [
            {"id": made.id, "at": micros(made.at), "expires": micros(made.expires), "body": _encode(made)}
            for made in changes.reservations
        ]
        connection.execute(insert(tables.reservation), rows)
    if changes.settlements:
        done = [{"reservation": made.reservation, "body": _encode(made)} for made in changes.settlements]
        connection.execute(insert(tables.settlement), done)
    if changes.tallies:
        statement = database.insert(tables.tally)
        counts = {name: statement.excluded[name] for name in Tally.__struct_fields__}
        statement = statement.on_conflict_do_update(index_elements=["key", "period"], set_=counts)
        now = [
            {"key": key, "period": window, **msgspec.structs.asdict(tally)}
            for (key, window), tally in changes.tallies.items()
        ]
        connection.execute(statement, now)
