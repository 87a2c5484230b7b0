"""A person looks into a run: evidence by keys, on paper, as a file; in light, dark, on a phone, in Chinese."""

import io
import re

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader
from tests.journeys.browsing import browser, page, picture, sign_in
from tests.wards import PASSPHRASE

__all__ = ["browser", "page"]
REPORT = "Creatinine 208 umol/L (45-84)\nPotassium 6.8 mmol/L (3.5-5.1)"


@pytest.fixture(scope="module")
def report(house):
    return house.ward.run("clinical-calculator", {"calculator": "cha2ds2-vasc"}, patient="p1")


@pytest.fixture(scope="module")
def review(house):
    return house.ward.run("prescription-review", {"orders": ["clarithromycin 500 mg oral twice daily"]}, patient="p1",
                          language="zh")  # fmt: skip


def test_evidence_opens_by_key_down_to_its_source(page, house, report):
    sign_in(page, house.pharmacist)
    page.goto(f"/console/runs/{report.id}")
    made = page.locator("details.finding[open] .evidence .calculation details").first
    inner = made.locator(".evidence")
    assert not inner.is_visible()
    made.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert inner.is_visible()
    assert "Sex: female" in inner.inner_text()
    where = inner.locator(".exactly > summary").last
    where.focus()
    page.keyboard.press("Enter")
    assert "table calculators" in inner.inner_text()
    inner.locator("a[href^='/console/knowledge/calculators/']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/knowledge/calculators/row?id=*")


def test_a_finding_that_a_check_names_opens_by_its_link(page, house, review):
    sign_in(page, house.pharmacist)
    finding = msgspec.json.decode(review.proposal)["findings"][0]["id"]
    page.goto(f"/console/runs/{review.id}")
    page.locator(f"[id='finding-{finding}'] > summary").click()
    assert page.locator(f"[id='finding-{finding}']").get_attribute("open") is None
    page.evaluate("id => { location.hash = 'finding-' + id }", finding)
    page.locator(f"[id='finding-{finding}'][open]").wait_for()


def test_on_paper_nothing_is_folded_and_the_exact_bytes_are_left_out(page, house, report):
    sign_in(page, house.pharmacist)
    page.goto(f"/console/runs/{report.id}")
    text = "".join(one.extract_text() for one in PdfReader(io.BytesIO(page.pdf())).pages)
    assert "Sex: female" in text
    assert report.input_digest[:40] in re.sub(r"\s", "", text)
    assert "Does every result show its calculation?" in text
    assert "Exact bytes" not in text
    assert page.locator(".evidence .calculation details").first.get_attribute("open") is None


def test_the_pdf_is_downloaded_and_holds_the_chinese_text(browser, address, house, review):
    context = browser.new_context(base_url=address, locale="zh-CN", accept_downloads=True)
    page = context.new_page()
    page.goto("/console/sign-in")
    page.locator("input[name=person]").fill(house.pharmacist)
    page.locator("input[name=passphrase]").fill(PASSPHRASE)
    page.locator("main form button").first.click()
    page.wait_for_url("**/console")
    page.goto(f"/console/runs/{review.id}")
    assert "等待药师签署" in page.locator("main").inner_text()
    with page.expect_download() as awaited:
        page.get_by_role("link", name="PDF").click()
    assert awaited.value.suggested_filename == f"{review.id}.pdf"
    text = "".join(one.extract_text() for one in PdfReader(awaited.value.path()).pages)
    assert "克拉霉素" in text
    assert "本院尚未验证" in text
    context.close()


@pytest.mark.parametrize(("locale", "scheme", "width"), [("en", "light", 1280), ("zh-CN", "dark", 390)])
def test_run_and_list_have_no_serious_fault_and_fit_the_window(  # noqa: PLR0917 - three are the window's
    browser, address, house, review, report, locale, scheme, width
):
    context = browser.new_context(
        base_url=address, locale=locale, color_scheme=scheme, viewport={"width": width, "height": 860}, bypass_csp=True
    )
    page = context.new_page()
    page.goto("/console/sign-in")
    page.locator("input[name=person]").fill(house.pharmacist)
    page.locator("input[name=passphrase]").fill(PASSPHRASE)
    page.locator("main form button").first.click()
    page.wait_for_url("**/console")
    for path in (
        f"/console/runs/{review.id}",
        f"/console/runs/{report.id}",
        "/console/runs",
        "/console/runs?day=2001-01-01",
    ):
        page.goto(path)
        page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        picture(page, f"run-{locale}-{path.rpartition('/')[2][:9]}")
        found = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in {"serious", "critical"}] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_the_first_screen_shows_the_summary_the_findings_and_who_must_decide(page, house, review):
    sign_in(page, house.pharmacist)
    page.set_viewport_size({"width": 1280, "height": 860})
    page.goto(f"/console/runs/{review.id}")
    for place in (
        page.locator(".lead"),
        page.locator("details.finding").first,
        page.get_by_role("link", name="Decide"),
    ):
        box = place.bounding_box()
        assert box["y"] + min(box["height"], 200) <= 860
