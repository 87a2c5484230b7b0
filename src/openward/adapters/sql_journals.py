"""Journals of agents in a database."""

from datetime import datetime
from typing import Any, Final

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, delete, select, update

from openward.adapters import tables
from openward.adapters.database import Database
from openward.adapters.dates import micros, moment
from openward.domain.errors import StoreError
from openward.domain.journal import Approval, Journal, JournalState, Note, Remembered

_encode: Final = msgspec.json.Encoder().encode
_NOTHING: Final = b"\x00" * 60  # as long as a wrapped key, so that it is written over it


class SqlJournalStore:
    """Journals in SQLite or PostgreSQL.

    A key is overwritten before its row is deleted; in SQLite `secure_delete` clears the rest of the page. `firm` is the
    same database with each commit forced to the disk; what only has to outlive the process need not wait for that.
    """

    def __init__(self, database: Database, firm: Database | None = None) -> None:
        self._database = database
        self._firm = firm or database

    def begin(self, journal: Journal) -> None:
        """Keeps a new journal."""
        values = {
            "run": journal.run, "turn": journal.turn, "state": journal.state, "expires": micros(journal.expires),
            "key": journal.key, "body": _encode(msgspec.structs.replace(journal, key=b"")),
        }  # fmt: skip
        if not self._database.kept(tables.journal, values):
            raise StoreError(f"{self._database.where}: this run has a journal already")

    def get(self, run: str) -> Journal | None:
        """The journal of one run."""
        with self._database.reading() as connection:
            row = connection.execute(select(tables.journal).where(tables.journal.c.run == run)).one_or_none()
        return None if row is None else _journal(row)

    def unfinished(self) -> tuple[Journal, ...]:
        """Journals of runs that have not ended."""
        c = tables.journal.c
        with self._database.reading() as connection:
            rows = connection.execute(select(tables.journal).where(c.state != "ended").order_by(c.run))
            return tuple(_journal(row) for row in rows)

    def take_over(self, run: str, turn: int) -> bool:
        """Makes its turn the next one."""
        c = tables.journal.c
        wanted = update(tables.journal).where(c.run == run, c.turn == turn, c.state != "ended")
        with self._database.writing() as connection:
            return connection.execute(wanted.values(turn=turn + 1, state="running")).rowcount == 1

    def set_state(self, run: str, state: JournalState, expires: datetime) -> None:
        """Sets its state and until when it is kept."""
        wanted = update(tables.journal).where(tables.journal.c.run == run)
        with self._database.writing() as connection:
            connection.execute(wanted.values(state=state, expires=micros(expires)))

    def add(self, note: Note, turn: int, *, firm: bool = False) -> bool:
        """Keeps a note if the journal still stands at `turn` and holds none of that name."""
        c = tables.journal.c
        values = {"run": note.run, "name": note.name, "body": note.body}
        statement = self._database.insert(tables.note).values(values).on_conflict_do_nothing()
        with (self._firm if firm else self._database).writing() as connection:
            # Locks the row, so that nobody takes the run over in between.
            stands = update(tables.journal).where(c.run == note.run, c.turn == turn).values(turn=turn)
            if connection.execute(stands).rowcount != 1:
                return False
            return connection.execute(statement.returning(tables.note.c.name)).first() is not None

    def note(self, run: str, name: str) -> Note | None:
        """One note."""
        c = tables.note.c
        with self._database.reading() as connection:
            body = connection.execute(select(c.body).where(c.run == run, c.name == name)).scalar()
        return None if body is None else Note(run=run, name=name, body=body)

    def names(self, run: str) -> tuple[str, ...]:
        """The names of all notes of a run, in order."""
        c = tables.note.c
        with self._database.reading() as connection:
            return tuple(connection.execute(select(c.name).where(c.run == run).order_by(c.name)).scalars())

    def approve(self, approval: Approval) -> bool:
        """Keeps an approval in place of one of the same call that was not used."""
        values = {
            "run": approval.run, "call": approval.call, "digest": approval.digest, "used": None,
            "expires": micros(approval.expires), "body": _encode(approval),
        }  # fmt: skip
        c = tables.approval.c
        statement = self._database.insert(tables.approval).values(values)
        statement = statement.on_conflict_do_update(
            index_elements=["run", "call"], set_=values, where=c.used.is_(None)
        )  # fmt: skip
        with self._firm.writing() as connection:
            return connection.execute(statement.returning(c.call)).first() is not None

    def use(self, run: str, call: int, digest: str, at: datetime) -> Approval | None:
        """Uses an approval up."""
        c, now = tables.approval.c, micros(at)
        mine = (c.run == run, c.call == call, c.digest == digest)
        free = update(tables.approval).where(*mine, c.used.is_(None), c.expires > now).values(used=now)
        with self._firm.writing() as connection:
            if connection.execute(free).rowcount != 1:
                return None
            body = connection.execute(select(c.body).where(*mine)).scalar_one()
        return msgspec.json.decode(body, type=Approval)

    def remember(self, remembered: Remembered) -> None:
        """Keeps what a conversation remembers."""
        values = msgspec.structs.asdict(remembered) | {"expires": micros(remembered.expires)}
        statement = self._database.insert(tables.memory).values(values)
        with self._database.writing() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))

    def remembered(self, id: str) -> Remembered | None:
        """What a conversation remembers."""
        with self._database.reading() as connection:
            row = connection.execute(select(tables.memory).where(tables.memory.c.id == id)).one_or_none()
        if row is None:
            return None
        return Remembered(**{**row._asdict(), "expires": moment(row.expires)})

    def forget(self, run: str) -> bool:
        """Drops a journal, its key first."""
        with self._firm.writing() as connection:
            return _drop_journals(connection, tables.journal.c.run == run) > 0

    def forget_conversation(self, conversation: str, actor: str) -> int:
        """Drops what any agent remembers of a conversation with an actor."""
        c = tables.memory.c
        with self._firm.writing() as connection:
            return _drop(connection, tables.memory, (c.conversation == conversation) & (c.actor == actor))

    def forget_expired(self, at: datetime) -> int:
        """Drops all that was to be kept until before a moment."""
        now = micros(at)
        with self._database.writing() as connection:
            journals = _drop_journals(connection, tables.journal.c.expires < now)
            return journals + _drop(connection, tables.memory, tables.memory.c.expires < now)


def _drop_journals(connection: Connection, which: ColumnElement[bool]) -> int:
    runs = select(tables.journal.c.run).where(which).scalar_subquery()
    for table in (tables.note, tables.approval):
        connection.execute(delete(table).where(table.c.run.in_(runs)))
    return _drop(connection, tables.journal, which)


def _drop(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    connection.execute(update(table).where(which).values(key=_NOTHING))
    return connection.execute(delete(table).where(which)).rowcount


def _journal(row: Any) -> Journal:
    return msgspec.structs.replace(
        msgspec.json.decode(row.body, type=Journal), key=row.key, turn=row.turn, state=row.state,
        expires=moment(row.expires),
    )  # fmt: skip
