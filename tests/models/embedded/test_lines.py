"""Lines of an answer: readable, each sentence cited, nothing added."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.agent import ToolResult
from openward.models.embedded.lines import cited, filled, shown
from openward.models.embedded.rows import in_words, narrowed


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Potassium is high. Repeat it!", "Potassium is high [2]. Repeat it [2]!"),
        ("心率88次/分。复查", "心率88次/分 [2]。复查 [2]。"),
        ("taken 2026-11-20T21:58:00+00:00", "taken 2026-11-20 21:58 [2]."),
        ("12.8 10*9/L, 79 mm[Hg], INR 2.6 {INR}", "12.8 ×10⁹/L, 79 mmHg, INR 2.6 [2]."),
        ("eGFR 21 mL/min/{1.73_m2}", "eGFR 21 mL/min/1.73 m² [2]."),
    ],
)
def test_a_text_is_cited_sentence_by_sentence_in_readable_units(text, line):
    assert cited(text, "2") == line


@given(st.text(alphabet="abc 123.,;\n", max_size=200))
def test_citing_adds_nothing_but_marks_and_stops(text):
    def bare(words):
        return re.sub(r"[\s.]", "", words.replace("[1]", ""))

    assert bare(cited(text, "1")) == bare(text)


def test_a_form_leaves_out_what_has_nothing_and_is_empty_when_it_must_have_it():
    form = "{name|title}: {value}< ({taken.day})>"
    assert filled(form, {"title": "K", "value": 4.0, "taken": {"day": "today"}}) == "K: 4 (today)"
    assert filled(form, {"name": "K", "value": 4.25}) == "K: 4.25"
    assert filled(form, {"name": "K"}) == ""


def test_values_are_shown_plainly_and_what_is_none_is_not():
    assert [shown(value) for value in (4.0, 0.950208, None, True, {}, ["a", "b"])] == [
        "4",
        "0.950208",
        "",
        "",
        "",
        "a, b",
    ]


def test_codes_of_a_record_are_told_in_words_in_chinese():
    row = {"what": "sex", "value": "female", "status": "active; confirmed"}
    assert in_words(row, "zh") == {"what": "性别", "value": "女", "status": "活动; 已确认"}


def test_a_request_for_the_kidneys_is_one_for_creatinine_and_not_for_the_liver():
    rows = [{"what": "Creatinine", "value": 206}, {"what": "ALT", "value": 30}, {"what": "Creatinine", "value": 210}]
    result = ToolResult(tool="chart", mark="1", body={"section": "laboratory", "state": "present", "rows": rows})
    assert [row["value"] for row in narrowed(result, "and her kidneys?").body["rows"]] == [206, 210]
    assert [row["what"] for row in narrowed(result, "show the labs").body["rows"]] == ["Creatinine", "ALT"]


def test_a_drug_that_was_ordered_and_given_is_told_once_in_its_fullest_words():
    dose = "每次 4 国际单位，皮下注射{}（原文：4 units three times daily）"
    rows = [
        {"what": "insulin", "value": dose.format(""), "status": "current", "date": "2026-11-20"},
        {"what": "insulin", "value": dose.format("，每日 3 次"), "status": "current", "date": "2026-11-18"},
        {"what": "insulin", "value": "6 units at night", "status": "current", "date": "2026-11-17"},
    ]
    result = ToolResult(tool="chart", mark="1", body={"section": "medications", "state": "present", "rows": rows})
    assert narrowed(result, "她在用什么药").body["rows"] == rows[1:]
