"""The worked examples that ship with the service say what they show."""

from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from tests.services.prescription_review.world import chart, review

from openward.harness.request import request_of
from openward.services.prescription_review import SERVICE

CASES = sorted((SERVICE.folder / "cases").glob("*.json"))


def test_there_are_at_least_twelve_in_both_languages():
    languages = [msgspec.json.decode(c.read_bytes())["request"]["language"] for c in CASES]
    assert len(CASES) >= 12
    assert {"en", "zh"} == set(languages)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_case_gives_what_it_expects(path: Path):
    case = msgspec.json.decode(path.read_bytes())
    request = case["request"]
    resources = [e["resource"] for e in request["bundle"]["entry"]]
    proposal = review(request["input"]["orders"], *resources, language=request["language"])
    found = [
        {"code": f.code.code, "severity": f.severity, "present": f.present, "about": list(f.about)}
        for f in proposal.findings
    ]
    assert found == case["expect"]["findings"]
    assert sorted({n.code for n in proposal.not_checked}) == case["expect"]["not_checked"]
    for prefix in case["expect"]["absent"]:
        assert not [f for f in found if f["code"].startswith(prefix)]


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_case_is_a_request_that_every_door_reads(path: Path):
    case = msgspec.json.decode(path.read_bytes())
    request = request_of(msgspec.json.encode(case["request"]))
    assert msgspec.json.decode(request.input, type=SERVICE.reads)
    assert datetime.fromisoformat(case["now"]).tzinfo
    assert chart(*[e["resource"] for e in case["request"]["bundle"]["entry"]]).unread == ()
