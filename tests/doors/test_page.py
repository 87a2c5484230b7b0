"""The page behind a link: a patient asks without a credential, and gets nothing but an answer."""

import re
from datetime import timedelta

import httpx
import pytest
from tests.studio.sample_page import published
from tests.wards import a_house, served

from openward.access.access import HOUSE
from openward.adapters.memory import FixedClock
from openward.domain.errors import AccessError, StoreError
from openward.domain.run import RunRequest
from openward.doors.http.page import blocks, visitor
from openward.doors.pace import Pace
from openward.doors.qr import drawn, save_svg, svg


@pytest.fixture(scope="module")
def ward(tmp_path_factory):
    with a_house(tmp_path_factory.mktemp("home")) as house:
        published(house.ward, HOUSE)
        yield house.ward


@pytest.fixture(scope="module")
def address(ward):
    with served(ward) as address:
        yield address


@pytest.fixture
def link(ward, address):
    return f"{address}/a/{ward.studio.share('ask-triage', HOUSE, days=1)}"


def asked(link, text, lang="en"):
    return httpx.post(f"{link}?lang={lang}", data={"q": text}, timeout=60)


def test_the_page_is_whole_in_two_languages_and_needs_no_script(link):
    for headers, words in (({"accept-language": "zh-CN"}, "该去哪里看"), ({}, "Where to go")):
        page = httpx.get(link, headers=headers)
        assert page.status_code == 200
        assert words in page.text
        assert "<script" not in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert page.headers["referrer-policy"] == "no-referrer"
    assert "中文" in page.text
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page.text)


def test_a_question_is_answered_and_labelled_as_made_by_a_program(link):
    page = asked(link, "I have had a runny nose for three days.")
    assert page.status_code == 200
    assert "What to do" in page.text
    assert "AI-generated" in page.text
    assert "怎么办" in asked(link, "我流鼻涕三天了", "zh").text


def test_words_of_an_emergency_get_the_safe_answer(link):
    page = asked(link, "I have crushing chest pain and I am sweating.")
    assert 'class="answer emergency"' in page.text
    assert "Call the emergency number" in page.text


def test_what_is_asked_is_shown_as_words_and_never_as_a_page(link):
    page = asked(link, "<script>alert(1)</script> {{7*7}} runny nose")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "49" not in re.search(r"You asked:.*", page.text)[0]


@pytest.mark.parametrize(
    "body", [b"", b"q=", b"q=" + b"a" * 2001, b"x=1", b"q=%ff%fe", b"\xff", b"&".join([b"q=a"] * 20)]
)
def test_what_is_no_question_is_told_in_plain_words(link, body):
    page = httpx.post(link, content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert page.status_code == 400
    assert "could not be answered" in page.text


def test_a_flood_is_refused_before_it_is_held(link):
    assert httpx.post(link, content=b"q=" + b"a" * 100_000).status_code == 413


@pytest.mark.parametrize("token", ["x", "a.b", "..%2f..%2fetc%2fpasswd", "%00", "a" * 3000])
def test_a_link_that_was_never_given_leads_nowhere(address, token):
    page = httpx.get(f"{address}/a/{token}")
    assert page.status_code == 404
    assert "root:" not in page.text


def test_an_ended_link_leads_nowhere(ward, address):
    link = f"{address}/a/{ward.studio.share('ask-triage', HOUSE, days=1)}"
    assert httpx.get(link).status_code == 200
    ward.studio.end_shares("ask-triage", HOUSE)
    assert httpx.get(link).status_code == 404
    assert asked(link, "a runny nose").status_code == 404


def test_who_asks_too_often_waits(link):
    pages = [httpx.post(link, content=b"q=") for _ in range(21)]
    assert {page.status_code for page in pages[:20]} == {400}
    assert pages[20].status_code == 429
    assert 0 < int(pages[20].headers["retry-after"]) <= 600


def test_a_visitor_reads_no_record_and_uses_nothing_that_is_not_for_patients(ward):
    visitor_of_page = visitor(ward, ward.service("ask-triage"), "share-1")
    for service in ("prescription-review", "differential-diagnosis"):
        with pytest.raises(AccessError):
            ward.execute(service, RunRequest(patient="p1"), actor=visitor_of_page, door="http")
    for read in (ward.patients, ward.chart):
        with pytest.raises((AccessError, TypeError)):
            read("p1", actor=visitor_of_page)
    with pytest.raises(AccessError):
        ward.runs(actor=visitor_of_page, door="http")


def test_the_trail_knows_the_link_and_not_the_words(ward, link):
    before = len(ward.trail.entries())
    asked(link, "I have had a very peculiar runny nose.")
    lines = [bytes(entry.event) for entry in ward.trail.entries()[before:]]
    assert any(b"service.run" in line for line in lines)
    assert not any(b"peculiar" in line for line in lines)


def test_an_answer_is_read_as_titles_lists_and_paragraphs():
    assert blocks("**To do**\n- a\n- **b**\n\n# Next\nplain **words**") == [
        ("title", ["To do"]), ("list", ["a", "b"]), ("title", ["Next"]), ("text", ["plain words"])
    ]  # fmt: skip


def test_pace_counts_each_name_for_itself_and_forgets_with_time():
    clock, pace = FixedClock(), Pace(2, timedelta(minutes=1))
    now = clock.now()
    assert [pace.wait("a", now), pace.wait("a", now), pace.wait("a", now), pace.wait("b", now)] == [0, 0, 60, 0]
    assert pace.wait("a", now + timedelta(seconds=61)) == 0


def test_a_code_is_drawn_for_a_terminal_and_as_a_file(tmp_path):
    assert "█" in drawn("http://127.0.0.1:8765/a/x")
    save_svg("http://127.0.0.1:8765/a/x", tmp_path / "x.svg")
    assert (tmp_path / "x.svg").read_text(encoding="utf-8") == svg("http://127.0.0.1:8765/a/x")
    with pytest.raises(StoreError, match="cannot be written"):
        save_svg("x", tmp_path / "nowhere" / "x.svg")
