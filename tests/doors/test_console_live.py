"""What the console tells by itself: news without a look at any record, what went wrong, guards, and a session's end."""

import html
import re

import httpx
import msgspec
import pytest
from tests.wards import PASSPHRASE

from openward.access.access import HOUSE
from openward.domain.run import Failure
from openward.doors.console.pages import cockpit, service
from openward.doors.console.visit import inside


@pytest.fixture
def visitor(address, house):
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"person": house.pharmacist, "passphrase": PASSPHRASE})
        yield client


@pytest.fixture(scope="module")
def admin(address, house):
    house.ward.access.add_person(HOUSE, id="g.admin", name="A", role="administrator", passphrase=PASSPHRASE)
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        client.post("/console/sign-in", data={"person": "g.admin", "passphrase": PASSPHRASE})
        yield client


def review(house):
    return house.ward.run("prescription-review", {"orders": ["ibuprofen 400 mg oral three times daily"]}, patient="p1")


def polled(visitor):
    """The address that the cockpit asks again and again."""
    return html.unescape(re.search(r'data-hx-get="(/console/news[^"]*)"', visitor.get("/console").text)[1])


def entries(house):
    return [*house.ward.trail.entries(after=0, limit=100_000)]


def test_nothing_new_is_not_told(visitor, house):
    review(house)
    assert visitor.get(polled(visitor)).status_code == 204


def test_news_are_numbers_and_leave_nothing_in_the_trail(visitor, house):
    asked = polled(visitor)
    review(house)
    review(house)
    before = len(entries(house))
    told = visitor.get(asked)
    assert "New runs: 2" in told.text
    assert "waiting for your signature:" in told.text
    assert "p1" not in told.text
    assert len(entries(house)) == before
    word = html.unescape(re.search(r'name="told" value="([^"]*)"', told.text)[1])
    assert visitor.get(asked, params=dict(httpx.URL(asked).params) | {"told": word}).status_code == 204


def test_in_an_empty_ward_the_first_run_is_news(visitor):
    assert "New runs:" in visitor.get("/console/news", params={"newest": "-", "mine": "0"}).text


def test_what_failed_or_was_held_lately_is_told_with_its_reason(visitor, house):
    done = review(house)
    broken = msgspec.structs.replace(
        done, id="run-broken", status="failed", proposal=None, proposal_digest=None,
        failure=Failure("ServiceError", "the table is away"),
    )  # fmt: skip
    house.ward.stores.runs.add(broken)
    page = visitor.get("/console").text
    assert "the table is away" in page
    assert 'href="/console/runs/run-broken"' in page


def test_guards_are_counted_for_an_administrator_without_what_was_said(admin, visitor, house):
    assert visitor.get("/console/guards").status_code == 403
    assert "No guard stopped anything" in admin.get("/console/guards").text
    said = "I have crushing chest pain and cannot breathe, says Synthetic Example."
    run = house.ward.run("ward-assistant", {"messages": [{"role": "user", "text": said}]}, patient="p1")
    proposal = msgspec.json.decode(bytes(run.proposal))
    proposal["body"]["held"] = [
        {"text": "Synthetic Example has 9 kidneys.", "guard": "grounding", "why": "9 kidneys"}
    ] * 2
    kept = msgspec.structs.replace(run, id="run-held", proposal=msgspec.Raw(msgspec.json.encode(proposal)))
    house.ward.stores.runs.add(kept)
    page = admin.get("/console/guards").text
    assert f'href="/console/runs/{run.id}"' in page
    assert 'href="/console/runs/run-held"' in page
    assert page.index(">emergency<") < page.index(">grounding<"), "the one that acted in more runs comes first"
    assert "Without evidence" in page
    assert "sentences held back: 2" in page
    assert "Holds back sentences that no tool, chart or document supports." in page
    only = admin.get("/console/guards", params={"guard": "grounding", "agent": "ward-assistant"}).text
    assert f'href="/console/runs/{run.id}"' not in only
    assert 'href="/console/runs/run-held"' in only
    assert "This guard stopped nothing" in admin.get("/console/guards", params={"guard": "no-such"}).text
    for words in ("chest pain", "Synthetic Example", "9 kidneys"):
        assert words not in page
    assert b"guards.read" in bytes(entries(house)[-1].event)


def test_a_part_of_a_page_leads_to_sign_in_when_the_session_has_ended(address):
    asks = {"HX-Request": "true", "HX-Current-URL": f"{address}/console/patients?q=li"}
    answer = httpx.get(f"{address}/console/news", headers=asks)
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/console/sign-in?next=%2Fconsole%2Fpatients%3Fq%3Dli"
    asks["HX-Current-URL"] = "https://evil.example/console/patients"
    assert httpx.get(f"{address}/console/news", headers=asks).headers["hx-redirect"] == "/console/sign-in"


def test_who_signs_in_comes_back_to_the_page_and_keeps_it_over_a_wrong_try(address, house):
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        page = client.get("/console/knowledge", params={"q": "华法林"})
        assert page.url.path == "/console/sign-in"
        after = html.unescape(re.search(r'name="next" value="(/console/[^"]*)"', page.text)[1])
        given = {"person": house.pharmacist, "passphrase": "wrong", "next": after}
        wrong = client.post("/console/sign-in", data=given)
        assert html.escape(after) in wrong.text
        page = client.post("/console/sign-in", data=given | {"passphrase": PASSPHRASE})
    assert page.url.path == "/console/knowledge"
    assert page.url.params["q"] == "华法林"


def test_the_language_can_be_changed_before_signing_in_without_losing_the_page(address):
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
        page = client.post("/console/language", data={"back": "/console/sign-in", "next": "/console/runs", "to": "zh"})
    assert page.url.path == "/console/sign-in"
    assert 'value="/console/runs"' in page.text


@pytest.mark.parametrize("path", [
    "https://evil.example/console", "//evil.example", "/console/../admin", "/consoles", "/console\\evil", "", "/other",
    "/console/sign-in", "/console/sign-out", "/console/x\r\nSet-Cookie: a=b", "/console//\u202eevil",
    "javascript:alert(1)",
])  # fmt: skip
def test_nobody_is_sent_elsewhere_after_signing_in(path):
    assert inside(path) == "/console"


def test_pages_of_the_console_can_be_come_back_to():
    for path in ("/console", "/console/patients/p1?a=%E5%8D%8E&b=1", "/console/desk?run=run-1", "/console?lang=zh"):
        assert inside(path) == path


def test_a_card_on_the_wall_says_at_least_where_not_every_run_was_counted(visitor, house, monkeypatch):
    for _ in range(3):
        review(house)
    whole = re.compile(r'<div class="used"><dt>Today</dt><dd><b>(\d+\+?)</b>')
    assert not any("+" in told for told in whole.findall(visitor.get("/console").text))
    monkeypatch.setattr(cockpit, "_COUNTED", 2)
    assert "2+" in whole.findall(visitor.get("/console").text)
    monkeypatch.setattr(service, "_COUNTED", 2)
    assert "<dt>Today</dt><dd>2+</dd>" in visitor.get("/console/services/prescription-review").text
