"""What the look of every page promises beyond what axe sees: forced colours, long names, titles."""

import pytest
from tests.journeys.browsing import browser, page, sign_in

__all__ = ["browser", "page"]
ORDERS = ["ibuprofen 400 mg oral three times daily", "clarithromycin 500 mg oral twice daily"]
DRAWN = """one => {
  const of = getComputedStyle(one);
  return [of.backgroundColor, of.borderLeftWidth, of.borderLeftColor, of.outlineWidth].join(" ");
}"""


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
