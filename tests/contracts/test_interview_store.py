"""What every InterviewStore must do, the fake and the real ones alike."""

import threading
from datetime import timedelta

import msgspec
import pytest
from tests.contracts.samples import LATER, NOW

from openward.domain.errors import StoreError
from openward.domain.interview import Interview
from openward.ports.store import Stores


def interview(id: str = "interview-1", **more) -> Interview:
    facts = {
        "service": "triage",
        "actor": "ada",
        "opened": NOW,
        "changed": NOW,
        "request": msgspec.Raw(b'{"input":{}}'),
    }
    return Interview(id=id, **(facts | more))


def same(left: Interview, right: Interview) -> bool:
    return msgspec.json.encode(left) == msgspec.json.encode(right)


def test_an_interview_comes_back_whole(stores: Stores):
    kept = interview(question="onset", step=3, run="run-1")
    stores.interviews.add(kept)
    found = stores.interviews.get("interview-1")
    assert found is not None
    assert same(found, kept)
    assert stores.interviews.get("interview-2") is None


def test_an_interview_is_begun_once(stores: Stores):
    stores.interviews.add(interview())
    with pytest.raises(StoreError, match="kept already"):
        stores.interviews.add(interview(step=1))


def test_a_new_state_follows_only_the_state_that_it_was_made_from(stores: Stores):
    stores.interviews.add(interview())
    assert stores.interviews.replace(interview(step=1, question="a"), 0)
    assert not stores.interviews.replace(interview(step=1, question="b"), 0)
    found = stores.interviews.get("interview-1")
    assert found is not None
    assert found.question == "a"
    assert not stores.interviews.replace(interview("interview-2", step=1), 0)


def test_of_two_answers_at_once_one_counts(stores: Stores):
    stores.interviews.add(interview())
    done: list[bool] = []
    threads = [
        threading.Thread(target=lambda: done.append(stores.interviews.replace(interview(step=1), 0))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True]


def test_what_was_left_alone_is_forgotten(stores: Stores):
    stores.interviews.add(interview("old"))
    stores.interviews.add(interview("new", changed=LATER))
    assert stores.interviews.forget(NOW + timedelta(microseconds=1)) == 1
    assert stores.interviews.get("old") is None
    assert stores.interviews.get("new") is not None
