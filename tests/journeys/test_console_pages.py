"""Every page of the console: accessible, light and dark, in both languages, on a phone, by keys alone."""

import msgspec
import pytest
from tests.journeys.browsing import browser, page, picture, serious, sign_in
from tests.wards import PASSPHRASE

from openward.access.access import HOUSE

__all__ = ["browser", "page"]
ORDERS = ["ibuprofen 400 mg oral three times daily", "clarithromycin 500 mg oral twice daily"]
PAGES = (
    "/console", "/console/patients", "/console/patients/p1", "/console/desk", "/console/assistant",
    "/console/patients/p1/medication",
    "/console/calculators", "/console/calculators/cha2ds2-vasc?patient=p1", "/console/literature",
    "/console/rare?present=HP:0001250,HP:0001263",
    "/console/knowledge", "/console/knowledge?q=warfarin", "/console/knowledge/sources", "/console/runs",
)  # fmt: skip


@pytest.fixture(scope="module")
def review(house):
    return house.ward.run("prescription-review", {"orders": ORDERS}, patient="p1")


@pytest.mark.parametrize(("locale", "scheme"), [("en", "light"), ("zh-CN", "dark")])
def test_no_page_has_a_serious_fault_of_accessibility(browser, address, house, review, locale, scheme):
    context = browser.new_context(
        base_url=address, locale=locale, color_scheme=scheme, viewport={"width": 1280, "height": 900}, bypass_csp=True
    )
    page = context.new_page()
    page.goto("/console/sign-in")
    faults = {"/console/sign-in": serious(page)}
    page.locator("input[name=person]").fill(house.pharmacist)
    page.locator("input[name=passphrase]").fill(PASSPHRASE)
    page.locator("main form button").first.click()
    page.wait_for_url("**/console")
    for path in (*PAGES, f"/console/runs/{review.id}"):
        page.goto(path)
        picture(page, f"{path.strip('/').replace('/', '-').partition('?')[0]}-{locale}-{scheme}")
        faults[path] = serious(page)
    context.close()
    assert {path: found for path, found in faults.items() if found} == {}


def test_no_page_is_wider_than_a_phone(browser, address, house, review):
    context = browser.new_context(base_url=address, locale="en", viewport={"width": 390, "height": 844})
    page = context.new_page()
    sign_in(page, house.pharmacist)
    widths = {}
    for path in (*PAGES, f"/console/runs/{review.id}"):
        page.goto(path)
        widths[path] = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert {path: width for path, width in widths.items() if width > 390} == {}


def test_pages_of_an_administrator_are_accessible_and_fit_a_phone(browser, address, house):
    house.ward.access.add_person(HOUSE, id="h.admin", name="Admin", role="administrator", passphrase=PASSPHRASE)
    said = {"messages": [{"role": "user", "text": "I have crushing chest pain right now and cannot breathe"}]}
    house.ward.run("ward-assistant", said, patient="p1")
    faults, widths = {}, {}
    for scheme, width in (("light", 1280), ("dark", 390)):
        context = browser.new_context(
            base_url=address,
            locale="en",
            color_scheme=scheme,
            viewport={"width": width, "height": 844},
            bypass_csp=True,
        )
        page = context.new_page()
        sign_in(page, "h.admin")
        for path in ("/console/guards", "/console/models", "/console/trail", "/console/studio"):
            page.goto(path)
            picture(page, f"{path.rpartition('/')[2]}-{scheme}")
            faults[path, scheme] = serious(page)
            widths[path, scheme] = page.evaluate("document.documentElement.scrollWidth") - width
        context.close()
    assert {at: found for at, found in faults.items() if found} == {}
    assert max(widths.values()) <= 0


def test_rooms_search_and_the_list_of_keys_are_reached_by_keys(page, house):
    sign_in(page, house.pharmacist)
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    assert keys.is_visible()
    assert serious(page) == []
    page.keyboard.press("g")
    page.keyboard.press("p")
    assert page.url.endswith("/console"), "an open list takes no keys"
    page.keyboard.press("Escape")
    keys.wait_for(state="hidden")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/console/patients")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "find"
    page.keyboard.type("g d?")
    assert page.locator("[data-find]").input_value() == "g d?"
    page.keyboard.press("Escape")
    for key, path in (("d", "/console/desk"), ("a", "/console/assistant")):
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(f"**{path}")


def test_single_keys_can_be_switched_off(page, house):
    sign_in(page, house.pharmacist)
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Single keys are on").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    assert not page.get_by_role("dialog", name="Keys").is_visible()
    page.goto("/console/desk")
    page.keyboard.press("g")
    page.keyboard.press("p")
    assert page.url.endswith("/console/desk")


def test_a_new_run_is_told_without_a_reload_and_shown_when_wanted(page, house):
    page.clock.install()
    sign_in(page, house.pharmacist)
    house.ward.run("prescription-review", {"orders": ["amoxicillin 900 mg oral daily"]}, patient="p1")
    page.clock.run_for(31_000)
    page.get_by_text("New runs: 1").wait_for()
    picture(page, "news")
    page.get_by_role("link", name="Show", exact=True).click()
    page.get_by_text("New runs: 1").wait_for(state="detached")
    assert page.url.endswith("/console")


