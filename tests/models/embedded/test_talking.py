"""Answers of the embedded talker: only what tools gave, cited; what failed and what was not checked is told."""

import asyncio
import json
import re

import msgspec
import pytest
from tests.models.embedded.asking import CHART, request, tools

from openward.domain.agent import ToolFinding, ToolResult
from openward.domain.errors import EndpointError
from openward.domain.guide import Guide, Part, Planned
from openward.domain.model import ChatRequest, Message, Model, Tool, ToolCall
from openward.domain.text import Text
from openward.models.embedded import Embedded, talk

MODEL = Model(id="embedded", through="embedded", locality="local", version="1")


def finding(number, severity, headline, **more):
    return ToolFinding(mark=f"1.{number}", severity=severity, headline=headline, **more)


def chart(section, rows, mark="1", state="present", summary="Problems: 1 of 1 entries."):
    return ToolResult(tool="chart", mark=mark, summary=summary, body={"section": section, "state": state, "rows": rows})


def after(said, *results, language="en", guide=None, given=tools):
    calls = tuple(ToolCall(id=str(n), name=one.tool) for n, one in enumerate(results))
    told = [
        Message(role="tool", text=msgspec.json.encode(one).decode(), answers=str(n)) for n, one in enumerate(results)
    ]
    messages = (Message(role="user", text=said), Message(role="assistant", tool_calls=calls), *told)
    return talk(ChatRequest(messages=messages, tools=given(), language=language, guide=guide)).text


def review(*findings, **more):
    return ToolResult(tool="prescription-review", mark="1", summary="2 orders reviewed.", findings=findings, **more)


def test_the_gravest_come_first_each_sentence_with_its_mark():
    said = after(
        "check the orders",
        review(
            finding(1, "low", "Blood pressure may rise"),
            finding(2, "critical", "Avoid: anaphylaxis", why="It was recorded. Twice.", advice="Stop it."),
        ),
    )
    assert said.splitlines() == [
        "2 orders reviewed [1].",
        "- Critical. Avoid: anaphylaxis [1.2]. It was recorded [1.2]. Twice [1.2]. → Stop it [1.2].",
        "- Low. Blood pressure may rise [1.1].",
    ]


def test_of_many_findings_three_are_told_and_how_many_more_there_are():
    found = [finding(n, "high", f"Number {n} of them") for n in range(1, 8)]
    said = after("check the orders", review(*found))
    assert said.count("High.") == 3
    assert "4 more not shown here" in said
    assert after("check the orders, show all", review(*found)).count("High.") == 7


def test_in_chinese_the_frame_is_chinese():
    said = after("审核用药", review(finding(1, "high", "出血风险", advice="换药")), language="zh")
    assert "- 重要。出血风险 [1.1]。→ 换药 [1.1]。" in said


def test_what_was_not_checked_is_always_told():
    said = after("check the orders", review(not_checked=("Kidney dose: no creatinine",)))
    assert said.endswith("Not checked:\n- Kidney dose: no creatinine [1].")


def test_a_tool_that_failed_is_told_plainly_and_never_as_nothing_found():
    said = after("check the orders", ToolResult(tool="prescription-review", mark="1", failed="the budget is used up"))
    assert said == "Prescription review could not be done, so nothing is known of it: the budget is used up"


def test_a_result_that_was_cut_is_told_as_such():
    assert "not all of it was read" in after("check the orders", review(cut=True))


def test_a_part_of_the_chart_without_entries_says_whether_there_are_none_or_nobody_wrote_any():
    silent = chart("allergies", [], state="not-recorded", summary="Allergies: nothing is recorded.")
    assert "Allergies: nothing is recorded [1]." in after("any allergies", silent)


def test_rows_that_are_asked_for_are_told_and_what_is_over_goes_last():
    rows = [
        {"what": "Sodium", "value": 134.0, "unit": "mmol/L", "date": "2026-11-20"},
        {"what": "Potassium", "value": 4.2, "unit": "mmol/L", "interval": "3.5–5.3", "date": "2026-11-20"},
    ]
    said = after("last potassium?", chart("laboratory", rows))
    assert "- Potassium: 4.2 mmol/L (3.5–5.3), within its interval, 2026-11-20 [1]." in said
    assert "Sodium" not in said
    drugs = [{"what": "old", "status": "not current"}, {"what": "new", "status": "current"}]
    guide = Guide(parts=(Part(title=Text("Drugs", "药"), takes=("chart.medications",)),))
    said = after("brief", chart("medications", drugs), guide=guide, given=lambda: (CHART,))
    assert said.index("new") < said.index("old")


