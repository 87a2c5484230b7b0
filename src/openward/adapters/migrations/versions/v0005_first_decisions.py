"""The first signature where two persons must agree; runs are found by their service.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Makes the table and the index."""
    op.create_table(
        "first_decision",
        sa.Column("run", TEXT, nullable=False),
        sa.Column("showing", TEXT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("amended", sa.LargeBinary()),
        sa.ForeignKeyConstraint(["run"], ["run.id"]),
        sa.ForeignKeyConstraint(["showing"], ["showing.id"]),
        sa.PrimaryKeyConstraint("run"),
        sa.UniqueConstraint("showing"),
    )
    op.create_index("run_service", "run", ["service", "n"])
