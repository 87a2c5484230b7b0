"""The rows of the conditions of heart, lungs, digestive tract, ear and nervous system hold together."""

import re
from collections import defaultdict

from openward.knowledge import tables
from openward.knowledge.conditions import conditions
from openward.knowledge.findings import vocabulary

SYSTEMS = {"cardiovascular", "respiratory", "gastrointestinal", "ear", "neurology"}


def links():
    """The links of the conditions of these systems, by condition."""
    base, found = conditions(), defaultdict(dict)
    for link in base.links:
        if base.conditions[link.condition].system in SYSTEMS:
            found[link.condition][link.finding] = link
    return found


def test_there_are_conditions_of_every_system():
    systems = [c.system for c in conditions().conditions.values()]
    assert all(systems.count(system) >= 15 for system in SYSTEMS)
    assert sum(system in SYSTEMS for system in systems) >= 250


def test_every_condition_says_what_is_typical_and_what_would_surprise():
    for condition, found in links().items():
        assert len(found) >= 6, condition
        assert any(link.likely >= 0.5 for link in found.values()), condition
        assert any(link.likely < 0.05 for link in found.values()), condition


def test_a_general_finding_is_never_rarer_than_its_special_ones():
    words = vocabulary()
    for condition, found in links().items():
        for finding, link in found.items():
            for general in words.ancestors(finding) & found.keys():
                assert found[general].likely >= link.likely, f"{condition}: {general} and {finding}"


def test_every_condition_has_a_code_and_names_in_both_languages():
    for condition in conditions().conditions.values():
        if condition.system in SYSTEMS:
            assert re.fullmatch(r"[A-Z]\d\d(\.[A-Z0-9]{1,2})?", condition.icd10 or ""), condition.id
            assert condition.name.en.isascii() or "é" in condition.name.en, condition.id
            assert not condition.name.zh.isascii(), condition.id


def test_a_measured_ratio_is_cited():
    for row in tables.find("condition_findings"):
        if row["lr_pos"] or row["lr_neg"]:
            assert row["basis"] == "cited", row.id


def test_no_name_is_the_name_of_two_conditions():
    named = defaultdict(set)
    for condition in conditions().conditions.values():
        named[condition.name.en.casefold()].add(condition.id)
        named[condition.name.zh].add(condition.id)
    assert {name: ids for name, ids in named.items() if len(ids) > 1} == {}
