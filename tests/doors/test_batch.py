"""The batch door: order kept, bad rows as error rows, killed and gone on, every form of file."""

import gzip
import json
import multiprocessing
import os
import signal
import time

import pytest

from openward.access.access import HOUSE
from openward.domain.errors import InputError
from openward.doors.batch import run_batch

SERVICE = "prescription-review"


def row(n):
    return {
        "patient": "p1",
        "input": {"orders": ["clarithromycin 500 mg oral twice daily" if n % 2 else "paracetamol 500 mg"]},
    }


def write(path, rows):
    lines = b"".join((r if isinstance(r, bytes) else json.dumps(r).encode()) + b"\n" for r in rows)
    path.write_bytes(gzip.compress(lines) if path.suffix == ".gz" else lines)
    return path


def read(path):
    data = path.read_bytes()
    return [json.loads(line) for line in (gzip.decompress(data) if path.suffix == ".gz" else data).splitlines()]


def batch(house, source, target, **more):
    return run_batch(house.ward, SERVICE, source, target, actor=HOUSE, **{"workers": 1, **more})


@pytest.mark.parametrize("ending", [".ndjson", ".ndjson.gz"])
def test_every_row_gives_a_run_in_order(house, tmp_path, ending):
    source = write(tmp_path / f"in{ending}", [row(n) for n in range(10)])
    summary = batch(house, source, tmp_path / f"out{ending}", chunk_rows=3)
    rows = read(tmp_path / f"out{ending}")
    assert [r["row"] for r in rows] == list(range(1, 11))
    interrupts = [any(f["present"] == "interrupt" for f in r["run"]["proposal"]["findings"]) for r in rows]
    assert interrupts == [n % 2 == 1 for n in range(10)]
    assert (summary.rows, summary.errors) == (10, 0)


def test_a_bad_row_is_an_error_row_and_the_others_run(house, tmp_path):
    rows = [row(1), b"{", {"patient": "nobody", "input": {}}, {"input": {"orders": 7}}, row(2)]
    summary = batch(house, write(tmp_path / "in.ndjson", rows), tmp_path / "out.ndjson")
    found = read(tmp_path / "out.ndjson")
    assert [r["error"]["error"] if r.get("error") else None for r in found] == [
        None, "InputError", "NotFoundError", "InputError", None,
    ]  # fmt: skip
    assert summary.errors == 3


def test_parquet_in_and_out(house, tmp_path):
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = pa.table({"patient": ["p1"] * 5, "input": [json.dumps(row(n)["input"]) for n in range(5)]})
    parquet.write_table(table, tmp_path / "in.parquet")
    batch(house, tmp_path / "in.parquet", tmp_path / "out.parquet", chunk_rows=2)
    rows = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [r["row"] for r in rows] == [1, 2, 3, 4, 5]
    assert json.loads(rows[1]["run"])["service"] == SERVICE
    assert not (tmp_path / "out.parquet.parts").exists()


def test_all_cores_give_the_same_rows_as_one(house, tmp_path):
    source = write(tmp_path / "in.ndjson", [row(n) for n in range(12)])
    batch(house, source, tmp_path / "one.ndjson")
    batch(house, source, tmp_path / "two.ndjson", workers=2, chunk_rows=3)

    def findings(path):
        return [[f["id"] for f in r["run"]["proposal"]["findings"]] for r in read(path)]

    assert findings(tmp_path / "two.ndjson") == findings(tmp_path / "one.ndjson")


def _run_in_a_process(home, source, target):
    from openward.ward import Ward

    with Ward.open(home=home) as ward:
        run_batch(ward, SERVICE, source, target, actor=HOUSE, workers=1, chunk_rows=1)


@pytest.mark.parametrize("ending", [".ndjson", ".ndjson.gz"])
def test_a_killed_batch_goes_on_where_it_was(house, tmp_path, ending):
    source = write(tmp_path / f"in{ending}", [row(n) for n in range(400)])
    target, side = tmp_path / f"out{ending}", tmp_path / f"out{ending}.progress"
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_run_in_a_process, args=(house.ward.settings.home, source, target))
    process.start()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not (side.exists() and b'"rows":0,' not in side.read_bytes()):
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    summary = batch(house, source, target)
    assert [r["row"] for r in read(target)] == list(range(1, 401))
    assert 0 < summary.resumed < 400
    assert not side.exists()


def test_an_output_that_is_there_is_not_overwritten(house, tmp_path):
    source = write(tmp_path / "in.ndjson", [row(1)])
    (tmp_path / "out.ndjson").write_text("precious")
    with pytest.raises(InputError, match="exists already"):
        batch(house, source, tmp_path / "out.ndjson")
    assert (tmp_path / "out.ndjson").read_text() == "precious"


def test_another_input_does_not_go_on_with_an_unfinished_batch(house, tmp_path):
    source = write(tmp_path / "in.ndjson", [row(1)])
    side = tmp_path / "out.ndjson.progress"
    side.write_text(json.dumps({"service": "x 1", "input": "other.ndjson", "size": 1, "modified": 1}))
    with pytest.raises(InputError, match="belongs to another"):
        batch(house, source, tmp_path / "out.ndjson")


@pytest.mark.parametrize(("name", "words"), [("in.csv", "must end in"), ("none.ndjson", "cannot be read")])
def test_an_input_that_cannot_be_read_is_a_clear_error(house, tmp_path, name, words):
    with pytest.raises(InputError, match=words):
        batch(house, tmp_path / name, tmp_path / "out.ndjson")


def test_an_empty_input_gives_an_empty_output(house, tmp_path):
    assert batch(house, write(tmp_path / "in.ndjson", []), tmp_path / "out.ndjson").rows == 0
    assert (tmp_path / "out.ndjson").read_bytes() == b""


def test_start_and_end_are_in_the_trail(house, tmp_path):
    batch(house, write(tmp_path / "in.ndjson", [row(1)]), tmp_path / "out.ndjson")
    found = {bytes(e.event) for e in house.ward.trail.entries(what="batch", limit=1000)}
    assert any(b"batch.start" in e for e in found)
    assert any(b"batch.end" in e for e in found)


def test_ray_gives_the_same_rows(house, tmp_path):
    pytest.importorskip("ray", reason="the extra 'ray' is not installed: pip install 'openward[ray]'")
    source = write(tmp_path / "in.ndjson", [row(n) for n in range(4)])
    batch(house, source, tmp_path / "one.ndjson")
    batch(house, source, tmp_path / "ray.ndjson", engine="ray", workers=2)
    assert [r["row"] for r in read(tmp_path / "ray.ndjson")] == [r["row"] for r in read(tmp_path / "one.ndjson")]


@pytest.mark.parametrize("more", [{"engine": "cloud"}, {"workers": 0}])
def test_an_engine_that_is_none_is_a_clear_error(house, tmp_path, more):
    with pytest.raises(InputError, match="--"):
        batch(house, write(tmp_path / "in.ndjson", [row(1)]), tmp_path / "out.ndjson", **more)
