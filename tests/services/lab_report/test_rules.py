"""The language of rules: three answers, and nothing that cannot be read."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import KnowledgeError
from openward.knowledge import tables
from openward.knowledge.analytes import analytes
from openward.services.lab_report import rules
from openward.services.lab_report.bench import _DRUG_GROUPS, ALIASES

PEOPLE = {"age", "sex", "pregnant", "fasting"}
numbers = st.floats(-1e6, 1e6, allow_nan=False)


def names_of(row):
    conditions = (rules.condition(row["when"]), rules.condition(row["unless"]))
    return {o for clauses in conditions for clause in clauses for o in clause}


@pytest.mark.parametrize(
    "words", ["potassium", "potassium higher", "potassium > x mmol/L", "potassium > 5", "age sick"]
)
def test_what_is_none_of_the_language_is_refused(words):
    with pytest.raises(KnowledgeError, match="cannot be read"):
        rules.condition(words)


@given(numbers, numbers, st.sampled_from([">", ">=", "<", "<="]))
def test_an_exact_value_compares_as_numbers_do(value, threshold, op):
    expected = {">": value > threshold, ">=": value >= threshold, "<": value < threshold, "<=": value <= threshold}[op]
    assert rules.compared((value, value, False), op, threshold) is expected


@given(numbers, numbers)
def test_a_value_below_a_limit_is_never_said_to_be_above_it(limit, threshold):
    answer = rules.compared((-inf, limit, True), ">", threshold)
    assert answer is (False if threshold >= limit else None)


@given(numbers, numbers)
def test_a_value_above_a_limit_is_never_said_to_be_below_it(limit, threshold):
    answer = rules.compared((limit, inf, True), "<", threshold)
    assert answer is (False if threshold <= limit else None)


def test_a_missing_quantity_is_unknown():
    assert rules.compared(None, ">", 1.0) is None


def test_every_name_in_a_rule_is_an_analyte_a_formula_or_a_trait():
    known = (
        {a.id for a in analytes()} | set(tables.find("lab_formulas").index) | set(ALIASES) | set(_DRUG_GROUPS) | PEOPLE
    )
    asked = {o.subject for row in tables.find("lab_patterns") for o in names_of(row)}
    assert asked <= known


def test_every_threshold_stands_in_the_unit_of_its_analyte():
    units = {a.id: a.unit for a in analytes()} | {r.id: r["unit"] for r in tables.find("lab_formulas")}
    units |= {alias: units[names[0]] for alias, names in ALIASES.items() if names[0] in units and alias not in units}
    for row in tables.find("lab_patterns"):
        for option in names_of(row):
            if option.op and option.subject not in PEOPLE and option.unit not in {"ULN", "LLN"}:
                assert option.unit == units[option.subject], (row.id, option)


def test_what_a_row_hides_or_explains_is_there():
    patterns, known = tables.find("lab_patterns"), {a.id for a in analytes()}
    for row in patterns:
        assert set(row.list("hides")) <= set(patterns.index), row.id
        assert {word.partition(":")[0] for word in row.list("explains")} <= known, row.id


def test_tables_that_name_patterns_and_analytes_name_those_that_exist():
    patterns, known = set(tables.find("lab_patterns").index), {a.id for a in analytes()}
    for row in tables.find("lab_next_tests"):
        assert row["pattern"] in patterns, row.id
        assert not row["analyte"] or row["analyte"] in known, row.id
    assert {row["analyte"] for row in tables.find("lab_drug_effects")} <= known
    assert {row["pattern"] for row in tables.find("lab_remarks")} <= patterns
