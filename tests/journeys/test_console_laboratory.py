"""The laboratory and the calculators in a real browser: zoomed by mouse and keys, printed, in Chinese, on a phone."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.journeys.browsing import browser, page, picture, sign_in
from tests.wards import PASSPHRASE, patient_bundle

__all__ = ["browser", "page"]
DAYS = ("2026-02-10", "2026-10-17", "2026-10-18", "2026-10-19", "2026-10-20")
COURSE = "/console/patients/lab/results?show.creatinine=1&show.potassium=1"


def observations(code, values, low, high, unit):
    for n, (day, value) in enumerate(zip(DAYS, values, strict=True)):
        ends = {"low": {"value": low, "unit": unit}, "high": {"value": high, "unit": unit}}
        yield {"resource": {
            "resourceType": "Observation", "id": f"lab-{code}-{n}", "status": "final",
            "subject": {"reference": "Patient/lab"}, "effectiveDateTime": f"{day}T08:00:00Z",
            "category": [{"coding": [{"code": "laboratory"}]}], "referenceRange": [ends],
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
        }}  # fmt: skip


@pytest.fixture(scope="module")
def course(house):
    creatinine = observations("14682-9", (80, 210, 320, 280, 205), 45, 84, "umol/L")
    potassium = observations("2823-3", (4.4, 5.6, 5.9, 5.0, 4.6), 3.5, 5.3, "mmol/L")
    bundle = patient_bundle("lab", entries=[*creatinine, *potassium])
    bundle["entry"] = [e for e in bundle["entry"] if e["resource"]["id"] != "lab-o1"]
    house.ward.record.import_bytes("lab.json", json.dumps(bundle).encode())
    return COURSE


@pytest.fixture
def opened(page, house, course):
    """The course of two results, and what the browser complained of."""
    faults = []
    page.on("console", lambda said: faults.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(page, house.clinician)
    page.goto(course)
    page.locator("[data-stage][data-from]").wait_for()
    yield page
    assert faults == []


def window(page):
    stage = page.locator("[data-stage]")
    page.wait_for_timeout(80)
    return stage.get_attribute("data-from")[:10], stage.get_attribute("data-to")[:10]


def test_the_busy_part_is_shown_first_and_all_of_it_after_a_double_click(opened):
    picture(opened, "laboratory-course")
    assert window(opened) == ("2026-10-17", "2026-10-20")
    opened.locator(".u-over").first.dblclick()
    assert window(opened)[0] < "2026-02-10"


def test_a_stretch_is_chosen_with_the_mouse_in_all_pictures_at_once(opened):
    box = opened.locator(".u-over").nth(1).bounding_box()
    opened.mouse.move(box["x"] + box["width"] * 0.30, box["y"] + 40)
    opened.mouse.down()
    opened.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 40, steps=6)
    opened.mouse.up()
    first, last = window(opened)
    assert (first, last) == ("2026-10-18", "2026-10-19")
    opened.get_by_role("link", name="Recent course").click()
    assert window(opened) == ("2026-10-17", "2026-10-20")
    opened.get_by_role("link", name="1 year").click()
    assert window(opened)[0] < "2025-12-31"


def test_the_course_is_read_and_zoomed_by_keys_alone(opened):
    stage = opened.locator("[data-stage]")
    stage.focus()
    opened.keyboard.press("0")
    assert window(opened)[0] < "2026-02-10"
    opened.keyboard.press("End")
    opened.keyboard.press("ArrowLeft")
    said = opened.locator("[data-said]")
    said.filter(has_text="280").wait_for(state="attached")
    assert "2026-10-19 08:00" in said.inner_text()
    assert "5 mmol/L" in said.inner_text()
    for _ in range(6):
        opened.keyboard.press("+")
        opened.wait_for_timeout(30)
    assert window(opened)[0] > "2026-10-01"
    opened.keyboard.press("-")
    opened.keyboard.press("0")
    assert window(opened)[0] < "2026-02-10"


def test_what_the_mouse_stands_on_is_told_with_date_interval_and_source(opened):
    box = opened.locator(".u-over").first.bounding_box()
    opened.mouse.move(box["x"] + box["width"] * 0.97, box["y"] + 30)
    told = opened.locator("[data-lane='creatinine'] [data-reading]")
    told.filter(has_text="2026-10-20").wait_for()
    assert "205 µmol/L ▲ above the interval" in told.inner_text()
    assert "interval 45–84" in told.inner_text()
    assert told.locator("a").get_attribute("title") == "Observation/lab-14682-9-4"
    opened.mouse.move(5, 5)


def test_results_are_chosen_from_the_sheet_by_keys(page, house, course):
    sign_in(page, house.clinician)
    page.goto("/console/patients/lab/results")
    assert "2 of " in page.locator("#strip").inner_text() or "1 of " in page.locator("#strip").inner_text()
    for name in ("Plot Creatinine", "Plot Potassium"):
        page.get_by_label(name).focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Show together").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**show.*")
    assert page.locator("[data-lane]").count() == 2


def test_on_paper_the_picture_is_drawn_and_so_it_is_without_script(opened, browser, address, house):
    assert opened.locator(".still svg").first.is_hidden()
    opened.emulate_media(media="print")
    assert opened.locator(".still svg").first.is_visible()
    assert opened.locator(".uplot").first.is_hidden()
    opened.emulate_media(media="screen")
    context = browser.new_context(base_url=address, java_script_enabled=False)
    plain = context.new_page()
    plain.goto("/console/sign-in")
    plain.locator("input[name=person]").fill(house.clinician)
    plain.locator("input[name=passphrase]").fill(PASSPHRASE)
    plain.locator("main form button").first.click()
    plain.goto(COURSE)
    assert plain.locator(".still svg").first.is_visible()
    assert plain.locator("table tbody tr").count() >= 5
    context.close()


def test_the_sheet_for_the_patient_is_large_and_prints_without_its_buttons(page, house, course):
    run = house.ward.run("lab-report", {}, patient="lab")
    sign_in(page, house.clinician)
    page.goto(f"/console/runs/{run.id}")
    page.get_by_role("link", name="Sheet for the patient").click()
    page.wait_for_url("**/plain")
    size = "parseFloat(getComputedStyle(document.querySelector('.patient-sheet > p')).fontSize)"
    assert page.evaluate(size) >= 18
    picture(page, "laboratory-patient")
    page.emulate_media(media="print")
    assert page.locator("[data-print]").is_hidden()
    assert page.locator(".patient-sheet").is_visible()


def test_the_page_stays_light(page, house, course):
    sign_in(page, house.clinician)
    weights = []
    page.on("response", lambda answer: weights.append(len(answer.body())))
    page.goto(course)
    page.locator(".uplot").first.wait_for()
    page.wait_for_load_state("networkidle")
    assert 50_000 < sum(weights) < 500_000


@pytest.mark.parametrize("look", [("en", "light", 1280), ("zh-CN", "dark", 390)])
def test_laboratory_and_calculators_are_accessible_and_fit(browser, address, house, course, look):
    locale, scheme, width = look
    run = house.ward.run("lab-report", {}, patient="lab")
    context = browser.new_context(
        base_url=address, locale=locale, color_scheme=scheme, viewport={"width": width, "height": 844}, bypass_csp=True
    )
    page = context.new_page()
    page.goto("/console/sign-in")
    page.locator("input[name=person]").fill(house.clinician)
    page.locator("input[name=passphrase]").fill(PASSPHRASE)
    page.locator("main form button").first.click()
    page.wait_for_url("**/console")
    faults, wide = {}, {}
    for path in (
        course, "/console/patients/lab/results", f"/console/runs/{run.id}", f"/console/runs/{run.id}/plain",
        "/console/calculators", "/console/calculators?q=AF", "/console/calculators/cha2ds2-vasc?patient=lab",
        "/console/calculators/gcs",
    ):  # fmt: skip
        page.goto(path)
        picture(page, f"lab-{path.rpartition('/')[2].partition('?')[0]}-{locale}-{scheme}")
        found = Axe().run(page).response["violations"]
        faults[path] = [
            (v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in {"serious", "critical"}
        ]  # fmt: skip
        wide[path] = page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert {path: found for path, found in faults.items() if found} == {}
    assert {path: w for path, w in wide.items() if w > width} == {}


def test_a_score_is_worked_out_and_kept_by_keys_alone(page, house, course):
    sign_in(page, house.clinician)
    page.goto("/console/calculators")
    page.keyboard.press("/")
    page.locator("#q").focus()
    page.keyboard.type("AF")
    page.locator("#title-found").wait_for()
    page.locator("a[href='/console/calculators/cha2ds2-vasc']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cha2ds2-vasc")
    page.locator("#who").focus()
    page.keyboard.type("synthetic")
    page.locator("#people a[href$='patient=lab']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**patient=lab")
    assert "3–9" in page.locator("#result .big").inner_text()
    page.locator("[data-to='stroke']").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.locator("#result .big", has_text="5–9").wait_for()
    assert page.locator("#field-stroke input[value=yes]").is_checked()
    page.get_by_role("button", name="Keep this calculation").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/runs/*")


def test_a_typed_value_says_so_and_that_of_the_chart_comes_back(page, house, course):
    sign_in(page, house.clinician)
    page.goto("/console/calculators/bmi?patient=lab")
    field = page.locator("[data-field='weight']")
    field.locator("input[type=number]").fill("90")
    typed = field.locator("[data-typed]")
    assert "the chart says 70 kg" in typed.inner_text()
    page.locator("#result .big", has_text="33").wait_for()
    typed.get_by_role("button").click()
    page.locator("#result .big", has_text="25.7").wait_for()
    assert typed.is_hidden()


def test_a_value_of_the_chart_that_is_emptied_is_missing_until_it_is_taken_again(page, house, course):
    sign_in(page, house.clinician)
    page.goto("/console/calculators/bmi?patient=lab")
    field = page.locator("[data-field='weight']")
    field.locator("input[type=number]").fill("")
    assert "left empty; the chart says 70 kg" in field.locator("[data-typed]").inner_text()
    page.locator("#result [data-to='weight']").wait_for()
    assert page.locator("#result .big").inner_text() == "Not enough is known yet"
    field.get_by_role("button", name="Use the chart's value").click()
    page.locator("#result .big", has_text="25.7").wait_for()


def test_the_value_of_the_chart_is_the_same_in_another_unit_and_a_typed_one_is_read_in_it(page, house, course):
    sign_in(page, house.clinician)
    page.goto("/console/calculators/ckd-epi-2021?patient=lab")
    field = page.locator("[data-field='creatinine']")
    number, unit = field.locator("input[type=number]"), field.get_by_label("Unit of serum creatinine")
    assert (number.input_value(), unit.input_value()) == ("205", "umol/L")
    before = page.locator("#result .big").inner_text()
    unit.select_option("mg/dL")
    assert number.input_value() == "2.31896"
    assert field.locator("[data-typed]").is_hidden()
    number.fill("205")
    page.get_by_text("It would be plausible in µmol/L").wait_for()
    unit.select_option("umol/L")
    assert number.input_value() == "205"
    page.locator("#result .big", has_text=before.split()[0]).wait_for()
