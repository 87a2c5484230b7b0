"""The schema: what the migrations make is what the tables say, and what is not ours or too new is refused."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from openward.adapters.postgres import open_postgres
from openward.adapters.schema import MIGRATIONS
from openward.adapters.sqlite import open_sqlite
from openward.adapters.tables import METADATA, SCHEMA
from openward.domain.errors import StoreError
from openward.ports.store import Stores


def test_the_present_schema_is_the_last_migration():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [SCHEMA]


# The index over what the trail says of decisions is made of an expression of each database, which no Table can hold.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index entry_decision")
def test_the_migrations_make_the_tables(stores: Stores):
    if not hasattr(stores.record, "_database"):
        pytest.skip("the fake has no tables")
    with stores.record._database.reading() as connection:
        opts = {"include_name": lambda name, _kind, _parents: name != "entry_decision"}
        assert compare_metadata(MigrationContext.configure(connection, opts=opts), METADATA) == []


def test_sqlite_keeps_codes_without_a_second_copy(tmp_path: Path):
    open_sqlite(tmp_path / "ward.db").close()
    (sql,) = (
        sqlite3.connect(tmp_path / "ward.db").execute("SELECT sql FROM sqlite_schema WHERE name = 'token'").fetchone()
    )
    assert "WITHOUT ROWID" in sql


def test_a_newer_schema_is_refused(tmp_path: Path, postgres_url: str):
    open_sqlite(tmp_path / "ward.db").close()
    open_postgres(postgres_url).close()
    with sqlite3.connect(tmp_path / "ward.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    with psycopg.connect(postgres_url) as server:
        server.execute("UPDATE alembic_version SET version_num = '0999'")
    for again in (lambda: open_sqlite(tmp_path / "ward.db"), lambda: open_postgres(postgres_url)):
        with pytest.raises(StoreError, match="has schema 0999, newer than this OpenWard knows"):
            again()


def test_a_database_of_something_else_is_refused(tmp_path: Path):
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE person (name TEXT)")
    connection.close()
    with pytest.raises(StoreError, match="tables of something else"):
        open_sqlite(tmp_path / "other.db")


def test_opening_a_database_that_is_up_to_date_loads_no_migration_tool(tmp_path: Path):
    path = tmp_path / "100 % ward.db"
    open_sqlite(path).close()
    program = (
        "import sys; from pathlib import Path; from openward.adapters.sqlite import open_sqlite;"
        f"open_sqlite(Path({str(path)!r})).close(); print('alembic' in sys.modules, 'psycopg' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
