"""Evidence of a sentence for a person: what can be looked up, without what repeats it."""

from openward.domain.evidence import ChartEvidence, DocumentEvidence, RunEvidence
from openward.doors.evidence import telling

RUN, FINDING = RunEvidence("r", "s"), RunEvidence("r", "s", "f")
SHORT, LONG = DocumentEvidence("steps[1]", 0, 1, "1"), DocumentEvidence("steps[1]", 0, 9, "1 finding")
CHART = ChartEvidence("Observation/1")
LETTER = DocumentEvidence("documents[0].text", 0, 3, "abc")


def test_a_finding_says_more_than_its_run_and_both_more_than_words():
    assert telling([SHORT, RUN, FINDING, LONG, CHART, CHART]) == (FINDING, CHART)
    assert telling([SHORT, RUN]) == (RUN,)


def test_words_of_a_tool_stay_where_there_is_nothing_else_and_words_of_a_document_always():
    assert telling([SHORT, LONG]) == (LONG,)
    assert telling([SHORT, LETTER]) == (LETTER,)
    assert telling([]) == ()
