"""The worked examples that ship with the service say what they show."""

from datetime import datetime

import msgspec
import pytest
from tests.services.note_quality.ward import propose

from openward.harness.request import request_of
from openward.services.note_quality import SERVICE

CASES = sorted((SERVICE.folder / "cases").glob("*.json"))


def read(path):
    return msgspec.json.decode(path.read_bytes())


def test_there_are_at_least_fourteen_in_both_languages():
    assert len(CASES) >= 14
    assert {read(c)["request"]["language"] for c in CASES} == {"en", "zh"}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_case_gives_what_it_expects(path):
    case = read(path)
    request, expect = case["request"], case["expect"]
    resources = [e["resource"] for e in request.get("bundle", {}).get("entry", [])]
    proposal = propose(request["input"], *resources, language=request["language"])
    body = proposal.body
    assert sorted({f.topic for f in body.faults}) == expect["faults"]
    assert sorted({n.code for n in proposal.not_checked}) == expect["not_checked"]
    assert (body.grade, body.total_score, body.provisional) == (expect["grade"], expect["score"], expect["provisional"])
    assert [n.kind for n in body.notes][:8] == expect["kinds"]


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_case_is_a_request_that_every_door_reads(path):
    case = read(path)
    request = request_of(msgspec.json.encode(case["request"]))
    assert msgspec.json.decode(request.input, type=SERVICE.reads)
    assert datetime.fromisoformat(case["now"]).tzinfo
