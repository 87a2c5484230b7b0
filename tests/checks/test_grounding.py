"""Evidence that does not hold is found, whatever kind it is."""

import base64
import json
from datetime import UTC, date, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.checks.grounding import Sources, equal, fault_of, grounding, walk
from openward.domain.code import Code
from openward.domain.evidence import (
    CalculationEvidence,
    ChartEvidence,
    DocumentEvidence,
    InputEvidence,
    KnowledgeEvidence,
    ModelEvidence,
)
from openward.domain.proposal import Finding, Proposal
from openward.domain.resource import Stored
from openward.knowledge import tables


class Body(msgspec.Struct):
    pass


TEXT = "No chest pain. 否认胸痛。"


def stored(type, id, version=3, **fields):
    body = json.dumps({"resourceType": type, "id": id, **fields}).encode()
    return Stored(
        type=type, id=id, version=version, seq=1, body=body, digest="", received=datetime(2026, 1, 1, tzinfo=UTC)
    )


SOURCES = Sources(
    resources={
        "Observation/k": stored("Observation", "k", valueQuantity={"value": 5.1, "unit": "mmol/L"}),
        "DocumentReference/d": stored("DocumentReference", "d", content=[
            {"attachment": {"contentType": "text/plain", "data": base64.b64encode(TEXT.encode()).decode()}}]),
    },
    given={"orders": ["warfarin 5 mg", {"dose": 2}], "flag": True, "note": "Fever for two days."},
)  # fmt: skip


def known_row():
    table = tables.find("formulas")
    return table.evidence(next(iter(table.rows)))


GOOD = {
    "words of a text of the input": DocumentEvidence("note", 0, 5, "Fever"),
    "a value": ChartEvidence("Observation/k", 3, "valueQuantity.value", 5.1),
    "a whole resource": ChartEvidence("Observation/k", 3),
    "a resource of the request": ChartEvidence("Observation/k", None, "valueQuantity.unit", "mmol/L"),
    "an order": InputEvidence("orders[0]", "warfarin 5 mg"),
    "a part of an order": InputEvidence("orders[1].dose", 2),
    "a flag": InputEvidence("flag", True),
    "a span": DocumentEvidence("DocumentReference/d", 0, 13, "No chest pain"),
    "a chinese span": DocumentEvidence("DocumentReference/d", 15, 19, "否认胸痛"),
    "a model": ModelEvidence("m", "1", 0.5),
}


@pytest.mark.parametrize("name", GOOD)
def test_evidence_that_holds_is_not_faulted(name):
    assert fault_of(GOOD[name], SOURCES) is None


BAD = {
    "another value": (ChartEvidence("Observation/k", 3, "valueQuantity.value", 5.2), "not the value"),
    "another type": (ChartEvidence("Observation/k", 3, "valueQuantity.value", "5.1"), "not the value"),
    "another version": (ChartEvidence("Observation/k", 2, "valueQuantity.value", 5.1), "version"),
    "another resource": (ChartEvidence("Observation/z", 3), "not given"),
    "no such path": (ChartEvidence("Observation/k", 3, "valueString"), "does not resolve"),
    "no such order": (InputEvidence("orders[7]"), "does not resolve"),
    "an item of what is no list": (InputEvidence("flag[0]"), "does not resolve"),
    "no such field": (InputEvidence("orders.length"), "does not resolve"),
    "a path that is none": (InputEvidence("orders[0"), "does not resolve"),
    "another order": (InputEvidence("orders[0]", "aspirin"), "not the value"),
    "a number for a flag": (InputEvidence("flag", 1), "not the value"),
    "another span": (DocumentEvidence("DocumentReference/d", 0, 13, "Has chest pain"), "does not fit"),
    "another place": (DocumentEvidence("DocumentReference/d", 1, 14, "No chest pain"), "do not stand"),
    "words that the text of the input does not have": (DocumentEvidence("note", 0, 5, "Cough"), "do not stand"),
    "an input that is no text": (DocumentEvidence("flag", 0, 1, "x"), "not given"),
    "another document": (DocumentEvidence("DocumentReference/z", 0, 1, "x"), "not given"),
    "no such table": (KnowledgeEvidence("nothing", "1", "r", "s", date(2026, 1, 1)), "nothing"),
    "a model without a version": (ModelEvidence("m", "", 0.5), "version"),
}


@pytest.mark.parametrize("name", BAD)
def test_evidence_that_does_not_hold_is_faulted(name):
    evidence, word = BAD[name]
    fault = fault_of(evidence, SOURCES)
    assert fault is not None
    assert word in fault


def test_a_fault_quotes_no_value_of_the_patient():
    faults = [fault_of(evidence, SOURCES) or "" for evidence, _ in BAD.values()]
    assert not any("5.1" in f or "chest" in f or "warfarin" in f for f in faults)


def test_a_knowledge_row_holds_only_with_its_own_version_source_and_date():
    row = known_row()
    assert fault_of(row, SOURCES) is None
    for changed in ({"version": "0"}, {"source": "hearsay"}, {"reviewed": date(1999, 1, 1)}):
        assert "differs" in (fault_of(msgspec.structs.replace(row, **changed), SOURCES) or "")


def test_a_calculation_holds_only_with_its_formula_and_every_input():
    good = CalculationEvidence("x", 1.0, "mL/min", known_row(), (GOOD["a value"],))
    assert fault_of(good, SOURCES) is None
    bad = msgspec.structs.replace(good, inputs=(GOOD["a value"], BAD["another value"][0]))
    assert "not the value" in (fault_of(bad, SOURCES) or "")


def judged(*evidence):
    finding = Finding(
        id="f", code=Code(), severity="low", present="log", headline="h", why="", advice="", evidence=evidence
    )
    verdicts = grounding(Proposal(summary="", body=Body(), findings=(finding,)), SOURCES)
    return [(v.outcome, v.reason) for v in verdicts]


def test_a_finding_without_evidence_is_refused():
    assert judged() == [("refuse", "it has no evidence")]


def test_a_finding_passes_only_when_all_its_evidence_holds():
    assert judged(GOOD["a value"], GOOD["an order"]) == [("pass", "")]
    assert [outcome for outcome, _ in judged(GOOD["a value"], BAD["another span"][0])] == ["refuse"]


@given(st.text(max_size=30))
def test_any_path_either_resolves_or_is_a_look_up_error(path):
    try:
        walk(SOURCES.given, path)
    except (LookupError, TypeError):
        return
    assert path.partition("[")[0].partition(".")[0] in {"", *SOURCES.given}
    assert not path.endswith(".")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_equals_itself_and_no_other(value):
    assert equal(value, value)
    assert not equal(value, f"{value}")
