"""PostgreSQL: the same tables on a server, for many machines."""

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from openward.adapters.database import Database
from openward.adapters.put import PAST, ROW, KnownError, PastRow, Plan
from openward.adapters.schema import migrate
from openward.adapters.sql_access import SqlAccessStore
from openward.adapters.sql_interviews import SqlInterviewStore
from openward.adapters.sql_journals import SqlJournalStore
from openward.adapters.sql_record import SqlRecordStore
from openward.adapters.sql_runs import SqlRunStore
from openward.adapters.sql_trail import SqlTrailStore
from openward.adapters.sql_usage import SqlUsageStore
from openward.domain.errors import SettingsError
from openward.ports.store import Stores

# Numbers of our own for advisory locks, which PostgreSQL keeps apart by number only.
_LOCK: Final = "SELECT pg_advisory_xact_lock(20311, {})"
_MIGRATING, _PUTTING, _APPENDING, _TALLYING = 1, 2, 3, 4
_REASONS: Final = (
    (("53100", "53200"), "the server's disk or memory is full; nothing was written: free space and try again"),
    (("55P03", "57014", "40"), "is locked by another program; try again when it has finished"),
    (("28",), "the server refuses the user or the password; check OPENWARD_DATABASE_URL"),
    (("3D",), "the server has no such database; create it, or check OPENWARD_DATABASE_URL"),
    (("25006", "42501"), "the user may not write there; grant the rights, or use the primary server"),
    (("53300",), "the server has no connection left; raise max_connections or run fewer processes"),
    (("57P", "08"), "the server is starting, stopping or gone; try again"),
    (("23",), "refused: it would refer to what is not kept, or keep something twice; nothing was written"),
    (("54",), "refused: a value is larger than the server can index or hold; nothing was written"),
)
_HANDFUL: Final = 1000
_PAST: Final = PAST.replace("?", "%s") + " AND id = ANY(%s)"
_ROW_TYPES: Final = (
    "int8", "int4", "text", "int4", "int8", "text", "int8", "text", "text", "text", "text", "text", "bytea", "bytea",
)  # fmt: skip


def open_postgres(url: str, *, wait: float = 10.0) -> Stores:
    """The seven stores in a PostgreSQL database, migrated when needed; `wait` is how many seconds to wait for a lock.

    Raises:
        SettingsError: the URL cannot be read.
        StoreError: the server cannot be reached, refuses, or the database is of a newer schema.
    """
    database = _database(_url(url), wait)
    try:
        migrate(database, _LOCK.format(_MIGRATING))
    except BaseException:
        database.close()
        raise
    return Stores(
        SqlRecordStore(database, _PostgresWriter),
        SqlRunStore(database),
        SqlTrailStore(database, lambda connection: _lock(connection, _APPENDING)),
        SqlAccessStore(database),
        SqlInterviewStore(database),
        SqlUsageStore(database, lambda connection: _lock(connection, _TALLYING)),
        SqlJournalStore(database),
        database.close,
    )


def _url(text: str) -> URL:
    try:
        url = make_url(text)
        port = url.port
    except (ArgumentError, ValueError):
        raise SettingsError(
            "OPENWARD_DATABASE_URL cannot be read: write postgresql://user:password@host:port/database"
        ) from None
    return url.set(drivername="postgresql+psycopg", port=port)


def _database(url: URL, wait: float) -> Database:
    engine = create_engine(
        url,
        pool_size=8,
        max_overflow=32,
        pool_use_lifo=True,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": max(2, round(wait)), "options": f"-c lock_timeout={round(wait * 1000)}"},
    )
    where = f"PostgreSQL {url.host or 'on this machine'}:{url.port or 5432}, database '{url.database or ''}'"
    return Database(engine, where=where, fetch=_fetch, failures=psycopg.Error, explain=_explain)


def _fetch(
    connection: psycopg.Connection[tuple[Any, ...]], sql: str, parameters: Sequence[Any]
) -> list[tuple[Any, ...]]:
    return connection.cursor(binary=True).execute(sql.replace("?", "%s").encode(), parameters).fetchall()


def _explain(error: BaseException) -> str:
    state = getattr(error, "sqlstate", None) or ""
    if not state and isinstance(error, psycopg.OperationalError):
        return "cannot be reached; check that the server runs and that host, port, user and password are right"
    found = next((reason for states, reason in _REASONS if state.startswith(states)), None)
    return found or f"the server refused the operation ({state or type(error).__name__}); nothing was written"


def _lock(connection: Connection, number: int) -> None:
    connection.execute(text(_LOCK.format(number)))


class _PostgresWriter:
    """Bulk writing through COPY; one writer at a time, so that `seq` rises in the order of commits."""

    def __init__(self, connection: Connection) -> None:
        _lock(connection, _PUTTING)
        driver: psycopg.Connection[tuple[Any, ...]] = connection.connection.dbapi_connection  # type: ignore[assignment]
        self._cursor = driver.cursor(binary=True)

    def last_seq(self) -> int:
        row = self._cursor.execute("SELECT coalesce(max(seq), 0) FROM resource").fetchone()
        assert row is not None
        return int(row[0])

    def past(self, type: int, ids: Sequence[str]) -> Sequence[PastRow]:
        found = self._cursor.execute(_PAST, (type, list(ids)))
        return [PastRow(*row) for row in found]

    def write(self, plan: Plan) -> None:
        try:
            self._copy(f"resource ({', '.join(ROW)})", _ROW_TYPES, plan.rows)
        except psycopg.errors.UniqueViolation:
            raise KnownError from None
        self._copy("token", ("int4", "text", "int8"), sorted(set(plan.tokens)))
        if plan.superseded:
            self._cursor.executemany("UPDATE resource SET until = %s WHERE seq = %s", plan.superseded)
            self._cursor.executemany("INSERT INTO stale VALUES (%s)", [(seq,) for _, seq in plan.superseded])
        if plan.rows:
            self._describe(plan.rows[0][0], plan.rows[-1][0])

    def _describe(self, first: int, last: int) -> None:
        """Whenever the record has doubled, lets the server count: until it does, it plans as for a handful of rows."""
        if last > _HANDFUL and (first - 1).bit_length() < last.bit_length():
            self._cursor.execute("ANALYZE (SKIP_LOCKED) resource, token, word")

    def _copy(self, table: str, types: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        with self._cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)
