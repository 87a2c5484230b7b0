"""What Alembic runs: the steps over the connection that it was given, inside that connection's transaction."""

from alembic import context

from openward.adapters.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
