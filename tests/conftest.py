"""What all tests may ask for: a PostgreSQL of their own, and empty stores of each kind."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.postgres import postgres, postgres_url

from openward.ports.store import Stores

__all__ = ["postgres", "postgres_url", "stores"]


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Empty stores: the fake in memory, SQLite in a file, and a real PostgreSQL."""
    if request.param == "memory":
        from openward.adapters.memory import memory_stores

        opened = memory_stores()
    elif request.param == "sqlite":
        from openward.adapters.sqlite import open_sqlite

        opened = open_sqlite(tmp_path / "ward.db")
    else:
        from openward.adapters.postgres import open_postgres

        opened = open_postgres(request.getfixturevalue("postgres_url"))
    yield opened
    opened.close()
