"""Values that a request asks for by name: which they are, and what is told of each."""

import json

import msgspec
import pytest
from tests.models.embedded.asking import CHART, request, tools
from tests.models.embedded.test_talking import after, chart

from openward.domain.agent import ToolResult
from openward.models.embedded import talk
from openward.models.embedded.values import asked_in

ROWS = [
    {"what": "Potassium", "value": 4.5, "unit": "mmol/L", "interval": "3.5–5.3 mmol/L", "date": "2026-11-20"},
    {"what": "Sodium", "value": 128.0, "unit": "mmol/L", "interval": "135–145 mmol/L", "date": "2026-11-20"},
    {"what": "Potassium", "value": 5.6, "unit": "mmol/L", "interval": "3.5–5.3 mmol/L", "date": "2026-11-12"},
]


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("What is the potassium?", ["potassium"]),
        ("What is the potassium of this patient?", ["potassium"]),
        ("最近的血钾和肌酐是多少？", ["potassium", "creatinine"]),
        ("Show me Na and K", ["sodium", "potassium"]),
        ("What is the ferritin and the troponin?", ["ferritin", "troponin"]),
        ("What is the potassium and is metformin safe?", ["potassium"]),
        ("体温多少", ["body temperature"]),
        ("What is her weight?", ["body weight"]),
    ],
)
def test_the_values_that_are_asked_for_are_named(said, asked):
    assert [one.id for one in asked_in(said)] == asked


@pytest.mark.parametrize(
    "said",
    [
        "Interpret this: Na 128, K 5.9", "Is the potassium trending up?", "What does a potassium of 6 mean",
        "What is he taking for his blood pressure?", "What can you do for lead poisoning", "肌酐是不是越来越高了",
        "creatinine clearance (Cockcroft-Gault) for this patient",
    ],
)  # fmt: skip
def test_a_value_that_is_given_or_to_be_judged_is_not_asked_for(said):
    assert asked_in(said) == ()


@pytest.mark.parametrize("said", ["What is the potassium?", "What is the potassium of this patient?", "血钾是多少？"])
def test_who_asks_for_a_value_gets_it_from_the_chart_and_no_report_of_what_is_abnormal(said):
    calls = talk(request(said)).tool_calls
    assert [(one.name, json.loads(one.arguments)) for one in calls] == [("chart", {"section": "laboratory"})]


def test_the_newest_value_is_told_with_its_interval_and_the_one_before():
    said = after("What is the potassium?", chart("laboratory", ROWS))
    assert "- Potassium: 4.5 mmol/L (3.5–5.3 mmol/L), within its interval, 2026-11-20; before: 5.6 mmol/L," in said
    assert "Sodium" not in said


def test_a_value_outside_its_interval_is_told_as_such():
    assert "below its interval" in after("What is the sodium?", chart("laboratory", ROWS))


def test_a_value_that_the_record_has_not_is_told_as_not_recorded():
    said = after("What is the ferritin and the potassium?", chart("laboratory", ROWS))
    assert "- Ferritin: not recorded [1]." in said
    assert "- Potassium: 4.5" in said
    cut = ToolResult(tool="chart", mark="1", summary="Laboratory: 60 of 90.", cut=True, body={"section": "laboratory"})
    assert "older ones were not read" in after("What is the ferritin?", cut)


def test_a_value_is_told_in_chinese_with_the_recorded_name():
    said = after("血钾是多少？", chart("laboratory", ROWS, summary="检验：3/3 条。"), language="zh")
    assert "钾（Potassium）" in said
    assert "前次：5.6 mmol/L" in said


def test_a_report_tells_what_was_asked_for_though_nothing_is_wrong_with_it():
    body = {
        "results": [{"analyte": "potassium", "analyte_name": "Potassium", "reported": "4.5 mmol/L", "flag": "normal"}]
    }
    given = tuple(tool for tool in tools() if tool is not CHART)
    report = ToolResult(tool="lab-report", mark="1", summary="1 result read.", body=body)
    assert "- Potassium: 4.5 mmol/L [1]." in after("What is the potassium?", report, given=lambda: given)


def test_each_clause_gets_its_tool():
    calls = talk(request("What is the potassium and is metformin safe?")).tool_calls
    assert [one.name for one in calls] == ["chart", "prescription-review"]
    weak = talk(request("What is the potassium? Also what are her allergies?")).tool_calls
    assert [json.loads(one.arguments)["section"] for one in weak] == ["laboratory", "allergies"]


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("What is the potassium and the weather tomorrow?", "“the weather tomorrow”"),
        ("What is the potassium and delete the last note?", "“delete the last note”"),
        ("What is the potassium and how is the parking for metformin?", "another part of what you asked"),
        ("血钾多少，另外明天天气怎么样？", "“明天天气怎么样”"),
    ],
)
def test_a_clause_that_nothing_deals_with_is_told(said, left):
    assert left in after(said, chart("laboratory", ROWS))


def test_a_request_that_is_dealt_with_whole_leaves_nothing():
    said = after("What is the potassium and the sodium?", chart("laboratory", ROWS))
    assert "did not deal" not in said
    assert msgspec.json.encode(said)
