"""Several processes on one database: one chain, one decision, one schema."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.contracts.samples import run, showing

from openward.adapters.postgres import open_postgres
from openward.adapters.sqlite import open_sqlite
from openward.ports.store import Stores

PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
import msgspec
from openward.domain.resource import Incoming
from openward.domain.run import Decision
from openward.domain.trail import Entry
from openward.adapters.postgres import open_postgres
from openward.adapters.sqlite import open_sqlite

place, me = sys.argv[1:]
sys.stdin.readline()
stores = open_postgres(place, wait=30) if place.startswith("postgresql") else open_sqlite(Path(place), wait=30)
now = datetime.now(UTC)

def seal(last):
    seq = last.seq + 1 if last else 1
    return Entry(seq=seq, event=msgspec.Raw(b'"%s"' % me.encode()), previous=last.hash if last else "", hash=f"h{seq}")

for n in range(20):
    stores.trail.append(seal)
    batch = [Incoming(type="Observation", id=f"{me}-{n}-{i}", body=b"1", digest="1") for i in range(10)]
    shared = Incoming(type="Patient", id="shared", body=f"{me}{n}".encode(), digest=f"{me}{n}")
    stores.record.put([*batch, shared], now)
decision = Decision(id=me, run="run-1", showing=f"showing-{me}", digest="d", choice="accept", reason="", person=me,
                    role="pharmacist", decided=now)
print("won" if stores.runs.decide(decision) else "lost")
stores.close()
"""
WRITERS = ("a", "b", "c")


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "ward.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")


def open_there(place: str) -> Stores:
    return open_postgres(place) if place.startswith("postgresql") else open_sqlite(Path(place))


def started(place: str) -> list[subprocess.Popen[str]]:
    return [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, place, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in WRITERS
    ]


def test_processes_that_write_at_once_lose_nothing_and_one_decides(place: str):
    stores = open_there(place)
    stores.runs.add(run())
    for name in WRITERS:
        stores.runs.show(showing(f"showing-{name}"))
    writers = started(place)
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    said = [writer.communicate(timeout=120)[0].strip() for writer in writers]
    assert sorted(said) == ["lost", "lost", "won"]
    decided = stores.runs.decision("run-1")
    assert decided is not None
    assert decided.id == WRITERS[said.index("won")]
    entries = stores.trail.entries()
    assert [entry.seq for entry in entries] == list(range(1, 61))
    assert [entry.previous for entry in entries] == ["", *(entry.hash for entry in entries[:-1])]
    assert stores.record.counts() == {"Observation": 600, "Patient": 1}
    history = stores.record.history("Patient", "shared")
    assert [kept.version for kept in history] == list(range(60, 0, -1))
    assert [kept.seq for kept in history] == sorted((kept.seq for kept in history), reverse=True)
    assert len({kept.seq for kept in stores.record.scan()}) == 601
    stores.close()


def test_processes_that_open_a_new_database_at_once_make_one_schema(place: str):
    program = PROGRAM.partition("now = ")[0] + "print(stores.record.counts())"
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", program, place, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for name in WRITERS
    ]
    assert [writer.communicate("go\n", timeout=120)[0].strip() for writer in writers] == ["{}"] * 3
