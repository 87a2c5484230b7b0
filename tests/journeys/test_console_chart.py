"""The chart in a real browser: evidence lights up, spans change, tabs by keys, forms keep what was typed."""

import json
import re

import pytest
from tests.journeys.browsing import browser, page, picture, sign_in
from tests.journeys.test_console_pages import serious
from tests.wards import PASSPHRASE

__all__ = ["browser", "page"]
PATH = "/console/patients/c1"
LIT = "glow"


def observation(number, value, day):
    return {
        "resourceType": "Observation", "id": f"c1-k{number}", "status": "final", "subject": {"reference": "Patient/c1"},
        "category": [{"coding": [{"code": "laboratory"}]}], "effectiveDateTime": f"2026-{day}T08:00:00Z",
        "code": {"text": "Potassium", "coding": [{"system": "http://loinc.org", "code": "2823-3"}]},
        "valueQuantity": {"value": value, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"},
        "referenceRange": [{"low": {"value": 3.5}, "high": {"value": 5.1}}],
    }  # fmt: skip


@pytest.fixture(scope="module")
def patient(house):
    """In hospital, on three drugs of which one is folded away, with a potassium that has risen, and findings of it."""
    subject = {"reference": "Patient/c1"}

    def drug(id, name, status):
        return {"resourceType": "MedicationRequest", "id": id, "status": status, "intent": "order", "subject": subject,
                "authoredOn": "2026-11-01", "medicationCodeableConcept": {"text": name}}  # fmt: skip

    found = [
        {"resourceType": "Patient", "id": "c1", "gender": "female", "birthDate": "1950-03-02",
         "name": [{"text": "Chart Example"}]},
        {"resourceType": "Encounter", "id": "c1-e", "status": "in-progress", "class": {"code": "IMP"},
         "subject": subject, "period": {"start": "2026-11-10T08:00:00Z"}},
        drug("c1-m1", "Warfarin 5 mg tablet", "active"), drug("c1-m2", "Spironolactone 25 mg tablet", "active"),
        drug("c1-m3", "Ramipril 5 mg tablet", "completed"),
        *(observation(n, value, day) for n, (value, day) in enumerate(
            [(4.4, "03-01"), (4.8, "11-10"), (5.4, "11-12"), (6.1, "11-14"), (6.7, "11-16")])),
    ]  # fmt: skip
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in found]}
    house.ward.record.import_bytes("c1.json", json.dumps(bundle).encode())
    house.ward.run("prescription-review", {"orders": ["ibuprofen 400 mg oral three times daily"]}, patient="c1")
    house.ward.run("lab-report", {}, patient="c1")
    return "c1"


def lit(page):
    return set(page.locator(f".record .{LIT}[id]").evaluate_all("places => places.map((place) => place.id)"))


def concern(page, reference):
    """A finding that stands on an entry, opened."""
    found = page.locator("#panel-findings [data-concern]", has=page.locator(f"a.spot[data-lights='{reference}']")).first
    found.evaluate("one => { one.open = true; }")
    return found


def test_evidence_lights_up_by_hover_and_by_focus_and_goes_out_again(page, house, patient):
    sign_in(page, house.clinician)
    page.goto(PATH)
    found = concern(page, "MedicationRequest/c1-m1")
    assert lit(page) == set()
    found.hover()
    assert "MedicationRequest/c1-m1" in lit(page)
    assert page.locator(f".plot a.{LIT}").count() >= 1, "the bar of the timeline is lit too"
    page.mouse.move(2, 2)
    page.wait_for_function("!document.querySelector('.record .glow')")
    found.locator("a.spot").first.focus()
    assert "MedicationRequest/c1-m1" in lit(page)
    page.get_by_role("tab", name="Services").focus()
    assert lit(page) == set()


def test_a_tap_keeps_the_evidence_lit_counts_it_steps_through_it_and_escape_clears(page, house, patient):
    sign_in(page, house.clinician)
    page.goto(PATH)
    found = concern(page, "Observation/c1-k4")
    chip = found.locator("a.spot").first
    chip.click()
    bar = page.locator("[data-lit-bar]")
    places = found.locator("a.spot").count()
    assert f"1 of {places} places" in bar.inner_text()
    assert "Potassium 6.7 mmol/L" in bar.inner_text()
    row = page.locator("[id='Observation/c1-k4']")
    assert "here" in row.get_attribute("class")
    assert row.evaluate(
        "one => { const at = one.getBoundingClientRect(); return at.top > 0 && at.bottom < innerHeight; }"
    )
    picture(page, "chart-lit")
    page.mouse.move(2, 2)
    assert "Observation/c1-k4" in lit(page), "it stays when the pointer leaves"
    if places > 1:
        page.get_by_role("button", name="Next place").click()
        assert f"2 of {places} places" in bar.inner_text()
    page.keyboard.press("Escape")
    assert not bar.is_visible()
    assert lit(page) == set()
    assert page.evaluate("document.activeElement.matches('[data-concern] > summary')"), "the keyboard is at the finding"


