"""What stands whole in a source is shown; a part of it that means the contrary is not."""

from openward.harness.agents.judging import Bench

SAID = "Allergies: the record says that there are none.\nNo evidence of pneumonia was seen."


def verdict(text):
    return Bench(facts={"steps[0]": SAID}, said={}, calls={}, places={}).judge(text)


def test_a_whole_line_of_a_source_is_shown():
    assert verdict("- Allergies: the record says that there are none.").held == ()


def test_a_part_of_a_line_without_its_denial_is_held():
    assert len(verdict("Evidence of pneumonia was seen.").held) == 1
