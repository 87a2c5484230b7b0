"""What all tests may ask for: a PostgreSQL of their own, empty stores of each kind; and how examples are drawn."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.postgres import postgres, postgres_url

from openward.ports.store import Stores

__all__ = ["postgres", "postgres_url", "stores"]

# The same examples every time, whatever the machine's speed; `HYPOTHESIS_PROFILE=explore make test` draws new ones.
settings.register_profile(
    "steady", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


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
