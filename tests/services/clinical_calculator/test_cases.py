"""The worked examples that ship with the service say what they show."""

import msgspec
import pytest
from tests.services.clinical_calculator.desk import propose

from openward.services.clinical_calculator import SERVICE

CASES = sorted((SERVICE.folder / "cases").glob("*.json"))


def test_there_are_at_least_twelve_in_both_languages():
    languages = {msgspec.json.decode(c.read_bytes())["request"]["language"] for c in CASES}
    assert len(CASES) >= 12
    assert languages == {"en", "zh"}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_case_gives_what_it_expects(path):
    case = msgspec.json.decode(path.read_bytes())
    request, expect = case["request"], case["expect"]
    resources = [e["resource"] for e in request["bundle"]["entry"]]
    proposal = propose(request["input"], *resources, language=request["language"])
    calculation = proposal.body.calculation
    assert sorted(n.code for n in proposal.not_checked) == expect["not_checked"]
    if expect["low"] is None:
        assert proposal.findings == ()
        assert calculation is None or calculation.low is None
        return
    assert calculation.low == pytest.approx(expect["low"], abs=0.05)
    assert calculation.high == pytest.approx(expect["high"], abs=0.05)
    assert {i.id: i.origin for i in calculation.inputs if i.id in expect["origins"]} == expect["origins"]
