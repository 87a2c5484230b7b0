"""The first page and the ways from it: services, the search by key, the menu of a phone, patients, the trail."""

import json
import re

import pytest
from tests.journeys.browsing import browser, page, picture, serious, sign_in
from tests.wards import PASSPHRASE

from openward.access.access import HOUSE

__all__ = ["browser", "page"]
ORDERS = ["ibuprofen 400 mg oral three times daily", "clarithromycin 500 mg oral twice daily"]
PAGES = (
    "/console", "/console/services/prescription-review", "/console/services/ward-assistant",
    "/console/search?find=syn", "/console/patients", "/console/patients?stay=in", "/console/trail",
    "/console/trail?patient=p1&what=chart", "/console/guards",
)  # fmt: skip


@pytest.fixture(scope="module")
def review(house):
    house.ward.access.add_person(HOUSE, id="j.admin", name="Ada Min", role="administrator", passphrase=PASSPHRASE)
    return house.ward.run("prescription-review", {"orders": ORDERS}, patient="p1")


@pytest.mark.usefixtures("review")
@pytest.mark.parametrize(("locale", "scheme", "width"), [("en", "light", 1280), ("zh-CN", "dark", 390)])
def test_pages_are_accessible_and_fit(browser, address, house, locale, scheme, width):
    context = browser.new_context(
        base_url=address, locale=locale, color_scheme=scheme, viewport={"width": width, "height": 860}, bypass_csp=True,
        extra_http_headers={"Cookie": f"openward_session={house.session('j.admin')}"},
    )  # fmt: skip
    page = context.new_page()
    faults, widths = {}, {}
    for path in PAGES:
        page.goto(path)
        picture(page, f"{path.strip('/').replace('/', '-').partition('?')[0]}-{locale}-{scheme}")
        faults[path] = serious(page)
        widths[path] = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert {path: found for path, found in faults.items() if found} == {}
    assert max(widths.values()) <= width


def test_the_first_screen_greets_and_says_what_waits_and_the_worst_of_it(page, house, review):
    sign_in(page, house.pharmacist)
    assert re.match(
        r"Good (morning|afternoon|evening), Test pharmacist", page.get_by_role("heading", level=1).inner_text()
    )
    greeting = page.locator("#duty")
    assert "Waiting for your signature: 1" in greeting.inner_text()
    assert greeting.locator(".chip").inner_text() in {"critical", "high"}
    assert page.locator("nav.rooms a[href='/console/desk'] .count").inner_text() == "1"
    cards = page.locator(".wall.engine h3")
    assert cards.first.inner_text() == "Prescription review", "what a pharmacist signs comes first"
    assert page.locator(".wall.engine .tile-card").first.bounding_box()["y"] < 700


def test_a_service_opens_its_card_with_examples_and_leads_to_a_patient(page, house, review):
    sign_in(page, house.pharmacist)
    page.get_by_role("link", name="Prescription review", exact=True).last.click()
    page.wait_for_url("**/console/services/prescription-review")
    words = page.locator("main").inner_text()
    for part in (
        "What it is for",
        "Not for",
        "Who signs",
        "How we know that it works",
        "Checked before anybody sees it",
    ):
        assert part in words
    assert "Is it validated here?" in words
    assert page.locator("#examples details").count() > 1
    assert "ibuprofen 400 mg" in page.locator("#examples details[open]").inner_text()
    page.get_by_role("link", name="Run it for a patient").click()
    page.wait_for_url("**/console/patients?stay=in")


def test_the_search_of_every_page_is_reached_and_walked_by_keys(page, house):
    sign_in(page, house.pharmacist)
    page.goto("/console/knowledge")
    page.keyboard.press("/")
    page.keyboard.type("synth")
    page.locator("#found-anywhere a[href='/console/patients/p1']").wait_for()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/console/patients/p1"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    assert page.locator("#found-anywhere a").count() == 0
    page.keyboard.press("/")
    page.keyboard.type("prescr")
    page.locator("#found-anywhere a[href='/console/services/prescription-review']").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/search?find=prescr")
    page.locator("main a[href='/console/services/prescription-review']").click()
    page.wait_for_url("**/console/services/prescription-review")