def test_opening_a_finding_lights_its_evidence_and_closing_it_puts_it_out(page, house, patient):
    sign_in(page, house.clinician)
    page.goto(PATH)
    folded = page.locator("#panel-findings [data-concern]:not([open])", has=page.locator("a.spot")).first
    folded.locator("> summary").click()
    assert page.locator("[data-lit-bar]").is_visible()
    assert lit(page) != set()
    folded = page.locator("#panel-findings [data-concern].glowing")
    folded.locator("> summary").click()
    assert not page.locator("[data-lit-bar]").is_visible()
    page.get_by_role("tab", name="Services").focus()
    page.mouse.move(2, 2)
    page.wait_for_function("!document.querySelector('.record .glow')")


def test_a_folded_entry_opens_when_an_address_names_it(page, house, patient):
    sign_in(page, house.clinician)
    page.goto(PATH)
    assert not page.locator("[id='MedicationRequest/c1-m3']").is_visible()
    page.goto("/console/patients")
    page.goto(f"{PATH}#MedicationRequest/c1-m3")
    page.locator("[id='MedicationRequest/c1-m3']").wait_for()
    page.goto("/console/patients")
    page.goto(f"{PATH}#Observation/c1-k0")
    page.locator("[id='Observation/c1-k0']").wait_for()


def test_the_span_changes_in_place(page, house, patient):
    sign_in(page, house.clinician)
    page.goto(PATH)
    chosen = page.locator(".spans [aria-current]")
    first = chosen.inner_text()
    page.evaluate("window.same = true")
    page.get_by_role("link", name="All", exact=True).click()
    page.locator(".spans [aria-current]", has_text="All").wait_for()
    assert page.evaluate("window.same"), "the page was not loaded anew"
    assert first != "All"
    page.wait_for_function("document.activeElement.id === 'span-all'")
    assert page.locator(".tl-row.result .m.dot").count() == 5


def test_marks_of_the_timeline_have_words_for_pointer_and_keys(page, house, patient):
    sign_in(page, house.clinician)
    page.goto(f"{PATH}?span=all")
    tip = page.locator("[data-tip]")
    page.locator(".tl-row.drug .plot a", has=page.locator(".used")).first.hover()
    assert "in use" in tip.inner_text()
    page.mouse.move(2, 2)
    plot = page.get_by_role("group", name="Potassium")
    plot.focus()
    assert "4.4 mmol/L" in tip.inner_text()
    page.keyboard.press("ArrowRight")
    assert "4.8 mmol/L" in tip.inner_text()
    page.keyboard.press("Escape")
    assert not tip.is_visible()


def test_tabs_are_worked_by_keys(page, house, patient):
    sign_in(page, house.clinician)
    page.goto(PATH)
    findings, assistant, services = (
        page.get_by_role("tab", name=name) for name in ("Findings", "Assistant", "Services")
    )
    findings.focus()
    page.keyboard.press("ArrowRight")
    assert assistant.get_attribute("aria-selected") == "true"
    assert page.get_by_role("tabpanel", name="Assistant").is_visible()
    assert not page.get_by_role("tabpanel", name="Findings").is_visible()
    page.keyboard.press("End")
    assert services.get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowRight")
    assert findings.get_attribute("aria-selected") == "true"
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.matches('[role=tab]')"), "one stop for all tabs"


def test_without_script_tabs_and_spans_still_work(browser, address, house, patient):
    context = browser.new_context(base_url=address, locale="en", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, house.clinician)
    page.goto(PATH)
    page.get_by_role("link", name="Services", exact=True).click()
    assert page.locator("#panel-services").is_visible()
    assert not page.locator("#panel-findings").is_visible()
    page.get_by_role("link", name="All", exact=True).click()
    assert page.locator(".spans [aria-current]").inner_text() == "All"
    context.close()


