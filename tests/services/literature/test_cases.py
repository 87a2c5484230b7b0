"""The worked examples that ship with the service say what they show."""

import msgspec
import pytest
from tests.services.literature.desk import propose, ward_with

from openward.services.literature import SERVICE

CASES = sorted((SERVICE.folder / "cases").glob("*.json"))


def test_there_are_at_least_fifteen_in_both_languages():
    languages = {msgspec.json.decode(c.read_bytes())["request"]["language"] for c in CASES}
    assert len(CASES) >= 15
    assert languages == {"en", "zh"}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_case_gives_what_it_expects(path, tmp_path):
    case = msgspec.json.decode(path.read_bytes())
    request = case["request"]
    with ward_with(tmp_path / "knowledge", case.get("corpus")):
        proposal = propose(request["input"], language=request["language"])
    found, body = seen(proposal), proposal.body
    for name, wanted in case["expect"].items():
        if name == "export":
            assert all(line in body.export for line in wanted)
        elif name == "not_quoted":
            assert not set(wanted) & set(found["quotes"])
        elif name in {"findings", "widened"}:
            assert set(wanted) <= set(found[name])
        else:
            assert found[name] == wanted, name


def seen(proposal):
    body = proposal.body
    first = body.hits[0] if body.hits else None
    return {
        "first": first and first.id,
        "kind": first and first.kind,
        "level": first and first.evidence_level,
        "hits": [h.id for h in body.hits],
        "matched": body.search.matched,
        "quotes": [q.sentence for q in body.answer],
        "findings": [f.code.code for f in proposal.findings],
        "gaps": [g.code for g in proposal.not_checked],
        "citations": [c.outcome for c in body.citations],
        "missing": [n for c in body.citations for n in c.numbers_missing],
        "widened": [w.meant for w in body.search.widened],
    }
