"""The worked examples that ship with the service say what they show."""

import msgspec
import pytest
from tests.services.differential_diagnosis.desk import ids, propose, said

from openward.services.differential_diagnosis import SERVICE

CASES = sorted((SERVICE.folder / "cases").glob("*.json"))


def read(path):
    return msgspec.json.decode(path.read_bytes())


def test_there_are_at_least_fifteen_in_both_languages():
    assert len(CASES) >= 15
    assert {read(path)["request"]["language"] for path in CASES} == {"en", "zh"}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_case_gives_what_it_expects(path):
    case = read(path)
    request, expect = case["request"], case["expect"]
    resources = [e["resource"] for e in request.get("bundle", {"entry": []})["entry"]]
    proposal = propose(request["input"], *resources, language=request["language"])
    assert proposal.body.covered is expect["covered"]
    assert set(expect.get("first", [])) <= set(ids(proposal)[: expect.get("within", 0)])
    assert set(expect.get("in_view", [])) <= {view.id for view in proposal.body.keep_in_view}
    assert set(expect.get("present", [])) <= said(proposal, "present")
    assert set(expect.get("absent", [])) <= said(proposal, "absent")
    denied = ("denied", "否认")
    weighed = {r.finding for c in proposal.body.candidates for r in c.speaks_for if not r.note.startswith(denied)}
    assert weighed.isdisjoint(expect.get("not_present", []))
    assert set(ids(proposal)).isdisjoint(expect.get("never", []))
    if "not_checked" in expect:
        assert sorted(n.code for n in proposal.not_checked) == sorted(expect["not_checked"])
