"""SQLite: one file, many readers and one writer at a time, safe with threads and processes."""

import os
import sqlite3
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from openward.adapters.database import WRITING, Database
from openward.adapters.put import PAST, ROW, KnownError, PastRow, Plan, TokenRow
from openward.adapters.schema import migrate
from openward.adapters.sql_access import SqlAccessStore
from openward.adapters.sql_interviews import SqlInterviewStore
from openward.adapters.sql_journals import SqlJournalStore
from openward.adapters.sql_record import SqlRecordStore
from openward.adapters.sql_runs import SqlRunStore
from openward.adapters.sql_trail import SqlTrailStore
from openward.adapters.sql_usage import SqlUsageStore
from openward.domain.errors import StoreError
from openward.ports.store import Stores

# Larger pages hold more whole resources; chosen by measuring imports (benchmarks).
_PAGE: Final = 8192
_CACHE_KIB: Final = 16 * 1024
_BULK_CACHE_KIB: Final = 64 * 1024
_BULK: Final = 500
# Pages in the log before it is folded into the file: seldom during an import, where each fold waits for the disk;
# often otherwise, so that no single request waits long.
_FOLD_PAGES: Final = 4_000
_BULK_FOLD_PAGES: Final = 32_000
_ROW_MARKS: Final = ", ".join("?" * len(ROW))
_INSERT_ROW: Final = f"INSERT INTO resource ({', '.join(ROW)}) VALUES ({_ROW_MARKS})"  # noqa: S608 - our own names
_INSERT_TOKEN: Final = "INSERT OR IGNORE INTO token VALUES (?, ?, ?)"  # noqa: S105 - a code of a resource
# Many small rows go in faster a hundred at a time.
_TOKENS: Final = 100
_INSERT_TOKENS: Final = _INSERT_TOKEN + ", (?, ?, ?)" * (_TOKENS - 1)
_REASONS: Final = (
    (("SQLITE_BUSY", "SQLITE_LOCKED"), "is locked by another program; end it or try again when it has finished"),
    (
        ("SQLITE_FULL",),
        "the disk (or the database's page limit) is full; nothing was written: free space and try again",
    ),
    (("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH"), "cannot be written; check owner and mode of file and folder"),
    (("SQLITE_NOTADB",), "is no SQLite database; give another path or restore it from a backup"),
    (("SQLITE_CORRUPT",), "is damaged; restore it from a backup"),
    (("SQLITE_CANTOPEN",), "cannot be opened; check the path, its owner and mode"),
    (("SQLITE_IOERR",), "reading or writing failed; check the disk and its free space"),
    (
        ("SQLITE_CONSTRAINT",),
        "refused: it would refer to what is not kept, or keep something twice; nothing was written",
    ),
    (("SQLITE_TOOBIG",), "refused: a value is larger than SQLite can hold; nothing was written"),
)


def open_sqlite(path: Path, *, wait: float = 10.0) -> Stores:
    """The seven stores in one file, made or migrated when needed; `wait` is how many seconds to wait for a lock.

    Raises:
        StoreError: the file cannot be opened, is no database, is of a newer schema, or is locked.
    """
    _make(path)
    record = _database(path, wait, "NORMAL")
    # What people signed and what the trail says must survive a power cut, whatever the cost of one more sync.
    kept = _database(path, wait, "FULL")
    try:
        migrate(kept)
    except BaseException:
        kept.close()
        raise

    def close() -> None:
        record.close()
        kept.close()

    return Stores(
        SqlRecordStore(record, _SqliteWriter),
        SqlRunStore(kept),
        SqlTrailStore(kept, lambda _: None),  # BEGIN IMMEDIATE is the lock
        SqlAccessStore(kept),
        SqlInterviewStore(kept),
        SqlUsageStore(kept, lambda _: None),
        SqlJournalStore(record, kept),
        close,
    )


def _make(path: Path) -> None:
    """Makes an empty file that only its owner may read, where there is none."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A database that is there must not be opened and closed behind SQLite's back: that would drop this process's
        # locks on it (sqlite.org/howtocorrupt.html, section 2.2).
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return
    except PermissionError:
        if not path.exists():
            raise StoreError(f"{path}: cannot be made; check owner and mode of the folder") from None
    except OSError as error:
        raise StoreError(f"{path}: cannot be opened: {error.strerror}; check the path") from None


def _database(path: Path, wait: float, synchronous: str) -> Database:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=-1,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={"timeout": wait, "check_same_thread": False},
    )
    _prepare(engine, synchronous)
    return Database(engine, where=str(path), fetch=_fetch, failures=sqlite3.Error, explain=_explain)


def _prepare(engine: Engine, synchronous: str) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions begin below, not behind our back
        for pragma in (
            f"page_size = {_PAGE}",
            "journal_mode = WAL",
            f"synchronous = {synchronous}",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            "secure_delete = ON",  # what is deleted is overwritten: keys of journals, above all
            f"cache_size = -{_CACHE_KIB}",
            f"wal_autocheckpoint = {_FOLD_PAGES}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _fetch(connection: sqlite3.Connection, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    return connection.execute(sql, parameters).fetchall()


def _explain(error: BaseException) -> str:
    name = getattr(error, "sqlite_errorname", "")
    found = next((reason for names, reason in _REASONS if name.startswith(names)), None)
    return found or f"the database refused the operation ({name or type(error).__name__}); nothing was written"


class _SqliteWriter:
    """Bulk writing through the driver."""

    def __init__(self, connection: Connection) -> None:
        self._driver: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]

    def last_seq(self) -> int:
        (last,) = self._driver.execute("SELECT max(seq) FROM resource").fetchone()
        return last or 0

    def past(self, type: int, ids: Sequence[str]) -> Sequence[PastRow]:
        marks = ",".join("?" * len(ids))
        found = self._driver.execute(f"{PAST} AND id IN ({marks})", (type, *ids))
        return [PastRow(*row) for row in found]

    def write(self, plan: Plan) -> None:
        if len(plan.rows) >= _BULK:
            self._driver.execute(f"PRAGMA cache_size = -{_BULK_CACHE_KIB}")
            self._driver.execute(f"PRAGMA wal_autocheckpoint = {_BULK_FOLD_PAGES}")
        many = self._driver.executemany
        try:
            many(_INSERT_ROW, plan.rows)
        except sqlite3.IntegrityError as error:
            if error.sqlite_errorname != "SQLITE_CONSTRAINT_UNIQUE":
                raise
            raise KnownError from None
        self._write_tokens(plan.tokens)
        if plan.superseded:
            many("UPDATE resource SET until = ? WHERE seq = ?", plan.superseded)
            many("INSERT INTO stale VALUES (?)", [(seq,) for _, seq in plan.superseded])

    def _write_tokens(self, rows: list[TokenRow]) -> None:
        whole = len(rows) - len(rows) % _TOKENS
        for start in range(0, whole, _TOKENS):
            self._driver.execute(_INSERT_TOKENS, tuple(chain.from_iterable(rows[start : start + _TOKENS])))
        self._driver.executemany(_INSERT_TOKEN, rows[whole:])