def test_every_sentence_about_the_patient_has_a_mark_and_stands_in_the_result():
    result = review(finding(1, "high", "Bleeding risk", why="Both thin the blood.", advice="Watch; and tell."))
    said = after("check the orders", result)
    told = msgspec.json.encode(result).decode()
    for sentence in re.split(r"(?<=\.)\s", said.replace("- High. ", "")):
        assert re.search(r"\[1(\.1)?\]\.$", sentence)
        words = re.sub(r" \[[\d.]+\]|^- |→ ", "", sentence).rstrip(".")
        assert words in told


BRIEF = Guide(
    name=Text("the brief", "简报"),
    steps=(
        Planned(tool="lab-report"),
        Planned(tool="prescription-review", input={"orders": "$orders"}),
        Planned(tool="literature", input={"question": "$focus"}, en=("evidence",), zh=("文献",)),
    ),
    parts=(
        Part(title=Text("Problems", "问题"), takes=("chart.problems",), only={"status": ("active",)}),
        Part(
            title=Text("Results", "结果"),
            takes=("lab-report.body.results",),
            only={"flag": ("high", "low")},
            line=Text("{name}: {reported}< ({taken})>", "{name}：{reported}<（{taken}）>"),
            empty=Text("None out of range.", "无异常。"),
        ),
    ),
    closing=Text("Check before use.", "使用前请核对。"),
)


def test_a_guide_takes_its_steps_first_with_the_parts_of_the_chart_that_it_needs():
    reply = talk(request("Brief me please", guide=BRIEF))
    assert [(call.name, json.loads(call.arguments)) for call in reply.tool_calls] == [
        ("chart", {"section": "problems"}),
        ("lab-report", {}),
        ("prescription-review", {}),
    ]
    assert "literature" in [call.name for call in talk(request("Brief me, with evidence", guide=BRIEF)).tool_calls]


def test_a_guide_builds_its_parts_from_what_its_steps_gave():
    problems = chart(
        "problems", [{"what": "Asthma", "status": "active; confirmed"}, {"what": "Flu", "status": "resolved"}]
    )
    results = [
        {"name": "CRP", "reported": "163 mg/L", "flag": "high", "taken": "2026-11-20T21:58:00+00:00"},
        {"name": "K", "reported": "4.2 mmol/L", "flag": "normal"},
    ]
    lab = ToolResult(tool="lab-report", mark="2", summary="2 read.", body={"results": results}, not_checked=("K: no",))
    assert after("brief", problems, lab, guide=BRIEF).split("\n\n") == [
        "**Problems**\n- Asthma, active; confirmed [1].",
        "**Results**\n- CRP: 163 mg/L (2026-11-20 21:58) [2].",
        "Not checked:\n- K: no [2].",
        "Check before use.",
    ]


def test_a_part_with_nothing_says_so_but_never_when_its_tool_failed():
    lab = ToolResult(tool="lab-report", mark="2", body={"results": []})
    assert "None out of range." in after("brief", lab, guide=BRIEF)
    broken = ToolResult(tool="lab-report", mark="2", failed="no chart")
    said = after("brief", broken, guide=BRIEF)
    assert "None out of range." not in said
    assert "lab-report could not be done" in said


def test_a_step_that_needs_something_asks_for_it():
    guide = Guide(steps=(Planned(tool="literature", input={"question": "$focus"}, asks=Text("On what?", "查什么？")),))
    assert talk(request("please", guide=guide)).text == "On what?"


def test_it_says_what_it_is_and_what_it_cannot_do_with_examples():
    said = talk(request("what can you do?")).text
    assert "without a large language model" in said
    assert "cannot prescribe, sign" in said
    assert 3 <= said.count("\n- ") <= 5
    assert "不使用大语言模型" in talk(request("你能做什么")).text


