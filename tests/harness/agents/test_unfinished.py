"""A run that is killed in the middle goes on where it was, or fails cleanly; what was said is readable to nobody."""

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.harness.agents.dying import REVIEW, SECRET, lines
from tests.harness.agents.staged import NAME, Scripted, a_ward, answer_of, ask, calls, says, seat
from tests.wards import PASSPHRASE, patient_bundle

from openward.access.access import HOUSE
from openward.domain.errors import AccessError, NotFoundError, RecordError, StoreError
from openward.domain.run import RunRequest
from openward.ward import Ward

ROOT = Path(__file__).parents[3]


def killed(home, die_at):
    """A home in which a process ran the agent until it was killed."""
    with Ward.open(home=home) as ward:
        ward.record.import_bytes("p1.json", json.dumps(patient_bundle()).encode())
    done = subprocess.run(
        [sys.executable, "-m", "tests.harness.agents.dying", str(home), str(die_at)], cwd=ROOT, check=False
    )
    assert done.returncode == -9
    return home


@pytest.mark.parametrize("die_at", [1, 2, 3])
def test_a_killed_run_goes_on_without_asking_or_doing_again(tmp_path, die_at):
    killed(tmp_path, die_at)
    rest = Scripted(*lines(0)[die_at - 1 :])
    with Ward.open(home=tmp_path) as ward:
        seat(ward, rest)
        (left,) = ward.agents.unfinished()
        assert (left.service, left.state, left.actor) == (NAME, "running", "house")
        before = len(ward.stores.runs.list())
        run = ward.agents.resume(left.run, HOUSE)
        answer = answer_of(run)
        assert run.id == left.run
        assert answer["text"].startswith("Amiodarone raises warfarin.")
        assert len(rest.asked) == 4 - die_at
        assert [step["kind"] for step in answer["steps"]] == ["model", "tool", "model", "tool", "model"]
        assert len(ward.stores.runs.list()) == (before + 1 if die_at == 3 else before + 2)
        assert ward.stores.runs.get(run.id) is not None
        assert ward.agents.unfinished() == ()


def test_nothing_that_was_said_can_be_read_in_the_files_of_the_database(tmp_path):
    killed(tmp_path, 3)
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("ward.db*"))
    assert held
    for words in (SECRET, "can she have amiodarone", "床旁", "You help at the bedside"):
        assert words.encode() not in held


def test_a_key_that_is_thrown_away_takes_the_words_with_it(tmp_path):
    killed(tmp_path, 3)
    with Ward.open(home=tmp_path) as ward:
        (left,) = ward.agents.unfinished()
        journal = ward.stores.journals.get(left.run)
        note = ward.stores.journals.note(left.run, "opening")
        ward.agents.forget(left.run, HOUSE)
        assert ward.agents.unfinished() == ()
        with pytest.raises(NotFoundError):
            ward.agents.resume(left.run, HOUSE)
        with pytest.raises(StoreError, match="gone"):
            ward.means.vault.open(b"\x00" * 60, note.body, f"{left.run}/opening")
    held = b"".join(path.read_bytes() for path in tmp_path.rglob("ward.db*"))
    assert journal.key not in held


def test_a_run_goes_on_only_for_whoever_began_it(tmp_path):
    killed(tmp_path, 2)
    with Ward.open(home=tmp_path) as ward:
        seat(ward, Scripted(*lines(0)))
        ward.access.add_person(HOUSE, id="c.linician", name="C", role="clinician", passphrase=PASSPHRASE)
        other = ward.access.identify(ward.access.sign_in("c.linician", PASSPHRASE)[1])
        (left,) = ward.agents.unfinished()
        with pytest.raises(AccessError):
            ward.agents.resume(left.run, other)
        with pytest.raises(AccessError):
            ward.agents.forget(left.run, other)


def test_a_run_whose_chart_has_changed_fails_cleanly(tmp_path):
    killed(tmp_path, 2)
    with Ward.open(home=tmp_path) as ward:
        seat(ward, Scripted(*lines(0)))
        more = {
            "resourceType": "Condition",
            "id": "new",
            "subject": {"reference": "Patient/p1"},
            "code": {"text": "Gout"},
        }
        ward.record.import_resources([more], source="test")
        (left,) = ward.agents.unfinished()
        with pytest.raises(RecordError, match="chart has changed"):
            ward.agents.resume(left.run, HOUSE)


def test_who_lost_a_run_to_another_process_leaves_nothing_behind(tmp_path):
    def robbed(_request):
        (left,) = ward.agents.unfinished()
        ward.stores.journals.take_over(left.run, 1)
        return says("Mine.")

    with a_ward(tmp_path, Scripted(calls(REVIEW), robbed)) as ward:
        with pytest.raises(StoreError, match="another process"):
            ward.run(NAME, ask("Can she have amiodarone?"), patient="p1")
        (left,) = ward.agents.unfinished()
        assert ward.stores.runs.get(left.run) is None
        seat(ward, Scripted(says("Mine.")))
        assert answer_of(ward.agents.resume(left.run, HOUSE))["text"] == "Mine."


def test_a_run_that_died_after_it_was_kept_is_given_back_as_it_is(tmp_path):
    with a_ward(tmp_path, Scripted(says("Done."))) as ward:
        run = ward.run(NAME, ask("Do."), patient="p1")
        ward.stores.journals.set_state(run.id, "running", ward.clock.now())
        assert ward.agents.resume(run.id, HOUSE) == run
        assert ward.agents.unfinished() == ()


def test_a_run_that_is_not_kept_leaves_no_journal(tmp_path):
    with a_ward(tmp_path, Scripted(calls(REVIEW), says("Done [1]."))) as ward:
        request = RunRequest(input=msgspec.Raw(msgspec.json.encode(ask("Do."))), patient="p1")
        run = ward.think(NAME, request, actor=HOUSE, door="batch")
        assert answer_of(run)["text"] == "Done."
        assert ward.stores.journals.get(run.id) is None
        assert ward.stores.runs.list() == ()
