"""What the trail says was decided on a run is found without reading the trail.

Revision ID: 0007
"""

from alembic import op

revision = "0007"
down_revision: str | None = "0006"

# Written out: a migration says forever what it did, whatever `adapters/sql_trail.py` asks for later.
_AFTER = "substr(event, instr(event, CAST('\"run\":\"' AS BLOB)) + 7)"
_INDEX = {
    "sqlite": f"CREATE INDEX entry_decision ON entry (substr({_AFTER}, 1, instr({_AFTER}, CAST('\"' AS BLOB)) - 1)) "
    "WHERE instr(event, CAST('\"what\":\"decision.' AS BLOB)) > 0",
    "postgresql": "CREATE INDEX entry_decision ON entry "
    "((substring(encode(event, 'escape') from '\"run\":\"([^\"]*)\"'))) "
    "WHERE position('\"what\":\"decision.'::bytea in event) > 0",
}


def upgrade() -> None:
    """Adds the index."""
    op.execute(_INDEX[op.get_context().dialect.name])
