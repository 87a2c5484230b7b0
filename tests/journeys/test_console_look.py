"""What the look of every page promises beyond what axe sees: forced colours, long names, titles."""

import pytest
from tests.journeys.browsing import browser, page, sign_in
from tests.wards import PASSPHRASE

from openward.access.access import HOUSE
from openward.doors.console.pages import interview

__all__ = ["browser", "page"]
ORDERS = ["ibuprofen 400 mg oral three times daily", "clarithromycin 500 mg oral twice daily"]
DRAWN = """one => {
  const of = getComputedStyle(one);
  return [of.backgroundColor, of.borderLeftWidth, of.borderLeftColor, of.outlineWidth].join(" ");
}"""

NAMED = "one => one.caption || one.getAttribute('aria-label') || one.getAttribute('aria-labelledby')"


@pytest.fixture(scope="module")
def review(house):
    return house.ward.run("prescription-review", {"orders": ORDERS}, patient="p1")


@pytest.fixture
def forced(browser, address, house):
    context = browser.new_context(base_url=address, forced_colors="active", locale="en")
    page = context.new_page()
    sign_in(page, house.pharmacist)
    yield page
    context.close()


@pytest.mark.parametrize(
    ("path", "chosen", "other"),
    [
        ("/console/calculators", ".rooms a[aria-current]", ".rooms a:not([aria-current])"),
        ("/console/patients", ".tabs a[aria-current]", ".tabs a:not([aria-current])"),
        ("/console/patients/p1", ".tabs [aria-selected=true]", ".tabs [aria-selected=false]"),
    ],
)
def test_what_is_chosen_shows_where_the_system_forces_its_colours(forced, path, chosen, other):
    forced.goto(path)
    assert forced.locator(chosen).first.evaluate(DRAWN) != forced.locator(other).first.evaluate(DRAWN)


def test_a_choice_at_the_desk_shows_where_the_system_forces_its_colours(forced, review):
    forced.goto(f"/console/desk?run={review.id}")
    forced.locator(".choice.accept input").check()
    of = [forced.locator(f".choice.{name}").evaluate(DRAWN) for name in ("accept", "reject")]
    assert of[0] != of[1]


@pytest.mark.parametrize(
    ("path", "room"), [("/console", "Cockpit"), ("/console/desk", "Desk"), ("/console/runs", "Runs"),
                       ("/console/patients/p1/medication", "Patients"), ("/console/sessions", None),
                       ("/console/search?find=metformin", None), ("/console/nowhere", None)],
)  # fmt: skip
def test_only_the_room_that_one_is_in_is_marked(page, house, review, path, room):
    sign_in(page, house.pharmacist)
    page.goto(path)
    marked = page.locator(".rooms [aria-current=page]")
    assert [words.split("\n")[0] for words in marked.all_inner_texts()] == ([room] if room else [])


def test_a_question_is_never_sent_from_a_browser_without_script(browser, address, house):
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="en")
    page = context.new_page()
    sign_in(page, house.pharmacist)
    page.goto("/console/assistant")
    asking = page.locator("form.ask")
    assert asking.get_attribute("method") == "post", "a question never stands in an address"
    assert asking.get_by_role("button", name="Ask").is_disabled()
    assert "needs JavaScript" in page.locator("main").inner_text()
    context.close()


def test_a_word_that_names_nobody_can_be_looked_up_in_the_reference(page, house):
    sign_in(page, house.pharmacist)
    page.goto("/console/search?find=warfarin")
    page.get_by_role("main").get_by_role("link", name="Knowledge").click()
    page.wait_for_url("**/console/knowledge?q=warfarin")
    assert page.locator("#q").input_value() == "warfarin"


def test_a_long_name_leaves_the_bar_as_high_as_it_is(page, house):
    house.ward.access.add_person(
        HOUSE, id="h.long", name="Wolfeschlegelsteinhausen " * 6, role="pharmacist", passphrase=PASSPHRASE
    )
    sign_in(page, "h.long")
    assert page.locator(".bar").bounding_box()["height"] < 70
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_a_patient_whose_page_failed_is_told_so_in_words_for_a_patient(page, monkeypatch):
    monkeypatch.setattr(interview, "named_by", None)
    page.goto("/i/anything?lang=en")
    said = page.get_by_role("main").inner_text()
    assert "tell the staff" in said
    assert "signed" not in said
    assert page.get_by_role("link", name="Try again").count() == 1


def test_every_table_beside_a_run_has_a_name(page, house, review):
    sign_in(page, house.pharmacist)
    page.goto(f"/console/runs/{review.id}")
    tables = page.locator(".run-aside table").all()
    assert tables
    assert [one.inner_text()[:60] for one in tables if not one.evaluate(NAMED)] == []
