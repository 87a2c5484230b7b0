"""What stands whole in a source is shown; a part of it that means the contrary is not."""

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
