"""A server that has just started reads its tables before somebody waits for them, and ends cleanly while it does."""

import gc
import threading

import pytest

from openward.domain.errors import KnowledgeError
from openward.doors import warming as module
from openward.doors.warming import warming
from openward.knowledge import tables
from openward.ward import Ward


@pytest.fixture
def ward(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FIRST", 0)
    monkeypatch.setattr(module, "BETWEEN", 0)
    with Ward.open(home=tmp_path) as opened:
        tables.forget()
        yield opened


@pytest.fixture
def read(monkeypatch):
    """The tables that were read, in order."""
    found, find = [], tables.find

    def finding(name, *rest):
        found.append(name)
        return find(name, *rest)

    monkeypatch.setattr(module.tables, "find", finding)
    return found


def test_every_table_is_read_and_no_run_and_no_entry_is_left(ward, read):
    before = len(ward.trail.entries(limit=1000))
    with warming(ward) as thread:
        thread.join(60)
    assert set(read) >= set(tables.names())
    assert ward.stores.runs.list() == ()
    assert len(ward.trail.entries(limit=1000)) == before


def test_a_table_that_cannot_be_read_keeps_no_other_from_being_read(ward, read, monkeypatch):
    find = module.tables.find

    def failing(name, *rest):
        if name == "ingredients":
            read.append(name)
            raise KnowledgeError("ingredients.tsv:3: column 'id': the cell is empty")
        return find(name, *rest)

    monkeypatch.setattr(module.tables, "find", failing)
    with warming(ward) as thread:
        thread.join(60)
    assert set(read) >= set(tables.names())


def test_a_ward_that_closes_meanwhile_waits_for_the_step_and_nothing_is_used_afterwards(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "FIRST", 0)
    unraisable = []
    monkeypatch.setattr("sys.unraisablehook", unraisable.append)
    monkeypatch.setattr(threading, "excepthook", unraisable.append)
    reached = threading.Event()
    names = tables.names

    def told():
        reached.set()
        return names()

    monkeypatch.setattr(module.tables, "names", told)
    with Ward.open(home=tmp_path) as ward, warming(ward) as thread:
        assert reached.wait(20)
    assert not thread.is_alive()
    gc.collect()
    assert unraisable == []


def test_before_its_time_nothing_is_read(tmp_path, read, monkeypatch):
    monkeypatch.setattr(module, "FIRST", 60)
    with Ward.open(home=tmp_path) as ward, warming(ward) as thread:
        pass
    assert not thread.is_alive()
    assert read == []
