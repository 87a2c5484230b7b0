"""The worked examples that ship with the service say what they show."""

from datetime import datetime

import msgspec
import pytest
from tests.services.lab_report.bench import propose

from openward.harness.request import request_of
from openward.services.lab_report import SERVICE

CASES = sorted((SERVICE.folder / "cases").glob("*.json"))


def read(path):
    return msgspec.json.decode(path.read_bytes())


def test_there_are_at_least_twenty_five_in_both_languages():
    assert len(CASES) >= 25
    assert {read(c)["request"]["language"] for c in CASES} == {"en", "zh"}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_case_gives_what_it_expects(path):
    case = read(path)
    request, expect = case["request"], case["expect"]
    resources = [e["resource"] for e in request.get("bundle", {}).get("entry", [])]
    proposal = propose(request["input"], *resources, language=request["language"], focus=request.get("focus", ()))
    found = sorted(f.code.code for f in proposal.findings)
    assert found == expect["findings"]
    assert sorted({n.code for n in proposal.not_checked}) == expect["not_checked"]
    assert not set(expect["absent"]) & set(found)
    assert expect.get("read_back", len(proposal.body.read_back)) == len(proposal.body.read_back)
    assert set(expect.get("next_tests", ())) <= {t.analyte for t in proposal.body.next_tests}
    if expect.get("calm"):
        assert len(proposal.body.for_patient) == 2


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_case_is_a_request_that_every_door_reads(path):
    case = read(path)
    request = request_of(msgspec.json.encode(case["request"]))
    assert msgspec.json.decode(request.input, type=SERVICE.reads)
    assert datetime.fromisoformat(case["now"]).tzinfo
