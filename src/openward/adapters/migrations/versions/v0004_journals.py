"""Journals of agents, approvals of their calls, memories of conversations.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "journal",
        sa.Column("run", TEXT, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("run"),
    )
    op.create_index("journal_expires", "journal", ["expires"])
    op.create_table(
        "note",
        sa.Column("run", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["journal.run"]),
        sa.PrimaryKeyConstraint("run", "name"),
    )
    op.create_table(
        "approval",
        sa.Column("run", TEXT, nullable=False),
        sa.Column("call", sa.Integer(), nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger()),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["journal.run"]),
        sa.PrimaryKeyConstraint("run", "call"),
    )
    op.create_table(
        "memory",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("conversation", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("memory_conversation", "memory", ["conversation"])
    op.create_index("memory_expires", "memory", ["expires"])
