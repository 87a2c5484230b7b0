"""The study: faults planted by ourselves, before the rules and after them; strangers' rows of another shape."""

import msgspec
import pytest
from tests.services.note_quality.ward import propose

from openward.services.note_quality import SERVICE, study

SETS = {"planted_faults.jsonl": 95, "planted_faults_later.jsonl": 78}
ROWS = [
    msgspec.json.decode(line)
    for name in SETS
    for line in (SERVICE.folder / "knowledge" / name).read_bytes().splitlines()
]
# What the labels did not foresee: a code whose name the note lacks, the drugs of a plan beside one order, and a
# diagnosis put in another's place that the findings then speak against.
DISTURBED = {"zh-32", "en-34", "e2-22", "zh-37"}


def answered(row):
    request = study.planted_request(row)
    return propose(request["input"], language=request["language"])


def test_the_planted_faults_have_ids_of_their_own():
    assert len(ROWS) == sum(SETS.values())
    assert len({row["id"] for row in ROWS}) == len(ROWS)


def test_every_planted_fault_is_found_and_nothing_else_but_for_the_known():
    missed, disturbed = set(), set()
    for row in ROWS:
        proposal = answered(row)
        if not study.found(row, proposal):
            missed.add(row["id"])
        if not study.quiet(row, proposal):
            disturbed.add(row["id"])
    assert missed == set()
    assert disturbed == DISTURBED


def test_the_clean_notes_are_told_apart_from_the_others():
    clean = [row for row in ROWS if study.is_clean(row)]
    assert len(clean) == 31
    assert not any(study.has_fault(row) for row in clean)


@pytest.mark.parametrize(("flag", "text", "right"), [("0", "Well today.", True), ("1", "Well today.", False)])
def test_a_strangers_note_is_right_when_the_flag_agrees(flag, text, right):
    row = {"Text": text, "Error Flag": flag}
    given = study.error_request(row)["input"]
    assert study.flagged_rightly(row, propose(given)) is right


def test_a_row_of_another_set_is_no_case_of_an_endpoint():
    assert not any(endpoint.applies({"text": "x"}) for endpoint in study.STUDY.endpoints)
    assert {e.id for e in study.STUDY.endpoints if e.applies({"Error Flag": "1"})} == {
        "errors-flagged",
        "errors-sensitivity",
    }