def test_a_stranger_without_hints_is_found_by_its_words_and_gets_the_text():
    schema = {
        "type": "object",
        "properties": {"note": {"type": "string"}, "depth": {"type": "integer"}},
        "required": ["note"],
    }
    burn = Tool(name="burn-depth", description="Burn depth: estimates depth and surface of burns.", parameters=schema)
    reply = talk(request("estimate the depth and surface of this burn on the arm", given=lambda: (burn,)))
    assert json.loads(reply.tool_calls[0].arguments) == {
        "note": "estimate the depth and surface of this burn on the arm"
    }
    more = Tool(name="burn-depth", description="", parameters={**schema, "required": ["note", "depth"]})
    assert talk(request("burn depth please", given=lambda: (more,))).text == "What is the depth?"


def test_an_answer_fits_a_schema_of_words_and_nothing_is_invented_for_another():
    schema = {
        "type": "object", "required": ["answer", "sources"],
        "properties": {"answer": {"type": "string"}, "sources": {"type": "array"}, "age": {"type": "integer"}},
    }  # fmt: skip
    told = json.loads(talk(request("what can you do?", schema=schema)).text)
    assert told["sources"] == []
    assert "without a large language model" in told["answer"]
    with pytest.raises(EndpointError, match="invents nothing"):
        talk(request("hello", schema={**schema, "required": ["age"]}))


def test_as_an_endpoint_it_counts_tokens_streams_the_same_words_and_makes_no_vectors():
    async def all_of_it():
        endpoint = Embedded()
        reply = await endpoint.chat(MODEL, request("what can you do?"), 1.0)
        pieces = [delta async for delta in endpoint.stream(MODEL, request("what can you do?"), 1.0)]
        with pytest.raises(EndpointError, match="no vectors"):
            await endpoint.embed(MODEL, ("x",), 1.0)
        await endpoint.close()
        return reply, pieces

    reply, pieces = asyncio.run(all_of_it())
    assert reply.usage.output_tokens > 0
    assert "".join(piece.text for piece in pieces) == reply.text == pieces[-1].reply.text


def test_without_a_chart_it_says_that_none_is_open_and_guesses_nothing():
    said = talk(request("what is she allergic to?", given=lambda: tools()[:-1])).text
    assert said.startswith("For that I would have to read a chart")


@pytest.mark.parametrize(
    ("asked", "pair", "other"),
    [
        (
            "can warfarin and clarithromycin be given together?",
            "warfarin + clarithromycin",
            "clarithromycin + amlodipine",
        ),
        ("华法林和克拉霉素能一起用吗？", "华法林 + 克拉霉素", "克拉霉素 + 氨氯地平"),
    ],
)
def test_the_pair_that_was_asked_about_comes_first(asked, pair, other):
    said = after(asked, review(finding(1, "high", other), finding(2, "moderate", pair)))
    assert said.index(pair) < said.index(other)


def test_why_a_drug_is_a_problem_asks_about_the_chart_and_orders_nothing():
    reply = talk(request("Why is metformin a problem?"))
    reviews = [call for call in reply.tool_calls if call.name == "prescription-review"]
    assert all("orders" not in json.loads(call.arguments) for call in reviews)


@pytest.mark.parametrize("asked", ["What is the last creatinine and how has it changed?", "肌酐多少？有没有好转？"])
def test_how_a_value_has_changed_is_told_by_the_value_before_it(asked):
    rows = [
        {"what": "Creatinine", "value": 80, "unit": "umol/L", "date": "2026-11-20"},
        {"what": "Creatinine", "value": 120, "unit": "umol/L", "date": "2026-11-18"},
    ]
    said = after(asked, chart("laboratory", rows, summary="Laboratory: 2 of 2 entries."))
    assert "120" in said
    assert "dealt with" not in said
    assert "未处理" not in said


@pytest.mark.parametrize("asked", ["Summarise this admission in three lines", "请总结本次住院情况"])
def test_the_summary_of_a_stay_is_the_overview(asked):
    read = {
        json.loads(call.arguments).get("section") for call in talk(request(asked)).tool_calls if call.name == "chart"
    }
    assert {"problems", "medications"} <= read
