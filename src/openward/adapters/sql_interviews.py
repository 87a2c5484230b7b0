"""Interviews in a database."""

from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import delete, select, update

from openward.adapters import tables
from openward.adapters.database import Database
from openward.adapters.dates import micros
from openward.domain.errors import StoreError
from openward.domain.interview import Interview

_encode: Final = msgspec.json.Encoder().encode


class SqlInterviewStore:
    """Interviews in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, interview: Interview) -> None:
        """Keeps a new interview."""
        if not self._database.kept(tables.interview, _row(interview)):
            raise StoreError(f"{self._database.where}: this interview is kept already")

    def get(self, id: str) -> Interview | None:
        """One interview."""
        with self._database.reading() as connection:
            body = connection.execute(select(tables.interview.c.body).where(tables.interview.c.id == id)).scalar()
        return None if body is None else msgspec.json.decode(body, type=Interview)

    def replace(self, interview: Interview, step: int) -> bool:
        """Keeps its new state if it still stands at `step`."""
        c = tables.interview.c
        statement = update(tables.interview).where(c.id == interview.id, c.step == step).values(_row(interview))
        with self._database.writing() as connection:
            return connection.execute(statement).rowcount == 1

    def forget(self, before: datetime) -> int:
        """Drops the interviews that were not touched since a moment."""
        with self._database.writing() as connection:
            old = tables.interview.c.changed < micros(before)
            return connection.execute(delete(tables.interview).where(old)).rowcount


def _row(interview: Interview) -> dict[str, Any]:
    return {
        "id": interview.id,
        "step": interview.step,
        "changed": micros(interview.changed),
        "body": _encode(interview),
    }
