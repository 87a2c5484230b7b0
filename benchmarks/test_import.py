"""Import of NDJSON into SQLite against its floor: `orjson.loads` and a bare `executemany` of the same lines.

Run: `make bench ARGS=benchmarks/test_import.py`. Rounds of both alternate, the shortest of each count; it needs the
disk and both cores for itself.
"""

import resource
import sqlite3
import subprocess
import sys
import time
from datetime import date
from itertools import islice
from pathlib import Path

import orjson
import pytest

from openward.adapters.sqlite import open_sqlite
from openward.adapters.system import SystemClock
from openward.record.reading import read_path
from openward.record.record import Record
from openward.synthetic.hospital import generate

RESOURCES = 100_000
ROUNDS = 3


def write_lines(path: Path, count: int) -> Path:
    with path.open("wb") as file:
        file.writelines(line + b"\n" for line in islice(generate(count, seed=7, as_of=date(2026, 3, 1)), count))
    return path


@pytest.fixture(scope="module")
def lines(tmp_path_factory) -> Path:
    return write_lines(tmp_path_factory.mktemp("import") / "hospital.ndjson", RESOURCES)


def floor(source: Path, target: Path) -> float:
    start = time.perf_counter()
    with source.open("rb") as file:
        database = sqlite3.connect(target, isolation_level=None)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("CREATE TABLE resource (n INTEGER PRIMARY KEY, body BLOB)")
        database.execute("BEGIN")
        rows = ((line,) for line in file if orjson.loads(line))
        database.executemany("INSERT INTO resource (body) VALUES (?)", rows)
        database.execute("COMMIT")
        database.close()
    return time.perf_counter() - start


def ours(source: Path, target: Path) -> float:
    start = time.perf_counter()
    stores = open_sqlite(target)
    report = Record(stores.record, SystemClock()).import_paths([source])
    stores.close()
    assert (report.resources, report.refused) == (RESOURCES, 0)
    return time.perf_counter() - start


def processor_seconds() -> float:
    return sum(
        part.ru_utime + part.ru_stime
        for part in (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def test_import_takes_at_most_four_times_its_floor(benchmark, lines, tmp_path):
    floors, imports, cpu = [], [], []

    def both() -> None:
        n = len(floors)
        before = processor_seconds()
        floors.append(floor(lines, tmp_path / f"floor-{n}.db"))
        between = processor_seconds()
        imports.append(ours(lines, tmp_path / f"ward-{n}.db"))
        cpu.append((processor_seconds() - between) / (between - before))
        for file in tmp_path.glob(f"*-{n}.db*"):
            file.unlink()

    benchmark.pedantic(both, rounds=ROUNDS)
    ratio, rate = min(imports) / min(floors), RESOURCES / min(imports)
    benchmark.extra_info |= {"floor s": min(floors), "import s": min(imports), "ratio": ratio, "resources/s": rate}
    benchmark.extra_info["ratio of processor time, both processes"] = min(cpu)
    print(
        f"\nfloor {min(floors):.2f} s, import {min(imports):.2f} s, ratio {ratio:.2f}, {rate:,.0f} resources a second; "
        f"ratio of processor time {min(cpu):.2f}"
    )
    assert ratio <= 4
    assert rate >= 10_000


def test_reading_decoding_and_indexing_alone(benchmark, lines):
    def read() -> int:
        return sum(1 for _ in read_path(lines))

    assert benchmark.pedantic(read, rounds=ROUNDS) == RESOURCES
    benchmark.extra_info["µs a resource"] = benchmark.stats["min"] / RESOURCES * 1e6


PEAK = """
import resource, sys
from pathlib import Path
from openward.adapters.sqlite import open_sqlite
from openward.adapters.system import SystemClock
from openward.record.record import Record
stores = open_sqlite(Path(sys.argv[1]))
Record(stores.record, SystemClock()).import_paths([sys.argv[2]])
stores.close()
print(*(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
"""


def test_memory_does_not_grow_with_the_number_of_resources(benchmark, lines, tmp_path):
    many = write_lines(tmp_path / "many.ndjson", 3 * RESOURCES)

    def peak(source: Path) -> list[int]:
        command = [sys.executable, "-c", PEAK, str(tmp_path / f"{source.stem}.db"), str(source)]
        told = subprocess.run(
            command, check=True, capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}
        )
        return [int(part) // 1024 for part in told.stdout.split()]

    few_mib, many_mib = peak(lines), benchmark.pedantic(peak, args=(many,), rounds=1)
    benchmark.extra_info |= {"MiB at 1e5": few_mib, "MiB at 3e5": many_mib}
    print(f"\npeak memory (store, reader) in MiB: {few_mib} for 1e5, {many_mib} for 3e5 resources")
    assert all(after <= before * 1.2 + 8 for before, after in zip(few_mib, many_mib, strict=True))
