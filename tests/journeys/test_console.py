"""A person in a real browser: sign in, chart, run, evidence, decision; nothing is fetched from outside."""

from tests.journeys.browsing import browser, page, picture, sign_in
from tests.wards import PASSPHRASE

__all__ = ["browser", "page"]


def run_review(page):
    page.goto("/console/patients/p1?panel=services")
    form = page.locator("form[action$='/run/prescription-review']")
    page.locator("details", has=form).locator("summary").click()
    form.locator("textarea[name='input.orders']").fill("clarithromycin 500 mg oral twice daily")
    picture(page, "patient")
    form.locator("button").click()
    page.wait_for_url("**/console/runs/*")


def test_from_sign_in_to_signature(page, house):
    sign_in(page, house.pharmacist)
    picture(page, "cockpit")
    page.get_by_role("link", name="Patients").click()
    page.locator("a[href='/console/patients/p1']").click()
    run_review(page)
    first = page.locator("details.finding").first
    assert first.get_attribute("open") is not None
    assert "From what was given: Orders, line 1" in first.locator(".evidence").first.inner_text()
    picture(page, "run")
    first.get_by_role("link", name="Simvastatin 40 mg tablet").click()
    assert page.url.endswith("#MedicationRequest/p1-m2")
    assert "Simvastatin" in page.locator(":target").inner_text()
    page.go_back()
    run = page.url.rpartition("/")[2]
    page.get_by_role("link", name="Decide").click()
    page.get_by_role("radio", name="Reject").check()
    page.get_by_placeholder("Why (required)").fill("INR is checked daily")
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    picture(page, "desk")
    page.locator(".sign").get_by_role("button", name="Sign").click()
    page.get_by_text("Rejected and signed").wait_for()
    picture(page, "decided")
    decision = house.ward.stores.runs.decision(run)
    assert (decision.choice, decision.person) == ("reject", house.pharmacist)


def test_in_chinese_on_a_phone(browser, address, house):
    context = browser.new_context(
        base_url=address, locale="zh-CN", viewport={"width": 390, "height": 844}, color_scheme="dark"
    )
    page = context.new_page()
    page.goto("/")
    page.get_by_label("您的编号").fill(house.clinician)
    page.get_by_label("口令").fill(PASSPHRASE)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/console")
    run_review(page)
    assert "华法林" in page.locator("main").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    picture(page, "phone-zh-dark")
    context.close()


def test_a_wrong_passphrase_says_so_and_opens_nothing(page, house):
    page.goto("/console/sign-in")
    page.get_by_label("Your id").fill(house.pharmacist)
    page.get_by_label("Passphrase").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    assert page.get_by_role("alert").is_visible()
    page.goto("/console/patients")
    assert page.url.endswith("/console/sign-in?next=%2Fconsole%2Fpatients")


def test_a_form_from_another_site_is_refused(address, house):
    import httpx

    answer = httpx.post(
        f"{address}/console/sign-in", data={"person": house.pharmacist, "passphrase": PASSPHRASE},
        headers={"Origin": "https://evil.example"},
    )  # fmt: skip
    assert answer.status_code == 403


def test_hostile_text_in_a_record_is_only_text(page, house):
    import json

    hostile = "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 1'>"
    entries = [{"resource": {"resourceType": "Patient", "id": "hostile", "name": [{"text": hostile}]}},
               {"resource": {"resourceType": "Condition", "id": "hostile-c",
                             "subject": {"reference": "Patient/hostile"},
                             "code": {"text": hostile}}}]  # fmt: skip
    house.ward.record.import_bytes(
        "h.json", json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()
    )
    sign_in(page, house.clinician)
    page.goto("/console/patients/hostile")
    assert "<script>" in page.locator("main").inner_text()
    assert page.evaluate("window.pwned") is None
