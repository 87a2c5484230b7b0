"""The assistant answers in the language of the question, whatever the language of the page."""

import json

import httpx
import pytest
from tests.wards import PASSPHRASE

from openward.doors.agents import spoken


@pytest.fixture
def visitor(address, house):
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"person": house.clinician, "passphrase": PASSPHRASE})
        yield client


def answer(visitor, address, said):
    asked = {"ask": {"messages": [{"role": "user", "text": said}]}, "patient": "p1"}
    told = visitor.post("/console/assistant/ward-assistant/ask", json=asked, headers={"origin": address})
    (run,) = [block for block in told.text.split("\n\n") if block.startswith("event: run")]
    return json.loads(run.partition("data: ")[2])


def test_a_chinese_question_on_an_english_page_is_answered_in_chinese(visitor, address):
    told = answer(visitor, address, "能用布洛芬吗？她在用什么药？")
    assert '<div class="answer" lang="zh-CN"' in told["html"]
    assert "处方审核" in told["html"]
    assert "Prescription review" not in told["text"]
    assert "in use" not in told["text"]


def test_an_english_question_on_a_chinese_page_is_answered_in_english(visitor, address):
    visitor.cookies.set("openward_language", "zh")
    told = answer(visitor, address, "May she have ibuprofen?")
    assert '<div class="answer" lang="en"' in told["html"]


def test_a_name_alone_leaves_the_language_of_the_page():
    assert [spoken(said, "zh") for said in ("INR?", "metformin", "metformin 可以吗")] == ["zh", "zh", "zh"]
    assert [spoken(said, "zh") for said in ("May she have it?", "How is her kidney function?")] == ["en", "en"]
    assert [spoken(said) for said in ("INR?", "肾功能")] == ["en", "zh"]
