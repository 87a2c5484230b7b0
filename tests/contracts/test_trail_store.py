"""What every TrailStore must do, the fake and the real ones alike."""

import threading

import msgspec
import pytest
from sqlalchemy.event import listen
from tests.contracts.samples import NOW

from openward.domain.errors import StoreError, TrailError
from openward.domain.trail import Checkpoint, Entry
from openward.ports.store import Sealer, Stores


def sealed(text: str = "{}") -> Sealer:
    def seal(last: Entry | None) -> Entry:
        seq = last.seq + 1 if last else 1
        return Entry(seq=seq, event=msgspec.Raw(text), previous=last.hash if last else "", hash=f"hash-{seq}")

    return seal


def test_an_empty_chain_has_no_entries(stores: Stores):
    assert stores.trail.entries() == ()
    assert stores.trail.checkpoints() == ()
    assert stores.trail.last_checkpoint() is None


def test_each_entry_is_sealed_with_the_last_one(stores: Stores):
    first = stores.trail.append(sealed())
    second = stores.trail.append(sealed())
    assert (first.seq, first.previous) == (1, "")
    assert (second.seq, second.previous) == (2, first.hash)
    assert [entry.hash for entry in stores.trail.entries()] == ["hash-1", "hash-2"]


def test_several_entries_are_sealed_one_after_the_other(stores: Stores):
    stores.trail.append(sealed())
    assert [entry.seq for entry in stores.trail.append_all([sealed(), sealed(), sealed()])] == [2, 3, 4]
    assert [entry.previous for entry in stores.trail.entries()] == ["", "hash-1", "hash-2", "hash-3"]
    assert stores.trail.append_all([]) == ()


def test_of_several_entries_all_are_kept_or_none(stores: Stores):
    wrong = Entry(seq=9, event=msgspec.Raw("{}"), previous="", hash="")
    with pytest.raises(StoreError):
        stores.trail.append_all([sealed(), lambda _: wrong])
    assert stores.trail.entries() == ()


def test_an_event_comes_back_byte_for_byte(stores: Stores):
    event = '{ "what" : "chart.read",\n "n": 1.0, "text": "\\u00e9 é 药" }'
    stores.trail.append(sealed(event))
    assert bytes(stores.trail.entries()[0].event) == event.encode()


def test_entries_are_paged(stores: Stores):
    for _ in range(5):
        stores.trail.append(sealed())
    assert [entry.seq for entry in stores.trail.entries(after=1, limit=2)] == [2, 3]
    assert stores.trail.entries(after=5) == ()


def test_an_entry_that_does_not_follow_the_last_one_is_refused(stores: Stores):
    stores.trail.append(sealed())
    wrong = Entry(seq=3, event=msgspec.Raw("{}"), previous="", hash="")
    with pytest.raises(StoreError, match="does not follow"):
        stores.trail.append(lambda _: wrong)
    assert [entry.seq for entry in stores.trail.entries()] == [1]


def test_an_error_while_sealing_writes_nothing_and_lets_the_next_writer_in(stores: Stores):
    def refuse(last: Entry | None) -> Entry:
        raise TrailError("the last entry does not verify")

    with pytest.raises(TrailError):
        stores.trail.append(refuse)
    assert stores.trail.append(sealed()).seq == 1


def test_many_threads_append_one_chain(stores: Stores):
    def write() -> None:
        for _ in range(10):
            stores.trail.append(sealed())

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    entries = stores.trail.entries()
    assert [entry.seq for entry in entries] == list(range(1, 41))
    assert [entry.previous for entry in entries] == ["", *(entry.hash for entry in entries[:-1])]


def test_checkpoints_are_kept_in_order(stores: Stores):
    points = tuple(Checkpoint(size=size, root="r" * 64, at=NOW, key="k", signature="s") for size in (10, 20, 5))
    for point in points:
        stores.trail.add_checkpoint(point)
        assert stores.trail.last_checkpoint() == point
    assert stores.trail.checkpoints() == points


def event(what: str, run: str | None, text: str = "") -> str:
    named = f'"{run}"' if run else "null"
    return f'{{"actor":"{text}","detail":{{}},"role":"nurse","run":{named},"what":"{what}"}}'


def test_what_was_decided_on_a_run_is_found(stores: Stores):
    hostile = '\\"run\\":\\"run-1\\" 药 \\"what\\":\\"decision.accept\\"'
    for what, run in (
        ("decision.refused", "run-1"), ("run.show", "run-1"), ("decision.accept", "run-2"), ("decision.x", None),
        ("decision.accept", "run-1"), ("decision.accept", "run-11"),
    ):  # fmt: skip
        stores.trail.append(sealed(event(what, run, hostile)))
    assert [entry.seq for entry in stores.trail.decisions("run-1")] == [1, 5]
    assert [entry.seq for entry in stores.trail.decisions("run-2")] == [3]
    assert stores.trail.decisions("run") == ()


def test_what_was_decided_on_a_run_is_found_by_an_index(stores: Stores):
    if not hasattr(stores.trail, "_database"):
        pytest.skip("the fake has no index")
    stores.trail.append_all([sealed(event("run.show", f"run-{n}")) for n in range(2000)])
    seen = []
    with stores.trail._database.reading() as connection:
        dialect = connection.dialect.name
    listen(stores.trail._database.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    stores.trail.decisions("run-7")
    (asked,) = (sql for sql in seen if "FROM entry" in sql)
    with stores.trail._database.reading() as connection:
        explain = "EXPLAIN QUERY PLAN " if dialect == "sqlite" else "EXPLAIN "
        value = b"run-7" if dialect == "sqlite" else "run-7"
        mark = (value,) if "?" in asked else {"run": value}
        plan = " ".join(str(row) for row in connection.exec_driver_sql(explain + asked, mark))
    assert "entry_decision" in plan
