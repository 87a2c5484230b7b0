"""Rules of acuity: each can be read, speaks of known findings, and stands where its level stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import KnowledgeError
from openward.knowledge import tables
from openward.knowledge.findings import vocabulary
from openward.knowledge.triage import ADVICE, DEPARTMENTS, LEVELS, RANKED, SUPPORT, department, rules
from openward.knowledge.triage_conditions import alternatives, holds


def test_there_are_rules_for_sixty_complaints_and_more():
    assert len(rules().by_id) >= 500
    assert len(rules().complaints) >= 60


def test_every_rule_speaks_of_findings_of_the_vocabulary():
    words = vocabulary()
    assert [name for name in rules().findings if name not in words] == []


def test_every_department_level_and_advice_is_known():
    for rule in rules().by_id.values():
        assert department(rule.department).zh
    assert {row.id for row in tables.find(LEVELS)} == {*RANKED, "not-covered"}
    assert len(tables.find(DEPARTMENTS)) >= 20
    assert [row.id for row in tables.find(ADVICE) if row.id != "any" and row.id not in vocabulary()] == []


def test_what_helps_until_seen_belongs_to_a_rule_and_speaks_both_languages():
    for row in tables.find(SUPPORT):
        assert row.id in rules().by_id, row.id
        for column in ("support", "watch"):
            english, chinese = row.list(f"{column}_en"), row.list(f"{column}_zh")
            assert len(english) == len(chinese), f"{row.id}.{column}"


def test_red_flags_are_never_for_care_at_home():
    assert [r.id for r in rules().by_id.values() if r.kind == "floor" and r.level in {"routine", "self-care"}] == []


def test_reasons_are_short_and_in_both_languages():
    for rule in rules().by_id.values():
        assert 0 < len(rule.reason.en.split()) <= 12, rule.id
        assert not rule.reason.zh.isascii(), rule.id


def test_or_binds_less_than_and_and_not_reaches_into_brackets():
    assert len(alternatives("a|b & c", "here")) == 2
    (way,) = alternatives("a & !(b|c)", "here")
    assert [(x.atom.name, x.wanted) for x in way] == [("a", True), ("b", False), ("c", False)]


def test_a_way_that_contradicts_itself_is_dropped():
    assert alternatives("a & !a", "here") == ()


@pytest.mark.parametrize("text", ["a &", "(a", "a b", "age", "days(a)", "age<x", "a $ b", ""])
def test_what_cannot_be_read_is_refused_with_its_place(text):
    with pytest.raises(KnowledgeError, match="here"):
        alternatives(text, "here")


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_comparisons_are_those_of_numbers(left, right):
    assert holds("<", left, right) is (left < right)
    assert holds("<=", left, right) is (left <= right)
    assert holds(">", left, right) is (left > right)
    assert holds(">=", left, right) is (left >= right)
    assert holds("==", left, right) is (left == right)
