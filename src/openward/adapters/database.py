"""One database: connections for reading and for writing, and its failures in words that hold no patient data."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.sql.schema import Table

from openward.domain.errors import StoreError

WRITING = "openward_writing"


class Database:
    """A pool of connections to one database.

    `where` names it without any secret; `fetch` runs one query over a connection of the driver; `failures` are the
    driver's errors; `explain` says in a few words what one of them means and what to do. Neither the driver's message
    nor its parameters are passed on: they may hold a patient's data or a password.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        where: str,
        fetch: Callable[[Any, str, Sequence[Any]], list[tuple[Any, ...]]],
        failures: type[Exception],
        explain: Callable[[BaseException], str],
    ) -> None:
        self.engine = engine
        self._fetch = fetch
        self.where = where
        self._failures = (SQLAlchemyError, failures)
        self._explain = explain
        self._process = os.getpid()

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one query, straight from the driver; its parameters are marked by `?`.

        Raises:
            StoreError: the database does not answer.
        """
        with self._explained():
            connection = self._own().raw_connection()
            try:
                return self._fetch(connection.dbapi_connection, sql, parameters)
            finally:
                connection.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database.

        Raises:
            StoreError: the database does not answer.
        """
        with self._explained(), self._own().connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection inside a transaction, committed at the end, undone by any error.

        Raises:
            StoreError: the database does not answer, is locked, full, or refuses.
        """
        with (
            self._explained(),
            self._own().connect().execution_options(**{WRITING: True}) as connection,
            connection.begin(),
        ):
            yield connection

    def insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """An INSERT that can say what to do on conflict."""
        return sqlite.insert(table) if self.engine.dialect.name == "sqlite" else postgresql.insert(table)

    def kept(self, table: Table, values: dict[str, Any]) -> bool:
        """Inserts a row unless one like it stands there; whether it did."""
        statement = self.insert(table).values(values).on_conflict_do_nothing()
        with self.writing() as connection:
            return connection.execute(statement.returning(literal("kept"))).first() is not None

    def close(self) -> None:
        """Closes all connections that are not in use."""
        self.engine.dispose()

    def _own(self) -> Engine:
        """The engine, emptied first when this process was forked: a connection must not be used on both sides."""
        if self._process != os.getpid():
            self.engine.dispose(close=False)
            self._process = os.getpid()
        return self.engine

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except self._failures as error:
            raise StoreError(f"{self.where}: {self._reason(error)}") from None

    def _reason(self, error: BaseException) -> str:
        if isinstance(error, PoolTimeoutError):
            return "all connections are in use; try again, or let fewer requests run at once"
        return self._explain(error.orig if isinstance(error, DBAPIError) and error.orig else error)
