"""A link for a patient who has no record here, and what they are told at the end."""

import pytest
from tests.journeys.browsing import browser, page, sign_in
from tests.wards import PASSPHRASE

from openward.access.access import HOUSE

__all__ = ["browser", "page"]


@pytest.fixture(scope="module")
def walk_in_nurse(house):
    house.ward.access.add_person(HOUSE, id="w.nurse", name="Nurse", role="nurse", passphrase=PASSPHRASE)
    return "w.nurse"


@pytest.fixture
def nurse(page, walk_in_nurse):
    sign_in(page, walk_in_nurse)
    return page


def invited(page, path):
    page.goto(path)
    page.locator("form[action='/console/interviews/triage'] button").click()
    return page.get_by_label("Link", exact=True).input_value()


def filled(browser, link, complaint):
    phone = browser.new_context(locale="en", viewport={"width": 390, "height": 844}).new_page()
    phone.goto(link)
    phone.get_by_label("In your own words").fill(complaint)
    phone.get_by_role("button", name="Go on").click()
    return phone


def test_a_nurse_makes_a_link_for_a_walk_in_and_an_emergency_shows_only_the_emergency(browser, house, nurse):
    phone = filled(browser, invited(nurse, "/console"), "unconscious, not breathing")
    said = phone.locator("main").inner_text()
    phone.context.close()
    assert "Call the emergency number" in said
    assert all(words not in said for words in ("Thank you", "A nurse looks", "Come back"))
    run = next(iter(house.ward.stores.runs.list(service="triage", limit=1)))
    assert run.patient is None


def test_below_urgent_no_level_is_told_before_a_nurse_has_looked(browser, nurse):
    phone = filled(browser, invited(nurse, "/console/services/triage"), "runny nose since yesterday")
    while phone.get_by_text("Thank you").count() == 0:
        phone.locator("button[value=no], button[value=unknown]").first.click()
    said = phone.locator("main").inner_text()
    phone.context.close()
    assert "A nurse looks at your answers and tells you what to do next" in said
    assert all(words not in said for words in ("Care at home", "Appointment", "pharmacist"))


def test_a_link_that_no_phone_can_open_is_said_to_be_one_and_can_be_copied(nurse):
    link = invited(nurse, "/console/services/triage")
    assert "No phone can open this link" in nurse.get_by_role("alert").inner_text()
    nurse.context.grant_permissions(["clipboard-read", "clipboard-write"])
    nurse.get_by_role("button", name="Copy the link").click()
    nurse.get_by_text("Copied").wait_for()
    assert nurse.evaluate("navigator.clipboard.readText()") == link
