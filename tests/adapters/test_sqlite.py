"""SQLite under bad conditions: every failure is a clear error, nothing is half written, no patient data is told."""

import os
import resource as limits
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.contracts.samples import NOW, code, decision, resource, run, showing, unreadable

from openward.adapters.sqlite import open_sqlite
from openward.domain.errors import StoreError
from openward.domain.resource import PutCounts, SearchQuery
from openward.ports.store import Stores

BATCH = [resource(f"o{n}", "x" * 2000, patient="p1", tokens=(code(f"{n}"),)) for n in range(300)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "ward.db"


@pytest.fixture
def opened(path: Path) -> Iterator[Stores]:
    stores = open_sqlite(path, wait=0.05)
    yield stores
    stores.close()


@pytest.fixture
def locked(opened: Stores, path: Path) -> Iterator[sqlite3.Connection]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield other
    other.close()


def test_the_file_is_for_its_owner_only(opened: Stores, path: Path):
    opened.record.put(BATCH, NOW)
    for file in path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_what_is_kept_is_there_after_opening_again(path: Path):
    stores = open_sqlite(path)
    stores.record.put(BATCH, NOW)
    stores.close()
    stores = open_sqlite(path)
    assert stores.record.counts() == {"Observation": 300}
    assert stores.record.search(SearchQuery(type="Observation", tokens=((code("7", ""),),))).total == 1
    stores.close()


def test_closing_folds_the_log_into_the_file(path: Path):
    stores = open_sqlite(path)
    stores.record.put(BATCH, NOW)
    stores.close()
    assert [file.name for file in path.parent.iterdir()] == ["ward.db"]


@pytest.mark.parametrize(
    "write",
    [
        lambda stores: stores.record.put(BATCH, NOW),
        lambda stores: stores.record.quarantine([unreadable("q1")]),
        lambda stores: stores.runs.add(run()),
        lambda stores: stores.trail.append(lambda _: pytest.fail("sealed without the lock")),
    ],
)
def test_a_locked_database_is_an_error_that_says_so(opened: Stores, locked, path: Path, write: Callable):
    with pytest.raises(StoreError, match="is locked by another program") as caught:
        write(opened)
    assert str(path) in str(caught.value)


def test_reading_goes_on_while_another_writes(opened: Stores, path: Path):
    opened.record.put(BATCH, NOW)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert len(opened.record.compartment("p1")) == 300
    assert opened.record.search(SearchQuery(type="Observation")).total == 300
    other.close()


def test_after_the_lock_is_gone_writing_works_again(opened: Stores, locked: sqlite3.Connection):
    with pytest.raises(StoreError):
        opened.record.put(BATCH, NOW)
    locked.execute("ROLLBACK")
    assert opened.record.put(BATCH, NOW) == PutCounts(created=300)


def test_a_full_disk_writes_nothing_and_says_so(opened: Stores):
    opened.record.put(BATCH[:1], NOW)
    (pages,) = opened.record._database.rows("PRAGMA page_count")[0]
    opened.record._database.rows(f"PRAGMA max_page_count = {pages + 5}")
    with pytest.raises(StoreError, match="is full; nothing was written: free space"):
        opened.record.put(BATCH, NOW)
    assert opened.record.counts() == {"Observation": 1}
    assert [kept.id for kept in opened.record.scan()] == ["o0"]
    opened.record._database.rows("PRAGMA max_page_count = 1000000")
    assert opened.record.put(BATCH, NOW) == PutCounts(created=299, unchanged=1)


def in_child(work: Callable[[], str]) -> str:
    """What `work` says in a forked process, whose limits and owner are its own."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, work().encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as said:
        text = said.read().decode()
    os.waitpid(child, 0)
    return text


def said_by(work: Callable[[], object]) -> str:
    try:
        work()
    except StoreError as error:
        return str(error)
    return "no error"


def test_a_file_that_may_not_grow_is_left_as_it_was(opened: Stores, path: Path):
    opened.record.put(BATCH[:1], NOW)

    def fill() -> str:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limits.setrlimit(limits.RLIMIT_FSIZE, (400_000, 400_000))
        return said_by(lambda: opened.record.put(BATCH, NOW))

    assert "check the disk and its free space" in in_child(fill)
    assert opened.record.counts() == {"Observation": 1}
    assert opened.record.put(BATCH, NOW) == PutCounts(created=299, unchanged=1)


def test_a_forked_process_uses_connections_of_its_own(opened: Stores):
    opened.record.put(BATCH[:1], NOW)
    assert in_child(lambda: str(opened.record.put(BATCH[:2], NOW).created)) == "1"
    assert opened.record.put(BATCH[:3], NOW) == PutCounts(created=1, unchanged=2)


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
def test_a_file_that_may_not_be_written_is_an_error_that_says_so():
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "ward.db"
        open_sqlite(path).close()
        path.chmod(0o444)
        path.parent.chmod(0o555)

        def write() -> str:
            if os.geteuid() == 0:
                os.setuid(65534)
            return said_by(lambda: open_sqlite(path, wait=0.05).record.put(BATCH, NOW))

        said = in_child(write)
        path.parent.chmod(0o755)
    assert str(path) in said
    assert "cannot be" in said
    assert "check" in said


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path):
    path.parent.mkdir()
    path.write_bytes(b"name,born\nAda,1815\n" * 100)
    with pytest.raises(StoreError, match="is no SQLite database") as caught:
        open_sqlite(path)
    assert "Ada" not in str(caught.value)
    assert path.read_bytes() == b"name,born\nAda,1815\n" * 100


def test_a_damaged_database_is_an_error_that_says_so(path: Path):
    stores = open_sqlite(path)
    stores.record.put(BATCH, NOW)
    stores.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with pytest.raises(StoreError, match="damaged; restore"):
        open_sqlite(path).record.counts()


@pytest.mark.parametrize("name", ["folder", "file/ward.db"])
def test_a_path_that_cannot_be_a_file_is_an_error_that_says_so(tmp_path: Path, name: str):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be opened"):
        open_sqlite(tmp_path / name)


def test_an_error_tells_no_patient_data(opened: Stores, path: Path):
    opened.runs.add(run("run-1"))
    secret = "Jane-Roe-1970"
    opened.runs.show(showing(secret))
    with pytest.raises(StoreError) as caught:
        opened.runs.decide(decision(run=secret, showing=secret, reason=secret))
    error: BaseException | None = caught.value
    assert "refers to what is not kept" in str(error) or "refer to what is not kept" in str(error)
    assert secret not in str(error)
    assert error.__suppress_context__


KILLED = """
import sys
from pathlib import Path
from datetime import UTC, datetime
from openward.adapters.sqlite import open_sqlite
from openward.domain.resource import Incoming
stores = open_sqlite(Path(sys.argv[1]))
n = 0
while True:
    batch = [Incoming(type="Observation", id=f"o{n + i}", body=b"x" * 500, digest=str(n + i)) for i in range(100)]
    stores.record.put(batch, datetime.now(UTC))
    n += 100
    print(n, flush=True)
"""


def test_a_killed_import_leaves_whole_batches_and_can_begin_again(path: Path):
    writer = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    said = [int(writer.stdout.readline()) for _ in range(5)]
    writer.kill()
    said += [int(line) for line in writer.stdout.read().split()]
    writer.stdout.close()
    writer.wait()
    stores = open_sqlite(path)
    kept = stores.record.counts()["Observation"]
    assert kept % 100 == 0
    assert said[-1] <= kept <= said[-1] + 100
    again = [resource(f"o{n}", digest=str(n)) for n in range(kept + 100)]
    assert stores.record.put(again, NOW) == PutCounts(created=100, unchanged=kept)
    stores.close()
