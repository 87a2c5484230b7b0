"""Persons and tokens in a database."""

from typing import Final, TypeVar

import msgspec
from sqlalchemy import select, update
from sqlalchemy.sql.schema import Table

from openward.adapters import tables
from openward.adapters.database import Database
from openward.domain.access import Person, TokenRecord

_encode: Final = msgspec.json.Encoder().encode
Kept = TypeVar("Kept", Person, TokenRecord)


class SqlAccessStore:
    """Persons and tokens in SQLite or PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put_person(self, person: Person) -> None:
        """Keeps a person, new or changed."""
        self._put(tables.person, person)

    def person(self, id: str) -> Person | None:
        """One person."""
        return self._one(tables.person, id, Person)

    def persons(self) -> tuple[Person, ...]:
        """All persons, by id."""
        return self._all(tables.person, Person)

    def put_token(self, token: TokenRecord) -> None:
        """Keeps a token's record, new or changed."""
        self._put(tables.credential, token)

    def replace_token(self, before: TokenRecord, token: TokenRecord) -> bool:
        """Keeps the new state of a record that still stands as it did."""
        row = tables.credential.c
        with self._database.writing() as connection:
            body = connection.execute(select(row.body).where(row.id == token.id)).scalar()
            if body is None or msgspec.json.decode(body, type=TokenRecord) != before:
                return False
            changed = update(tables.credential).where(row.id == token.id, row.body == body).values(body=_encode(token))
            return connection.execute(changed).rowcount == 1

    def token(self, id: str) -> TokenRecord | None:
        """One token's record."""
        return self._one(tables.credential, id, TokenRecord)

    def tokens(self) -> tuple[TokenRecord, ...]:
        """All tokens' records, by id."""
        return self._all(tables.credential, TokenRecord)

    def _put(self, table: Table, kept: Person | TokenRecord) -> None:
        body = _encode(kept)
        statement = self._database.insert(table).values(id=kept.id, body=body)
        with self._database.writing() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_={"body": body}))

    def _one(self, table: Table, id: str, type: type[Kept]) -> Kept | None:
        with self._database.reading() as connection:
            body = connection.execute(select(table.c.body).where(table.c.id == id)).scalar()
        return None if body is None else msgspec.json.decode(body, type=type)

    def _all(self, table: Table, type: type[Kept]) -> tuple[Kept, ...]:
        with self._database.reading() as connection:
            bodies = connection.execute(select(table.c.body).order_by(table.c.id)).scalars()
            return tuple(msgspec.json.decode(body, type=type) for body in bodies)