def test_when_the_session_ends_a_part_of_a_page_leads_to_sign_in_and_back(page, house):
    sign_in(page, house.pharmacist)
    page.goto("/console/patients?q=syn")
    page.context.clear_cookies()
    page.get_by_role("searchbox").press_sequentially("t")
    page.wait_for_url("**/console/sign-in?next=*")
    page.get_by_label("Your id").fill(house.pharmacist)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/console/patients?q=syn")
    assert page.get_by_role("searchbox").input_value() == "syn"


def test_evidence_lights_up_in_the_chart(page, house, review):
    sign_in(page, house.pharmacist)
    page.goto("/console/patients/p1")
    page.evaluate("document.querySelectorAll('aside details').forEach((one) => { one.open = true; })")
    chip = page.locator("aside a[data-lights='MedicationRequest/p1-m1']").first
    chip.hover()
    assert "lit" in (page.locator("[id='MedicationRequest/p1-m1']").get_attribute("class") or "")


def test_a_patient_is_found_while_one_types_a_name(page, house):
    sign_in(page, house.clinician)
    page.goto("/console/patients")
    page.get_by_role("searchbox").type("synth")
    page.locator("#found a[href='/console/patients/p1']").wait_for()
    page.get_by_role("searchbox").fill("nobody of that name")
    page.get_by_text("Nobody is found").wait_for()
    assert page.locator("#found table").count() == 0


def test_who_may_not_see_a_room_is_not_led_there(page, house):
    house.ward.access.add_person(HOUSE, id="d.auditor", name="Auditor", role="auditor", passphrase=PASSPHRASE)
    sign_in(page, "d.auditor")
    rooms = page.locator("nav.rooms").inner_text()
    assert "Trail" in rooms
    assert "Patients" not in rooms
    assert page.goto("/console/patients/p1").status == 403
    assert page.get_by_role("alert").is_visible()
    page.goto("/console/trail")
    page.get_by_role("button", name="Verify the trail").click()
    page.get_by_text("Proven up to entry").wait_for()


def test_ten_thousand_runs_that_wait_are_paged(page, house, review):
    for number in range(10_000):
        house.ward.stores.runs.add(msgspec.structs.replace(review, id=f"many-{number:05}"))
    sign_in(page, house.pharmacist)
    page.goto("/console/desk?run=many-05000")
    assert page.locator("[data-queue] a[href*='run=many-']").count() == 200
    assert "among the 200 on this page" in page.locator(".queue-order").inner_text()
    page.get_by_role("link", name="Older ones").click()
    page.wait_for_url("**after=*")
    assert page.locator("[data-queue] a[href*='run=many-']").count() == 200


def answered(phone):
    """Answers all questions, and the first one twice."""
    asked = 0
    while phone.get_by_text("谢谢您").count() == 0:
        asked += 1
        assert asked < 20
        picture(phone, f"interview-{asked}")
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        question = phone.locator("h1").inner_text()
        assert phone.locator("button[value=unknown]").count() == 1
        phone.locator("button[value=no], button[value=unknown]").first.click()
        if asked == 1:
            phone.get_by_role("link", name="返回，修改上一题").click()
            assert phone.locator("h1").inner_text() == question
            assert "您的回答" in phone.locator("button[value=no], button[value=unknown]").first.inner_text()
            phone.locator("button[value=unknown]").click()


def test_a_patient_fills_the_interview_on_a_phone_in_chinese_and_it_comes_to_the_desk(browser, address, house, page):
    house.ward.access.add_person(HOUSE, id="e.nurse", name="Nurse", role="nurse", passphrase=PASSPHRASE)
    sign_in(page, "e.nurse")
    page.goto("/console/patients/p1?panel=services")
    form = page.locator("form[action='/console/interviews/triage']")
    page.locator("#service-triage > summary").click()
    form.locator("button").click()
    link = page.get_by_label("Link").input_value()
    assert "p1" not in link
    assert page.locator(".qr svg").count() == 1
    phone = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844}).new_page()
    phone.goto(link)
    phone.get_by_label("请用自己的话描述").fill("发烧两天，咳嗽")
    phone.get_by_role("button", name="继续").click()
    answered(phone)
    picture(phone, "interview-end")
    assert "护士会先查看" in phone.locator("main").inner_text()
    phone.goto(link)
    assert "谢谢您" in phone.locator("main").inner_text(), "who comes back sees the end, and nobody begins anew"
    phone.context.close()
    run = next(run for run in house.ward.stores.runs.list(service="triage", limit=1))
    assert (run.patient, run.language, run.actor.partition("-")[0]) == ("p1", "zh", "interview")
    page.goto(f"/console/desk?run={run.id}")
    assert page.get_by_role("radio", name="Accept").is_visible()


def test_a_link_that_this_ward_did_not_give_leads_nowhere(page):
    assert page.goto("/i/eyJ4Ijox.AAAA").status == 404
    assert page.get_by_role("alert").is_visible()
