"""What models use: reservations, settlements, tallies.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "tally",
        sa.Column("key", TEXT, nullable=False),
        sa.Column("period", TEXT, nullable=False),
        sa.Column("spent_money", sa.BigInteger(), nullable=False),
        sa.Column("held_money", sa.BigInteger(), nullable=False),
        sa.Column("spent_tokens", sa.BigInteger(), nullable=False),
        sa.Column("held_tokens", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", "period"),
    )
    op.create_table(
        "reservation",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("expires", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reservation_at", "reservation", ["at", "id"])
    op.create_index("reservation_expires", "reservation", ["expires", "id"])
    op.create_table(
        "settlement",
        sa.Column("reservation", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["reservation"], ["reservation.id"]),
        sa.PrimaryKeyConstraint("reservation"),
    )
