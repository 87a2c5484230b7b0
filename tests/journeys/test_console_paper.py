"""Pages on paper: no navigation, no buttons, what a value rests on is open, dark colours stay on the screen."""

import pytest
from tests.journeys.browsing import browser, page, sign_in

__all__ = ["browser", "page"]
PAGES = ("/console/patients/p1", "/console/patients/p1/results", "/console/patients/p1/medication", "/console/desk",
         "/console/calculators/cha2ds2-vasc?patient=p1", "/console/trail")  # fmt: skip
FOR_A_SCREEN = "header.bar, nav.rooms, button, .button"


@pytest.mark.parametrize("path", PAGES)
def test_paper_shows_no_navigation_and_no_buttons(page, house, path):
    sign_in(page, house.pharmacist)
    page.goto(path)
    page.emulate_media(media="print", color_scheme="dark")
    shown = [one for one in page.locator(FOR_A_SCREEN).all() if one.is_visible()]
    assert shown == []
    assert [one for one in page.locator("main h1, main h2, main .empty").all() if one.is_visible()]
    colours = page.evaluate("() => [getComputedStyle(document.body).color, getComputedStyle(document.body).background]")
    assert colours[0] == "rgb(0, 0, 0)"
    assert "rgb(255, 255, 255)" in colours[1]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_calculation_on_paper_has_its_patient_its_inputs_and_its_formula(page, house):
    sign_in(page, house.pharmacist)
    page.goto("/console/calculators/ckd-epi-2021?patient=p1&in.creatinine=1.4")
    page.emulate_media(media="print")
    assert page.locator(".picker a").first.is_visible()
    assert page.locator("form.inputs input[type=number]:visible, form.inputs input[inputmode]:visible").count()
    assert page.get_by_text("Inker LA").first.is_visible()
