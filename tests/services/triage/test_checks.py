"""What must hold of a triage: a proposal that breaks it is refused."""

import msgspec
from tests.services.triage.desk import propose

from openward.domain.interview import Question
from openward.services.triage.checks import (
    an_emergency_has_its_rule_and_what_to_do,
    no_red_flag_stands_above_the_level,
    not_covered_is_said,
    the_question_is_new,
)
from openward.services.triage.reads import Reads

EMERGENCY = propose({"complaint": "vomiting blood and fainted"})
COLD = propose({"complaint": "runny nose and sneezing for two days", "age": {"value": 30, "unit": "a"}})


def changed(proposal, **body):
    return msgspec.structs.replace(proposal, body=msgspec.structs.replace(proposal.body, **body))


def refused(verdicts):
    return [v.check for v in verdicts if v.outcome == "refuse"]


def test_an_emergency_without_rule_or_advice_is_refused():
    bare = msgspec.structs.replace(EMERGENCY, findings=())
    silent = changed(EMERGENCY, safety_net=None)
    for broken in (bare, silent, changed(EMERGENCY, scale="IV")):
        assert refused(an_emergency_has_its_rule_and_what_to_do(broken, None, None)) == ["emergency"]


def test_care_at_home_below_a_red_flag_is_refused():
    lowered = changed(EMERGENCY, level="self-care")
    assert refused(no_red_flag_stands_above_the_level(lowered, None, None)) == ["red-flags"]
    assert refused(no_red_flag_stands_above_the_level(COLD, None, None)) == []


def test_a_question_that_was_answered_is_refused():
    asked = changed(COLD, question=Question(id="fever", text="Fever?"))
    assert refused(the_question_is_new(asked, None, Reads(answers={"fever": "no"}))) == ["question"]
    assert refused(the_question_is_new(asked, None, Reads())) == []


def test_an_unsaid_gap_of_coverage_is_refused():
    assert refused(not_covered_is_said(changed(COLD, level="not-covered"), None, None)) == ["covered"]
