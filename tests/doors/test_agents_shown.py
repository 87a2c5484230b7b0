"""What a person may read of an agent's run: nothing is lost between the pieces, nothing held is said."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.harness.agents.staged import agent

from openward.domain.agent import Answer, Held, Sentence
from openward.domain.code import Code
from openward.domain.evidence import RunEvidence
from openward.domain.proposal import Finding, Proposal
from openward.domain.run import Cost, Run
from openward.doors.agents import pieces, shown, spoken

CITED = RunEvidence("run-2", "triage", "f")
GRAVE = Finding(
    id="triage.f", code=Code("s", "c"), severity="critical", present="passive", headline="Bleeding", why="w",
    advice="Call now.", evidence=(CITED,),
)  # fmt: skip


def run_of(answer, *findings, status="proposed", language="en"):
    body = msgspec.json.encode(Proposal(summary="Answered.", body=answer, findings=findings))
    return Run(
        id="run-1", site="s", service="a", service_version="1", status=status, door="http", actor="x",
        started=datetime(2026, 11, 21, tzinfo=UTC), cost=Cost(seconds=1, unit="answer"), input_digest="",
        language=language, proposal=msgspec.Raw(body),
    )  # fmt: skip


SAID = Answer(text="All is well.", sentences=(Sentence(text="All is well."),))


def test_a_grave_finding_is_added_unless_a_sentence_cites_it():
    added = shown(run_of(SAID, GRAVE), agent(signs="nobody"))
    assert added.whole == "All is well.\n\nAlso found, and not spoken of above:\n- Bleeding. Call now."
    cited = Answer(text="She bleeds.", sentences=(Sentence(text="She bleeds.", evidence=(CITED,)),))
    assert shown(run_of(cited, GRAVE), agent(signs="nobody")).whole == "She bleeds."


def test_a_finding_that_was_said_in_words_or_summed_up_is_not_added():
    said = Answer(text="x", sentences=(Sentence(text="High. Bleeding, as was said."),))
    assert shown(run_of(said, GRAVE), agent(signs="nobody")).whole == "x"
    score = msgspec.structs.replace(GRAVE, code=Code("s", "news2", "NEWS2"), headline="NEWS2 cannot be given")
    whole = Sentence(text="NEWS2: missing oxygen.", evidence=(RunEvidence("run-2", "triage", ""),))
    assert shown(run_of(Answer(text="x", sentences=(whole,)), score), agent(signs="nobody")).whole == "x"
    other = msgspec.structs.replace(score, id="g", headline="Sepsis", evidence=(RunEvidence("run-2", "triage", "g"),))
    assert "Sepsis" in shown(run_of(Answer(text="x", sentences=(whole,)), score, other), agent(signs="nobody")).whole


def test_what_is_held_is_counted_and_not_said():
    answer = Answer(text="All is well.", held=(Held(text="It is 9.9.", guard="grounding", why="w"),))
    whole = shown(run_of(answer), agent(signs="nobody")).whole
    assert "9.9" not in whole
    assert "see run run-1" in whole


@pytest.mark.parametrize(
    ("language", "said"), [("en", "a clinician must sign run run-1"), ("zh", "须由医师签署运行 run-1")]
)
def test_a_draft_is_called_one_in_both_languages(language, said):
    assert said in shown(run_of(SAID, language=language), agent(signs="clinician")).whole


def test_a_run_that_is_held_says_nothing_but_that():
    held = shown(run_of(SAID, GRAVE, status="held"), agent())
    assert (held.text, held.notices) == ("", ("Held back: a person must look at run run-1 first.",))


def test_an_emergency_is_said_alone():
    answer = Answer(text="Call 120 now.", stopped="emergency")
    assert shown(run_of(answer, GRAVE), agent(signs="nobody")).whole == "Call 120 now."


def test_a_run_that_failed_shows_nothing():
    assert shown(msgspec.structs.replace(run_of(SAID), proposal=None), agent()) is None


@given(st.text(alphabet="ab .。\n!？A1-", max_size=300))
def test_pieces_are_the_text(text):
    assert "".join(pieces(text)) == text
    assert "" not in pieces(text)


@pytest.mark.parametrize(("text", "language"), [("Hello", "en"), ("您好 doctor", "zh"), ("", "en"), ("2 mg", "en")])
def test_the_language_is_that_of_the_words(text, language):
    assert spoken(text) == language
