"""The chain of what happened in a database."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, insert, select, text

from openward.adapters import tables
from openward.adapters.database import Database
from openward.adapters.tables import entry
from openward.domain.errors import StoreError
from openward.domain.trail import Checkpoint, Entry, checkpoint_of
from openward.ports.store import Sealer

_encode: Final = msgspec.json.Encoder().encode

# The run that an event names, out of its canonical bytes, and whether it is a decision: what schema 0007 has an index
# over. An expression, no column: whoever takes a decision out of the store cannot take its entry out of a search.
_AFTER: Final = 'substr(event, instr(event, CAST(\'"run":"\' AS BLOB)) + 7)'
RUN_OF: Final = {
    "sqlite": f"substr({_AFTER}, 1, instr({_AFTER}, CAST('\"' AS BLOB)) - 1)",
    "postgresql": 'substring(encode(event, \'escape\') from \'"run":"([^"]*)"\')',
}
IS_DECISION: Final = {
    "sqlite": 'instr(event, CAST(\'"what":"decision.\' AS BLOB)) > 0',
    "postgresql": 'position(\'"what":"decision.\'::bytea in event) > 0',
}


class SqlTrailStore:
    """The chain in SQLite or PostgreSQL; `lock` keeps other writers of it out until the transaction ends."""

    def __init__(self, database: Database, lock: Callable[[Connection], None]) -> None:
        self._database = database
        self._lock = lock

    def append(self, seal: Sealer) -> Entry:
        """Appends what `seal` makes of the last entry."""
        return self.append_all((seal,))[0]

    def append_all(self, seals: Sequence[Sealer]) -> tuple[Entry, ...]:
        """Appends one entry after the other in one transaction."""
        with self._database.writing() as connection:
            self._lock(connection)
            row = connection.execute(select(entry).order_by(entry.c.seq.desc()).limit(1)).one_or_none()
            last = None if row is None else _entry(row)
            new: list[Entry] = []
            for seal in seals:
                following = seal(last)
                if following.seq != (last.seq + 1 if last else 1):
                    raise StoreError(
                        f"{self._database.where}: the trail entry does not follow the last one; nothing was written"
                    )
                new.append(following)
                last = following
            if new:
                connection.execute(insert(entry), [_values(one) for one in new])
        return tuple(new)

    def entries(self, after: int = 0, limit: int = 1000) -> tuple[Entry, ...]:
        """Entries in order, after a `seq`."""
        wanted = select(entry).where(entry.c.seq > after).order_by(entry.c.seq).limit(limit)
        with self._database.reading() as connection:
            return tuple(_entry(row) for row in connection.execute(wanted))

    def decisions(self, run: str) -> tuple[Entry, ...]:
        """The entries `decision.…` of one run, by the index over exactly this expression and condition."""
        with self._database.reading() as connection:
            dialect = connection.dialect.name
            wanted = text(
                f"SELECT seq, event, previous, hash FROM entry WHERE {RUN_OF[dialect]} = :run"  # noqa: S608 - constants
                f" AND {IS_DECISION[dialect]} ORDER BY seq"
            )
            rows = connection.execute(wanted, {"run": run.encode() if dialect == "sqlite" else run})
            return tuple(_entry(row) for row in rows)

    def add_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keeps a checkpoint."""
        with self._database.writing() as connection:
            connection.execute(insert(tables.checkpoint).values(body=_encode(checkpoint)))

    def checkpoints(self) -> tuple[Checkpoint, ...]:
        """All checkpoints, oldest first."""
        with self._database.reading() as connection:
            bodies = connection.execute(select(tables.checkpoint.c.body).order_by(tables.checkpoint.c.n)).scalars()
            return tuple(checkpoint_of(body) for body in bodies)

    def last_checkpoint(self) -> Checkpoint | None:
        """The checkpoint that was kept last."""
        wanted = select(tables.checkpoint.c.body).order_by(tables.checkpoint.c.n.desc()).limit(1)
        with self._database.reading() as connection:
            body = connection.execute(wanted).scalar()
        return None if body is None else checkpoint_of(body)


def _values(one: Entry) -> dict[str, Any]:
    return {"seq": one.seq, "event": bytes(one.event), "previous": one.previous, "hash": one.hash}


def _entry(row: Any) -> Entry:
    return Entry(seq=row.seq, event=msgspec.Raw(row.event), previous=row.previous, hash=row.hash)
