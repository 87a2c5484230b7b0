"""The worked examples that ship with the service say what they show."""

import msgspec
import pytest
from tests.services.clinical_note.desk import propose, told

from openward.services.clinical_note import SERVICE

CASES = sorted((SERVICE.folder / "cases").glob("*.json"))


def test_there_are_at_least_sixteen_in_both_languages():
    languages = {msgspec.json.decode(c.read_bytes())["request"]["language"] for c in CASES}
    assert len(CASES) >= 16
    assert languages == {"en", "zh"}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_case_gives_what_it_expects(path):
    case = msgspec.json.decode(path.read_bytes())
    request = case["request"]
    proposal = propose(request["input"], *case["resources"], language=request["language"])
    held, expect = told(proposal), case["expect"]
    for section, texts in expect.get("says", {}).items():
        assert set(texts) <= set(held[section]), section
    assert not [words for words in expect.get("never", ()) if words in proposal.body.draft]
    missing = {s.id for s in proposal.body.sections if s.missing}
    assert missing == set(expect.get("missing", missing))
    assert set(expect.get("missing_has", ())) <= missing
    assert set(expect.get("gaps", ())) <= {g.code for g in proposal.not_checked}
    assert set(expect.get("findings", ())) <= {f.code.code for f in proposal.findings}
    for section, speakers in expect.get("by", {}).items():
        assert {one.by for s in proposal.body.sections if s.id == section for one in s.sentences} == set(speakers)
    if "sections" in expect:
        assert list(held) == expect["sections"]
