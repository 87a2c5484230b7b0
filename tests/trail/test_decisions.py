from openward.adapters.memory import MemoryTrailStore
from openward.trail.decisions import lost


def test_a_trail_that_knows_no_store_of_decisions_misses_none(trail, pharmacist):
    trail.write(pharmacist, "decision.accept", "execute", run="run-1", detail={"decision": "d-1"})
    assert trail.lost("run-1") == ()


def test_that_a_decision_had_no_effect_does_not_take_it_back(trail, store: MemoryTrailStore, pharmacist):
    for what in ("decision.accept", "decision.no-effect"):
        trail.write(pharmacist, what, "execute", run="run-1", detail={"decision": "d-1"})
    assert [event.what for event in lost(store.decisions("run-1"), [])] == ["decision.accept"]
