"""An answer as the console lays it out: parts, three points first, what is grave never folded, held never shown."""

from datetime import UTC, datetime

import msgspec
import pytest
from tests.wards import a_house

from openward.domain.agent import AgentStep, Answer, Held, Sentence
from openward.domain.code import Code
from openward.domain.evidence import ChartEvidence, DocumentEvidence, RunEvidence
from openward.domain.proposal import Finding, Proposal
from openward.domain.run import Cost, Failure, Run
from openward.doors.console.answered import Steps, told
from openward.doors.console.visit import Visit


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("home")) as opened:
        yield opened


def visit(house, language="en"):
    actor = house.ward.access.identify(house.session(house.clinician))
    return Visit(ward=house.ward, actor=actor, path={}, query={}, form={}, language=language, here="/console")


def run_of(answer, *findings, status="proposed"):
    body = msgspec.json.encode(Proposal(summary="Answered.", body=answer, findings=findings))
    return Run(
        id="run-1", site="s", service="ward-assistant", service_version="1", status=status, door="console", actor="x",
        started=datetime(2026, 11, 21, tzinfo=UTC), cost=Cost(seconds=0.4, unit="answer"), input_digest="",
        language="en", proposal=msgspec.Raw(body), patient="p1",
    )  # fmt: skip


def answer_of(*lines, held=(), talker="embedded", steps=(), stopped="answered"):
    """An answer of lines, each a list of sentences."""
    said = tuple(Sentence(text=text, clinical=True) for line in lines for text in line)
    text = "\n".join(" ".join(line) for line in lines)
    return Answer(text=text, sentences=said, held=held, talker=talker, steps=steps, stopped=stopped)


def points(part):
    return [one.lead for one in part.shown], [one.lead for one in part.folded]


def test_of_few_points_nothing_is_folded(house):
    laid = told(visit(house), run_of(answer_of(["**Drugs**"], ["- Warfarin."], ["- Simvastatin."])))
    assert [(one.title, points(one)) for one in laid.parts] == [("Drugs", (["Warfarin.", "Simvastatin."], []))]
    assert laid.points == 2


def test_of_many_points_three_come_first_and_the_other_parts_keep_their_titles(house):
    lines = [["**A**"], *([f"- A{n}."] for n in range(4)), ["**B**"], *([f"- B{n}."] for n in range(3))]
    laid = told(visit(house), run_of(answer_of(*lines)))
    assert [points(one) for one in laid.parts] == [(["A0.", "A1.", "A2."], ["A3."]), ([], ["B0.", "B1.", "B2."])]
    assert [one.title for one in laid.parts] == ["A", "B"]


def test_a_grave_point_is_never_folded(house):
    lines = [*([f"- N{n}."] for n in range(6)), ["- High.", "INR 6.", "Bleeding.", "→ Give vitamin K."]]
    shown = told(visit(house), run_of(answer_of(*lines))).parts[0].shown
    assert [one.lead for one in shown] == ["N0.", "N1.", "N2.", "INR 6."]
    assert (shown[-1].severity, shown[-1].rest) == ("high", ("Bleeding.", "→ Give vitamin K."))


def test_a_severity_is_known_in_chinese(house):
    answer = answer_of(["- 重要。", "INR 6。"])
    assert told(visit(house, "zh"), run_of(answer)).parts[0].shown[0].severity == "high"


def test_a_line_without_a_claim_is_a_note_and_no_point(house):
    answer = Answer(text="Read the source.", sentences=(Sentence(text="Read the source."),), talker="embedded")
    laid = told(visit(house), run_of(answer))
    assert (laid.parts[0].shown[0].note, laid.points) == (True, 0)


def test_evidence_of_the_chart_is_a_chip_with_name_and_day_and_its_reference_in_the_title(house):
    evidence = (
        ChartEvidence("MedicationRequest/p1-m1"),
        DocumentEvidence("steps[1]", 0, 8, "warfarin"),
        ChartEvidence("Observation/p1-o1"),
    )
    answer = Answer(text="x.", sentences=(Sentence(text="x.", clinical=True, evidence=evidence),), talker="embedded")
    first, second = told(visit(house), run_of(answer)).parts[0].shown[0].chips
    assert (first.words, first.day, first.lights) == ("Warfarin", "1 Oct", "MedicationRequest/p1-m1")
    assert "MedicationRequest/p1-m1" in first.title
    assert first.href == "/console/patients/p1#MedicationRequest/p1-m1"
    assert second.day == "14 Nov"
    chinese = told(visit(house, "zh"), run_of(answer)).parts[0].shown[0].chips[0]
    assert chinese.day == "10月1日"


