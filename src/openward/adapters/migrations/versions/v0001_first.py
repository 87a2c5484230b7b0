"""The first tables: record, quarantine, runs, trail, access.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the tables; there is no way back: nothing that a record holds is thrown away."""
    op.create_table(
        "checkpoint",
        sa.Column("n", SERIAL, autoincrement=True, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("n"),
    )
    op.create_table(
        "credential",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "entry",
        sa.Column("seq", SERIAL, autoincrement=False, nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("previous", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_table(
        "person",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("source", "digest", name="quarantine_once"),
    )
    op.create_table(
        "resource",
        sa.Column("seq", SERIAL, autoincrement=False, nullable=False),
        sa.Column("type", sa.Integer(), nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger()),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("patient", TEXT),
        sa.Column("date", TEXT),
        sa.Column("updated", TEXT),
        sa.Column("source_version", TEXT),
        sa.Column("source", TEXT),
        sa.Column("links", sa.LargeBinary()),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("type", "id", "version", name="resource_version"),
    )
    op.create_index(
        "resource_date",
        "resource",
        ["type", "date"],
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_index("resource_patient", "resource", ["patient", "type"])
    op.create_index(
        "resource_patient_until",
        "resource",
        ["patient", "until"],
        sqlite_where=sa.text("until IS NOT NULL"),
        postgresql_where=sa.text("until IS NOT NULL"),
    )
    op.create_table(
        "run",
        sa.Column("n", SERIAL, autoincrement=True, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("service", TEXT, nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("patient", TEXT),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("proposal", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("n"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("run_patient", "run", ["patient"])
    op.create_table(
        "stale", sa.Column("seq", SERIAL, autoincrement=False, nullable=False), sa.PrimaryKeyConstraint("seq")
    )
    op.create_table(
        "token",
        sa.Column("field", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("field", "code", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("text"),
    )
    op.create_table(
        "feedback",
        sa.Column("n", SERIAL, autoincrement=True, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"]),
        sa.PrimaryKeyConstraint("n"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_feedback_run", "feedback", ["run"])
    op.create_table(
        "showing",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("run", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["run.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "decision",
        sa.Column("run", TEXT, nullable=False),
        sa.Column("showing", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("amended", sa.LargeBinary()),
        sa.ForeignKeyConstraint(["run"], ["run.id"]),
        sa.ForeignKeyConstraint(["showing"], ["showing.id"]),
        sa.PrimaryKeyConstraint("run"),
        sa.UniqueConstraint("showing"),
    )
    if op.get_context().dialect.name == "sqlite":
        _describe()


def _describe() -> None:
    """Tells SQLite once what a hospital's record is like (rows, rows for each value of an index's first columns).

    Its query plans then lead by patient, id or code before type, whatever the record holds so far.
    """
    op.execute("ANALYZE")
    facts = sa.table("sqlite_stat1", sa.column("tbl"), sa.column("idx"), sa.column("stat"))
    rows = (
        ("resource", "sqlite_autoindex_resource_1", "1000000 50000 1 1"),
        ("resource", "resource_date", "1000000 50000 20"),
        ("resource", "resource_patient", "1000000 200 20"),
        ("token", "token", "3000000 20000 100 1"),
    )
    op.bulk_insert(facts, [dict(zip(("tbl", "idx", "stat"), row, strict=True)) for row in rows])
