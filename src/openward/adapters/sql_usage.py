"""What models use, in a database: rows that are written once, and tallies over them."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select, tuple_

from openward.adapters import tables
from openward.adapters.database import Database
from openward.adapters.dates import micros
from openward.adapters.tallies import Changes, Place, Teller, places
from openward.domain.usage import Hold, Refusal, Reservation, Settlement, Tally, UsageEntry

_encode: Final = msgspec.json.Encoder().encode
_reservation: Final = msgspec.json.Decoder(Reservation).decode
_settlement: Final = msgspec.json.Decoder(Settlement).decode
_PAGE: Final = 1000
_COUNTS: Final = Tally.__struct_fields__
_RESERVED: Final = (
    "SELECT id, reservation.body, settlement.reservation FROM reservation "
    "LEFT JOIN settlement ON settlement.reservation = id WHERE id IN ({})"
)
_TALLIES: Final = f"SELECT key, period, {', '.join(_COUNTS)} FROM tally WHERE key IN ({{}}) AND period IN ({{}})"  # noqa: S608
_RESERVE: Final = "INSERT INTO reservation (id, at, expires, body) VALUES (?, ?, ?, ?)"
_SETTLE: Final = "INSERT INTO settlement (reservation, body) VALUES (?, ?)"
_COUNT: Final = (
    f"INSERT INTO tally (key, period, {', '.join(_COUNTS)}) VALUES (?, ?, ?, ?, ?, ?) "  # noqa: S608 - our own names
    f"ON CONFLICT (key, period) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COUNTS)}"
)


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
            run = _Run(connection)
            changes = self._teller(run, batch).work(batch)
            _write(run, changes)
        return tuple(changes.refusals)

    def tally(self, hold: Hold) -> Tally:
        """What is spent and held of one budget in one window."""
        place = (hold.key, hold.window)
        with self._database.reading() as connection:
            return _tallies(_Run(connection), {place}).get(place, Tally())

    def tallies(self, windows: Collection[str]) -> Iterator[tuple[str, str, Tally]]:
        """Key, window and tally of every budget that was drawn on in these windows, in their order."""
        c = tables.tally.c
        wanted = select(c.key, c.period, *(c[name] for name in _COUNTS)).where(c.period.in_(windows))
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        for key, window, *counts in sorted(rows, key=lambda row: (row.key, row.period)):
            yield key, window, Tally(**dict(zip(_COUNTS, counts, strict=True)))

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

    def _teller(self, run: "_Run", batch: Sequence[Reservation | Settlement]) -> Teller:
        named = {item.reservation if isinstance(item, Settlement) else item.id for item in batch}
        rows = run(_RESERVED.format(_marks(named)), (*named,))
        reserved = {id: _reservation(body) for id, body, _ in rows}
        settled = [id for id, _, done in rows if done is not None]
        tallies = _tallies(run, places(batch, reserved))
        return Teller(tallies, reserved, settled, self._database.where)


class _Run:
    """Runs statements of our own on the driver.

    A call to a model waits for them, and SQLAlchemy takes longer to make them than the database to carry them out.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._mark = "?" if connection.dialect.name == "sqlite" else "%s"

    def __call__(self, sql: str, parameters: tuple[Any, ...]) -> Sequence[Any]:
        """The rows of a query."""
        return self._connection.exec_driver_sql(sql.replace("?", self._mark), parameters).all()

    def many(self, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Writes rows, if there are any."""
        if rows:
            self._connection.exec_driver_sql(sql.replace("?", self._mark), [*rows])


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


def _tallies(run: _Run, wanted: set[Place]) -> dict[Place, Tally]:
    if not wanted:
        return {}
    keys, periods = {key for key, _ in wanted}, {window for _, window in wanted}
    found = run(_TALLIES.format(_marks(keys), _marks(periods)), (*keys, *periods))
    return {(key, period): Tally(**dict(zip(_COUNTS, counts, strict=True))) for key, period, *counts in found}


def _write(run: _Run, changes: Changes) -> None:
    run.many(
        _RESERVE, [(made.id, micros(made.at), micros(made.expires), _encode(made)) for made in changes.reservations]
    )
    run.many(_SETTLE, [(made.reservation, _encode(made)) for made in changes.settlements])
    run.many(_COUNT, [(*place, *msgspec.structs.astuple(tally)) for place, tally in changes.tallies.items()])