def test_on_a_phone_the_rooms_are_a_menu(browser, address, house, review):
    context = browser.new_context(base_url=address, locale="zh-CN", viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "openward_session", "value": house.session(), "url": address}])
    page = context.new_page()
    page.goto("/console")
    rooms = page.locator("nav.rooms")
    assert not rooms.is_visible()
    assert page.locator(".desk-sign .count").inner_text() == "1"
    page.get_by_role("button", name="菜单").click()
    assert rooms.is_visible()
    page.keyboard.press("Escape")
    assert not rooms.is_visible()
    page.get_by_role("button", name="菜单").click()
    rooms.get_by_role("link", name="患者").click()
    page.wait_for_url("**/console/patients")
    context.close()


def test_ten_thousand_patients_are_found_by_chinese_name_birth_date_and_stay(page, house):
    many = "\n".join(json.dumps(one) for number in range(10_000) for one in resources(number))
    house.ward.record.import_bytes("many.ndjson", many.encode())
    sign_in(page, house.pharmacist)
    page.goto("/console/patients")
    assert "10,001 patients" in page.locator("#found").inner_text()
    assert page.locator("#found tbody tr").count() == 30
    page.get_by_role("link", name="Next page").click()
    assert page.locator("#found tbody tr").count() == 30
    page.get_by_role("link", name="First page").click()
    page.goto("/console/patients?q=测试4242")
    assert page.locator("#found tbody a").first.inner_text() == "测试4242"
    page.goto("/console/patients?q=1961-02-03")
    assert page.locator("#found tbody tr").count() == 1
    page.goto("/console/patients?stay=in")
    assert "100 patients" in page.locator("#found").inner_text()
    assert "Ward 7" in page.locator("#found tbody tr").first.inner_text()
    page.goto("/console/patients?stay=in&q=Nobody")
    page.get_by_role("link", name="Look among all patients").click()
    page.wait_for_url("**/console/patients?q=Nobody")


def resources(number):
    """A patient, one in a hundred of whom lies in a ward."""
    id = f"many-{number:05}"
    born = "1961-02-03" if number == 77 else f"{1930 + number % 30}-06-15"
    yield {
        "resourceType": "Patient",
        "id": id,
        "gender": "female",
        "birthDate": born,
        "name": [{"text": f"测试{number}"}],
    }
    if number % 100 == 0:
        yield {"resourceType": "Encounter", "id": f"{id}-stay", "status": "in-progress", "class": {"code": "IMP"},
               "subject": {"reference": f"Patient/{id}"}, "period": {"start": "2026-11-20T08:00:00Z"},
               "location": [{"location": {"display": "Ward 7"}}]}  # fmt: skip


def test_the_trail_tells_who_looked_at_a_patient_and_proves_itself_in_place(page, house, review):
    house.ward.chart("p1")
    sign_in(page, "j.admin")
    page.goto("/console/trail?patient=p1")
    assert "Who looked at Synthetic Example" in page.locator("main").inner_text()
    rows = page.locator("table.entries tbody tr")
    opened = rows.filter(has_text="Opened a patient's chart")
    assert opened.count() > 0
    assert "p1" not in opened.first.inner_text(), "patients stand there by a code only"
    page.locator("select[name=what]").select_option("service")
    page.get_by_role("button", name="Search").click()
    assert "Ran a service: Prescription review" in rows.first.inner_text()
    rows.first.get_by_role("link", name="Open the run").click()
    page.wait_for_url(f"**/console/runs/{review.id}")
    page.goto("/console/trail")
    page.get_by_role("button", name="Verify the trail").click()
    page.locator("#verdict").get_by_text("Proven up to entry").wait_for()
    assert page.url.endswith("/console/trail")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Export as file").click()
    kinds = {json.loads(line)["resourceType"] for line in taken.value.path().read_text().splitlines()}
    assert kinds == {"AuditEvent", "Provenance"}
    page.goto("/console/trail?what=trail")
    assert "Took the trail away as a file" in rows.first.inner_text()


def test_days_that_are_no_days_are_told(page, house):
    sign_in(page, "j.admin")
    assert page.goto("/console/trail?since=yesterday").status == 400
    assert page.goto("/console/trail?before=x").status == 400
    assert page.goto("/console/trail?since=2031-01-01").status == 200
    assert "No entry is found." in page.locator("main").inner_text()
