"""The version of a database's schema, and the way to the present one."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from openward.adapters.database import Database
from openward.adapters.tables import METADATA, SCHEMA
from openward.domain.errors import StoreError

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_VERSION: Final = "alembic_version"


def migrate(database: Database, lock: str | None = None) -> None:
    """Brings an empty or older database to the present schema; one that has it is only asked for its version.

    `lock` is a statement that keeps other processes from migrating at once, where a transaction alone does not.

    Raises:
        StoreError: the schema is newer than this version of OpenWard, or the database belongs to something else.
    """
    with database.reading() as connection:
        if _found(connection, database.where) == SCHEMA:
            return
    with database.writing() as connection:
        if lock:
            connection.execute(text(lock))
        if _found(connection, database.where) != SCHEMA:
            _upgrade(connection)


def _found(connection: Connection, where: str) -> str | None:
    """The version of the schema, None in an empty database."""
    names = inspect(connection)
    if not names.has_table(_VERSION):
        if any(names.has_table(name) for name in METADATA.tables):
            raise StoreError(f"{where}: holds tables of something else; give OpenWard a database of its own")
        return None
    version = connection.execute(text(f"SELECT version_num FROM {_VERSION}")).scalar()  # noqa: S608 - a constant
    if version is not None and str(version) > SCHEMA:
        raise StoreError(
            f"{where}: has schema {version}, newer than this OpenWard knows ({SCHEMA}); install the newer OpenWard"
        )
    return None if version is None else str(version)


def _upgrade(connection: Connection) -> None:
    # Loaded only here: a database that is up to date must open fast.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
