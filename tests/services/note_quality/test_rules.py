"""The rules as data: every row can be broken, every row can be met, every row stands on a document."""

import pytest
from tests.services.note_quality.examples import EN, ZH, broken_by, heading
from tests.services.note_quality.ward import faults, propose

from openward.domain.errors import KnowledgeError
from openward.knowledge import tables
from openward.services.note_quality.checkers import CHECKERS
from openward.services.note_quality.rules import RULES, rules

LEAST_RULES = 150
SECTIONED = [rule for rule in rules() if rule.checker == "section"]


def test_there_are_enough_rules_in_every_family_and_for_both_standards():
    assert len(rules()) >= LEAST_RULES
    assert {rule.standard for rule in rules()} == {"all", "cn", "us"}
    families = {rule.family for rule in rules()}
    assert families == {"completeness", "timeliness", "consistency", "contradiction", "copy-forward", "safety"}


def test_every_checker_is_named_by_a_rule_and_every_rule_names_a_checker():
    assert {rule.checker for rule in rules()} == set(CHECKERS)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_is_broken_by_its_example(rule):
    found = faults(broken_by(rule))
    assert rule.id in found
    assert found[rule.id].points == rule.points
    assert found[rule.id].deadline == (rule.deadline or None)


@pytest.mark.parametrize("rule", SECTIONED, ids=lambda rule: rule.id)
def test_a_rule_that_asks_for_a_part_is_met_by_it(rule):
    language = "en" if rule.standard == "us" else "zh"
    text = f"{heading(rule.list('any')[0], language)}: {EN if language == 'en' else ZH}\n"
    given = {"note": text, "kind": rule.kinds[0], "standard": rule.standard, "sex": "female"}
    ended = {o.rule: o.outcome for o in propose(given).body.outcomes}
    assert ended[rule.id] == "met"


def test_a_rule_costs_something_and_says_how_to_mend_it_in_both_languages():
    for rule in rules():
        assert 0 < rule.points <= rule.most
        assert all((rule.name.en, rule.name.zh, rule.fix.en, rule.fix.zh))
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in rule.name.en + rule.fix.en)


def test_every_rule_stands_on_a_document_that_is_a_row_of_the_sources():
    known = tables.find(RULES)
    for row in known:
        assert row.source
        assert known.evidence(row).row == row.id


def test_every_source_of_the_rules_is_used():
    cited = " ".join(rule.source for rule in rules())
    assert "第十八条" in cited
    assert "482.24" in cited
    assert "NPSG.02.03.01" in cited


DEADLINES = {
    "cn-late-admission": 24, "cn-late-first-course": 8, "cn-late-attending": 48, "cn-late-rescue": 6,
    "cn-late-consult": 24,
    "cn-late-operation": 24, "cn-late-discharge": 24, "cn-late-death": 24, "cn-late-death-discussion": 168,
    "us-late-admission": 24, "us-late-anaesthesia-after": 48, "us-late-record": 720,
}  # fmt: skip


@pytest.mark.parametrize("id", DEADLINES)
def test_the_deadline_is_that_of_the_document(id):
    rule = next(rule for rule in rules() if rule.id == id)
    assert rule.hours == DEADLINES[id]


def test_a_rule_without_a_number_that_it_needs_says_so():
    rule = rules()[0]
    with pytest.raises(KnowledgeError, match="is not a number"):
        rule.number("years")
