"""The worked examples that ship with the service say what they show."""

import msgspec
import pytest
from tests.services.triage.desk import propose, rules_of

from openward.services.triage import SERVICE

CASES = sorted((SERVICE.folder / "cases").glob("*.json"))


def test_there_are_at_least_fifteen_in_both_languages():
    languages = {msgspec.json.decode(c.read_bytes())["request"]["language"] for c in CASES}
    assert len(CASES) >= 15
    assert languages == {"en", "zh"}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_case_gives_what_it_expects(path):
    case = msgspec.json.decode(path.read_bytes())
    request, expect = case["request"], case["expect"]
    resources = [e["resource"] for e in request.get("bundle", {"entry": []})["entry"]]
    body = propose(request["input"], *resources, language=request["language"]).body
    assert body.level == expect["level"]
    assert expect["rule"] is None or expect["rule"] in rules_of(body)
    assert expect["question"] is None or (body.question and body.question.id == expect["question"])
