"""The tables, alike in SQLite and PostgreSQL; the migrations make them, a test holds the two together.

Words that come again and again (resource types, `Type.parameter|system`) are kept once in `word` and named by number,
so that the indexes stay small. Text sorts by code point everywhere (`C` collation in PostgreSQL).
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

SCHEMA: Final = "0007"

METADATA: Final = MetaData()
_TEXT: Final = Text().with_variant(Text(collation="C"), "postgresql")
_SERIAL: Final = BigInteger().with_variant(Integer(), "sqlite")

word: Final = Table(
    "word",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("text", _TEXT, nullable=False, unique=True),
)

# One row for each version; it was current from `seq` to just before `until`, and is so still where `until` is null.
# `received` is in microseconds since 1970.
resource: Final = Table(
    "resource",
    METADATA,
    Column("seq", _SERIAL, primary_key=True, autoincrement=False),
    Column("type", Integer, nullable=False),
    Column("id", _TEXT, nullable=False),
    Column("version", Integer, nullable=False),
    Column("until", BigInteger),
    Column("digest", _TEXT, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("patient", _TEXT),
    Column("date", _TEXT),
    Column("updated", _TEXT),
    Column("source_version", _TEXT),
    Column("source", _TEXT),
    Column("links", LargeBinary),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("type", "id", "version", name="resource_version"),
)
Index("resource_patient", resource.c.patient, resource.c.type)
Index(
    "resource_date",
    resource.c.type,
    resource.c.date,
    sqlite_where=resource.c.until.is_(None),
    postgresql_where=resource.c.until.is_(None),
)
Index(
    "resource_patient_until",
    resource.c.patient,
    resource.c.until,
    sqlite_where=resource.c.until.is_not(None),
    postgresql_where=resource.c.until.is_not(None),
)

# The codes of every version that was ever current; those of the versions in `stale` count no more.
token: Final = Table(
    "token",
    METADATA,
    Column("field", Integer, primary_key=True, autoincrement=False),
    Column("code", _TEXT, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
stale: Final = Table("stale", METADATA, Column("seq", _SERIAL, primary_key=True, autoincrement=False))

quarantine: Final = Table(
    "quarantine",
    METADATA,
    Column("id", _TEXT, primary_key=True),
    Column("source", _TEXT, nullable=False),
    Column("reason", _TEXT, nullable=False),
    Column("digest", _TEXT, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("source", "digest", name="quarantine_once"),
)

# `body` is the struct as JSON, without what stands in a column of exact bytes beside it.
run: Final = Table(
    "run",
    METADATA,
    Column("n", _SERIAL, primary_key=True, autoincrement=True),
    Column("id", _TEXT, nullable=False, unique=True),
    Column("service", _TEXT, nullable=False),
    Column("status", _TEXT, nullable=False),
    Column("patient", _TEXT),
    Column("body", LargeBinary, nullable=False),
    Column("proposal", LargeBinary),
    Column("parent", _TEXT),
)
Index("run_patient", run.c.patient)
Index("run_service", run.c.service, run.c.n)

showing: Final = Table(
    "showing",
    METADATA,
    Column("id", _TEXT, primary_key=True),
    Column("run", _TEXT, ForeignKey("run.id"), nullable=False),
    Column("body", LargeBinary, nullable=False),
)

decision: Final = Table(
    "decision",
    METADATA,
    Column("run", _TEXT, ForeignKey("run.id"), primary_key=True),
    Column("showing", _TEXT, ForeignKey("showing.id"), nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
    Column("amended", LargeBinary),
)

# The first signature where two persons must agree.
first_decision: Final = Table(
    "first_decision",
    METADATA,
    Column("run", _TEXT, ForeignKey("run.id"), primary_key=True),
    Column("showing", _TEXT, ForeignKey("showing.id"), nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
    Column("amended", LargeBinary),
)

feedback: Final = Table(
    "feedback",
    METADATA,
    Column("n", _SERIAL, primary_key=True, autoincrement=True),
    Column("id", _TEXT, nullable=False, unique=True),
    Column("run", _TEXT, ForeignKey("run.id"), nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)

# `changed` is in microseconds since 1970.
interview: Final = Table(
    "interview",
    METADATA,
    Column("id", _TEXT, primary_key=True),
    Column("step", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
Index("interview_changed", interview.c.changed)

entry: Final = Table(
    "entry",
    METADATA,
    Column("seq", _SERIAL, primary_key=True, autoincrement=False),
    Column("event", LargeBinary, nullable=False),
    Column("previous", _TEXT, nullable=False),
    Column("hash", _TEXT, nullable=False),
)

checkpoint: Final = Table(
    "checkpoint",
    METADATA,
    Column("n", _SERIAL, primary_key=True, autoincrement=True),
    Column("body", LargeBinary, nullable=False),
)

person: Final = Table(
    "person",
    METADATA,
    Column("id", _TEXT, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

credential: Final = Table(
    "credential",
    METADATA,
    Column("id", _TEXT, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# What models use. A tally is what the reservations and settlements of one budget and window add up to; money is in
# billionths, times are in microseconds since 1970.
tally: Final = Table(
    "tally",
    METADATA,
    Column("key", _TEXT, primary_key=True),
    Column("period", _TEXT, primary_key=True),
    Column("spent_money", BigInteger, nullable=False),
    Column("held_money", BigInteger, nullable=False),
    Column("spent_tokens", BigInteger, nullable=False),
    Column("held_tokens", BigInteger, nullable=False),
)

reservation: Final = Table(
    "reservation",
    METADATA,
    Column("id", _TEXT, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
Index("reservation_at", reservation.c.at, reservation.c.id)
Index("reservation_expires", reservation.c.expires, reservation.c.id)

settlement: Final = Table(
    "settlement",
    METADATA,
    Column("reservation", _TEXT, ForeignKey("reservation.id"), primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

# Journals of agents; keys are wrapped and words sealed. Times are in microseconds since 1970.
journal: Final = Table(
    "journal",
    METADATA,
    Column("run", _TEXT, primary_key=True),
    Column("turn", Integer, nullable=False),
    Column("state", _TEXT, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
Index("journal_expires", journal.c.expires)

note: Final = Table(
    "note",
    METADATA,
    Column("run", _TEXT, ForeignKey("journal.run"), primary_key=True),
    Column("name", _TEXT, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)

approval: Final = Table(
    "approval",
    METADATA,
    Column("run", _TEXT, ForeignKey("journal.run"), primary_key=True),
    Column("call", Integer, primary_key=True, autoincrement=False),
    Column("digest", _TEXT, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("used", BigInteger),
    Column("body", LargeBinary, nullable=False),
)

memory: Final = Table(
    "memory",
    METADATA,
    Column("id", _TEXT, primary_key=True),
    Column("conversation", _TEXT, nullable=False),
    Column("actor", _TEXT, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
Index("memory_conversation", memory.c.conversation)
Index("memory_expires", memory.c.expires)