def test_a_form_that_cannot_be_read_says_why_and_keeps_what_was_typed(page, house, patient):
    sign_in(page, house.clinician)
    page.goto(f"{PATH}?panel=services")
    service = page.locator("#service-clinical-note")
    service.locator("> summary").click()
    service.locator("[name='input.dialogue']").fill("Doctor: What brings you here?")
    service.locator("details.more-fields > summary").click()
    service.locator("[name='input.turns.0.who']").fill("doctor")
    service.get_by_role("button", name="Run", exact=True).click()
    alert = service.get_by_role("alert")
    alert.wait_for()
    assert "look at the marked fields" in alert.inner_text()
    assert service.locator("[name='input.dialogue']").input_value() == "Doctor: What brings you here?"
    assert service.locator("[name='input.turns.0.who']").input_value() == "doctor"
    said = service.locator("[name='input.turns.0.text']")
    assert said.get_attribute("aria-invalid") == "true"
    assert (
        "Please fill this in" in page.locator(f"[id='{said.get_attribute('aria-describedby').strip()}']").inner_text()
    )
    service.get_by_role("button", name="Add a row").click()
    assert service.locator("[name='input.turns.1.text']").is_visible()
    service.locator("[name='input.turns.0.who']").fill("")
    service.get_by_role("button", name="Run", exact=True).click()
    page.wait_for_url("**/console/runs/*")


# Services that read nothing in an empty chart, and the field at which they ask for something.
NOTHING_TO_READ = {
    "service-differential-diagnosis": "text",
    "service-lab-report": "text",
    "service-note-quality": "note",
    "service-triage": "complaint",
}


def test_the_form_of_every_service_runs_from_the_chart_as_it_is_opened_or_says_what_it_needs(page, house):
    house.ward.record.import_bytes("c2.json", json.dumps({"resourceType": "Patient", "id": "c2"}).encode())
    sign_in(page, house.clinician)
    chart = "/console/patients/c2?panel=services"
    page.goto(chart)
    offered = page.locator("#panel-services details.service").evaluate_all("all => all.map((one) => one.id)")
    assert {"service-prescription-review", "service-lab-report", "service-differential-diagnosis"} <= set(offered)
    for id in offered:
        page.goto(chart)
        service = page.locator(f"#{id}")
        service.locator("> summary").click()
        texts = service.locator("textarea").evaluate_all("all => all.map((one) => one.value)")
        assert set(texts) <= {""}, f"{id} puts words into a person's mouth"
        service.get_by_role("button", name="Run", exact=True).click()
        page.wait_for_url(re.compile("/console/runs/|/run/"))
        assert "()" not in page.locator("main").inner_text(), id
        if id in NOTHING_TO_READ:
            assert page.locator(f"#{id} [aria-invalid='true']").get_attribute("name") == f"input.{NOTHING_TO_READ[id]}"
        else:
            assert "/console/runs/" in page.url, id


def test_on_a_phone_the_chart_is_readable_and_a_tap_lights_evidence(browser, address, house, patient):
    context = browser.new_context(
        base_url=address, locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto("/console/sign-in")
    page.locator("input[name=person]").fill(house.clinician)
    page.locator("input[name=passphrase]").fill(PASSPHRASE)
    page.locator("main form button").first.click()
    page.wait_for_url("**/console")
    page.goto(f"{PATH}?span=all")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert (
        page.locator(".tl-row.result .tl-name").first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
        >= 12
    )
    mark = page.locator(".tl-row.result .plot a").last
    mark.tap()
    assert "mmol/L" in page.locator("[data-tip]").inner_text()
    found = concern(page, "Observation/c1-k4")
    found.locator("a.spot").first.tap()
    assert "Observation/c1-k4" in lit(page)
    assert page.locator("[data-lit-bar]").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(page, "chart-phone-lit")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_panel_of_the_chart_has_a_serious_fault_of_accessibility(browser, address, house, patient, scheme):
    context = browser.new_context(
        base_url=address, locale="en", color_scheme=scheme, viewport={"width": 1280, "height": 900}, bypass_csp=True
    )
    page = context.new_page()
    sign_in(page, house.clinician)
    page.goto(PATH)
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    faults = {"findings": serious(page)}
    for name in ("Assistant", "Services"):
        page.get_by_role("tab", name=name).click()
        faults[name] = serious(page)
    page.get_by_role("tab", name="Findings").click()
    concern(page, "Observation/c1-k4").locator("a.spot").first.click()
    faults["lit"] = serious(page)
    context.close()
    assert {where: found for where, found in faults.items() if found} == {}
