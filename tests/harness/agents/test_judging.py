"""What stands whole in a source is shown; a part of it that means the contrary is not."""

import json

from tests.harness.agents.staged import NAME, Scripted, a_ward, agent, answer_of, ask, calls, says

from openward.domain.agent import ToolResult
from openward.harness.agents.judging import Bench
from openward.harness.agents.telling import bounded

SAID = "Allergies: the record says that there are none.\nNo evidence of pneumonia was seen."


def verdict(text):
    return Bench(facts={"steps[0]": SAID}, said={}, calls={}, places={}).judge(text)


def test_a_whole_line_of_a_source_is_shown():
    assert verdict("- Allergies: the record says that there are none.").held == ()


def test_a_part_of_a_line_without_its_denial_is_held():
    assert len(verdict("Evidence of pneumonia was seen.").held) == 1


def test_of_a_long_result_lists_within_lists_go_before_texts():
    sections = [
        {"written": "Potassium 4.5 mmol/L. " * 90, "sentences": [{"text": "x" * 300, "evidence": ["y" * 900]}] * 20}
    ] * 3
    result = bounded(ToolResult(tool="clinical-note", mark="1", body={"sections": sections}))
    assert result.cut
    assert [one["written"] for one in result.body["sections"]] == [one["written"] for one in sections]


def laundered(tmp_path, question, call, reply):
    with a_ward(tmp_path, Scripted(calls(call), says(reply)), agent()) as ward:
        run = ward.run(NAME, ask(question), patient="p1")
    return answer_of(run), json.loads(bytes(run.proposal))


def test_a_tool_that_was_told_an_invented_dose_does_not_make_it_true(tmp_path):
    call = ("prescription-review", {"orders": ["warfarin 50 mg oral once daily"]})
    answer, whole = laundered(tmp_path, "Is her medication right?", call, "Give warfarin 50 mg once daily [1].")
    assert [held["guard"] for held in answer["held"]] == ["grounding"]
    assert "nobody but the talker said" in answer["held"][0]["why"]
    assert "supposed" in {gap["code"] for gap in whole["not_checked"]}


def test_what_is_computed_from_invented_values_is_held(tmp_path):
    inputs = {"weight": {"value": 40, "unit": "kg"}, "height": {"value": 190, "unit": "cm"}}
    call = ("clinical-calculator", {"calculator": "bmi", "inputs": inputs})
    answer, _ = laundered(tmp_path, "What is her body mass index?", call, "Her body mass index is 11.1 kg/m2 [1].")
    assert len(answer["held"]) == 1


def test_what_is_computed_from_values_that_were_said_is_shown(tmp_path):
    inputs = {"weight": {"value": 40, "unit": "kg"}, "height": {"value": 190, "unit": "cm"}}
    call = ("clinical-calculator", {"calculator": "bmi", "inputs": inputs})
    question = "What is the body mass index at a weight of 40 kg and a height of 190 cm?"
    answer, whole = laundered(tmp_path, question, call, "The body mass index is 11.1 kg/m2 [1].")
    assert answer["held"] == []
    assert "supposed" not in {gap["code"] for gap in whole["not_checked"]}


def test_a_drug_that_the_talker_tries_out_may_be_warned_of_but_is_not_taken(tmp_path):
    call = ("prescription-review", {"orders": ["ibuprofen"]})
    reply = "Ibuprofen with warfarin may cause bleeding [1].\nShe takes ibuprofen."
    answer, _ = laundered(tmp_path, "She has pain. What speaks against a painkiller?", call, reply)
    assert answer["text"] == "Ibuprofen with warfarin may cause bleeding."
    assert [held["text"] for held in answer["held"]] == ["She takes ibuprofen."]
