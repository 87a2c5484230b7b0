"""An import: counts, quarantine, again, cut off, in any order, and what the store refuses."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.record.fhir import NOW, PUBLIC, bundle, empty_record, entry, observation, raw, resource

from openward.adapters.memory import FixedClock
from openward.adapters.sqlite import open_sqlite
from openward.adapters.system import SystemClock
from openward.domain.errors import RecordError, StoreError
from openward.domain.resource import PutCounts
from openward.ports.store import Stores
from openward.record import apart, importing, reading
from openward.record.intake import Tally
from openward.record.record import Record

PATIENT = raw(resource("Patient", "p1"))
LINES = [PATIENT, *(raw(observation(f"o{n}")) for n in range(5))]


def held(record: Record) -> dict[str, tuple[int, bytes]]:
    return {f"{s.type}/{s.id}": (s.version, s.body) for s in record._store.scan()}


def test_the_report_counts_by_type(stores: Stores):
    record = Record(stores.record, FixedClock(NOW))
    record.import_bytes("a.ndjson", b"\n".join(LINES[:3]))
    changed = raw(observation("o0", valueString="new"))
    report = record.import_bytes("b.ndjson", b"\n".join([changed, *LINES[2:], b"{"]))
    assert report.types == {"Observation": PutCounts(created=3, updated=1, unchanged=1)}
    assert (report.resources, report.refused, report.quarantined) == (5, 1, 1)


def test_the_report_is_a_sentence():
    report = empty_record().import_bytes("a.json", bundle(entry(resource("Patient", None)), {"x": 1}))
    assert report.sentence() == (
        "1 resources read: 1 new, 0 changed, 0 unchanged; 1 came without id and got one; "
        "1 could not be read and are in quarantine (1 of them new)."
    )


def test_importing_twice_changes_nothing(stores: Stores, tmp_path: Path):
    (tmp_path / "a.ndjson").write_bytes(b"\n".join([*LINES, b"{broken"]))
    (tmp_path / "b.json").write_bytes(bundle(entry(observation(None)), entry(observation(None))))
    record = Record(stores.record, FixedClock(NOW))
    first = record.import_paths([tmp_path])
    before = held(record)
    again = record.import_paths([tmp_path])
    assert (first.quarantined, again.refused, again.quarantined) == (1, 1, 0)
    assert {name: (c.created, c.updated) for name, c in again.types.items()} == {
        "Observation": (0, 0),
        "Patient": (0, 0),
    }
    assert held(record) == before


def test_what_cannot_be_read_is_in_quarantine_with_place_reason_and_bytes(stores: Stores):
    record = Record(stores.record, FixedClock(NOW))
    record.import_bytes("a.ndjson", PATIENT + b"\n\xff\xfe{\n")
    (item,) = record.quarantined()
    assert (item.source, item.body, item.received) == ("a.ndjson:2", b"\xff\xfe{", NOW)
    assert item.reason
    assert record.quarantined_bytes(item.id) == b"\xff\xfe{"


def test_asking_quarantine_for_what_is_not_there_is_an_error():
    with pytest.raises(RecordError, match="nothing in quarantine"):
        empty_record().quarantined_bytes("none")


def test_the_quarantine_is_paged(stores: Stores):
    record = Record(stores.record, FixedClock(NOW))
    record.import_bytes("a.ndjson", b"\n".join(b"{%d" % n for n in range(45)))
    found, after = [], None
    while page := record.quarantined(limit=20, after=after):
        found += page
        after = page[-1].id
    assert len({item.id for item in found}) == 45
    assert record.quarantined_bytes(found[-1].id) == found[-1].body


def test_a_path_that_is_not_there_is_found_before_anything_is_read(tmp_path: Path):
    (tmp_path / "a.ndjson").write_bytes(PATIENT)
    record = empty_record()
    with pytest.raises(RecordError, match="no such file"):
        record.import_paths([tmp_path / "a.ndjson", tmp_path / "none"])
    assert held(record) == {}


def test_progress_tells_how_far_it_is_and_what_is_read(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(importing, "_BATCH", 2)
    (tmp_path / "a.ndjson").write_bytes(b"\n".join(LINES))
    told: list[tuple[int, str]] = []
    empty_record().import_paths([tmp_path / "a.ndjson"], progress=lambda done, what: told.append((done, what)))
    assert told[0] == (2, "a.ndjson")
    assert told[-1][0] == 6


def test_resources_made_in_memory_can_be_taken_in():
    record = empty_record()
    report = record.import_resources([PATIENT, observation()], source="made")
    assert report.types == {"Observation": PutCounts(created=1), "Patient": PutCounts(created=1)}


def test_a_later_version_stays_current_whatever_the_order(stores: Stores):
    record = Record(stores.record, FixedClock(NOW))
    versions = [
        raw(observation("o1", valueString=str(n), meta={"lastUpdated": f"2020-01-0{n}T00:00:00Z"})) for n in (1, 2, 3)
    ]
    random.Random(3).shuffle(versions)
    for number, body in enumerate([versions[2], versions[0], versions[1]]):
        record.import_bytes(f"{number}.json", body)
    current = record.resource("Observation/o1")
    assert json.loads(current.body)["valueString"] == "3"
    assert len(record._store.history("Observation", "o1")) == 3


def test_a_history_is_kept_version_by_version(stores: Stores):
    versions = [entry(observation("o1", valueString=str(n), meta={"versionId": str(n)})) for n in (3, 2, 1)]
    record = Record(stores.record, FixedClock(NOW))
    record.import_bytes("h.json", bundle(*versions, type="history"))
    assert json.loads(record.resource("Observation/o1").body)["valueString"] == "3"
    assert json.loads(record.resource("Observation/o1", 1).body)["valueString"] == "1"


@pytest.mark.skipif(not PUBLIC.is_dir(), reason=f"the public cases are not at {PUBLIC}")
def test_the_order_of_files_does_not_matter(tmp_path: Path):
    paths = sorted(PUBLIC.glob("*.json.gz"))[4:8]
    one, other = empty_record(), empty_record()
    one.import_paths(paths)
    other.import_paths(reversed(paths))
    assert held(one) == held(other)


@pytest.mark.skipif(not PUBLIC.is_dir(), reason=f"the public cases are not at {PUBLIC}")
def test_real_exports_are_taken_in_whole(tmp_path: Path):
    import gzip

    stores = open_sqlite(tmp_path / "ward.db")
    record = Record(stores.record, SystemClock())
    report = record.import_paths([PUBLIC])
    wanted = [
        e["resource"] for path in PUBLIC.glob("*.gz") for e in json.loads(gzip.decompress(path.read_bytes()))["entry"]
    ]
    kept = {f"{s.type}/{s.id}": json.loads(s.body) for s in stores.record.scan()}
    assert kept == {f"{r['resourceType']}/{r['id']}": r for r in wanted}
    assert (report.resources, report.refused, report.assigned) == (len(wanted), 0, 0)
    again = record.import_paths([PUBLIC])
    assert sum(c.unchanged for c in again.types.values()) == len(wanted)
    stores.close()


HOSTILE = ["\x00", "a\x00b", "'; DROP TABLE resource; --", "\u202e", "x" * 100_000, "%s%n", "\ufffd", "😀", "", " "]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_in_every_string_is_kept_as_it_came(stores: Stores, text: str):
    coded = {"coding": [{"system": text, "code": text, "display": text}], "text": text}
    body = raw(
        observation(
            "o1",
            of=text,
            code=coded,
            category=[coded],
            status=text,
            identifier=[{"system": text, "value": text}],
            encounter={"reference": text},
            effectiveDateTime=text,
            meta={"versionId": text, "lastUpdated": text},
            **({text: text} if text else {}),
        )
    )
    record = Record(stores.record, FixedClock(NOW))
    data = b'{"resourceType":"Bundle","entry":[{"fullUrl":' + raw(text) + b',"resource":' + body + b"}]}"
    report = record.import_bytes(f"{text[:20]}.json", data)
    assert (report.resources, report.refused) == (1, 0)
    assert record.resource("Observation/o1").body == body
    assert record.import_bytes("again.json", body).types["Observation"].unchanged == 1
    assert list(record.export())


@pytest.mark.parametrize("processes", [1, 2])
def test_a_file_whose_name_is_no_text_is_read(tmp_path: Path, stores: Stores, monkeypatch, processes: int):
    monkeypatch.setattr(apart, "WORTH_BYTES", 1 if processes == 2 else apart.WORTH_BYTES)
    folder = os.fsencode(tmp_path)
    for name, data in ((b"\xff.json", PATIENT), (b"\xfe.json", b"{")):
        with open(folder + b"/" + name, "wb") as file:  # noqa: PTH123 - the name is bytes
            file.write(data)
    report = Record(stores.record, FixedClock(NOW)).import_paths([tmp_path])
    assert (report.resources, report.refused) == (1, 1)


def test_a_patient_named_by_identifier_is_found_in_the_record(stores: Stores):
    record = Record(stores.record, FixedClock(NOW))
    text = "Patient?identifier=urn:mrn|7"
    asked = raw(observation("o1", of=text))
    first = record.import_bytes("o.ndjson", asked)
    assert (first.resources, first.refused) == (0, 1)
    (item,) = record.quarantined()
    assert "import the patient" in item.reason
    patient = raw(resource("Patient", "p1", identifier=[{"system": "urn:mrn", "value": "7"}]))
    second = record.import_bytes("o.ndjson", asked + b"\n" + patient)
    assert (second.resources, second.refused) == (2, 0)
    stored = record.resource("Observation/o1")
    assert (stored.patient, stored.links, stored.body) == ("p1", {text: "Patient/p1"}, asked)
    twin = raw(resource("Patient", "p2", identifier=[{"system": "urn:mrn", "value": "7"}]))
    assert record.import_bytes("t.json", twin + b"\n" + raw(observation("o2", of=text))).refused == 1


# A second process reads what is large.


def test_a_large_import_read_by_a_second_process_gives_the_same(tmp_path: Path, monkeypatch):
    (tmp_path / "a.ndjson").write_bytes(b"\n".join([*(raw(observation(f"o{n}")) for n in range(3000)), b"{"]))
    (tmp_path / "b.json").write_bytes(bundle(entry(observation(None)), {"request": {"method": "GET", "url": "x"}}))
    (tmp_path / "c.txt").write_bytes(b"")
    small, large = empty_record(), empty_record()
    wanted = small.import_paths([tmp_path])
    monkeypatch.setattr(apart, "WORTH_BYTES", 1000)
    assert large.import_paths([tmp_path]) == wanted
    assert held(large) == held(small)
    assert [i.source for i in large.quarantined()] == [i.source for i in small.quarantined()]


def test_the_second_process_ends_with_the_store_when_that_fails(tmp_path: Path, monkeypatch):
    (tmp_path / "a.ndjson").write_bytes(b"\n".join(raw(observation(f"o{n}")) for n in range(20_000)))
    monkeypatch.setattr(apart, "WORTH_BYTES", 1000)
    record = empty_record()

    def full(*_: object) -> PutCounts:
        raise StoreError("the disk is full")

    monkeypatch.setattr(record._store, "put", full)
    with pytest.raises(StoreError, match="full"):
        record.import_paths([tmp_path])


def test_a_second_process_that_dies_is_an_error_and_no_half_import(tmp_path: Path, monkeypatch):
    (tmp_path / "a.ndjson").write_bytes(b"\n".join(LINES))
    monkeypatch.setattr(apart, "WORTH_BYTES", 10)
    monkeypatch.setattr(apart, "_CHILD", "import sys; sys.stdin.read(); sys.exit(3)")
    with pytest.raises(RecordError, match="ended before its time"):
        empty_record().import_paths([tmp_path])


def test_errors_of_the_second_process_come_through(tmp_path: Path):
    with pytest.raises(RecordError, match="no such file"):
        list(apart.read_apart([tmp_path / "none"], Tally()))


# What the store refuses.


def test_a_full_disk_leaves_whole_batches_and_a_clear_error(tmp_path: Path, monkeypatch):
    stores = open_sqlite(tmp_path / "ward.db")
    record = Record(stores.record, FixedClock(NOW))
    (tmp_path / "a.ndjson").write_bytes(
        b"\n".join(raw(observation(f"o{n}", note=[{"text": "x" * 2000}])) for n in range(4000))
    )
    with stores.record._database.writing() as connection:  # type: ignore[attr-defined]
        pages = connection.exec_driver_sql("PRAGMA max_page_count = 400").scalar()
        assert pages == 400
    monkeypatch.setattr(importing, "_BATCH", 100)
    with pytest.raises(StoreError, match="full"):
        record.import_paths([tmp_path / "a.ndjson"])
    assert len(held(record)) % 100 == 0
    stores.close()


def test_a_locked_database_is_a_clear_error(tmp_path: Path):
    import sqlite3

    stores = open_sqlite(tmp_path / "ward.db", wait=0.1)
    record = Record(stores.record, FixedClock(NOW))
    with sqlite3.connect(tmp_path / "ward.db", isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreError, match="locked"):
            record.import_bytes("a.json", PATIENT)
        other.execute("ROLLBACK")
    other.close()
    assert held(record) == {}
    stores.close()


IMPORT = """
import sys
from pathlib import Path
from openward.adapters.sqlite import open_sqlite
from openward.adapters.system import SystemClock
from openward.record import importing
from openward.record.record import Record
importing._BATCH = 50
record = Record(open_sqlite(Path(sys.argv[1])).record, SystemClock())
record.import_paths([sys.argv[2]], progress=lambda done, what: print(done, flush=True))
"""


def test_an_import_that_is_killed_is_completed_by_the_same_import_again(tmp_path: Path):
    bodies = {f"Observation/o{n}": raw(observation(f"o{n}", note=[{"text": "y" * 500}])) for n in range(8000)}
    source = tmp_path / "a.ndjson"
    source.write_bytes(b"\n".join(bodies.values()))
    with subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(tmp_path / "ward.db"), str(source)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(0.02)
        child.send_signal(signal.SIGKILL)
    stores = open_sqlite(tmp_path / "ward.db")
    record = Record(stores.record, SystemClock())
    before = len(held(record))
    assert before % 50 == 0
    assert 0 < before < 8000
    report = record.import_paths([source])
    assert report.types["Observation"] == PutCounts(created=8000 - before, unchanged=before)
    assert {name: body for name, (_, body) in held(record).items()} == bodies
    stores.close()


def test_a_full_disk_for_temporary_files_is_a_clear_error(tmp_path: Path, monkeypatch):
    (tmp_path / "a.json").write_bytes(bundle(entry(observation())))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reading, "document", full)
    with pytest.raises(RecordError, match="No space left"):
        empty_record().import_paths([tmp_path])
