"""The medication view on screen: what is chosen in one picture shows in the others, by hand and by keys."""

import json

import pytest
from tests.doors.test_console_medication import request
from tests.journeys.browsing import browser, page, picture, serious, sign_in
from tests.wards import PASSPHRASE, patient_bundle

__all__ = ["browser", "page"]
MANY = (
    "Lisinopril", "Furosemide", "Amiodarone", "Fluoxetine", "Tramadol", "Diazepam", "Phenytoin", "Carbamazepine",
    "Rifampicin", "Levothyroxine", "Ciprofloxacin", "Theophylline", "Lithium carbonate", "Hydrochlorothiazide",
    "Naproxen", "Prednisolone", "Clopidogrel", "Omeprazole", "Verapamil", "Ketoconazole", "Tacrolimus", "Quetiapine",
)  # fmt: skip


@pytest.fixture(scope="module")
def taken(house):
    drugs = [
        request("w1", "a", "Ibuprofen 400 mg tablet", dose=(400, 3)),
        request("w1", "b", "Paracetamol 1000 mg tablet", dose=(1000, 4)),
        request("w1", "c", "Paracetamol 500 mg tablet", dose=(500, 2)),
        request("w1", "d", "St John's wort 300 mg tablet", dose=(300, 3)),
        request("w1", "e", "Clarithromycin 500 mg tablet", status="draft", dose=(500, 2)),
    ]
    many = [request("w2", f"n{n}", f"{name} 20 mg tablet", dose=(20, 2)) for n, name in enumerate(MANY)]
    for patient, entries in (("w1", drugs), ("w2", many)):
        house.ward.record.import_bytes("w.json", json.dumps(patient_bundle(patient, entries=entries)).encode())


def test_a_line_of_the_map_opens_its_finding_and_lights_the_days_of_use(page, house, taken):
    sign_in(page, house.pharmacist)
    page.goto("/console/patients/w1/medication")
    pair = page.locator(".tied", has_text="warfarin + ibuprofen")
    id = pair.get_attribute("data-line")
    page.locator(f"svg.web a[data-line='{id}'] .hit").first.click(force=True)
    finding = page.locator(f"[id='finding-{id}']")
    assert finding.get_attribute("open") is not None
    assert "chosen" in pair.get_attribute("class")
    assert page.locator("[data-together]").get_attribute("width") not in {"0", "0%"}
    assert "together since 2026-11-01" in page.locator("[data-overlap-words]").inner_text()
    picture(page, "medication")


def test_the_list_does_the_same_by_keys_alone(page, house, taken):
    sign_in(page, house.pharmacist)
    page.goto("/console/patients/w1/medication")
    for _ in range(60):
        page.keyboard.press("Tab")
        if "tied" in (page.evaluate("document.activeElement.className") or ""):
            break
    id = page.evaluate("document.activeElement.dataset.line")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('details').id") == f"finding-{id}"
    assert page.locator(f"[id='finding-{id}']").get_attribute("open") is not None


def test_a_dose_opens_its_sources_and_the_orders_that_add_up(page, house, taken):
    sign_in(page, house.pharmacist)
    page.goto("/console/patients/w1/medication")
    dose = page.locator("details.dose", has_text="paracetamol")
    assert "5000 mg a day" in dose.inner_text()
    assert "above the most" in dose.inner_text()
    dose.locator("summary").focus()
    page.keyboard.press("Enter")
    said = dose.inner_text()
    assert "British National Formulary" in said
    assert "Paracetamol 500 mg tablet (1000 mg)" in said


def test_more_than_twenty_drugs_stay_apart_from_each_other(page, house, taken):
    sign_in(page, house.pharmacist)
    page.goto("/console/patients/w2/medication")
    boxes = [name.bounding_box() for name in page.locator("svg.web text.name").all()]
    assert len(boxes) > 15
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            assert beside or abs(one["y"] - other["y"]) >= 12
    picture(page, "medication-many")


def test_a_run_shows_the_same_pictures(page, house, taken):
    run = house.ward.run("prescription-review", {"orders": ["ibuprofen 800 mg oral four times daily"]}, patient="p1")
    sign_in(page, house.pharmacist)
    page.goto(f"/console/runs/{run.id}")
    assert page.locator("svg.web .tie").count() > 0
    assert "3200 mg a day" in page.locator("details.dose", has_text="ibuprofen").inner_text().replace(
        "3.2 g", "3200 mg"
    )
    assert serious(page) == []


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize(("locale", "scheme", "width"), [("en", "light", 1280), ("zh-CN", "dark", 390)])
def test_the_view_is_accessible_and_fits_in_both_languages(browser, address, house, locale, scheme, width):
    context = browser.new_context(
        base_url=address, locale=locale, color_scheme=scheme, viewport={"width": width, "height": 844}, bypass_csp=True
    )
    page = context.new_page()
    page.goto("/console/sign-in")
    page.locator("input[name=person]").fill(house.pharmacist)
    page.locator("input[name=passphrase]").fill(PASSPHRASE)
    page.locator("main form button").first.click()
    page.wait_for_url("**/console")
    faults, widths = {}, {}
    for patient in ("w1", "w2"):
        page.goto(f"/console/patients/{patient}/medication")
        for shut in page.locator("main details:not([open]) > summary").all()[:3]:
            shut.click()
        faults[patient] = serious(page)
        widths[patient] = page.evaluate("document.documentElement.scrollWidth")
        picture(page, f"medication-{patient}-{locale}")
    if locale == "zh-CN":
        page.goto("/console/patients/w1/medication")
        said = page.locator("main").inner_text()
        assert "圣约翰草" in (page.locator("svg.web").text_content() or "")
        assert "hypericum" not in said
        assert "超过最大量" in said
    context.close()
    assert {path: found for path, found in faults.items() if found} == {}
    assert {path: wide for path, wide in widths.items() if wide > width} == {}
