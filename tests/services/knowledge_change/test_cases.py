"""The worked examples that ship with the service say what they show."""

import msgspec
import pytest

from openward.adapters.memory import CountingIds, FixedClock, MemorySigner, MemoryVault, memory_stores
from openward.services.knowledge_change import SERVICE
from openward.settings import settings_of
from openward.ward import Ward

CASES = sorted((SERVICE.folder / "cases").glob("*.json"))


@pytest.fixture(scope="module")
def ward(tmp_path_factory):
    settings = settings_of(home=tmp_path_factory.mktemp("home"))
    given = {"signer": MemorySigner(), "clock": FixedClock(), "ids": CountingIds(), "vault": MemoryVault()}
    with Ward(settings, memory_stores(), **given) as opened:
        yield opened


def test_there_are_at_least_ten_in_both_languages():
    languages = {msgspec.json.decode(c.read_bytes())["request"]["language"] for c in CASES}
    assert len(CASES) >= 10
    assert languages == {"en", "zh"}


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_case_gives_what_it_expects(ward, path):
    case = msgspec.json.decode(path.read_bytes())
    run = ward.run("knowledge-change", case["request"]["input"], language=case["request"]["language"])
    proposal, expected = msgspec.json.decode(bytes(run.proposal)), case["expect"]
    assert run.status == expected.get("status", "proposed")
    assert [f["column"] for f in proposal["body"]["faults"]] == expected["faults"]
    assert proposal["body"]["adds"] is expected.get("adds", False)
    if "findings" in expected:
        assert {f["code"]["code"] for f in proposal["findings"]} == set(expected["findings"])
