"""What every JournalStore must do, the fake and the real ones alike."""

import threading
from datetime import timedelta

import pytest
from tests.contracts.samples import LATER, NOW

from openward.domain.errors import StoreError
from openward.domain.journal import Approval, Journal, Note, Remembered
from openward.ports.store import Stores

KEY = b"k" * 60


def journal(run="run-1", **more):
    facts = {"service": "helper", "version": "1", "actor": "ada", "opened": NOW, "expires": LATER, "key": KEY}
    return Journal(run=run, **(facts | more))


def note(name="reply-1", run="run-1", body=b"\x00sealed"):
    return Note(run=run, name=name, body=body)


def approval(**more):
    facts = {"run": "run-1", "call": 2, "digest": "d", "person": "ada", "at": NOW, "expires": LATER}
    return Approval(**(facts | more))


def memory(id="m1", **more):
    facts = {"conversation": "c", "actor": "a", "expires": LATER, "key": KEY, "body": b"sealed"}
    return Remembered(id=id, **(facts | more))


def test_a_journal_comes_back_whole_and_is_begun_once(stores: Stores):
    stores.journals.begin(journal())
    assert stores.journals.get("run-1") == journal()
    assert stores.journals.get("run-2") is None
    with pytest.raises(StoreError, match="already"):
        stores.journals.begin(journal())


def test_a_note_is_kept_once_and_comes_back_to_the_byte(stores: Stores):
    stores.journals.begin(journal())
    assert stores.journals.add(note(), 1)
    assert not stores.journals.add(note(body=b"other"), 1)
    assert stores.journals.note("run-1", "reply-1") == note()
    assert stores.journals.note("run-1", "reply-2") is None
    assert stores.journals.add(note("a"), 1)
    assert stores.journals.names("run-1") == ("a", "reply-1")


def test_who_took_a_run_over_shuts_out_who_had_it(stores: Stores):
    stores.journals.begin(journal(state="waiting"))
    assert stores.journals.take_over("run-1", 1)
    assert not stores.journals.take_over("run-1", 1)
    assert not stores.journals.add(note(), 1)
    assert stores.journals.add(note(), 2)
    found = stores.journals.get("run-1")
    assert found is not None
    assert (found.turn, found.state) == (2, "running")


def test_of_two_that_take_over_at_once_one_does(stores: Stores):
    stores.journals.begin(journal())
    done: list[bool] = []
    threads = [threading.Thread(target=lambda: done.append(stores.journals.take_over("run-1", 1))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True]


def test_what_has_ended_is_neither_unfinished_nor_taken_over(stores: Stores):
    stores.journals.begin(journal("run-1"))
    stores.journals.begin(journal("run-2"))
    stores.journals.set_state("run-1", "ended", LATER)
    assert [one.run for one in stores.journals.unfinished()] == ["run-2"]
    assert not stores.journals.take_over("run-1", 1)


def test_an_approval_is_used_once_for_its_own_digest_before_it_expires(stores: Stores):
    stores.journals.begin(journal())
    assert stores.journals.approve(approval())
    assert stores.journals.use("run-1", 2, "other", NOW) is None
    assert stores.journals.use("run-1", 3, "d", NOW) is None
    assert stores.journals.use("run-1", 2, "d", LATER) is None
    assert stores.journals.use("run-1", 2, "d", NOW) == approval()
    assert stores.journals.use("run-1", 2, "d", NOW) is None
    assert not stores.journals.approve(approval())


def test_an_approval_takes_the_place_of_an_unused_one(stores: Stores):
    stores.journals.begin(journal())
    stores.journals.approve(approval(digest="old"))
    assert stores.journals.approve(approval(digest="new"))
    assert stores.journals.use("run-1", 2, "old", NOW) is None
    assert stores.journals.use("run-1", 2, "new", NOW) is not None


def test_a_journal_is_forgotten_with_all_that_belongs_to_it(stores: Stores):
    stores.journals.begin(journal())
    stores.journals.add(note(), 1)
    stores.journals.approve(approval())
    assert stores.journals.forget("run-1")
    assert not stores.journals.forget("run-1")
    assert stores.journals.note("run-1", "reply-1") is None
    stores.journals.begin(journal())
    assert stores.journals.use("run-1", 2, "d", NOW) is None


def test_a_memory_takes_the_place_of_the_one_before(stores: Stores):
    stores.journals.remember(memory())
    stores.journals.remember(memory(body=b"more"))
    assert stores.journals.remembered("m1") == memory(body=b"more")
    assert stores.journals.remembered("m2") is None


def test_a_conversation_is_forgotten_for_one_actor(stores: Stores):
    stores.journals.remember(memory("m1"))
    stores.journals.remember(memory("m2"))
    stores.journals.remember(memory("m3", actor="b"))
    assert stores.journals.forget_conversation("c", "a") == 2
    assert stores.journals.remembered("m1") is None
    assert stores.journals.remembered("m3") is not None


def test_what_was_kept_long_enough_is_forgotten(stores: Stores):
    stores.journals.begin(journal("old", expires=NOW))
    stores.journals.begin(journal("new"))
    stores.journals.remember(memory("old", expires=NOW))
    stores.journals.remember(memory("new"))
    assert stores.journals.forget_expired(NOW + timedelta(microseconds=1)) == 2
    assert stores.journals.get("old") is None
    assert stores.journals.remembered("old") is None
    assert stores.journals.get("new") is not None
    assert stores.journals.remembered("new") is not None
