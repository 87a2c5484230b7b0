"""A proposal that a person could not read at a glance is refused."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from openward.checks.form import form
from openward.domain.code import Code
from openward.domain.evidence import InputEvidence
from openward.domain.headline import words
from openward.domain.proposal import Examined, Finding, NotChecked, Proposal


class Body(msgspec.Struct):
    pass


def finding(id="f", severity="high", headline="Short headline"):
    return Finding(
        id=id, code=Code(code="x"), severity=severity, present="passive", headline=headline, why="w", advice="a",
        evidence=(InputEvidence("orders[0]"),),
    )  # fmt: skip


def outcomes(*findings, **more):
    return [(v.outcome, v.finding) for v in form(Proposal(summary="s", body=Body(), findings=findings, **more))]


def test_a_good_proposal_passes():
    assert outcomes(finding("a"), finding("b", "low")) == [("pass", None)]


def test_a_headline_over_twelve_words_is_refused():
    assert outcomes(finding(headline="one " * 13)) == [("refuse", "f")]
    assert outcomes(finding(headline="one " * 12)) == [("pass", None)]


def test_a_long_chinese_headline_is_refused():
    assert outcomes(finding(headline="药" * 37)) == [("refuse", "f")]
    assert outcomes(finding(headline="药" * 36)) == [("pass", None)]


def test_the_same_id_twice_is_refused():
    assert outcomes(finding("a"), finding("a")) == [("refuse", "a")]


def test_findings_out_of_rank_are_refused():
    assert outcomes(finding("a", "low"), finding("b", "critical")) == [("refuse", None)]


def test_silence_without_anything_examined_is_refused():
    assert outcomes() == [("refuse", None)]
    assert outcomes(examined=(Examined(what="orders", count=0),)) == [("refuse", None)]


def test_silence_after_looking_or_with_a_word_on_what_was_not_checked_passes():
    assert outcomes(examined=(Examined(what="orders", count=2),)) == [("pass", None)]
    missing = NotChecked(code="c", what="w", why="y", needed="n")
    assert outcomes(not_checked=(missing,)) == [("pass", None)]


@given(st.text(max_size=200))
def test_words_are_counted_for_any_text(text):
    assert 0 <= words(text) <= len(text)
