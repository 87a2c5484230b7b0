"""PostgreSQL under bad conditions: every failure is a clear error that tells neither password nor patient data."""

import socket
from collections.abc import Iterator

import psycopg
import pytest
from tests.contracts.samples import NOW, decision, resource, run
from tests.postgres import PASSWORD, Server

from openward.adapters.postgres import _explain, open_postgres
from openward.domain.errors import SettingsError, StoreError
from openward.domain.resource import PutCounts
from openward.ports.store import Stores


@pytest.fixture
def opened(postgres_url: str) -> Iterator[Stores]:
    stores = open_postgres(postgres_url, wait=0.2)
    yield stores
    stores.close()


def no_secret(error: BaseException) -> bool:
    parts = (str(error), repr(error), repr(error.__cause__))
    return not any(secret in part for part in parts for secret in (PASSWORD, "a-Secret", "%3A"))


def test_a_server_that_is_not_there_is_an_error_that_says_where():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(StoreError, match=rf"127\.0\.0\.1:{port}, database 'ward': cannot be reached") as caught:
            open_postgres(f"postgresql://ward:a-Secret@127.0.0.1:{port}/ward", wait=1)
    assert no_secret(caught.value)


def test_a_wrong_password_is_an_error_that_does_not_tell_it(postgres: Server):
    with pytest.raises(StoreError, match="check that the server runs and that host, port, user") as caught:
        open_postgres(postgres.url("postgres", password="a-Secret-guess"))
    assert no_secret(caught.value)


def test_a_database_that_is_not_there_is_an_error_that_says_so(postgres: Server):
    with pytest.raises(StoreError, match="database 'nowhere'") as caught:
        open_postgres(postgres.url("nowhere"))
    assert no_secret(caught.value)


@pytest.mark.parametrize("url", ["postgresql://ward:a-Secret@host:port/ward", "a-Secret", "postgresql://:::a-Secret"])
def test_a_url_that_cannot_be_read_is_an_error_of_the_settings(url: str):
    with pytest.raises((SettingsError, StoreError)) as caught:
        open_postgres(url, wait=1)
    assert no_secret(caught.value)


def test_the_short_scheme_opens_too(postgres_url: str):
    stores = open_postgres(postgres_url.replace("postgresql://", "postgres://"))
    assert stores.record.counts() == {}
    stores.close()


def test_a_locked_record_is_an_error_that_says_so(opened: Stores, postgres_url: str):
    with psycopg.connect(postgres_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(20311, 2)")
        with pytest.raises(StoreError, match="is locked by another program"):
            opened.record.put([resource("o1")], NOW)
    assert opened.record.put([resource("o1")], NOW) == PutCounts(created=1)


def test_after_the_server_ends_its_connections_the_next_call_works(opened: Stores, postgres_url: str):
    opened.record.put([resource("o1")], NOW)
    with psycopg.connect(postgres_url) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    assert opened.record.counts() == {"Observation": 1}


def test_a_database_that_is_read_only_is_an_error_that_says_so(opened: Stores, postgres_url: str):
    name = postgres_url.rpartition("/")[2]
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    opened.close()
    with pytest.raises(StoreError, match="may not write there"):
        opened.record.put([resource("o1")], NOW)
    assert opened.record.read("Observation", "o1") is None


def test_a_full_disk_is_an_error_that_says_so():
    assert "disk or memory is full; nothing was written" in _explain(psycopg.errors.DiskFull())


def test_an_error_tells_no_patient_data(opened: Stores):
    opened.runs.add(run())
    secret = "Jane-Roe-1970"
    with pytest.raises(StoreError, match="not kept") as caught:
        opened.runs.decide(decision(showing=secret, reason=secret))
    assert secret not in str(caught.value)
    assert caught.value.__suppress_context__


def test_a_record_that_has_grown_is_read_through_its_indexes_at_once(opened: Stores):
    opened.record.put([resource(f"o{n}", patient=f"p{n % 50}", date=f"20{n % 30:02}") for n in range(3000)], NOW)
    (number,) = opened.record._database.rows("SELECT min(type) FROM resource")[0]
    query = f"EXPLAIN SELECT body FROM resource WHERE type = {number} AND id = 'o7' AND until IS NULL"
    plan = "\n".join(str(row) for row in opened.record._database.rows(query))
    assert "Index Scan using resource_version" in plan
