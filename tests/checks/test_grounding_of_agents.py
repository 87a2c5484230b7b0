"""What an agent says must stand on runs that it really asked for, and on words that its tools really said."""

from datetime import UTC, datetime

import msgspec

from openward.checks.grounding import Sources, fault_of, grounding
from openward.domain.agent import Answer, Sentence
from openward.domain.evidence import DocumentEvidence, RunEvidence
from openward.domain.proposal import Proposal
from openward.domain.run import Cost, Run, Verdict
from openward.knowledge import texts

FINDINGS = {"findings": [{"id": "f1"}, {"id": "f2"}]}


def run(proposal=FINDINGS, **more):
    return Run(
        id="run-1", site="here", service="triage", service_version="1", status="proposed", door="python", actor="a",
        started=datetime(2026, 1, 1, tzinfo=UTC), cost=Cost(seconds=0.1, unit="run"), input_digest="0",
        proposal=None if proposal is None else msgspec.Raw(msgspec.json.encode(proposal)), **more,
    )  # fmt: skip


SOURCES = Sources(runs={"run-1": run()}, texts={"steps[0]": "Potassium 5.9 mmol/L"})
SAID = DocumentEvidence(id="steps[0]", start=0, end=9, quote="Potassium")


def test_a_run_and_its_finding_are_evidence():
    assert fault_of(RunEvidence("run-1", "triage"), SOURCES) is None
    assert fault_of(RunEvidence("run-1", "triage", "f2"), SOURCES) is None


def test_a_run_that_was_not_asked_for_is_none():
    for wrong in (RunEvidence("run-2", "triage"), RunEvidence("run-1", "lab-report")):
        assert "did not ask for" in fault_of(wrong, SOURCES)


def test_a_finding_that_is_not_there_or_is_held_back_is_none():
    held = run(verdicts=(Verdict(check="c", outcome="hold", finding="f1"),))
    for sources, finding in ((SOURCES, "f9"), (Sources(runs={"run-1": held}), "f1"),
                             (Sources(runs={"run-1": run(proposal=None)}), "f1")):  # fmt: skip
        assert "does not have" in fault_of(RunEvidence("run-1", "triage", finding), sources)


def test_words_of_a_tool_are_evidence_to_the_letter():
    assert fault_of(SAID, SOURCES) is None
    assert "do not stand at that place" in fault_of(msgspec.structs.replace(SAID, quote="Sodium   "), SOURCES)


def test_words_of_a_corpus_are_evidence(monkeypatch):
    monkeypatch.setattr(texts, "text_of", lambda id: "Potassium rises." if id == "literature/main/1" else None)
    assert fault_of(msgspec.structs.replace(SAID, id="literature/main/1"), SOURCES) is None


def answered(*sentences):
    return Proposal(summary="s", body=Answer(text="t", sentences=sentences))


def test_each_clinical_sentence_of_an_answer_names_evidence_that_holds():
    right = Sentence(text="Potassium is 5.9.", clinical=True, evidence=(SAID,))
    assert grounding(answered(right, Sentence(text="Good morning.")), SOURCES) == []
    bare = msgspec.structs.replace(right, evidence=())
    wrong = msgspec.structs.replace(right, evidence=(RunEvidence("run-2", "triage"),))
    reasons = [verdict.reason for verdict in grounding(answered(bare, wrong), SOURCES)]
    assert reasons == [
        "a sentence that states something clinical names no evidence",
        "run evidence names a run that this one did not ask for",
    ]
