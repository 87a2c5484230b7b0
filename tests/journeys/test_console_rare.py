"""Rare diseases on screen: by keys alone, out of a text, in Chinese, on a phone, and open to everybody."""

import pytest
from tests.journeys.browsing import browser, page, picture, serious, sign_in
from tests.wards import PASSPHRASE

from openward.services.differential_diagnosis.rare.atlas import atlas

__all__ = ["browser", "page"]
ASKED = "/console/rare?present=HP:0001250,HP:0001263&excluded=HP:0000365&age=4"


@pytest.fixture(scope="module", autouse=True)
def read():
    """The annotations are read before the clock of a run is started, however slow the machine is."""
    return atlas()


def test_findings_are_added_as_there_and_as_not_there_by_keys_alone(page, house):
    sign_in(page, house.clinician)
    page.goto("/console/rare")
    page.get_by_text("No finding yet").wait_for()
    page.keyboard.press("/")
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == "q":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("seiz")
    page.locator("#terms [role=option][aria-selected=true]").wait_for()
    field = page.get_by_role("combobox", name="Findings (HPO)")
    assert field.get_attribute("aria-expanded") == "true"
    assert field.get_attribute("aria-activedescendant") == "option-HP-0001250"
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/rare?present=HP:0001250")
    assert page.evaluate("document.activeElement.id") == "q", "the next finding can be typed at once"
    page.keyboard.type("hearing imp")
    page.locator("#terms [role=option][aria-selected=true]").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+Enter")
    page.wait_for_url("**/console/rare?present=HP:0001250&excluded=HP:0000365")
    assert "Hearing impairment" in page.locator(".terms.excluded").inner_text()
    assert page.locator(".ranked > li").count() == 10
    picture(page, "rare")


def test_escape_closes_the_list_and_keeps_the_words(page, house):
    sign_in(page, house.clinician)
    page.goto("/console/rare")
    page.locator("#q").press_sequentially("ataxia")
    page.locator("#terms [role=option]").first.wait_for()
    page.keyboard.press("Escape")
    page.locator("#terms").wait_for(state="hidden")
    assert page.locator("#q").input_value() == "ataxia"
    page.locator("#q").fill("nobody says this")
    page.get_by_text("No term has these words").wait_for()


def test_the_next_finding_is_answered_with_one_click_and_age_and_sex_stay(page, house):
    sign_in(page, house.clinician)
    page.goto(f"{ASKED}&sex=female")
    before = page.locator(".terms.excluded li").count()
    page.locator("#next .answers").first.get_by_text("Is not there").click()
    page.wait_for_load_state()
    assert page.locator(".terms.excluded li").count() == before + 1
    assert page.get_by_label("Age (years)").input_value() == "4"
    assert page.get_by_label("Sex").input_value() == "female"


def test_a_finding_is_turned_round_and_taken_away(page, house):
    sign_in(page, house.clinician)
    page.goto(ASKED)
    page.get_by_role("link", name="Seizure: Is not there").click()
    page.wait_for_url("**present=HP:0001263&excluded=HP:0000365,HP:0001250**")
    page.get_by_role("link", name="Take away: Seizure").click()
    page.wait_for_url("**present=HP:0001263&excluded=HP:0000365**")
    assert "Seizure" not in page.locator(".asked .terms").all_inner_texts()


def test_a_text_is_read_and_nothing_is_taken_before_a_person_confirms(page, house):
    sign_in(page, house.clinician)
    page.goto("/console/rare?age=3")
    page.get_by_text("Find findings in a text").click()
    page.get_by_label("Text, such as a letter").fill("Seizures since birth. Blue sclerae. There is no hearing loss.")
    page.get_by_role("button", name="Find findings").click()
    page.get_by_text("What the text says").wait_for()
    assert page.locator(".ranked").count() == 0
    assert page.get_by_role("group", name="Hearing impairment").get_by_label("Is not there").is_checked()
    page.get_by_role("group", name="Blue sclerae").get_by_label("Leave out").check()
    page.get_by_role("button", name="Take these findings").click()
    page.wait_for_url("**/console/rare?present=HP:0001250&excluded=HP:0000365&age=3")
    assert "Seizures since birth" not in page.content(), "the text itself is gone"


def test_a_ranking_is_kept_as_a_run_when_wanted(page, house):
    sign_in(page, house.clinician)
    page.goto(ASKED)
    page.locator(".keep button").click()
    page.wait_for_url("**/console/runs/run-*")
    assert page.locator(".ranked > li").count() == 10


@pytest.mark.parametrize(("locale", "scheme", "width"), [("en", "light", 1280), ("zh-CN", "dark", 390)])
def test_every_state_is_accessible_and_fits(browser, address, house, locale, scheme, width):
    context = browser.new_context(
        base_url=address, locale=locale, color_scheme=scheme, viewport={"width": width, "height": 844}, bypass_csp=True
    )
    page = context.new_page()
    page.goto("/console/sign-in")
    page.locator("input[name=person]").fill(house.clinician)
    page.locator("input[name=passphrase]").fill(PASSPHRASE)
    page.locator("main form button").first.click()
    page.wait_for_url("**/console")
    faults, widths = {}, {}
    for path in ("/console/rare", ASKED, "/console/rare?q=seiz"):
        page.goto(path)
        faults[path], widths[path] = serious(page), page.evaluate("document.documentElement.scrollWidth")
    page.goto(ASKED)
    page.locator("#q").press_sequentially("抽" if locale == "zh-CN" else "atax")
    page.locator("#terms [role=option][aria-selected=true]").wait_for()
    faults["typing"] = serious(page)
    picture(page, f"rare-typing-{locale}")
    if locale == "zh-CN":
        page.goto(ASKED)
        said = page.locator("main").inner_text()
        assert "癫痫发作" in said
        assert "下一步" in said
    context.close()
    assert {path: found for path, found in faults.items() if found} == {}
    assert {path: wide for path, wide in widths.items() if wide > width} == {}