def test_entries_of_one_name_are_one_chip_with_their_count(house):
    evidence = (ChartEvidence("Nothing/1", date="2026-10-01"), ChartEvidence("Nothing/2", date="2026-10-02"))
    answer = Answer(text="x.", sentences=(Sentence(text="x.", clinical=True, evidence=evidence),), talker="embedded")
    (chip,) = told(visit(house), run_of(answer)).parts[0].shown[0].chips
    assert chip.count == 2
    assert "Nothing/2" in chip.title


def test_a_finding_of_a_run_brings_the_entries_that_it_stands_on(house):
    ward = house.ward
    run = ward.run("prescription-review", {"orders": ["clarithromycin 500 mg oral twice daily"]}, patient="p1")
    finding = msgspec.json.decode(run.proposal)["findings"][0]["id"]
    evidence = (RunEvidence(run.id, "prescription-review", finding),)
    answer = Answer(text="x.", sentences=(Sentence(text="x.", clinical=True, evidence=evidence),), talker="embedded")
    chips = told(visit(house), run_of(answer)).parts[0].shown[0].chips
    assert any(chip.lights.startswith("MedicationRequest/p1-") for chip in chips)
    assert [chip.href for chip in chips if chip.words == "Prescription review"] == [
        f"/console/runs/{run.id}#finding-{finding}"
    ]


def test_a_held_sentence_has_its_reason_in_words_of_the_language(house):
    answer = answer_of(["Yes."], held=(Held(text="It is 9.9.", guard="grounding", why="“9.9”: not found"),))
    (held,) = told(visit(house), run_of(answer)).held
    assert (held.text, held.why, held.detail) == (
        "It is 9.9.", "no source that was read supports it", "“9.9”: not found",
    )  # fmt: skip
    assert told(visit(house, "zh"), run_of(answer)).held[0].why == "所读来源均不支持此句"


def test_a_run_that_waits_for_a_person_shows_nothing_of_its_answer(house):
    laid = told(visit(house), run_of(answer_of(["All is well."]), status="held"))
    assert (laid.waits, laid.parts, laid.whole) == (True, (), "")


def test_a_grave_finding_of_which_it_does_not_speak_is_told_beside_it(house):
    finding = Finding(
        id="triage.f", code=Code("s", "c"), severity="critical", present="passive", headline="Bleeding", why="w",
        advice="Call now.", evidence=(RunEvidence("run-2", "triage", "f"),),
    )  # fmt: skip
    assert [one.headline for one in told(visit(house), run_of(answer_of(["All is well."]), finding)).also] == [
        "Bleeding"
    ]


def test_a_failed_run_says_why(house):
    run = msgspec.structs.replace(run_of(answer_of(["x"])), proposal=None, failure=Failure("TimeUp", "no time"))
    assert (told(visit(house), run).stopped, told(visit(house), run).failure) == ("failed", "no time")


def test_steps_are_told_in_words_and_the_work_of_the_talker_is_left_out_of_the_line(house):
    steps = (
        AgentStep(number=1, kind="model", name="embedded"),
        AgentStep(number=2, kind="tool", name="chart", arguments='{"section": "medications"}'),
        AgentStep(number=3, kind="tool", name="prescription-review"),
        AgentStep(number=4, kind="guard", name="citation", outcome="blocked"),
    )
    laid = told(visit(house), run_of(answer_of(["x"], steps=steps)))
    assert laid.line == ("read medications", "Prescription review", "guard: No invented citation")
    assert laid.embedded
    large = Steps(visit(house)).did(AgentStep(number=1, kind="model", name="qwen"))
    assert large.words == "asked the model qwen"
    broken = AgentStep(number=2, kind="tool", name="chart", arguments="{")
    assert Steps(visit(house)).did(broken).words == "read who the patient is"
